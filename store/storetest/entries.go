package storetest

import (
	"encoding/json"
	"reflect"
	"slices"
	"testing"
	"time"

	"keepiton"
	"keepiton/store"
)

// pledged is a revision of a pledge in a country.
func pledged(state keepiton.State, country, made string, words keepiton.Texts) (keepiton.EntryRevision, keepiton.EntryIndex) {
	p := &keepiton.Pledge{Leader: "A. Leader", Country: country, Lang: "en", Words: words, Scope: "election", Outcome: "open"}
	if err := p.Made.UnmarshalText([]byte(made)); err != nil {
		panic(err)
	}
	doc, err := json.Marshal(p)
	if err != nil {
		panic(err)
	}
	return keepiton.EntryRevision{State: state, Recorded: day0, Role: keepiton.RoleAnalyst, Author: "ana", Reason: "why", Doc: doc}, p.Index()
}

func (w *world) pledge(base keepiton.EntryRevision, state keepiton.State, country, made string, words keepiton.Texts) keepiton.EntryRevision {
	w.Helper()
	rev, index := pledged(state, country, made, words)
	rev.ID = base.ID
	out, err := w.AppendEntry(w.ctx, keepiton.KindPledge, base.N, rev, index)
	w.must("append", err)
	return out
}

func entries(t *testing.T, w *world) {
	none := keepiton.EntryRevision{}
	first := w.pledge(none, keepiton.Draft, "XA", "2023-04-01", keepiton.Texts{"en": "I will keep it on."})
	if first.ID != "KIP-2023-0001" || first.N != 1 {
		t.Errorf("the first pledge is %s, revision %d", first.ID, first.N)
	}
	rev, index := pledged(keepiton.Draft, "XA", "2023-04-01", nil)
	watch, err := w.AppendEntry(w.ctx, keepiton.KindWatch, 0, rev, index)
	if err != nil || watch.ID != "KIW-2023-0001" {
		t.Errorf("kinds share numbers: %s, %v", watch.ID, err)
	}
	_, err = w.PublicEntry(w.ctx, first.ID)
	w.wantCode("a draft, to readers", err, keepiton.NotFound)

	before, err := w.Version(w.ctx)
	w.must("version", err)
	shown := w.pledge(first, keepiton.Published, "XA", "2023-04-01", keepiton.Texts{"en": "I will keep it on."})
	if after, _ := w.Version(w.ctx); after <= before {
		t.Error("readers are not told of what was published")
	}
	draft := w.pledge(shown, keepiton.InReview, "XB", "2023-04-02", keepiton.Texts{"en": "Corrected."})
	got, err := w.PublicEntry(w.ctx, first.ID)
	if err != nil || !reflect.DeepEqual(got, shown) {
		t.Errorf("readers see %+v, want %+v, %v", got, shown, err)
	}
	if got, err = w.Entry(w.ctx, first.ID); err != nil || !reflect.DeepEqual(got, draft) {
		t.Errorf("the desk sees %+v, want %+v, %v", got, draft, err)
	}
	all, err := w.EntryRevisions(w.ctx, first.ID)
	if err != nil || len(all) != 3 || all[0].State != keepiton.Draft || all[2].N != 3 {
		t.Errorf("revisions: %+v, %v", all, err)
	}

	rev, index = pledged(keepiton.Published, "XA", "2023-04-01", nil)
	rev.ID = first.ID
	_, err = w.AppendEntry(w.ctx, keepiton.KindPledge, 2, rev, index)
	w.wantCode("an old base", err, keepiton.Conflict)
	_, err = w.AppendEntry(w.ctx, keepiton.KindWatch, 3, rev, index)
	w.wantCode("another kind", err, keepiton.Invalid)
	rev.Doc = json.RawMessage(`["no object"]`)
	_, err = w.AppendEntry(w.ctx, keepiton.KindPledge, 3, rev, index)
	w.wantCode("no object", err, keepiton.Invalid)
	rev.Doc = json.RawMessage(`{"a":"` + string(make([]byte, 300<<10)) + `"}`)
	_, err = w.AppendEntry(w.ctx, keepiton.KindPledge, 3, rev, index)
	w.wantCode("too large", err, keepiton.TooLarge)
	_, err = w.Entry(w.ctx, "KIP-2023-0099")
	w.wantCode("no such entry", err, keepiton.NotFound)

	early, index := pledged(keepiton.Withdrawn, "XA", "2023-04-01", keepiton.Texts{"en": "Gone."})
	early.ID, early.Recorded = first.ID, day0.Add(-time.Hour)
	gone, err := w.AppendEntry(w.ctx, keepiton.KindPledge, 3, early, index)
	if err != nil || gone.Recorded.Before(draft.Recorded) {
		t.Errorf("a clock set back: %+v, %v", gone, err)
	}
	if got, err = w.PublicEntry(w.ctx, first.ID); err != nil || got.State != keepiton.Withdrawn {
		t.Errorf("readers see %+v of what was withdrawn, %v", got, err)
	}
	page, err := w.ListEntries(w.ctx, store.EntryQuery{Kind: keepiton.KindPledge})
	if err != nil || page.Total != 0 {
		t.Errorf("what was withdrawn is listed: %+v, %v", page, err)
	}
}

// Who was refused, or what was given up, is nobody's business.
func entryGivenUp(t *testing.T, w *world) {
	draft := w.pledge(keepiton.EntryRevision{}, keepiton.InReview, "XA", "2023-04-01", keepiton.Texts{"en": "Never said."})
	before, err := w.Version(w.ctx)
	w.must("version", err)
	gone := w.pledge(draft, keepiton.Withdrawn, "XA", "2023-04-01", keepiton.Texts{"en": "Never said."})
	_, err = w.PublicEntry(w.ctx, draft.ID)
	w.wantCode("a draft that was given up, to readers", err, keepiton.NotFound)
	if after, _ := w.Version(w.ctx); after != before {
		t.Error("readers are told of what was given up")
	}
	shown := w.pledge(gone, keepiton.Published, "XA", "2023-04-01", keepiton.Texts{"en": "Said after all."})
	if got, err := w.PublicEntry(w.ctx, draft.ID); err != nil || got.N != shown.N {
		t.Errorf("published after all: %+v, %v", got, err)
	}
}

// A page of an incident asks once for all that name it.
func entriesOfEveryKind(t *testing.T, w *world) {
	index := func(kind keepiton.EntryKind, facets ...keepiton.EntryFacet) keepiton.EntryID {
		rev, ix := pledged(keepiton.Published, "XA", "2023-04-01", nil)
		ix.Facets = facets
		out, err := w.AppendEntry(w.ctx, kind, 0, rev, ix)
		w.must("append", err)
		return out.ID
	}
	inc := keepiton.EntryFacet{Name: "incident", Value: "KIO-2023-0001"}
	want := []keepiton.EntryID{index(keepiton.KindStatement, inc), index(keepiton.KindPledge, inc), index(keepiton.KindWatch, inc)}
	index(keepiton.KindLetter, keepiton.EntryFacet{Name: "incident", Value: "KIO-2023-0002"})
	slices.Sort(want)
	page, err := w.ListEntries(w.ctx, store.EntryQuery{Facets: map[string][]string{"incident": {inc.Value}}})
	w.must("list", err)
	var got []keepiton.EntryID
	for _, rev := range page.Items {
		got = append(got, rev.ID)
	}
	if !slices.Equal(got, want) || page.Total != 3 {
		t.Errorf("got %v, total %d, want %v", got, page.Total, want)
	}
	counts, err := w.CountEntries(w.ctx, store.EntryQuery{}, "incident")
	if err != nil || counts[inc.Value] != 3 || counts["KIO-2023-0002"] != 1 {
		t.Errorf("counts %v, %v", counts, err)
	}
}

func entryLists(t *testing.T, w *world) {
	none := keepiton.EntryRevision{}
	add := func(country, made, en, am string) keepiton.EntryID {
		d := w.pledge(none, keepiton.Draft, country, made, nil)
		return w.pledge(d, keepiton.Published, country, made, keepiton.Texts{"en": en, "am": am}).ID
	}
	a := add("XA", "2023-01-10", "No shutdown during exams", "ኢንተርኔት አይዘጋም")
	b := add("XB", "2023-03", "100% of the network_stays on", "")
	c := add("XA", "2022-05-01", "For the election", "")
	w.pledge(none, keepiton.Draft, "XA", "2023-02-01", keepiton.Texts{"en": "Only a draft"})

	list := func(q store.EntryQuery) (ids []keepiton.EntryID) {
		t.Helper()
		q.Kind = keepiton.KindPledge
		for {
			page, err := w.ListEntries(w.ctx, q)
			w.must("list", err)
			for _, rev := range page.Items {
				ids = append(ids, rev.ID)
			}
			if q.Cursor = page.Next; q.Cursor == "" {
				if page.Total != len(ids) {
					t.Errorf("total %d of %d", page.Total, len(ids))
				}
				return ids
			}
		}
	}
	day := func(y, m, d int) time.Time { return time.Date(y, time.Month(m), d, 0, 0, 0, 0, time.UTC) }
	for _, tc := range []struct {
		what string
		q    store.EntryQuery
		want []keepiton.EntryID
	}{
		{"by day", store.EntryQuery{Limit: 1}, []keepiton.EntryID{c, a, b}},
		{"latest first", store.EntryQuery{Limit: 2, Descending: true}, []keepiton.EntryID{b, a, c}},
		{"a country", store.EntryQuery{Facets: map[string][]string{"country": {"XA"}}}, []keepiton.EntryID{c, a}},
		{"two countries", store.EntryQuery{Facets: map[string][]string{"country": {"XA", "XB"}, "scope": {"election"}}}, []keepiton.EntryID{c, a, b}},
		{"nothing asked", store.EntryQuery{Facets: map[string][]string{"country": {}}}, []keepiton.EntryID{c, a, b}},
		{"a span", store.EntryQuery{From: day(2023, 1, 10), Before: day(2023, 1, 11)}, []keepiton.EntryID{a}},
		{"a month overlaps its days", store.EntryQuery{From: day(2023, 3, 31)}, []keepiton.EntryID{b}},
		{"words in any order", store.EntryQuery{Text: "EXAMS shutdown"}, []keepiton.EntryID{a}},
		{"homophones", store.EntryQuery{Text: "እንተርኔት"}, nil},
		{"the beginning of a word", store.EntryQuery{Text: "ኢንተር"}, []keepiton.EntryID{a}},
		{"what LIKE reads as any letter", store.EntryQuery{Text: "sh_tdown"}, nil},
	} {
		if got := list(tc.q); !reflect.DeepEqual(got, tc.want) {
			t.Errorf("%s: got %v, want %v", tc.what, got, tc.want)
		}
	}
	desk := store.EntryQuery{Desk: true, States: []keepiton.State{keepiton.Draft}}
	if got := list(desk); len(got) != 1 {
		t.Errorf("drafts: %v", got)
	}
	counts, err := w.CountEntries(w.ctx, store.EntryQuery{Kind: keepiton.KindPledge}, "country")
	if want := map[string]int{"XA": 2, "XB": 1}; err != nil || !reflect.DeepEqual(counts, want) {
		t.Errorf("counts %v, want %v, %v", counts, want, err)
	}
	_, err = w.ListEntries(w.ctx, store.EntryQuery{Kind: keepiton.KindPledge, Cursor: "bad"})
	w.wantCode("a bad cursor", err, keepiton.Invalid)
	_, err = w.ListEntries(w.ctx, store.EntryQuery{Kind: keepiton.KindPledge, Limit: 1001})
	w.wantCode("a bad limit", err, keepiton.Invalid)
}

func entryApprovals(t *testing.T, w *world) {
	rev := w.pledge(keepiton.EntryRevision{}, keepiton.InReview, "XA", "2023-01-10", keepiton.Texts{"en": "words"})
	a := keepiton.EntryApproval{ID: rev.ID, N: 1, Account: "ben", Organization: "Two", Approves: true, Reason: "checked", Day: day0}
	w.must("approve", w.PutEntryApproval(w.ctx, a))
	a.Account, a.Approves = "ana", false
	w.must("against", w.PutEntryApproval(w.ctx, a))
	a.Approves, a.Reason = true, "the source was found"
	w.must("another mind", w.PutEntryApproval(w.ctx, a))
	got, err := w.EntryApprovals(w.ctx, rev.ID, 1)
	if err != nil || len(got) != 2 || got[0].Account != "ana" || !got[0].Approves || got[0].Reason != "the source was found" || !got[0].Day.Equal(day0.Truncate(24*time.Hour)) {
		t.Errorf("approvals: %+v, %v", got, err)
	}
	a.N = 2
	w.wantCode("of a revision that is not there", w.PutEntryApproval(w.ctx, a), keepiton.NotFound)
}
