package web

import (
	"cmp"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"keepiton/review"
	"keepiton/stop"
	"keepiton/store"
	"keepiton/store/sqlite"
)

// realRecord imports two real editions into a new record, or skips the test
// where they are absent; the machine that guards main always has them.
func realRecord(t testing.TB) store.Store {
	t.Helper()
	dir := "../../shared/data/stop"
	if _, err := os.Stat(dir); err != nil {
		if os.Getenv("CI") != "" {
			t.Fatalf("the real editions are missing: %v", err)
		}
		t.Skipf("SKIPPED, LOUDLY: the real editions are not at %s", dir)
	}
	st, err := sqlite.Open(t.Context(), filepath.Join(t.TempDir(), "record.db"), sqlite.Options{Volatile: true})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { st.Close() })
	for _, e := range []struct {
		name, file string
		published  time.Time
	}{
		{"2016-2022", "stop_2016_2022_edition.dev.xlsx", time.Date(2023, 3, 1, 0, 0, 0, 0, time.UTC)},
		{"2016-2025", "stop_combined_2016_2025.dev.csv", time.Date(2026, 5, 20, 0, 0, 0, 0, time.UTC)},
	} {
		f, err := os.Open(filepath.Join(dir, e.file))
		if err != nil {
			t.Fatal(err)
		}
		defer f.Close()
		info, err := f.Stat()
		if err != nil {
			t.Fatal(err)
		}
		file, err := stop.Read(e.file, f, info.Size(), stop.ReadOptions{})
		if err != nil {
			t.Fatal(err)
		}
		edition, defects, err := stop.NewEdition(e.name, e.published, []stop.File{file}, nil)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := review.ImportEdition(t.Context(), st, edition, defects); err != nil {
			t.Fatal(err)
		}
	}
	return st
}

func realSite(t testing.TB) *Server {
	t.Helper()
	s, err := New(Options{Record: realRecord(t), Stories: sampleShelf(), Now: func() time.Time { return testNow }, BaseURL: "https://keepiton.example"})
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// heaviest is the number of incidents that are weighed in every language; in
// English it is all of them.
const heaviest = 12

func TestPagesOfTheRealRecordWeighAtMost13000Bytes(t *testing.T) {
	pageAfterPage(t)
	s := realSite(t)
	core := []string{
		"/", "/incidents", "/incidents?country=IN&year=2022", "/incidents?q=internet", "/countries", "/countries/IN", "/countries/UA", "/countries/MM", "/countries/RU", "/countries/IR",
		"/years", "/years/2022", "/years/2025", "/years/2026", "/trends", "/trends?by=justification", "/corrections", "/corrections?from=2023-03-01&to=2026-05-20",
		"/corrections?from=2023-03-01&to=2026-05-20&year=2022&field=causes", "/methodology", "/data", "/about", "/help", "/?as_of=2023-06-01", "/codebook",
	}
	type weighed struct {
		path string
		size int
	}
	var all []weighed
	q := store.Query{Limit: 1000}
	for {
		page, err := s.opt.Record.List(t.Context(), q)
		if err != nil {
			t.Fatal(err)
		}
		for _, rev := range page.Items {
			path := "/incidents/" + string(rev.Incident.ID)
			w := get(t, s, "/en"+path, "Accept-Encoding", "gzip")
			if w.Code != http.StatusOK {
				t.Errorf("%s: status %d", path, w.Code)
			}
			all = append(all, weighed{path, w.Body.Len()})
			if w.Body.Len() > maxPage {
				t.Errorf("%s: %d bytes with gzip, at most %d", path, w.Body.Len(), maxPage)
			}
			if testing.Short() && len(all) > 100 {
				break
			}
		}
		if q.Cursor = page.Next; q.Cursor == "" || testing.Short() {
			break
		}
	}
	slices.SortFunc(all, func(a, b weighed) int { return cmp.Compare(b.size, a.size) })
	for _, w := range all[:min(heaviest, len(all))] {
		core = append(core, w.path)
	}
	weigh(t, s, core)
}
