package stop

import (
	"bytes"
	"slices"
	"testing"

	"github.com/xuri/excelize/v2"
)

// TestWorkbookWrittenByAnotherProgramReadsTheSame writes the combined sheet
// with a spreadsheet library (shared texts, absolute part names) and compares
// every cell with that of the CSV.
func TestWorkbookWrittenByAnotherProgramReadsTheSame(t *testing.T) {
	want := realFile(t, combinedFile).Sheets[0]
	x := excelize.NewFile()
	defer x.Close()
	header := []any{}
	for _, c := range want.Columns {
		header = append(header, c.Name)
	}
	put := func(row int, cells []any) {
		cell, err := excelize.CoordinatesToCellName(1, row)
		if err == nil {
			err = x.SetSheetRow("Sheet1", cell, &cells)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	put(1, header)
	for _, r := range want.Rows {
		cells := []any{}
		for _, c := range r.Cells {
			cells = append(cells, c)
		}
		put(r.Number, cells)
	}
	var b bytes.Buffer
	if err := x.Write(&b); err != nil {
		t.Fatal(err)
	}
	got := mustRead(t, "combined.xlsx", b.Bytes()).Sheets[0]
	if got.Layout != G4 || len(got.Rows) != len(want.Rows) {
		t.Fatalf("got layout %d with %d rows, want 4 with %d", got.Layout, len(got.Rows), len(want.Rows))
	}
	for i, r := range want.Rows {
		if !slices.Equal(got.Rows[i].Cells, r.Cells) {
			t.Fatalf("row %d: got %q, want %q", r.Number, got.Rows[i].Cells, r.Cells)
		}
	}
}
