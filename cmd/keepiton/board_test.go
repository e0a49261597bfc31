package main

import (
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// TestAServerShowsWhatOtherProcessesMeasured starts a server in an empty folder, and
// fills that beside it.
func TestAServerShowsWhatOtherProcessesMeasured(t *testing.T) {
	file := realIODA(t, "iran-2026-01/ioda-iran-2025-12-01_2026-01-10-normalized.csv")
	dir := t.TempDir()
	s := start(t, "serve", "--data", dir, "--listen", "127.0.0.1:0")
	defer s.stop()
	says := func(path, want string) string {
		t.Helper()
		code, body := fetch(t, s.address+path)
		if code != http.StatusOK || !strings.Contains(body, want) {
			t.Fatalf("%s: status %d, want 200 with %q in\n%s", path, code, want, body)
		}
		return body
	}
	const off = "No instrument is connected"
	for _, path := range []string{"/en/signals", "/en/countries/IR/charts"} {
		says(path, off)
	}
	says("/ar/feeds.json", `"feeds": []`)
	says("/api/v1/disruptions", `"total":0`)
	if _, err := os.Stat(filepath.Join(dir, "series.db")); err == nil {
		t.Error("reading made the file of the series")
	}

	if code, out, errs := runHere(t, dir, "ingest", "ioda", "--entity", "country/IR", file); code != exitGood {
		t.Fatalf("ingest: %d, %s%s", code, out, errs)
	}
	// Pages are kept for a minute, so that none of them was asked for before.
	says("/en/feeds", "IODA")
	says("/en/feeds.json", `"feed": "ioda"`)
	says("/en/countries/IR/charts?from=2026-01-06&to=2026-01-09", "<svg")
	if code, out, errs := runHere(t, dir, "detect", "--disruptions", "--archive", "--keep", "--from", "2026-01-08", "--to", "2026-01-10"); code != exitGood {
		t.Fatalf("detect: %d, %s%s", code, out, errs)
	}
	page := says("/en/signals?country=IR", "KID-20260108T")
	id := regexp.MustCompile(`KID-20260108T\d{4}-IR`).FindString(page)
	says("/en/signals/"+id, "<svg")
	says("/en/signals/"+id+"/charts.json", "ping-slash24")
	says("/api/v1/disruptions?country=IR", id)

	// The file may be deleted and made again.
	for _, name := range []string{"series.db", "series.db-wal", "series.db-shm"} {
		os.Remove(filepath.Join(dir, name))
	}
	says("/fr/feeds.json", `"feeds": []`)
	if code, out, errs := runHere(t, dir, "ingest", "ioda", "--entity", "country/VE", file); code != exitGood {
		t.Fatalf("ingest: %d, %s%s", code, out, errs)
	}
	says("/en/countries/VE/charts.json?from=2026-01-06&to=2026-01-09", `"country/VE"`)
}

// realIODA returns the path of real data of IODA.
func realIODA(t testing.TB, name string) string {
	t.Helper()
	path := filepath.Join("../../../shared/data/ioda", name)
	if _, err := os.Stat(path); err != nil {
		if os.Getenv("CI") == "true" {
			t.Fatal(err)
		}
		t.Skipf("REAL DATA IS MISSING: %v", err)
	}
	return path
}
