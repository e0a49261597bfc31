package count_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"keepiton"
	"keepiton/count"
	"keepiton/stop"
)

// The real editions, the days they were published, and what they must yield.
const (
	combinedFile = "stop_combined_2016_2025.dev.csv"
	workbookFile = "stop_2016_2022_edition.dev.xlsx"
	oracleFile   = "oracles.dev.json"
)

var (
	workbookDay = time.Date(2023, time.March, 1, 0, 0, 0, 0, time.UTC)
	combinedDay = time.Date(2026, time.May, 20, 0, 0, 0, 0, time.UTC)
)

// workbookRows are the rows of the workbook's five sheets by year, counted in
// the file by hand; they add up to the 744 that its provenance states.
var workbookRows = map[string]int{"2016": 52, "2017": 70, "2018": 123, "2019": 143, "2020": 90, "2021": 138, "2022": 128}

// read returns a real file. Without it the test is skipped loudly, except
// where CI says that the data must be there.
func read(t testing.TB, name string) []byte {
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

func edition(t testing.TB, name, file string, published time.Time) stop.Edition {
	t.Helper()
	data := read(t, file)
	f, err := stop.Read(file, bytes.NewReader(data), int64(len(data)), stop.ReadOptions{})
	if err != nil {
		t.Fatal(err)
	}
	e, _, err := stop.NewEdition(name, published, []stop.File{f}, nil)
	if err != nil {
		t.Fatal(err)
	}
	return e
}

// cases returns the record that the editions make, as at asOf, after a trip
// through the encoding that a store keeps.
func cases(t testing.TB, asOf time.Time, editions ...stop.Edition) count.Cases {
	t.Helper()
	record := stop.Derive(editions, stop.Pins{})
	return func(yield func(*count.Case) error) error {
		var c count.Case
		for _, in := range record.Incidents {
			var now *keepiton.Incident
			for i := range in.Steps {
				if rev := &in.Steps[i].Revision; !rev.Recorded.After(asOf) {
					now = &rev.Incident
				}
			}
			if now == nil {
				continue
			}
			made := count.CaseOf(now)
			data, err := made.AppendBinary(nil)
			if err != nil {
				return err
			}
			if err := count.DecodeCase(data, &c); err != nil {
				return err
			}
			if err := yield(&c); err != nil {
				return err
			}
		}
		return nil
	}
}

// tally runs a rule and returns count by the keys, joined by "|".
func tally(t testing.TB, rule string, asOf time.Time, from count.Cases, by ...string) map[string]int {
	t.Helper()
	r, err := count.RuleByName(rule)
	if err != nil {
		t.Fatal(err)
	}
	table, err := count.Run(r, by, asOf, from)
	if err != nil {
		t.Fatal(err)
	}
	out := map[string]int{}
	for _, row := range table.Rows {
		out[strings.Join(row.Keys, "|")] = row.Count
	}
	return out
}

func TestRowsGiveEveryNumberOfTheOracle(t *testing.T) {
	var oracle struct {
		Rows, Countries int
		ByYear          map[string]map[string]json.RawMessage `json:"by_year"`
		Distinct        int                                   `json:"distinct_country_start_area_extent"`
		OtherYear       int                                   `json:"start_year_differs_from_count_year"`
	}
	if err := json.Unmarshal(read(t, oracleFile), &oracle); err != nil {
		t.Fatal(err)
	}
	record := cases(t, combinedDay, edition(t, "2026-05", combinedFile, combinedDay))

	if got := tally(t, "rows", combinedDay, record)[""]; got != oracle.Rows {
		t.Errorf("rows: got %d, want %d", got, oracle.Rows)
	}
	rows, _ := count.RuleByName("rows")
	countries, err := count.CountriesByYear(rows, combinedDay, record)
	if err != nil || countries[0] != oracle.Countries {
		t.Errorf("countries: got %d (%v), want %d", countries[0], err, oracle.Countries)
	}
	if got := tally(t, "events", combinedDay, record)[""]; got != oracle.Distinct {
		t.Errorf("events: got %d, want %d", got, oracle.Distinct)
	}
	byYear := tally(t, "rows", combinedDay, record, "year")
	checked := 0
	columns := map[string]map[string]int{}
	for year, want := range oracle.ByYear {
		for column, raw := range want {
			var number int
			if json.Unmarshal(raw, &number) == nil {
				got := byYear[year]
				if column == "countries" {
					y, _ := strconv.Atoi(year)
					got = countries[y]
				}
				if got != number {
					t.Errorf("%s %s: got %d, want %d", year, column, got, number)
				}
				checked++
				continue
			}
			var values map[string]int
			if err := json.Unmarshal(raw, &values); err != nil {
				t.Fatal(err)
			}
			if columns[column] == nil {
				columns[column] = tally(t, "rows", combinedDay, record, "year", column)
			}
			got := map[string]int{}
			for k, n := range columns[column] {
				if y, v, _ := strings.Cut(k, "|"); y == year {
					got[v] = n
				}
			}
			if !maps.Equal(got, values) {
				t.Errorf("%s %s:\n got %v\nwant %v", year, column, got, values)
			}
			checked += len(values)
		}
	}
	t.Logf("%d numbers of the oracle checked", checked)
	if checked < 793 {
		t.Errorf("only %d numbers of the oracle were checked", checked)
	}
}

func TestEachEditionGivesItsOwnTotalsAtItsOwnDay(t *testing.T) {
	workbook := edition(t, "2023-spring", workbookFile, workbookDay)
	combined := edition(t, "2026-05", combinedFile, combinedDay)
	alone := tally(t, "rows", combinedDay, cases(t, combinedDay, combined), "year", "country", "actual_cause")
	for _, order := range [][]stop.Edition{{workbook, combined}, {combined, workbook}} {
		then := tally(t, "rows", workbookDay, cases(t, workbookDay, order...), "year")
		if !maps.Equal(then, workbookRows) {
			t.Errorf("%s first, as of %s:\n got %v\nwant %v", order[0].Name, workbookDay.Format(time.DateOnly), then, workbookRows)
		}
		now := tally(t, "rows", combinedDay, cases(t, combinedDay, order...), "year", "country", "actual_cause")
		if !maps.Equal(now, alone) {
			t.Errorf("%s first, as of %s: differs from the combined sheet imported alone", order[0].Name, combinedDay.Format(time.DateOnly))
		}
	}
}

func TestRealRecordUnderEveryRule(t *testing.T) {
	record := cases(t, combinedDay, edition(t, "2026-05", combinedFile, combinedDay))
	totals := map[string]int{}
	for _, r := range count.Rules() {
		totals[r.Name] = tally(t, r.Name, combinedDay, record)[""]
	}
	years := slices.Sorted(maps.Keys(tally(t, "stop-2024", combinedDay, record, "year")))
	t.Log(fmt.Sprint(totals, years))
	if totals["stop-2023"] > totals["stop-2024"] || totals["stop-2023"] < totals["events"]-20 || totals["events"] > totals["rows"] {
		t.Errorf("rules out of proportion: %v", totals)
	}
}
