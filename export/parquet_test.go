package export

import (
	"bytes"
	"encoding/csv"
	"errors"
	"io"
	"strings"
	"testing"

	"github.com/parquet-go/parquet-go"

	"keepiton"
)

// parquetCells reads a file back: for each row, the text of each column, lists
// joined as the table has them.
func parquetCells(t *testing.T, data []byte) (names []string, out [][]string) {
	t.Helper()
	f, err := parquet.OpenFile(bytes.NewReader(data), int64(len(data)))
	if err != nil {
		t.Fatal(err)
	}
	for _, field := range f.Root().Columns() {
		names = append(names, field.Name())
	}
	for _, group := range f.RowGroups() {
		rows := group.Rows()
		buf := make([]parquet.Row, 16)
		for {
			n, err := rows.ReadRows(buf)
			for _, row := range buf[:n] {
				cells := make([]string, len(names))
				for _, v := range row {
					if v.IsNull() {
						continue
					}
					if i := v.Column(); cells[i] != "" {
						cells[i] += "; " + v.String()
					} else {
						cells[i] = v.String()
					}
				}
				out = append(out, cells)
			}
			if errors.Is(err, io.EOF) {
				break
			}
			if err != nil {
				t.Fatal(err)
			}
		}
		rows.Close()
	}
	return names, out
}

func TestParquetHoldsWhatTheTableHolds(t *testing.T) {
	var revs []keepiton.Revision
	for len(revs) < 3*parquetBatch {
		revs = append(revs, newest()...)
	}
	names, rows := parquetCells(t, write(t, "parquet", revs, options("en")))
	table, err := csv.NewReader(bytes.NewReader(write(t, "csv", revs, options("en")))).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	if strings.Join(names, ",") != strings.Join(table[0], ",") {
		t.Errorf("got columns %v", names)
	}
	if len(rows) != len(table)-1 {
		t.Fatalf("got %d rows, want %d", len(rows), len(table)-1)
	}
	for i, row := range rows {
		for j, cell := range row {
			if want := strings.TrimPrefix(table[i+1][j], "'"); cell != want && columns[j].number == nil {
				t.Fatalf("row %d %s: got %q, want %q", i+1, names[j], cell, want)
			}
		}
	}
}

func TestParquetCarriesLicenceAndMoment(t *testing.T) {
	data := write(t, "parquet", newest(), options("en"))
	f, err := parquet.OpenFile(bytes.NewReader(data), int64(len(data)))
	if err != nil {
		t.Fatal(err)
	}
	if as, ok := f.Lookup("as_of"); !ok || as != "2026-11-23T12:00:00Z" {
		t.Errorf("got as_of %q", as)
	}
	if l, _ := f.Lookup("licence"); !strings.HasPrefix(l, Licence) {
		t.Errorf("got licence %q", l)
	}
	if n, _ := f.Lookup("note"); !strings.HasPrefix(n, sampleNote) {
		t.Errorf("got note %q", n)
	}
}
