package stop

import (
	"bytes"
	"slices"
	"strings"
	"testing"

	"keepiton"
	"keepiton/locale"
)

func read(t *testing.T, data string) File {
	t.Helper()
	return mustRead(t, "test.csv", []byte(data))
}

func TestHeaderIsRecognisedHoweverSpelt(t *testing.T) {
	upper := strings.ToUpper(strings.ReplaceAll(strings.Join(Header(G4), " ,"), "_", " "))
	reversed := Header(G2)
	for i, j := 0, len(reversed)-1; i < j; i, j = i+1, j-1 {
		reversed[i], reversed[j] = reversed[j], reversed[i]
	}
	for _, c := range []struct {
		name, header string
		want         Layout
	}{
		{"G1", strings.Join(Header(G1), ","), G1},
		{"G2 reversed", strings.Join(reversed, ","), G2},
		{"G3", strings.Join(Header(G3), ","), G3},
		{"G4 in capitals with blanks", upper, G4},
		{"first issue of 2020", strings.Join(Header(G2), ",") + ",sms_affected,phone_call_affected,state/india", G2},
	} {
		t.Run(c.name, func(t *testing.T) {
			f := read(t, "\ufeff"+c.header+"\r\n"+strings.Repeat("x,", strings.Count(c.header, ","))+"x\r\n")
			if len(f.Sheets) != 1 || f.Sheets[0].Layout != c.want {
				t.Fatalf("got %+v, want layout %d", f.Sheets, c.want)
			}
			if len(f.Sheets[0].Rows) != 1 || f.Sheets[0].Rows[0].Number != 2 {
				t.Errorf("got rows %+v, want row 2 alone", f.Sheets[0].Rows)
			}
		})
	}
}

func TestColumnsThatAreMissingOrExtraAreDefects(t *testing.T) {
	h := append(Header(G4)[2:], "START_DATE", "start_date", "my notes")
	h = append(h, "Country")
	f := read(t, strings.Join(h, ",")+"\n"+strings.Repeat(",", len(h)-1)+"\n"+strings.Repeat(",", len(h)-1)+"x\n")
	kinds := countKinds(f.Defects)
	if kinds[MissingColumn] != 1 || kinds[ExtraColumn] != 1 || kinds[DuplicateColumn] != 2 {
		t.Errorf("got %v, want one missing, one extra and two duplicate columns", kinds)
	}
	if len(f.Sheets[0].Rows) != 1 {
		t.Errorf("got %d rows, want 1: a row of blanks is none", len(f.Sheets[0].Rows))
	}
}

func TestCellsOverSeveralLinesAndOtherSeparators(t *testing.T) {
	cells := map[string]string{"start_date": "1/7/2019", "country": "India", "event": "\"one\n\ntwo; \"\"three\"\"\""}
	for _, sep := range []string{",", ";", "\t"} {
		data := strings.ReplaceAll(sheetCSV(rowCSV(cells)), ",", sep)
		row := edition(t, "e", "2020-01-01", nil, read(t, data)).Files[0].Sheets[0].Rows[0]
		if got, want := row.Cells[43], "one\n\ntwo; \"three\""; got != want {
			t.Errorf("separator %q: got %q, want %q", sep, got, want)
		}
		if row.CountYear != 2019 {
			t.Errorf("separator %q: got count year %d, want 2019", sep, row.CountYear)
		}
	}
}

func TestBlankLinesCountAsASpreadsheetCountsThem(t *testing.T) {
	row := rowCSV(plainRow)
	for _, end := range []string{"\n", "\r\n"} {
		data := strings.Join([]string{"", strings.Join(Header(G4), ","), row, "", "", row, strings.Replace(row, "India", "\"India\n\n\"", 1), row, ""}, end)
		var got []int
		for _, r := range read(t, data).Sheets[0].Rows {
			got = append(got, r.Number)
		}
		if want := []int{3, 6, 7, 8}; !slices.Equal(got, want) {
			t.Errorf("line end %q: got rows %v, want %v", end, got, want)
		}
	}
}

func TestApostropheOfOurExportsIsTakenBack(t *testing.T) {
	f := read(t, sheetCSV(rowCSV(map[string]string{"country": "India", "event": "'=1+1", "area_name": "'Adan", "decision_maker": "'@home"})))
	cells := f.Sheets[0].Rows[0].Cells
	for i, want := range map[int]string{43: "=1+1", 4: "'Adan", 9: "@home"} {
		if cells[i] != want {
			t.Errorf("column %s: got %q, want %q", Header(G4)[i], cells[i], want)
		}
	}
}

func TestWorkbookDatesBooleansAndFormulas(t *testing.T) {
	styles := `<styleSheet><numFmts><numFmt numFmtId="170" formatCode="d\-mmm\-yyyy"/></numFmts><cellXfs><xf numFmtId="0"/><xf numFmtId="14"/><xf numFmtId="170"/><xf numFmtId="164"/></cellXfs></styleSheet>`
	rows := [][]string{Header(G4), {
		`<c r="B2" s="2"><v>44208</v></c>`, `<c r="C2" t="s"><v>0</v></c>`, `<c r="P2" s="0"><v>44210.5</v></c>`, `<c r="Q2"><f>DAYS(P2,B2-1)</f><v></v></c>`,
		`<c r="V2"><v>0.41666666666666669</v></c>`, `<c r="Y2" t="b"><v>1</v></c>`, `<c r="AR2" t="str"><f>"a"</f><v>a_x000D_b</v></c>`, `<c r="AU2"><v>2021</v></c>`,
	}}
	for _, c := range []struct{ date1904, start, end string }{
		{"0", "2021-01-12", "2021-01-14 12:00"},
		{"1", "2025-01-13", "2025-01-15 12:00"},
	} {
		data := book(t, map[string]string{
			"xl/workbook.xml":            strings.Replace(oneSheet, "<sheets>", `<workbookPr date1904="`+c.date1904+`"/><sheets>`, 1),
			"xl/_rels/workbook.xml.rels": oneRel, "xl/worksheets/sheet1.xml": sheetXML(rows...), "xl/styles.xml": styles,
			"xl/sharedStrings.xml": `<sst><si><r><t>Ugan</t></r><r><t>da</t></r><rPh><t>x</t></rPh></si></sst>`,
		})
		f := mustRead(t, "book.xlsx", data)
		cells := f.Sheets[0].Rows[0].Cells
		for i, want := range map[int]string{1: c.start, 2: "Uganda", 15: c.end, 16: "", 21: "0.41666666666666669", 24: "TRUE", 43: "a\rb", 46: "2021"} {
			if cells[i] != want {
				t.Errorf("1904 %s, column %s: got %q, want %q", c.date1904, Header(G4)[i], cells[i], want)
			}
		}
		want := Defect{Kind: FormulaWithoutValue, File: "book.xlsx", Sheet: "2022 Data", Row: 2, Column: "duration", Value: "=DAYS(P2,B2-1)"}
		if len(f.Defects) != 1 || f.Defects[0] != want {
			t.Errorf("got defects %+v, want %+v", f.Defects, want)
		}
	}
}

func TestSheetsThatAreNotSTOPAreListed(t *testing.T) {
	f := realFile(t, workbookFile)
	if len(f.Sheets) != 5 {
		t.Errorf("got %d sheets, want 5", len(f.Sheets))
	}
	for _, d := range f.Defects {
		if d.Kind == SheetSkipped && d.Sheet == "Need more details" {
			return
		}
	}
	t.Errorf("the skipped sheet is not among the defects")
}

func TestCountYearComesFromColumnSheetOrCovers(t *testing.T) {
	sheet := func(name, year string) File {
		data := oneSheetBook(t, sheetXML(Header(G4), []string{"Actual", "2021-12-31", "India", `<c r="AU2"><v>` + year + `</v></c>`}))
		f := mustRead(t, "b.xlsx", data)
		f.Sheets[0].Name = name
		return f
	}
	for _, c := range []struct {
		name   string
		file   File
		covers []int
		want   int
		defect Kind
	}{
		{"column", sheet("2019", "2022"), nil, 2022, ""},
		{"sheet name", sheet("2022 Data", ""), nil, 2022, CountYearUnreadable},
		{"covers", sheet("Sheet1", ""), []int{2020}, 2020, CountYearUnreadable},
		{"start year", sheet("2016+2017", ""), nil, 2021, CountYearInferred},
		{"outside covers", sheet("x", "2022"), []int{2019, 2020}, 2022, OutsideCoverage},
	} {
		e, defects, err := NewEdition("e", day("2023-01-01"), []File{c.file}, c.covers)
		if err != nil {
			t.Fatal(err)
		}
		if got := e.Rows()[0].CountYear; got != c.want {
			t.Errorf("%s: got %d, want %d", c.name, got, c.want)
		}
		if c.defect != "" && countKinds(defects)[c.defect] != 1 || c.defect == "" && len(defects) != 0 {
			t.Errorf("%s: got defects %v, want %q", c.name, defects, c.defect)
		}
	}
}

func TestDatesOfEverySheet(t *testing.T) {
	for in, want := range map[string]string{
		"2019-01-07": "2019-01-07", "1/7/2019": "2019-01-07", " 12/31/2019 ": "2019-12-31", "43472": "2019-01-07", "2019-01-07 00:00:00": "2019-01-07",
		"2021-01-14 12:00": "2021-01-14T12:00Z", "1/7/19": "2019-01-07", "2019-01": "2019-01",
		"": "", "ongoing": "", "13/7/2019": "", "2/30/2019": "", "7": "", "-44138": "", "4/1/2018 upon CAF visit": "", "2019": "", "99999": "",
	} {
		m, ok := parseDate(in)
		if m.String() != want && ok || ok != (want != "") {
			t.Errorf("%q: got %q %v, want %q", in, m, ok, want)
		}
	}
}

func FuzzRead(f *testing.F) {
	f.Add([]byte(sheetCSV(rowCSV(plainRow))))
	f.Add(oneSheetBook(f, sheetXML(Header(G4), []string{"Actual", "2022-01-01", "India", `<c r="E2" t="b"><v>1</v></c>`, `<c r="F2" s="1"><v>44208</v></c>`})))
	f.Add([]byte("\ufeffstart_date,country\r\n\"a\n\",b"))
	f.Fuzz(func(t *testing.T, data []byte) {
		file, err := Read("fuzz", bytes.NewReader(data), int64(len(data)), ReadOptions{MaxBytes: 1 << 20, MaxCell: 1 << 14, MaxRows: 100})
		if err != nil {
			if c := keepiton.CodeOf(err); c != keepiton.Invalid && c != keepiton.TooLarge {
				t.Fatalf("code %s: %v", c, err)
			}
			return
		}
		e, _, err := NewEdition("e", day("2024-01-01"), []File{file}, nil)
		if err != nil {
			t.Fatal(err)
		}
		Derive([]Edition{e}, Pins{})
	})
}

func FuzzDatesAndDurations(f *testing.F) {
	for _, s := range []string{"1/7/2019", "44208", "2019-01-07", "1e400", "NaN", "-44138", "0x1p-2"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		if m, ok := parseDate(s); ok {
			if again, ok := parseDate(writeDate(m)); !ok || m.Precision == keepiton.Day && !again.At.Equal(m.At) {
				t.Errorf("%q: %s does not read back", s, m)
			}
		}
		if d, ok := parseDuration(s); ok && d != d {
			t.Errorf("%q is not a number", s)
		}
	})
}

func TestEveryKindOfDefectIsExplained(t *testing.T) {
	p := locale.For("en")
	for _, k := range Kinds {
		if key := "defect." + string(k); p.T(key) == key {
			t.Errorf("locale/messages/en.json lacks %s", key)
		}
	}
}
