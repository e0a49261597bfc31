package store_test

import (
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"keepiton"
	"keepiton/count"
	"keepiton/sample"
	"keepiton/store"
	"keepiton/store/all"
)

// keepRelease makes the data of a release: once, when it is made.
//
//	go test ./store -run TestRecordsOfOldReleasesOpen -keep v0.1.0
var keepRelease = flag.String("keep", "", "keep the data of this release in testdata/releases")

// TestRecordsOfOldReleasesOpen opens a record as each release left it, after
// this program has brought it up to date, and reads in it what that release
// read (contents.txt).
func TestRecordsOfOldReleasesOpen(t *testing.T) {
	if *keepRelease != "" {
		keep(t, filepath.Join("testdata", "releases", *keepRelease))
	}
	dirs, err := filepath.Glob("testdata/releases/*")
	if err != nil || len(dirs) == 0 {
		t.Fatalf("no releases are kept: %v", err)
	}
	for _, dir := range dirs {
		t.Run(filepath.Base(dir), func(t *testing.T) {
			want, err := os.ReadFile(filepath.Join(dir, "contents.txt"))
			if err != nil {
				t.Fatal(err)
			}
			data, err := os.ReadFile(filepath.Join(dir, "record.db"))
			if err != nil {
				t.Fatal(err)
			}
			file := filepath.Join(t.TempDir(), "record.db")
			if err := os.WriteFile(file, data, 0o600); err != nil {
				t.Fatal(err)
			}
			s := openFile(t, file)
			sameLines(t, contents(t, s), string(want))
			rev, err := s.Get(t.Context(), "KIO-2024-9001", time.Time{})
			if err != nil {
				t.Fatal(err)
			}
			rev.Incident.Summary = "corrected after the upgrade"
			if _, err := s.Append(t.Context(), store.Edit{ID: rev.Incident.ID, Base: rev.N, Rev: rev}); err != nil {
				t.Errorf("the old record takes no new revision: %v", err)
			}
		})
	}
}

func openFile(t *testing.T, file string) store.Store {
	t.Helper()
	s, err := all.Open(t.Context(), "sqlite:"+file)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	return s
}

// keep makes a record that has something in every table.
func keep(t *testing.T, dir string) {
	ctx := t.Context()
	if err := os.MkdirAll(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	s := openFile(t, filepath.Join(t.TempDir(), "record.db"))
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	at := time.Date(2024, 2, 1, 9, 30, 0, 0, time.UTC)
	rows := []keepiton.Row{{Edition: "made up 2024", File: "a.csv", Number: 2, Generation: 4, CountYear: 2024, Cells: []keepiton.Cell{{Column: "Country", Key: "country", Value: "Norland"}}}}
	imp := store.Import{
		Edition:     store.Edition{Name: "made up 2024", Published: at.Truncate(24 * time.Hour), Covers: []int{2024}, SHA256: "00", Payload: []byte("payload"), Report: []byte("{}")},
		Links:       []store.Link{{Edition: "made up 2024", File: "a.csv", Row: 2, Incident: "KIO-2024-9001", Score: 1, Reasons: []string{"new"}}},
		Ambiguities: []store.Ambiguity{{Kind: "match", Edition: "made up 2024", Incident: "KIO-2024-9001", Candidates: []store.Candidate{{Incident: "KIO-2024-0001", Score: 0.5}}}},
		Unmapped:    []store.Unmapped{{Kind: "place", Column: "area_name", Country: "XA", Words: "Nowhere", Count: 1}},
		Incidents: []store.ImportedIncident{{ID: "KIO-2024-9001", Revisions: []keepiton.Revision{{
			Recorded: at, Role: keepiton.RoleImport, Edition: "made up 2024",
			Incident: keepiton.Incident{State: keepiton.Published, Summary: "قطع الإنترنت, ኢንተርኔት", Rows: rows, Episodes: []keepiton.Episode{{Start: keepiton.On(2024, 1, 2)}}},
		}}}},
	}
	byID := map[keepiton.IncidentID]int{}
	for _, rev := range sample.World(time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)) {
		id := rev.Incident.ID
		if _, ok := byID[id]; !ok {
			byID[id] = len(imp.Incidents)
			imp.Incidents = append(imp.Incidents, store.ImportedIncident{ID: id})
		}
		i := &imp.Incidents[byID[id]]
		i.Revisions = append(i.Revisions, rev)
	}
	must(s.ApplyImport(ctx, imp))
	must(s.SetMeta(ctx, "ids_public_since", "2024-02-02"))
	must(s.PutAccount(ctx, store.Account{Name: "ana", Role: keepiton.RoleEditor, PasswordHash: "$argon2id$made-up", RecoveryHash: []string{"x"}, UserHandle: []byte("handle"), Created: at}))
	must(s.PutPasskey(ctx, store.Passkey{ID: []byte{1}, Account: "ana", Label: "key", Data: []byte("{}"), Created: at}))
	must(s.PutSession(ctx, store.Session{TokenSHA256: "t", Account: "ana", CSRF: "c", Created: at, Expires: at.AddDate(0, 0, 1)}))
	must(s.Approve(ctx, "KIO-2024-9001", 1, "ana", at))
	proposed, err := s.Get(ctx, "KIO-2024-9001", time.Time{})
	must(err)
	_, err = s.PutProposal(ctx, store.Proposal{Incident: proposed.Incident, Base: 1, Author: "ana", Role: keepiton.RoleEditor, Created: at})
	must(err)
	if err := os.WriteFile(filepath.Join(dir, "contents.txt"), []byte(contents(t, s)), 0o644); err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(dir, "record.db")
	_ = os.Remove(file)
	must(s.(interface {
		Backup(context.Context, string) error
	}).Backup(ctx, file))
}

// contents writes down all that the contract lets one read, a line each.
func contents(t *testing.T, s store.Store) string {
	t.Helper()
	ctx := t.Context()
	var b strings.Builder
	line := func(what string, v any, err error) {
		t.Helper()
		if err != nil {
			t.Fatalf("%s: %v", what, err)
		}
		data, err := json.Marshal(v)
		if err != nil {
			t.Fatal(err)
		}
		fmt.Fprintf(&b, "%s %s\n", what, data)
	}
	p, err := s.List(ctx, store.Query{Limit: 1000, States: keepiton.States, Sort: store.ByID})
	line("incidents", p.Total, err)
	for _, rev := range p.Items {
		revs, err := s.Revisions(ctx, rev.Incident.ID)
		line("revisions", len(revs), err)
		for _, r := range revs {
			whole, err := s.Revision(ctx, rev.Incident.ID, r.N)
			line("revision", whole, err)
		}
	}
	for _, asOf := range []time.Time{time.Date(2020, 1, 1, 0, 0, 0, 0, time.UTC), time.Date(2024, 6, 1, 0, 0, 0, 0, time.UTC), time.Date(2030, 1, 1, 0, 0, 0, 0, time.UTC)} {
		err := s.Cases(ctx, asOf, func(c *count.Case) error {
			line("case", []any{c.ID, c.State, c.Listed, c.Dims[count.Country], c.Dims[count.Cause], len(c.Episodes), len(c.Rows)}, nil)
			return nil
		})
		line("cases", asOf, err)
	}
	for _, text := range []string{"internet", "الإنترنت", "ኢንተርኔት", "norland"} {
		p, err := s.List(ctx, store.Query{Text: text, Limit: 1})
		line("found", p.Total, err)
	}
	editions, err := s.Editions(ctx)
	line("editions", editions, err)
	links, err := s.Links(ctx)
	line("links", links, err)
	questions, err := s.Ambiguities(ctx, false, 0)
	line("questions", questions, err)
	unmapped, err := s.Unmapped(ctx, false, 0)
	line("unmapped", unmapped, err)
	proposals, err := s.Proposals(ctx, false, 0)
	line("proposals", proposals, err)
	approvals, err := s.Approvals(ctx, "KIO-2024-9001", 1)
	line("approvals", approvals, err)
	accounts, err := s.ListAccounts(ctx)
	line("accounts", accounts, err)
	passkeys, err := s.Passkeys(ctx, "ana")
	line("passkeys", passkeys, err)
	session, err := s.Session(ctx, "t")
	line("session", session, err)
	meta, err := s.Meta(ctx, "ids_public_since")
	line("meta", meta, err)
	return b.String()
}

func sameLines(t *testing.T, got, want string) {
	t.Helper()
	g, w := strings.Split(got, "\n"), strings.Split(want, "\n")
	for i := range max(len(g), len(w)) {
		var a, b string
		if i < len(g) {
			a = g[i]
		}
		if i < len(w) {
			b = w[i]
		}
		if a != b {
			t.Fatalf("line %d:\ngot  %s\nwant %s", i+1, a, b)
		}
	}
}
