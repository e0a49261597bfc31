package web

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"sync"
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
	record, err := campaignRecord()
	if err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(t.TempDir(), "record.db")
	if err := os.WriteFile(file, record, 0o600); err != nil {
		t.Fatal(err)
	}
	st, err := sqlite.Open(t.Context(), file, sqlite.Options{Volatile: true})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { st.Close() })
	site, _ := sampleSite(t)
	site.opt.Campaign = st
	site.mux = site.routes()
	return site, st
}

// campaignRecord is a record with the made-up campaign. It is written once:
// each test begins with a copy of its own.
var campaignRecord = sync.OnceValues(func() ([]byte, error) {
	dir, err := os.MkdirTemp("", "keepiton-campaign-*")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(dir)
	ctx := context.Background()
	st, err := sqlite.Open(ctx, filepath.Join(dir, "record.db"), sqlite.Options{Volatile: true})
	if err != nil {
		return nil, err
	}
	defer st.Close()
	for _, rev := range sample.Entries(testNow) {
		e, err := campaign.Read(rev)
		if err != nil {
			return nil, err
		}
		want := rev.ID
		if rev.N == 1 {
			rev.ID = ""
		}
		if got, err := st.AppendEntry(ctx, e.Kind(), rev.N-1, rev, e.Index()); err != nil || got.ID != want {
			return nil, fmt.Errorf("%s became %s: %w", want, got.ID, err)
		}
	}
	if err := st.Backup(ctx, filepath.Join(dir, "copy.db")); err != nil {
		return nil, err
	}
	return os.ReadFile(filepath.Join(dir, "copy.db"))
})

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
