package review

import (
	"context"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"keepiton"
	"keepiton/store"
	"keepiton/store/sqlite"
)

var (
	ana  = Person{"ana", keepiton.RoleAnalyst, "One"}
	ed   = Person{"ed", keepiton.RoleEditor, "One"}
	eve  = Person{"eve", keepiton.RoleEditor, "Two"}
	noon = time.Date(2026, 5, 4, 12, 0, 0, 0, time.UTC)
)

func newDesk(t testing.TB) (*Desk, store.Store) {
	t.Helper()
	s, err := sqlite.Open(t.Context(), filepath.Join(t.TempDir(), "record.db"), sqlite.Options{Volatile: true})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	for _, p := range []Person{ana, ed, eve} {
		if err := s.PutAccount(t.Context(), store.Account{Name: p.Account, Role: p.Role, Organization: p.Organization}); err != nil {
			t.Fatal(err)
		}
	}
	return &Desk{Incidents: s, Questions: s, People: s, Meta: s, Stories: s, Media: s, Now: func() time.Time { return noon }}, s
}

func incident() *keepiton.Incident {
	return &keepiton.Incident{
		Episodes: []keepiton.Episode{{Start: keepiton.On(2026, 3, 1), End: keepiton.Ending{State: keepiton.EndUnknown}}},
		Places:   []keepiton.Place{{Words: "Nationwide", Country: "UG", Nationwide: true, Confidence: 1}},
		Kinds:    []string{"shutdown"}, Causes: []string{"elections"},
		Sources: []keepiton.Source{{ID: "s1", Kind: "news", URL: "https://news.example/1"}},
	}
}

func make1(t *testing.T, d *Desk, s store.Store, state keepiton.State, rows ...keepiton.Row) Target {
	t.Helper()
	inc := incident()
	inc.State, inc.Rows = state, rows
	revs, err := s.Append(context.Background(), store.Edit{Rev: keepiton.Revision{Recorded: noon.Add(-time.Hour), Role: keepiton.RoleImport, Incident: *inc}})
	if err != nil {
		t.Fatal(err)
	}
	return Target{revs[0].Incident.ID, revs[0].N}
}

// put stores what an import would leave for the desk.
func put(t *testing.T, s store.Store, imp store.Import) {
	t.Helper()
	imp.Edition = store.Edition{Name: "E", Published: noon.Truncate(24 * time.Hour), SHA256: "e"}
	if err := s.ApplyImport(t.Context(), imp); err != nil {
		t.Fatal(err)
	}
}

func code(t *testing.T, err error, want keepiton.Code) {
	t.Helper()
	if got := keepiton.CodeOf(err); got != want {
		t.Errorf("error %v has code %q, want %q", err, got, want)
	}
}

func TestNobodyWritesStateRowsOrIDByHand(t *testing.T) {
	d, s := newDesk(t)
	at := make1(t, d, s, keepiton.Draft, keepiton.Row{Edition: "E", File: "f", Number: 2})
	forged := incident()
	forged.ID, forged.State, forged.MergedInto, forged.Rows = "KIO-1999-0001", keepiton.Published, "KIO-1999-0002", nil
	forged.Verification = keepiton.Verification{Level: keepiton.Verified, By: "The President", On: []keepiton.SourceID{"s1"}, At: noon.AddDate(-1, 0, 0)}
	rev, err := d.Save(t.Context(), ana, at.ID, at.Base, forged, "")
	if err != nil {
		t.Fatal(err)
	}
	inc := rev.Incident
	if inc.ID != at.ID || inc.State != keepiton.Draft || inc.MergedInto != "" || len(inc.Rows) != 1 {
		t.Errorf("stored %s %s %q rows %d", inc.ID, inc.State, inc.MergedInto, len(inc.Rows))
	}
	if v := inc.Verification; v.By != "One" || !v.At.Equal(noon) {
		t.Errorf("the verification is signed %q at %v", v.By, v.At)
	}
}

func TestFirstActOfAPersonFixesIDs(t *testing.T) {
	d, s := newDesk(t)
	if _, err := d.Create(t.Context(), ana, incident(), "first news"); err != nil {
		t.Fatal(err)
	}
	if since, _ := s.Meta(t.Context(), idsPublicSince); since != noon.Format(time.RFC3339) {
		t.Errorf("ids public since %q", since)
	}
}

func TestDraftNeedsAStart(t *testing.T) {
	d, _ := newDesk(t)
	inc := incident()
	inc.Episodes = nil
	_, err := d.Create(t.Context(), ana, inc, "")
	code(t, err, keepiton.Invalid)
}

func TestDisabledPersonNoLongerStandsBehindARevision(t *testing.T) {
	d, s := newDesk(t)
	if err := SavePolicy(t.Context(), s, Policy{Publishing: TwoPeople}); err != nil {
		t.Fatal(err)
	}
	at := make1(t, d, s, keepiton.InReview)
	if err := d.Approve(t.Context(), eve, at.ID, at.Base); err != nil {
		t.Fatal(err)
	}
	s.UpdateAccount(t.Context(), "eve", func(a *store.Account) error { a.Disabled = true; return nil })
	_, err := d.Publish(t.Context(), ed, at.ID, at.Base, "")
	code(t, err, keepiton.Forbidden)
	s.UpdateAccount(t.Context(), "eve", func(a *store.Account) error { a.Disabled = false; return nil })
	if _, err := d.Publish(t.Context(), ed, at.ID, at.Base, ""); err != nil {
		t.Error(err)
	}
}

func TestMergeMovesRowsSoThatCountsStay(t *testing.T) {
	d, s := newDesk(t)
	a := make1(t, d, s, keepiton.Published, keepiton.Row{Edition: "E", File: "f", Number: 2})
	b := make1(t, d, s, keepiton.Published, keepiton.Row{Edition: "E", File: "f", Number: 3})
	if _, err := d.Merge(t.Context(), ed, a, b, "the same cut"); err != nil {
		t.Fatal(err)
	}
	into, base, _ := d.current(t.Context(), b.ID)
	if len(into.Incident.Rows) != 2 || len(into.Incident.Sources) != 1 {
		t.Errorf("rows %d, sources %d", len(into.Incident.Rows), len(into.Incident.Sources))
	}
	if _, err := d.Unmerge(t.Context(), ed, a.ID, a.Base+1, "not the same"); err != nil {
		t.Fatal(err)
	}
	into, _, _ = d.current(t.Context(), b.ID)
	if len(into.Incident.Rows) != 1 || into.Incident.Rows[0].Number != 3 || into.N != base+1 {
		t.Errorf("after undoing: rows %v", into.Incident.Rows)
	}
}

func TestPublicIncidentNeverRedirectsToAHiddenOne(t *testing.T) {
	d, s := newDesk(t)
	a, b := make1(t, d, s, keepiton.Published), make1(t, d, s, keepiton.Draft)
	_, err := d.Merge(t.Context(), ed, a, b, "same")
	code(t, err, keepiton.Conflict)
}

func TestUndoingAMergeIsNoWayAroundTheSecondPerson(t *testing.T) {
	d, s := newDesk(t)
	if err := SavePolicy(t.Context(), s, Policy{Publishing: TwoPeople}); err != nil {
		t.Fatal(err)
	}
	draft, err := d.Create(t.Context(), ed, incident(), "")
	if err != nil {
		t.Fatal(err)
	}
	other := make1(t, d, s, keepiton.Published)
	if _, err := d.Merge(t.Context(), ed, Target{draft.Incident.ID, 1}, other, "same"); err != nil {
		t.Fatal(err)
	}
	_, err = d.Unmerge(t.Context(), ed, draft.Incident.ID, 2, "not the same")
	code(t, err, keepiton.Forbidden)
}

func TestSplitThatLosesTheRaceChangesNothingPublic(t *testing.T) {
	d, s := newDesk(t)
	at := make1(t, d, s, keepiton.Published, keepiton.Row{Edition: "E", File: "f", Number: 2}, keepiton.Row{Edition: "E", File: "f", Number: 3})
	out, err := d.Split(t.Context(), ed, at.ID, at.Base, Part{Rows: []int{1}}, "two events")
	if err != nil {
		t.Fatal(err)
	}
	old, fresh := out.Revisions[0], out.Revisions[1]
	if len(old.Incident.Rows) != 1 || len(fresh.Incident.Rows) != 1 || len(fresh.Incident.Episodes) != 1 || fresh.Incident.State != keepiton.Published {
		t.Errorf("rows %d and %d, episodes %d, %s", len(old.Incident.Rows), len(fresh.Incident.Rows), len(fresh.Incident.Episodes), fresh.Incident.State)
	}
	_, err = d.Split(t.Context(), ed, at.ID, at.Base, Part{Rows: []int{0}}, "late")
	code(t, err, keepiton.Conflict)
	_, err = d.Split(t.Context(), ed, at.ID, old.N, Part{Rows: []int{7}}, "no such row")
	code(t, err, keepiton.Invalid)
}

func TestQuestionAnsweredSameMergesOnce(t *testing.T) {
	d, s := newDesk(t)
	a, b := make1(t, d, s, keepiton.Published), make1(t, d, s, keepiton.Published)
	put(t, s, store.Import{Ambiguities: []store.Ambiguity{{Kind: "match", Edition: "E", Incident: a.ID, Candidates: []store.Candidate{{Incident: b.ID, Score: .8}}}}})
	same := func(who Person, candidate keepiton.IncidentID, reason string) error {
		_, err := d.Same(t.Context(), who, 1, candidate, reason)
		return err
	}
	code(t, same(ed, "KIO-2026-0099", "x"), keepiton.Invalid)
	code(t, same(ana, b.ID, "x"), keepiton.Forbidden)
	code(t, same(ed, b.ID, " "), keepiton.Invalid)
	if _, err := d.Same(t.Context(), ed, 1, b.ID, "same days, same order"); err != nil {
		t.Fatal(err)
	}
	rev, _, _ := d.current(t.Context(), a.ID)
	if rev.Incident.MergedInto != b.ID {
		t.Errorf("merged into %q", rev.Incident.MergedInto)
	}
	code(t, d.Different(t.Context(), ed, 1, "after all"), keepiton.NotFound)
}

func TestMappedPlaceCorrectsTheIncidentsThatHaveTheWords(t *testing.T) {
	d, s := newDesk(t)
	at := make1(t, d, s, keepiton.Published)
	rev, _, _ := d.current(t.Context(), at.ID)
	inc := rev.Incident.Clone()
	inc.Places = append(inc.Places, keepiton.Place{Words: "Bundibugyo twn", Country: "UG", Confidence: .4, Method: "fuzzy"})
	if _, err := s.Append(t.Context(), store.Edit{ID: at.ID, Base: 1, Rev: keepiton.Revision{Recorded: noon.Add(-time.Minute), Role: keepiton.RoleImport, Incident: *inc}}); err != nil {
		t.Fatal(err)
	}
	u := store.Unmapped{Kind: "place", Column: "area_name", Country: "UG", Words: "Bundibugyo twn", Count: 1}
	put(t, s, store.Import{Unmapped: []store.Unmapped{u}})
	n, err := d.MapPlace(t.Context(), ed, u, keepiton.Place{Country: "UG", Region: "UG-401"}, "it is the town")
	if err != nil || n != 1 {
		t.Fatalf("corrected %d: %v", n, err)
	}
	rev, _, _ = d.current(t.Context(), at.ID)
	if p := rev.Incident.Places[1]; p.Region != "UG-401" || p.Confidence != 1 || p.Method != MethodPerson || p.Words != u.Words {
		t.Errorf("place became %+v", p)
	}
	if rev.Role != keepiton.RoleEditor || rev.Reason != "it is the town" {
		t.Errorf("revision by %s, %q", rev.Role, rev.Reason)
	}
	if open, _ := s.Unmapped(t.Context(), true, 10); len(open) != 0 {
		t.Errorf("still open: %v", open)
	}
}

func TestMappedSpellingCorrectsTheIncidentsWhoseRowsHaveIt(t *testing.T) {
	d, s := newDesk(t)
	row := keepiton.Row{Edition: "E", File: "f", Number: 2, Cells: []keepiton.Cell{{Column: "Actual Cause", Key: "actual_cause", Value: "Elections, protest march"}}}
	at, other := make1(t, d, s, keepiton.Published, row), make1(t, d, s, keepiton.Published)
	u := store.Unmapped{Kind: "value", Column: "Actual Cause", Words: "protest march", Count: 1}
	put(t, s, store.Import{Unmapped: []store.Unmapped{u}})
	_, err := d.MapValue(t.Context(), ed, u, "no_such_code", "x")
	code(t, err, keepiton.Invalid)
	n, err := d.MapValue(t.Context(), ed, u, "protests", "a march is a protest")
	if err != nil || n != 1 {
		t.Fatalf("corrected %d: %v", n, err)
	}
	rev, _, _ := d.current(t.Context(), at.ID)
	if got := rev.Incident.Causes; !slices.Equal(got, []string{"elections", "protests"}) {
		t.Errorf("causes are %v", got)
	}
	if _, base, _ := d.current(t.Context(), other.ID); base != 1 {
		t.Error("an incident without the words was changed")
	}
}

func TestDefectOfAnEditionDoesNotBlockAnotherCorrection(t *testing.T) {
	d, s := newDesk(t)
	inc := incident()
	inc.State, inc.Sources = keepiton.Published, nil // a fault that the edition came with
	revs, err := s.Append(t.Context(), store.Edit{Rev: keepiton.Revision{Recorded: noon.Add(-time.Hour), Role: keepiton.RoleImport, Incident: *inc}})
	if err != nil {
		t.Fatal(err)
	}
	id := revs[0].Incident.ID
	inc.Impact = "shops closed"
	if _, err := d.Correct(t.Context(), ed, id, 1, inc, "a report"); err != nil {
		t.Errorf("the old fault blocks: %v", err)
	}
	inc.Kinds = nil
	_, err = d.Correct(t.Context(), ed, id, 2, inc, "worse")
	code(t, err, keepiton.Invalid)
}

func TestConfirmingAGuessIsAChange(t *testing.T) {
	d, s := newDesk(t)
	at := make1(t, d, s, keepiton.Published)
	rev, _, _ := d.current(t.Context(), at.ID)
	inc := rev.Incident.Clone()
	inc.Places = append(inc.Places, keepiton.Place{Words: "Kampla", Country: "UG", Region: "UG-102", Confidence: .7, Method: "fuzzy"})
	if _, err := s.Append(t.Context(), store.Edit{ID: at.ID, Base: 1, Rev: keepiton.Revision{Recorded: noon.Add(-time.Minute), Role: keepiton.RoleImport, Incident: *inc}}); err != nil {
		t.Fatal(err)
	}
	u := store.Unmapped{Kind: "place", Column: "area_name", Country: "UG", Words: "Kampla", Count: 1}
	put(t, s, store.Import{Unmapped: []store.Unmapped{u}})
	if n, err := d.MapPlace(t.Context(), ed, u, keepiton.Place{Country: "UG", Region: "UG-102"}, "misspelt"); err != nil || n != 1 {
		t.Fatalf("corrected %d: %v", n, err)
	}
	rev, _, _ = d.current(t.Context(), at.ID)
	if p := rev.Incident.Places[1]; p.Confidence != 1 || p.Method != MethodPerson {
		t.Errorf("place became %+v", p)
	}
}
