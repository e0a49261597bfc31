package web

import (
	"encoding/json"
	"fmt"
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
	st, err := sqlite.Open(t.Context(), filepath.Join(t.TempDir(), "record.db"), sqlite.Options{Volatile: true})
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

func TestPagesOfTheCampaignWeighAtMost13000Bytes(t *testing.T) {
	s, st := campaignSite(t)
	for i := range organizationsOnPage { // a full page, with names that do not repeat themselves
		o := &keepiton.Organization{Name: fmt.Sprintf("Organization %x for %x rights", i*104729%65537, i*7919%65521), Type: "civil_society", Standing: keepiton.StandingMember}
		doc, err := json.Marshal(o)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := st.AppendEntry(t.Context(), o.Kind(), 0, keepiton.EntryRevision{State: keepiton.Published, Recorded: testNow, Doc: doc}, o.Index()); err != nil {
			t.Fatal(err)
		}
	}
	election, _ := entryWith(t, st, keepiton.KindWatch, func(w *keepiton.Watch) bool { return w.Country == "XG" })
	member, _ := entryWith(t, st, keepiton.KindOrganization, func(o *keepiton.Organization) bool { return o.Support.All() != nil })
	weigh(t, s, []string{"/coalition", "/coalition/" + string(member), "/watch", "/watch?view=past", "/watch/" + string(election)})
}
