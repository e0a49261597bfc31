package web

import (
	"path/filepath"
	"testing"

	"keepiton"
	"keepiton/campaign"
	"keepiton/sample"
	"keepiton/store"
	"keepiton/store/sqlite"
)

// campaignSite is the made-up world with its campaign, in a real store.
func campaignSite(t *testing.T) (*Server, store.Entries) {
	t.Helper()
	st, err := sqlite.Open(t.Context(), filepath.Join(t.TempDir(), "record.db"), sqlite.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { st.Close() })
	for _, rev := range sample.Entries(testNow) {
		e, err := campaign.Read(rev)
		if err != nil {
			t.Fatal(err)
		}
		want := rev.ID
		if rev.N == 1 {
			rev.ID = ""
		}
		if got, err := st.AppendEntry(t.Context(), e.Kind(), rev.N-1, rev, e.Index()); err != nil || got.ID != want {
			t.Fatalf("%s became %s: %v", want, got.ID, err)
		}
	}
	site, _ := sampleSite(t)
	site.opt.Campaign = st
	site.mux = site.routes()
	return site, st
}

// entryWith returns the id of the first made-up entry of a kind that is public
// and that the test wants.
func entryWith[E keepiton.Entry](t *testing.T, st store.Entries, kind keepiton.EntryKind, want func(E) bool) (keepiton.EntryID, E) {
	t.Helper()
	page, err := st.ListEntries(t.Context(), store.EntryQuery{Kind: kind, Limit: 1000})
	if err != nil {
		t.Fatal(err)
	}
	for _, rev := range page.Items {
		e, err := campaign.As[E](rev)
		if err != nil {
			t.Fatal(err)
		}
		if want(e) {
			return rev.ID, e
		}
	}
	t.Fatalf("no made-up %s is what the test wants", kind)
	panic("unreachable")
}
