package export

import (
	"bytes"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"keepiton"
	"keepiton/stop"
)

// realFile reads one of the editions that the tests use, which are not kept in
// the repository.
func realFile(t testing.TB, name string) stop.File {
	t.Helper()
	data, err := os.ReadFile(filepath.Join("../../shared/data/stop", name))
	if err != nil {
		if os.Getenv("CI") != "" {
			t.Fatalf("CI has no real data: %v", err)
		}
		t.Skipf("SKIPPED, NO REAL DATA: %v", err)
	}
	return read(t, name, data)
}

func read(t testing.TB, name string, data []byte) stop.File {
	t.Helper()
	f, err := stop.Read(name, bytes.NewReader(data), int64(len(data)), stop.ReadOptions{})
	if err != nil {
		t.Fatal(err)
	}
	return f
}

// derive makes the record of one edition.
func derive(t testing.TB, f stop.File) []keepiton.Revision {
	t.Helper()
	e, _, err := stop.NewEdition("a", time.Date(2026, 5, 20, 0, 0, 0, 0, time.UTC), []stop.File{f}, nil)
	if err != nil {
		t.Fatal(err)
	}
	var out []keepiton.Revision
	for _, d := range stop.Derive([]stop.Edition{e}, stop.Pins{}).Incidents {
		rev := d.Steps[len(d.Steps)-1].Revision
		rev.Incident.ID, rev.Incident.State = d.ID, keepiton.Published
		out = append(out, rev)
	}
	return out
}

func TestRealSheetComesBackFromEveryExportOfItsOwnLayout(t *testing.T) {
	for _, file := range []string{"stop_combined_2016_2025.dev.csv", "stop_2019_edition.dev.csv", "stop_2016_2022_edition.dev.xlsx"} {
		for _, sheet := range realFile(t, file).Sheets {
			before := derive(t, stop.File{Name: "a.csv", SHA256: file, Sheets: []stop.Sheet{sheet}})
			again := read(t, "b.csv", write(t, sheet.Layout.Name(), before, options("en")))
			confidential := confidentialRows(before)
			var want, got []string
			for _, r := range before {
				for _, row := range r.Incident.Public().Rows {
					want = append(want, line(row.Cells))
				}
			}
			for _, r := range again.Sheets[0].Rows {
				var cells []keepiton.Cell
				for i, c := range r.Cells {
					cells = append(cells, keepiton.Cell{Column: again.Sheets[0].Columns[i].Name, Value: c})
				}
				got = append(got, line(cells))
			}
			slices.Sort(want)
			slices.Sort(got)
			if len(got) != len(sheet.Rows) {
				t.Errorf("%s %s: got %d rows back, want %d", file, sheet.Name, len(got), len(sheet.Rows))
			}
			wrong := 0
			for i := range min(len(got), len(want)) {
				if got[i] != want[i] {
					if wrong++; wrong <= 3 {
						t.Errorf("%s %s: row changed\n got %s\nwant %s", file, sheet.Name, got[i], want[i])
					}
				}
			}
			t.Logf("%s %s: %d rows, %d of confidential sources, %d changed", file, sheet.Name, len(got), confidential, wrong)
		}
	}
}

// line writes cells by column, sorted, so that the order of columns and
// columns that one side lacks do not matter; blank ones are left out.
func line(cells []keepiton.Cell) string {
	var out []string
	for _, c := range cells {
		if c.Value != "" {
			out = append(out, strings.ToLower(strings.TrimSpace(c.Column))+"="+strings.ReplaceAll(c.Value, "\r\n", "\n"))
		}
	}
	slices.Sort(out)
	return strings.Join(out, "|")
}

func confidentialRows(revs []keepiton.Revision) int {
	n := 0
	for _, r := range revs {
		for _, row := range r.Incident.Rows {
			if class, _ := row.Value("info_source"); strings.EqualFold(strings.TrimSpace(class), keepiton.Confidential) {
				n++
			}
		}
	}
	return n
}

func TestNeutralCellsComeBack(t *testing.T) {
	cells := []string{"=1+1", "-44138", "'=1", "''@x", "'tis", "+", "@", "plain", "'"}
	for _, cell := range cells {
		rev := keepiton.Revision{N: 1, Recorded: now, Incident: keepiton.Incident{
			ID: "KIO-2022-0001", State: keepiton.Published, Country: "Sudan", Kinds: []string{"shutdown"},
			Episodes: []keepiton.Episode{{Start: keepiton.On(2022, 1, 3)}}, Area: cell,
		}}
		f := read(t, "a.csv", write(t, "stop-2025", []keepiton.Revision{rev}, options("en")))
		at := slices.IndexFunc(f.Sheets[0].Columns, func(c stop.Column) bool { return c.Key == "area_name" })
		if got := f.Sheets[0].Rows[0].Cells[at]; got != cell {
			t.Errorf("got %q back, want %q", got, cell)
		}
	}
}
