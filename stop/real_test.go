package stop

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"
	"time"
)

const (
	combinedFile = "stop_combined_2016_2025.dev.csv"
	workbookFile = "stop_2016_2022_edition.dev.xlsx"
	first2019    = "stop_2019_edition.dev.csv"
)

// realFile reads one of the real files; without it the test is skipped, except
// where CI says that the data must be there.
func realFile(t testing.TB, name string) File {
	t.Helper()
	return mustRead(t, name, realBytes(t, name))
}

func realBytes(t testing.TB, name string) []byte {
	t.Helper()
	data, err := os.ReadFile(filepath.Join("..", "..", "shared", "data", "stop", name))
	if err != nil {
		if os.Getenv("CI") != "" {
			t.Fatal(err)
		}
		t.Skipf("SKIPPED, NOT TESTED: the real file is missing: %v", err)
	}
	return data
}

func mustRead(t testing.TB, name string, data []byte) File {
	t.Helper()
	f, err := Read(name, bytes.NewReader(data), int64(len(data)), ReadOptions{})
	if err != nil {
		t.Fatal(err)
	}
	return f
}

func day(s string) time.Time {
	d, err := time.Parse(time.DateOnly, s)
	if err != nil {
		panic(err)
	}
	return d
}

func edition(t testing.TB, name, published string, covers []int, files ...File) Edition {
	t.Helper()
	e, _, err := NewEdition(name, day(published), files, covers)
	if err != nil {
		t.Fatal(err)
	}
	return e
}

func countKinds(defects []Defect) map[Kind]int {
	out := map[Kind]int{}
	for _, d := range defects {
		out[d.Kind]++
	}
	return out
}

func TestCombinedSheetGivesItsOracleCounts(t *testing.T) {
	e := edition(t, "combined", "2026-05-20", nil, realFile(t, combinedFile))
	if got := len(e.Rows()); got != 1403 {
		t.Errorf("got %d rows, want 1403", got)
	}
	evs := events(&e, Pins{})
	if len(evs) != 1278 {
		t.Errorf("got %d incidents, want 1278", len(evs))
	}
	kinds := map[Kind]int{}
	for _, ev := range evs {
		for k, n := range countKinds(ev.defects) {
			kinds[k] += n
		}
	}
	if kinds[NegativeDuration] != 25 || kinds[TextualDuration] != 5 {
		t.Errorf("got %d negative and %d textual durations, want 25 and 5", kinds[NegativeDuration], kinds[TextualDuration])
	}
	t.Log(kinds)
}

func TestWorkbookGivesEverySheetItsYears(t *testing.T) {
	e := edition(t, "workbook", "2023-03-01", nil, realFile(t, workbookFile))
	years := map[int]int{}
	for _, r := range e.Rows() {
		years[r.CountYear]++
	}
	want := map[int]int{2016: 52, 2017: 70, 2018: 123, 2019: 143, 2020: 90, 2021: 138, 2022: 128}
	for y, n := range want {
		if years[y] != n {
			t.Errorf("%d: got %d rows, want %d", y, years[y], n)
		}
	}
	if len(years) != len(want) {
		t.Errorf("got years %v, want %v", years, want)
	}
}
