package source

import (
	"bytes"
	"encoding/csv"
	"errors"
	"reflect"
	"slices"
	"strings"
	"testing"

	"keepiton"
)

// rows returns all rows with their offsets.
func rows(t testing.TB, text string, comma byte) (head []string, all [][]string, offsets []int64, sum Summary, err error) {
	t.Helper()
	err = ReadRows(strings.NewReader(text), comma, &sum, func(h []string) error {
		head = h
		return nil
	}, func(offset int64, row []string) error {
		all, offsets = append(all, append([]string(nil), row...)), append(offsets, offset)
		return nil
	})
	return head, all, offsets, sum, err
}

func TestRowsOfAllKindsAreRead(t *testing.T) {
	text := "\ufeffa , b\r\n1,\"two, \"\"2\"\"\nlines\"\r\n\n3,5\" pipe,more\n,\nlast,\"\""
	head, all, offsets, sum, err := rows(t, text, ',')
	if err != nil || sum.Records != 4 || sum.Defects() != 0 || !reflect.DeepEqual(head, []string{"a", "b"}) {
		t.Fatalf("%q, %+v, %v", head, sum, err)
	}
	if want := [][]string{{"1", "two, \"2\"\nlines"}, {"3", `5" pipe`, "more"}, {"", ""}, {"last", ""}}; !reflect.DeepEqual(all, want) {
		t.Errorf("got %q", all)
	}
	for i, begins := range []string{"1,", "3,", ",\n", "last"} {
		if !strings.HasPrefix(text[offsets[i]:], begins) {
			t.Errorf("row %d at %d: %q", i, offsets[i], text[offsets[i]:])
		}
	}
}

func TestAQuoteThatIsNotClosedCostsItsLine(t *testing.T) {
	long := strings.Repeat("x,", maxRow/2) + "\n"
	_, all, _, sum, err := rows(t, "a,b\n1,\"open\n2,3\n"+long+"4,5\n", ',')
	if err != nil || sum.Records != 4 || sum.Skipped["open_quote"] != 1 || sum.Skipped["long_row"] != 1 || !reflect.DeepEqual(all, [][]string{{"2", "3"}, {"4", "5"}}) {
		t.Errorf("%.100q, %+v, %v", all, sum, err)
	}
	if d := sum.First[1]; d.Offset != int64(len("a,b\n1,\"open\n2,3\n")) {
		t.Errorf("%+v", d)
	}
	for _, text := range []string{"", "\n\n", "\ufeff"} {
		if _, _, _, _, err := rows(t, text, ','); err != nil && keepiton.CodeOf(err) != keepiton.Invalid {
			t.Errorf("%q: %v", text, err)
		}
	}
	if _, _, _, _, err := rows(t, strings.Repeat(",", maxColumns), ','); keepiton.CodeOf(err) != keepiton.TooLarge {
		t.Error(err)
	}
}

// FuzzReadRows compares what encoding/csv reads without an error.
func FuzzReadRows(f *testing.F) {
	f.Add("a,b\n1,\"two, \"\"2\"\"\nlines\"\n3,4\n")
	f.Add("a\n\"\"\n\"x\"\"\"\n")
	f.Add("a;b\n\"open\n1,2\n")
	f.Fuzz(func(t *testing.T, text string) {
		_, all, offsets, sum, err := rows(t, text, ',')
		if err != nil {
			return
		}
		if int64(len(all)) != sum.Records-sum.Defects() {
			t.Fatalf("%d rows of %+v", len(all), sum)
		}
		for i := range offsets {
			if i > 0 && offsets[i] <= offsets[i-1] || offsets[i] >= int64(len(text)) {
				t.Fatalf("offsets %v", offsets)
			}
		}
		strict := csv.NewReader(strings.NewReader(strings.TrimPrefix(text, "\ufeff")))
		strict.FieldsPerRecord = -1
		want, err := strict.ReadAll()
		if err != nil || strings.ContainsAny(text, "\r") || len(want) == 0 {
			return
		}
		for _, row := range want {
			if len(row) == 1 && strings.TrimSpace(row[0]) == "" {
				return // blank lines are none
			}
		}
		if len(want)-1 != len(all) {
			t.Fatalf("%q, encoding/csv has %q", all, want)
		}
		for i, row := range all {
			if !slices.Equal(row, want[i+1]) {
				t.Fatalf("%q, encoding/csv has %q", row, want[i+1])
			}
		}
	})
}

func TestADocumentIsReadAsFarAsItIsWhole(t *testing.T) {
	text := `{"time":"now","data":{"n":3,"list":[{"a":1}, {"a":2},{"a":3}],"after":[1,2]},"ok":true}`
	d, err := ReadDocument(strings.NewReader(text), "x", "", "data.list")
	if err != nil || d.Bad != nil || d.Text("time") != "now" || d.Text("data.n") != "3" || string(d.Fields["data.after"]) != "[1,2]" || len(d.Lists["data.list"]) != 3 {
		t.Fatalf("%+v, %v", d, err)
	}
	for i, e := range d.Lists["data.list"] {
		if !strings.HasPrefix(text[e.Offset:], string(e.JSON)) || !strings.Contains(string(e.JSON), string(rune('1'+i))) {
			t.Errorf("%d: %s at %d", i, e.JSON, e.Offset)
		}
	}
	d, err = ReadDocument(strings.NewReader(text[:60]), "x", "", "data.list")
	if err != nil || d.Bad == nil || d.Bad.Kind != "cut_json" || d.Bad.Offset != 60 || len(d.Lists["data.list"]) != 3 {
		t.Errorf("%+v, %v", d, err)
	}
	d, err = ReadDocument(strings.NewReader(strings.Replace(text, `{"a":2}`, `{"a":;}`, 1)), "x", "", "data.list")
	if err != nil || d.Bad == nil || d.Bad.Kind != "bad_json" || d.Bad.Offset < 40 || d.Bad.Offset > 55 || len(d.Lists["data.list"]) != 1 {
		t.Errorf("%+v, %v", d.Bad, err)
	}
	d, err = ReadDocument(strings.NewReader(` )]}'`+"\n"+`[["x",[10,20]]]`), "x", ")]}'", "0.1")
	if err != nil || len(d.Lists["0.1"]) != 2 || d.Text("0.0") != "x" || d.Lists["0.1"][1].Offset != 16 {
		t.Errorf("%+v, %v", d, err)
	}
	// A number that was cut looks whole.
	for text, fields := range map[string]int{`{"a":1,"data":{"n":12`: 1, `{"a":1,"data":{"n":12,`: 2, `{"a":1,"data":{"n":"12"`: 2, `{"a":1`: 0} {
		if d, err := ReadDocument(strings.NewReader(text), "x", "", "data."); err != nil || d.Bad == nil || len(d.Fields) != fields {
			t.Errorf("%s: %v, %v", text, d.Fields, err)
		}
	}
	if d, err := ReadDocument(strings.NewReader(`[1,2,3`), "x", "", ""); err != nil || len(d.Lists[""]) != 2 {
		t.Errorf("%+v, %v", d, err)
	}
	for _, text := range []string{"", "  ", "<html>", "12"} {
		if _, err := ReadDocument(strings.NewReader(text), "x", ""); keepiton.CodeOf(err) != keepiton.Invalid {
			t.Errorf("%q: %v", text, err)
		}
	}
	broken := errors.New("broken")
	if _, err := ReadDocument(failing{broken}, "x", ""); !errors.Is(err, broken) {
		t.Error(err)
	}
}

type failing struct{ err error }

func (f failing) Read([]byte) (int, error) { return 0, f.err }

func FuzzReadDocument(f *testing.F) {
	f.Add([]byte(`{"time":"now","data":{"n":3,"list":[{"a":1}, {"a":2}]},"ok":true}`))
	f.Add([]byte(`[["x",[10,20]]]`))
	f.Fuzz(func(t *testing.T, data []byte) {
		d, err := ReadDocument(bytes.NewReader(data), "x", "", "data.list", "0.1", "meta.")
		if err != nil {
			return
		}
		for path, list := range d.Lists {
			for _, e := range list {
				if !bytes.HasPrefix(data[e.Offset:], e.JSON) {
					t.Fatalf("%s: %s does not stand at %d", path, e.JSON, e.Offset)
				}
			}
		}
	})
}
