package sample

import (
	"encoding/json"
	"reflect"
	"testing"

	"keepiton"
)

func TestEntriesCouldAllBePublishedAndNameOnlyWhatThereIs(t *testing.T) {
	for _, now := range moments {
		world := map[string]bool{}
		for _, rev := range World(now) {
			world[string(rev.Incident.ID)] = true
		}
		revs := Entries(now)
		last, states := map[keepiton.EntryID]keepiton.EntryRevision{}, map[keepiton.EntryKind]map[keepiton.State]int{}
		for _, rev := range revs {
			world[string(rev.ID)] = true
			before := last[rev.ID]
			if rev.N != before.N+1 || rev.Recorded.Before(before.Recorded) || rev.Recorded.After(now) {
				t.Errorf("%s revision %d follows %d wrongly", rev.ID, rev.N, before.N)
			}
			last[rev.ID] = rev
		}
		for id, rev := range last {
			e := keepiton.NewEntry(id.Kind())
			if err := json.Unmarshal(rev.Doc, e); err != nil {
				t.Fatal(id, err)
			}
			if states[id.Kind()] == nil {
				states[id.Kind()] = map[keepiton.State]int{}
			}
			states[id.Kind()][rev.State]++
			if problems := e.Check(); len(problems) > 0 && rev.State != keepiton.Draft {
				t.Errorf("%s: %+v", id, problems)
			}
			for _, f := range e.Index().Facets {
				if (f.Name == "incident" || f.Name == "entry") && !world[f.Value] {
					t.Errorf("%s names %s, which is not there", id, f.Value)
				}
				if f.Name == "country" && (f.Value < "XA" || f.Value > "XH") {
					t.Errorf("%s lies in %s, which is real", id, f.Value)
				}
			}
		}
		for _, kind := range keepiton.EntryKinds {
			if states[kind][keepiton.Published] == 0 {
				t.Errorf("no %s is published", kind)
			}
		}
		if !reflect.DeepEqual(revs, Entries(now)) {
			t.Error("the same now gives another campaign")
		}
	}
}
