package desk_test

import (
	"encoding/json"
	"net/url"
	"testing"

	"keepiton"
	"keepiton/campaign"
	"keepiton/store"
)

// put stores an entry that readers see.
func (o *office) put(e keepiton.Entry) keepiton.EntryID {
	o.t.Helper()
	doc, err := json.Marshal(e)
	if err != nil {
		o.t.Fatal(err)
	}
	rev, err := o.store.AppendEntry(o.t.Context(), e.Kind(), 0, keepiton.EntryRevision{State: keepiton.Published, Recorded: o.now(), Role: keepiton.RoleEditor, Author: "ben", Doc: doc}, e.Index())
	if err != nil {
		o.t.Fatal(err)
	}
	return rev.ID
}

func TestTheEditorOfAPledgeShowsWhatTheRecordProposes(t *testing.T) {
	o := newOffice(t)
	begun := keepiton.Moment{At: o.now().AddDate(0, -2, 0)}
	id := o.put(&keepiton.Pledge{
		Leader: "A Minister", Office: keepiton.Texts{"en": "Minister"}, Country: "IS", Lang: "en", Words: keepiton.Texts{"en": "No cuts."}, Made: begun, Scope: "always", Outcome: "open",
		Sources: []keepiton.Source{{URL: "https://a.example/"}},
	})
	ana := o.hire("ana", keepiton.RoleAnalyst, "Org One")
	if ana.get("/desk/campaign/" + string(id)).must(200); ana.sees("(rule pledge-1)") {
		t.Error("it proposes what the pledge says already")
	}
	cut := keepiton.Incident{
		State: keepiton.Published, Kinds: []string{"shutdown"}, Places: []keepiton.Place{{Country: "IS", Nationwide: true, Confidence: 1}},
		Episodes: []keepiton.Episode{{Start: keepiton.Moment{At: o.now().AddDate(0, -1, 0)}, End: keepiton.Ending{State: keepiton.Ongoing}}},
	}
	revs, err := o.store.Append(t.Context(), store.Edit{Rev: keepiton.Revision{Recorded: o.now(), Role: keepiton.RoleEditor, Author: "ben", Incident: cut}})
	if err != nil {
		t.Fatal(err)
	}
	ana.get("/desk/campaign/"+string(id)).must(200, "The record proposes: Broken (rule pledge-1)", string(revs[0].Incident.ID))
	ana.press("outcome", url.Values{"reason": {" "}}).must(422, "A reason is needed")
	ana.get("/desk/campaign/" + string(id))
	ana.press("outcome", url.Values{"reason": {"ordered by the ministry"}}).must(200, "Saved.")
	rev, err := o.store.Entry(t.Context(), id)
	if err != nil {
		t.Fatal(err)
	}
	p, err := campaign.As[*keepiton.Pledge](rev)
	if err != nil || p.Outcome != "broken" || len(p.BrokenBy) != 1 || rev.Reason != "ordered by the ministry" || rev.State != keepiton.Draft {
		t.Errorf("%+v %s, %v", p, rev.State, err)
	}
	if ana.sees("(rule pledge-1)") {
		t.Error("it still proposes what was taken over")
	}
	if shown, err := o.store.PublicEntry(t.Context(), id); err != nil || shown.N != 1 {
		t.Errorf("readers see revision %d, %v", shown.N, err)
	}
}

func TestTheOfficeNotesThatAPetitionWasHandedOver(t *testing.T) {
	o := newOffice(t)
	id := o.put(&keepiton.Petition{
		Title: keepiton.Texts{"en": "Keep it on"}, Demand: keepiton.Texts{"en": "All."}, To: keepiton.Texts{"en": "The Authority"}, Opens: keepiton.Moment{At: o.now().AddDate(0, -1, 0)}, Closes: keepiton.Moment{At: o.now().AddDate(0, 1, 0)},
	})
	ana := o.hire("ana", keepiton.RoleAnalyst, "Org One")
	ana.get("/desk/campaign/"+string(id)).must(200, "Hand it over")
	ana.press("handed", url.Values{"to": {"The secretary"}, "reason": {"we were there"}}).must(200, "Saved.", "Note the answer")
	ana.press("answered", url.Values{"words": {"They took it."}, "reason": {"by letter"}}).must(200, "Saved.")
	rev, err := o.store.Entry(t.Context(), id)
	if err != nil {
		t.Fatal(err)
	}
	p, err := campaign.As[*keepiton.Petition](rev)
	if err != nil || p.HandedTo["en"] != "The secretary" || p.Handed.IsZero() || p.Answer["en"] != "They took it." || p.Answered.IsZero() {
		t.Errorf("%+v, %v", p, err)
	}
	mia := o.hire("mia", keepiton.RoleReader, "Org One")
	if mia.get("/desk/campaign/" + string(id)); mia.sees("Note the answer") {
		t.Error("who may not write sees the act")
	}
}
