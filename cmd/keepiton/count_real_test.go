package main

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// realSheet returns the path of one of the real editions; without it the test
// is skipped, except where CI says that it must be there.
func realSheet(t *testing.T, name string) string {
	t.Helper()
	path, err := filepath.Abs(filepath.Join("..", "..", "..", "shared", "data", "stop", name))
	if err == nil {
		_, err = os.Stat(path)
	}
	if err != nil {
		if os.Getenv("CI") != "" {
			t.Fatal(err)
		}
		t.Skipf("SKIPPED, NOT TESTED: the real file is missing: %v", err)
	}
	return path
}

func TestEditionsKeepTheirTotalsAndTheirChangesAreListed(t *testing.T) {
	combined := []string{realSheet(t, "stop_combined_2016_2025.dev.csv"), "--edition", "2026-05", "--published", "2026-05-20"}
	workbook := []string{realSheet(t, "stop_2016_2022_edition.dev.xlsx"), "--edition", "2023-spring", "--published", "2023-03-01"}
	var seen string
	for _, order := range [][][]string{{workbook, combined}, {combined, workbook}} {
		data := t.TempDir()
		for _, edition := range order {
			if code, _, stderr := runHere(t, data, append([]string{"import", "stop"}, edition...)...); code != exitDefects {
				t.Fatalf("import %s: exit %d\n%s", edition[0], code, stderr)
			}
		}
		then := must(t, data, "count --rule rows --by count_year --as-of 2023-03-01 --format csv")
		if want := "count_year,count\n2016,52\n2017,70\n2018,123\n2019,143\n2020,90\n2021,138\n2022,128\n"; then != want {
			t.Errorf("as of 2023-03-01: got\n%s\nwant\n%s", then, want)
		}
		now := must(t, data, "count --rule rows --by year --format csv --as-of 2026-05-20")
		if want := "year,count\n2016,54\n2017,74\n2018,126\n2019,147\n2020,96\n2021,146\n2022,137\n2023,192\n2024,218\n2025,213\n"; now != want {
			t.Errorf("as of 2026-05-20: got\n%s\nwant\n%s", now, want)
		}
		before := must(t, data, "count --rule rows --by year --format csv --as-of 2023-02-28")
		if before != "year,count\n" {
			t.Errorf("before the first edition: got %q", before)
		}

		var diff struct {
			Changes []struct{ ID, Field string }
			Summary []struct {
				Year   int
				Fields []struct {
					Field         string
					Count, Filled int
				}
			}
		}
		text := must(t, data, "diff --from 2023-03-01 --to 2026-05-20 --year 2022 --format json")
		if err := json.Unmarshal([]byte(text), &diff); err != nil {
			t.Fatal(err)
		}
		// Matching rows of 2022 by country, start, area and extent in the two
		// files gives 20 that have another actual_cause.
		causes := 0
		for _, y := range diff.Summary {
			for _, f := range y.Fields {
				if y.Year == 2022 && f.Field == "causes" {
					causes = f.Count - f.Filled
				}
			}
		}
		if causes != 20 || len(diff.Changes) == 0 {
			t.Errorf("%d causes of 2022 were changed, in %d changes; want 20", causes, len(diff.Changes))
		}
		everything := must(t, data, "diff --from 2023-03-01 --to 2026-05-20 --format csv")
		if !strings.HasPrefix(everything, "id,years,field,from,to,recorded,edition\n") {
			t.Errorf("header: %.80s", everything)
		}
		if seen == "" {
			seen = everything
		}
		if everything != seen {
			t.Error("the changes depend on the order of import")
		}
		id := diff.Changes[0].ID
		one := must(t, data, "diff --from 2023-03-01 --to 2026-05-20 --format csv --id "+id)
		if n := strings.Count(one, id+","); n == 0 || strings.Contains(one, "\nKIO-") && n != strings.Count(one, "\nKIO-") {
			t.Errorf("--id %s gives\n%s", id, one)
		}
		days := must(t, data, "count --days --format csv --as-of 2026-05-20")
		if !strings.HasPrefix(days, "extent,kind,incidents,open,days_min,days_best,days_max\n") {
			t.Errorf("days: %.80s", days)
		}
	}
}

func must(t *testing.T, data, line string) string {
	t.Helper()
	code, stdout, stderr := runHere(t, data, strings.Fields(line)...)
	if code != exitGood {
		t.Fatalf("keepiton %s: exit %d\n%s", line, code, stderr)
	}
	return stdout
}
