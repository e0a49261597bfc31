package review

import (
	"fmt"
	"slices"
	"testing"

	"keepiton"
	"keepiton/store"
)

// problems are what an audit finds.
func (c *cast) problems(t *testing.T) (out []string) {
	t.Helper()
	if err := c.Audit(t.Context(), func(subject string, n int, _ string) { out = append(out, fmt.Sprint(subject, " ", n)) }); err != nil {
		t.Fatal(err)
	}
	return out
}

func TestAuditFindsWhatWasChangedBehindTheDesk(t *testing.T) {
	c := newCast(t)
	good := c.shownBy(t, reported())
	if _, err := c.Withdraw(t.Context(), ed, good.ID, good.Base, "x"); err != nil {
		t.Fatal(err)
	}
	rev, _ := c.Create(t.Context(), ana, reported(), "") // a draft that nobody signed is no fault
	make1(t, c.Desk, c.store, keepiton.Published)        // nor is what rests on none
	if got := c.problems(t); len(got) != 0 {
		t.Fatalf("an honest record: %v", got)
	}
	write := func(id keepiton.IncidentID, base int, inc *keepiton.Incident) {
		t.Helper()
		inc.ID, inc.State = id, keepiton.Published
		if _, err := c.store.Append(t.Context(), store.Edit{ID: id, Base: base, Rev: keepiton.Revision{Recorded: noon, Role: keepiton.RoleAdmin, Incident: *inc}}); err != nil {
			t.Fatal(err)
		}
	}
	other := reported()
	other.Summary = "what nobody signed"
	write(good.ID, 3, other)                         // put back with other words
	write(rev.Incident.ID, 1, incident())            // published without its source
	write("KIO-2026-0777", 0, reported())            // put there at once
	c.signAll(t, c.showings(t, c.shelf(t)), ana, ed) // of one organization
	want := []string{"KIO-2026-0001 4", "KIO-2026-0002 2", "KIO-2026-0777 1"}
	if got := c.problems(t); !slices.Equal(got, want) {
		t.Errorf("found %v, want %v", got, want)
	}
}

// shelf is one more draft that rests on a report.
func (c *cast) shelf(t *testing.T) keepiton.IncidentID {
	t.Helper()
	rev, err := c.Create(t.Context(), ana, reported(), "")
	if err != nil {
		t.Fatal(err)
	}
	return rev.Incident.ID
}
