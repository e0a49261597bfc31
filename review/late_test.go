package review

import (
	"testing"
	"time"

	"keepiton"
	"keepiton/store"
)

func TestALateOlderEditionDoesNotKeepPeopleFromCorrecting(t *testing.T) {
	d, s := newDesk(t)
	at := make1(t, d, s, keepiton.Published)
	inc := incident()
	inc.State, inc.Impact = keepiton.Published, "as the old sheet had it"
	put(t, s, store.Import{Incidents: []store.ImportedIncident{{ID: at.ID, Revisions: []keepiton.Revision{{
		Recorded: noon.Add(-24 * time.Hour), Role: keepiton.RoleImport, Edition: "E", Incident: *inc,
	}}}}})
	_, base, err := d.Current(t.Context(), ed, at.ID)
	if err != nil {
		t.Fatal(err)
	}
	inc = incident()
	inc.Impact = "shops closed"
	if _, err := d.Correct(t.Context(), ed, at.ID, base, inc, "a report"); err != nil {
		t.Errorf("on base %d: %v", base, err)
	}
}
