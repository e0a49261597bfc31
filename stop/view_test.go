package stop

import (
	"bytes"
	"encoding/csv"
	"fmt"
	"reflect"
	"slices"
	"testing"

	"keepiton"
)

// exported writes incidents in a layout the way an export does and reads the
// file again.
func exported(t *testing.T, l Layout, incidents []Derived) File {
	t.Helper()
	var b bytes.Buffer
	w := csv.NewWriter(&b)
	w.Write(Header(l))
	for _, d := range incidents {
		inc := d.Steps[len(d.Steps)-1].Revision.Incident
		for _, row := range View(l, &inc) {
			w.Write(row)
		}
	}
	w.Flush()
	return mustRead(t, l.Name()+".csv", b.Bytes())
}

// TestOldLayoutsRoundTrip imports each real sheet, writes it in its own layout,
// imports that into an empty record, and compares every draft and cell.
func TestOldLayoutsRoundTrip(t *testing.T) {
	if testing.Short() {
		t.Skip("one goroutine over more of the same: the plain run has it")
	}
	for _, name := range []string{combinedFile, workbookFile, first2019} {
		whole := realFile(t, name)
		for _, s := range whole.Sheets {
			t.Run(fmt.Sprint(name, "/", s.Name), func(t *testing.T) {
				covers := []int(nil)
				if y := yearInName(s.Name); y != 0 || name == first2019 {
					covers = []int{max(y, 2019)}
				}
				before := Derive([]Edition{edition(t, "a", "2023-03-01", covers, File{Name: "a", Sheets: []Sheet{s}})}, Pins{})
				after := Derive([]Edition{edition(t, "a", "2023-03-01", covers, exported(t, s.Layout, before.Incidents))}, Pins{})
				if len(before.Incidents) != len(after.Incidents) {
					t.Fatalf("got %d incidents, want %d", len(after.Incidents), len(before.Incidents))
				}
				for i := range before.Incidents {
					compareIncidents(t, &before.Incidents[i].Steps[0].Revision.Incident, &after.Incidents[i].Steps[0].Revision.Incident)
				}
			})
		}
	}
}

func compareIncidents(t *testing.T, want, got *keepiton.Incident) {
	t.Helper()
	if got.ID != want.ID || len(got.Rows) != len(want.Rows) {
		t.Fatalf("got %s with %d rows, want %s with %d", got.ID, len(got.Rows), want.ID, len(want.Rows))
	}
	for i, r := range want.Rows {
		if r.CountYear != got.Rows[i].CountYear {
			t.Errorf("%s: got count year %d, want %d", want.ID, got.Rows[i].CountYear, r.CountYear)
		}
		for _, c := range r.Cells {
			at := slices.IndexFunc(got.Rows[i].Cells, func(o keepiton.Cell) bool { return norm(o.Column) == norm(c.Column) })
			if at < 0 || got.Rows[i].Cells[at].Value != c.Value || got.Rows[i].Cells[at].Key != c.Key {
				t.Errorf("%s row %d: cell %q changed: want %q", want.ID, r.Number, c.Column, c.Value)
			}
		}
	}
	a, b := want.Clone(), got.Clone()
	a.Rows, b.Rows = nil, nil
	if !reflect.DeepEqual(a, b) {
		t.Errorf("%s: the draft changed: %v", want.ID, keepiton.Diff(a, b))
	}
}
