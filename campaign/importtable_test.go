package campaign

import (
	"fmt"
	"strings"
	"testing"

	"keepiton"
)

// A sheet from anywhere never breaks the reader, and what it gives back stays
// within the limits.
func FuzzReadTable(f *testing.F) {
	for _, s := range []string{
		"name,country\n\"A, b\",KE\n", "\xef\xbb\xbfname\r\nA\r\n", `{"name": "A", "langs": ["en", "fr"], "confirmed": true, "since": 2017}`,
		"name\n\"open", "{\"name\":", "{}\n{}", "name;country\n", "\xff\xfe", "name,name\n", strings.Repeat("{", 100), "name\n\"a\"\"b\"\n\n\nx\n",
	} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		rows, err := readTable(strings.NewReader(string(data)), knownColumn(keepiton.KindOrganization))
		if err != nil {
			if c := keepiton.CodeOf(err); c != keepiton.Invalid && c != keepiton.TooLarge {
				t.Fatalf("code %s: %v", c, err)
			}
			return
		}
		last := 0
		for _, row := range rows {
			if row.line <= last {
				t.Fatalf("row at line %d after one at %d", row.line, last)
			}
			last = row.line
			for name, cell := range row.cells {
				if !knownColumn(keepiton.KindOrganization)(name) || len(cell) > maxImportCell {
					t.Fatalf("column %q, %d bytes", name, len(cell))
				}
			}
			e, _, err := readRow(row, keepiton.NewEntry(keepiton.KindOrganization), "en")
			if err != nil {
				t.Fatal(err)
			}
			e.Check()
			e.Index()
		}
	})
}

func TestColumnsOfEveryKindAreFields(t *testing.T) {
	for _, kind := range ImportKinds {
		for _, name := range Columns(kind) {
			if !knownColumn(kind)(name) {
				t.Errorf("%s: column %s is not known", kind, name)
			}
		}
		for _, name := range []string{"logo", "key", "basis", "contacts", "title..", ".fr", "name.fr", "colour"} {
			if knownColumn(kind)(name) {
				t.Errorf("%s: there is a column %q", kind, name)
			}
		}
	}
}

// BenchmarkNear compares 10,000 names with each other.
func BenchmarkNear(b *testing.B) {
	r := &register{kind: keepiton.KindOrganization, byKey: map[string][]*registered{}}
	for i := range 10_000 {
		r.add(&registered{row: i + 2, e: &keepiton.Organization{Name: fmt.Sprintf("Organization for the open networks of district %d", i*7919)}})
	}
	for b.Loop() {
		r.near()
	}
}
