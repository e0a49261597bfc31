package evidence

import (
	"encoding/csv"
	"strings"
	"testing"

	"keepiton"
)

func TestFormulasBecomeTexts(t *testing.T) {
	for _, c := range []struct{ table, want string }{
		{"day,place\n2026-11-25,Mekelle\n", "day,place\n2026-11-25,Mekelle\n"},
		{"a\n=cmd|' /C calc'!A0\n", "a\n'=cmd|' /C calc'!A0\n"},
		{"a\n\"=HYPERLINK(\"\"http://x\"\",\"\"y\"\")\"\n", "a\n\"'=HYPERLINK(\"\"http://x\"\",\"\"y\"\")\"\n"},
		{"+1;-1;@x;b\n", "'+1,'-1,'@x,b\n"},
		{"a\t=1+1\n", "a,'=1+1\n"},
		{"'=1\n", "''=1\n"},
		{"\"\t=1\"\n", "'\t=1\n"},
		{"\xef\xbb\xbf=1,ኢትዮጵያ\n", "'=1,ኢትዮጵያ\n"},
		{"a,b\nc\n", "a,b\nc\n"},
		{"a \"quoted\" word,b\n", "\"a \"\"quoted\"\" word\",b\n"},
	} {
		got, err := NeutralCSV([]byte(c.table))
		if err != nil || string(got) != c.want {
			t.Errorf("%q: got %q, %v, want %q", c.table, got, err, c.want)
		}
	}
	for _, c := range []struct {
		table string
		code  keepiton.Code
		text  string
	}{
		{strings.Repeat(",", maxColumns) + "\n", keepiton.TooLarge, "line 1 has 1001 columns"},
		{strings.Repeat("a", maxTable+1), keepiton.TooLarge, "bytes are more than"},
		{"<html>", keepiton.Invalid, "of kind html"},
		{"\x00\x01", keepiton.Invalid, "of kind unknown"},
	} {
		if _, err := NeutralCSV([]byte(c.table)); keepiton.CodeOf(err) != c.code || !strings.Contains(err.Error(), c.text) {
			t.Errorf("got %v, want %s with %q", err, c.code, c.text)
		}
	}
}

func FuzzNeutralCSV(f *testing.F) {
	f.Add([]byte("a,=b\n'+c;@d\n"))
	f.Add([]byte("\"=1\n\",x\r\n"))
	f.Fuzz(func(t *testing.T, table []byte) {
		got, err := NeutralCSV(table)
		if err != nil {
			return
		}
		r := csv.NewReader(strings.NewReader(string(got)))
		r.FieldsPerRecord = -1
		rows, err := r.ReadAll()
		if err != nil {
			t.Fatalf("the copy is no table: %v\n%q", err, got)
		}
		for _, row := range rows {
			for _, cell := range row {
				if cell != "" && strings.IndexByte("=+-@\t\r", cell[0]) >= 0 {
					t.Fatalf("cell %q would be run", cell)
				}
			}
		}
	})
}
