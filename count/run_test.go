package count

import (
	"errors"
	"flag"
	"fmt"
	"os"
	"strings"
	"testing"
	"time"

	"keepiton"
)

var asOf = time.Date(2025, 12, 31, 23, 59, 59, 0, time.UTC)

// made returns a handful of cases from everywhere.
func made() Cases {
	inc := func(n, year int, cc, cause, extent string, end keepiton.Ending) Case {
		return CaseOf(&keepiton.Incident{
			ID: keepiton.NewIncidentID(year, n), State: keepiton.Published,
			Episodes: []keepiton.Episode{{Start: keepiton.On(year, time.March, n), End: end}},
			Places:   []keepiton.Place{{Country: cc, Confidence: 1}},
			Kinds:    []string{"shutdown"}, Extents: []string{extent}, Causes: []string{cause},
		})
	}
	ended := keepiton.Ending{State: keepiton.EndUnknown}
	cases := []Case{
		inc(1, 2023, "IN", "protests", "full_network", ended),
		inc(2, 2023, "IN", "exam_cheating", "full_network", ended),
		inc(3, 2023, "IR", "protests", "full_network", ended),
		inc(4, 2024, "ET", "conflict", "full_network", ended),
		inc(5, 2024, "RU", "information_control", "service_based", keepiton.Ending{State: keepiton.Ongoing}),
	}
	return func(yield func(*Case) error) error {
		for i := range cases {
			if err := yield(&cases[i]); err != nil {
				return err
			}
		}
		return nil
	}
}

func TestCSVHasTheKeysAsGivenAndNothingElse(t *testing.T) {
	rule, _ := RuleByName("stop-2024")
	table, err := Run(rule, []string{"count_year", "actual_cause"}, asOf, made())
	if err != nil {
		t.Fatal(err)
	}
	var b strings.Builder
	if err := table.Write(&b, "csv"); err != nil {
		t.Fatal(err)
	}
	want := "count_year,actual_cause,count\n2023,Exam cheating,1\n2023,Protests,2\n2024,Conflict,1\n2024,Information control,1\n2025,Information control,1\n"
	if b.String() != want {
		t.Errorf("got\n%swant\n%s", b.String(), want)
	}
}

func TestTableSaysRuleMomentAndWhatItMixes(t *testing.T) {
	rule, _ := RuleByName("stop-2024")
	table, err := Run(rule, []string{"year", "country"}, asOf, made())
	if err != nil {
		t.Fatal(err)
	}
	var b strings.Builder
	if err := table.Write(&b, "table"); err != nil {
		t.Fatal(err)
	}
	golden(t, "testdata/year-country.table", b.String())
	b.Reset()
	if err := table.Write(&b, "json"); err != nil {
		t.Fatal(err)
	}
	golden(t, "testdata/year-country.json", b.String())

	apart, err := Run(rule, []string{"kind", "extent"}, asOf, made())
	if err != nil {
		t.Fatal(err)
	}
	for _, n := range apart.Notes {
		if n == MixedKinds {
			t.Error("a table by kind and extent mixes nothing")
		}
	}
}

var update = flag.Bool("update", false, "rewrite golden files")

// golden compares got with a file; go test ./count -update writes it.
func golden(t *testing.T, file, got string) {
	t.Helper()
	if *update {
		if err := os.WriteFile(file, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if got != string(want) {
		t.Errorf("%s: got\n%s\nwant\n%s", file, got, want)
	}
}

func TestUnknownKeyNamesTheKeys(t *testing.T) {
	_, err := Run(Rules()[0], []string{"colour"}, asOf, made())
	if keepiton.CodeOf(err) != keepiton.Invalid || !strings.Contains(err.Error(), "ordered_by") {
		t.Errorf("got %v", err)
	}
	if _, err := Run(Rules()[0], nil, time.Time{}, made()); keepiton.CodeOf(err) != keepiton.Invalid {
		t.Errorf("no moment: got %v", err)
	}
}

func TestEverySynonymGivesTheSameTable(t *testing.T) {
	for _, k := range keys {
		for _, s := range k.synonyms {
			a, err := parseBy([]string{k.name})
			if err != nil {
				t.Fatal(err)
			}
			if b, err := parseBy([]string{s}); err != nil || a[0] != b[0] {
				t.Errorf("%s and %s differ: %v", k.name, s, err)
			}
		}
	}
}

func TestFiltersByYearAndCountryCodeOrLabel(t *testing.T) {
	rule, _ := RuleByName("stop-2024")
	for want, q := range map[int]Query{
		2: {Countries: []string{"IN"}}, 1: {Countries: []string{"iran (Islamic Republic of)"}},
		3: {Years: []int{2023}}, 0: {Years: []int{2023}, Countries: []string{"RU"}}, 6: {},
	} {
		q.Rule, q.AsOf = rule, asOf
		table, err := q.Run(made())
		if err != nil || table.Total != want {
			t.Errorf("%v %v: total %d (%v), want %d", q.Countries, q.Years, table.Total, err, want)
		}
	}
}

func TestAFormulaInAnAnswerIsNeutralised(t *testing.T) {
	c := Case{State: keepiton.Published, Listed: true, Dims: Dims{Country: "=HYPERLINK(1)"}}
	table, err := Run(Rules()[3], []string{"country"}, asOf, func(yield func(*Case) error) error { return yield(&c) })
	if err != nil {
		t.Fatal(err)
	}
	var b strings.Builder
	if err := table.Write(&b, "csv"); err != nil || !strings.Contains(b.String(), "\n'=HYPERLINK(1),1\n") {
		t.Errorf("got %q (%v)", b.String(), err)
	}
}

func TestAnErrorOfTheRecordEndsTheCount(t *testing.T) {
	gone := errors.New("disk gone")
	if _, err := Run(Rules()[0], nil, asOf, func(func(*Case) error) error { return gone }); !errors.Is(err, gone) {
		t.Errorf("got %v", err)
	}
}

// hundredThousand returns cases of which many stretch over years.
func hundredThousand() Cases {
	cases := make([]Case, 100_000)
	for i := range cases {
		year := 2009 + i%17
		e := keepiton.Episode{Start: keepiton.On(year, time.Month(1+i%12), 1+i%28)}
		switch i % 10 {
		case 0:
			e.End.State = keepiton.Ongoing
		case 1, 2:
			e.End.State = keepiton.EndUnknown
		default:
			e.End = keepiton.Ending{State: keepiton.Ended, At: keepiton.On(year, time.Month(1+i%12), 3+i%28)}
		}
		cases[i] = Case{
			ID: keepiton.NewIncidentID(year, i+1), State: keepiton.Published, Listed: true,
			Episodes: []keepiton.Episode{e},
			Dims:     Dims{Country: fmt.Sprintf("Country number %d", i%200), Kind: "Shutdown", Extent: "Full network"},
			Rows:     []RowCase{{Year: year, Dims: Dims{Country: fmt.Sprintf("Country number %d", i%200)}}},
		}
	}
	return func(yield func(*Case) error) error {
		for i := range cases {
			if err := yield(&cases[i]); err != nil {
				return err
			}
		}
		return nil
	}
}

func BenchmarkRunYearCountry(b *testing.B) {
	cases := hundredThousand()
	for _, r := range Rules() {
		b.Run(r.Name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if _, err := Run(r, []string{"year", "country"}, asOf, cases); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
