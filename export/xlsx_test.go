package export

import (
	"bufio"
	"bytes"
	"encoding/csv"
	"strings"
	"testing"
	"unicode/utf16"

	"github.com/xuri/excelize/v2"

	"keepiton"
)

func reopened(t *testing.T, data []byte) *excelize.File {
	t.Helper()
	f, err := excelize.OpenReader(bytes.NewReader(data))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { f.Close() })
	return f
}

func TestWorkbookHoldsWhatTheTableHolds(t *testing.T) {
	revs := newest()
	revs[0].Incident.Summary = "=1+1\x01 and \ufffe more"
	revs[0].Incident.State = keepiton.Published
	f := reopened(t, write(t, "xlsx", revs, options("en")))
	rows, err := f.GetRows("incidents")
	if err != nil {
		t.Fatal(err)
	}
	table, err := csv.NewReader(bytes.NewReader(write(t, "csv", revs, options("en")))).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	if len(rows) != len(table) {
		t.Fatalf("got %d rows, want %d", len(rows), len(table))
	}
	for i, row := range rows {
		for j, cell := range row {
			want := strings.TrimPrefix(table[i][j], "'")
			if i > 0 && columns[j].flag != nil {
				want = strings.ToUpper(want)
			}
			if i > 0 && columns[j].Name == "summary" {
				want = strings.NewReplacer("\x01", "", "\ufffe", "").Replace(want)
			}
			if cell != want {
				t.Errorf("row %d %s: got %q, want %q", i+1, columns[j].Name, cell, want)
			}
		}
	}
	for _, sheet := range f.GetSheetList() {
		cells, _ := f.GetRows(sheet)
		for i := range cells {
			for j := range cells[i] {
				at, _ := excelize.CoordinatesToCellName(j+1, i+1)
				if formula, _ := f.GetCellFormula(sheet, at); formula != "" {
					t.Errorf("%s!%s is a formula", sheet, at)
				}
			}
		}
	}
	book, err := f.GetRows("codebook")
	if err != nil || len(book) != len(columns)+1 {
		t.Errorf("the codebook has %d rows (%v), want one a column", len(book), err)
	}
	readme, err := f.GetRows("README")
	if err != nil || len(readme) < 5 || !strings.HasPrefix(readme[1][0], "SAMPLE DATA") {
		t.Errorf("got README %v", readme)
	}
}

func TestArabicWorkbookRunsFromRightToLeft(t *testing.T) {
	for lang, want := range map[string]bool{"ar": true, "en": false} {
		f := reopened(t, write(t, "xlsx", newest(), options(lang)))
		for _, sheet := range f.GetSheetList() {
			view, err := f.GetSheetView(sheet, -1)
			if err != nil {
				t.Fatal(err)
			}
			if got := view.RightToLeft != nil && *view.RightToLeft; got != want {
				t.Errorf("%s %s: right to left is %v", lang, sheet, got)
			}
		}
	}
}

func TestLongCellIsCutWithAMark(t *testing.T) {
	for _, unit := range []string{"x", "ሀ", "🔥"} {
		long := strings.Repeat(unit, 40000)
		got := xlsxText(long)
		if n := len(utf16.Encode([]rune(got))); n > xlsxCell || !strings.HasSuffix(got, xlsxCut) {
			t.Errorf("%s: got %d units ending %q", unit, n, got[len(got)-8:])
		}
		if s := strings.Repeat(unit, 1000); xlsxText(s) != s {
			t.Errorf("%s: a short cell was changed", unit)
		}
	}
}

// TestCellsSayWhatTheyWereGiven reads, with another library, every kind of cell
// that the writer knows, columns beyond Z included.
func TestCellsSayWhatTheyWereGiven(t *testing.T) {
	values := make([]any, 30)
	for i, v := range []any{"_x0041_ is no A", "  two\tblanks\r\n& <b>", 12, int64(-5), 0.25, true, false, nil, "ሰላም 🔥"} {
		values[i] = v
	}
	values[29] = "AD1"
	var out bytes.Buffer
	b, err := newWorkbook(&out, false, "first", "second")
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"second", "first"} {
		if err := b.sheet(name, 12, name == "second", func(s *sheet) error { return s.line(name == "first", append(values, name)...) }); err != nil {
			t.Fatal(err)
		}
	}
	if err := b.close(); err != nil {
		t.Fatal(err)
	}
	f := reopened(t, out.Bytes())
	for _, name := range []string{"first", "second"} {
		for at, want := range map[string]string{
			"A1": "_x0041_ is no A", "B1": "  two\tblanks\r\n& <b>", "C1": "12", "D1": "-5", "E1": "0.25", "F1": "TRUE", "G1": "FALSE", "H1": "", "I1": "ሰላም 🔥", "AD1": "AD1", "AE1": name,
		} {
			if got, err := f.GetCellValue(name, at); err != nil || got != want {
				t.Errorf("%s!%s: got %q (%v), want %q", name, at, got, err, want)
			}
		}
		style, err := f.GetCellStyle(name, "A1")
		if err != nil {
			t.Fatal(err)
		}
		look, err := f.GetStyle(style)
		if err != nil {
			t.Fatal(err)
		}
		if bold := look.Font != nil && look.Font.Bold; bold != (name == "first") {
			t.Errorf("%s: bold is %v", name, bold)
		}
	}
	if err := (&sheet{out: bufio.NewWriter(&out)}).line(false, struct{}{}); err == nil {
		t.Error("a cell of an unknown kind was written")
	}
}
