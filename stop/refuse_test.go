package stop

import (
	"archive/zip"
	"bytes"
	"errors"
	"fmt"
	"io"
	"runtime"
	"strings"
	"testing"
	"unicode/utf16"

	"keepiton"
)

// sheetCSV is a small sheet of the fourth layout.
func sheetCSV(rows ...string) string {
	return strings.Join(Header(G4), ",") + "\n" + strings.Join(rows, "\n") + "\n"
}

func rowCSV(cells map[string]string) string {
	var out []string
	for _, h := range Header(G4) {
		out = append(out, cells[h])
	}
	return strings.Join(out, ",")
}

var plainRow = map[string]string{"start_date": "2022-01-01", "country": "India", "count_year": "2022"}

// book zips parts into a workbook.
func book(t testing.TB, parts map[string]string) []byte {
	t.Helper()
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for name, text := range parts {
		w, err := z.Create(name)
		if err != nil {
			t.Fatal(err)
		}
		io.WriteString(w, text)
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

const (
	oneSheet = `<workbook xmlns:r="r"><sheets><sheet name="2022 Data" sheetId="1" r:id="rId1"/></sheets></workbook>`
	oneRel   = `<Relationships><Relationship Id="rId1" Target="worksheets/sheet1.xml"/></Relationships>`
)

// sheetXML writes rows of inline texts; a cell that begins with "<" is taken
// as XML.
func sheetXML(rows ...[]string) string {
	var b strings.Builder
	b.WriteString("<worksheet><sheetData>")
	for i, r := range rows {
		fmt.Fprintf(&b, `<row r="%d">`, i+1)
		for j, c := range r {
			if strings.HasPrefix(c, "<") {
				b.WriteString(c)
				continue
			}
			fmt.Fprintf(&b, `<c r="%s%d" t="inlineStr"><is><t>%s</t></is></c>`, columnName(j), i+1, c)
		}
		b.WriteString("</row>")
	}
	b.WriteString("</sheetData></worksheet>")
	return b.String()
}

func oneSheetBook(t testing.TB, sheet string) []byte {
	return book(t, map[string]string{"xl/workbook.xml": oneSheet, "xl/_rels/workbook.xml.rels": oneRel, "xl/worksheets/sheet1.xml": sheet})
}

func TestBadFilesAreRefusedNamingThePlace(t *testing.T) {
	good := oneSheetBook(t, sheetXML(Header(G4), []string{"Actual", "2022-01-01", "India"}))
	utf16le := []byte("\xff\xfe")
	for _, u := range utf16.Encode([]rune(sheetCSV(rowCSV(plainRow)))) {
		utf16le = append(utf16le, byte(u), byte(u>>8))
	}
	latin := strings.Replace(sheetCSV(rowCSV(plainRow)), "India", "C\xf4te d'Ivoire", 1)
	for _, c := range []struct {
		name string
		data []byte
		code keepiton.Code
		says []string
	}{
		{"empty file", nil, keepiton.Invalid, []string{"empty"}},
		{"prose", []byte("Dear all,\nplease find the numbers below.\n"), keepiton.Invalid, []string{"row 1", "column 1", "no header of a STOP sheet"}},
		{"another table", []byte("date,country,value\n2022-01-01,India,3\n"), keepiton.Invalid, []string{"row 1", "no header of a STOP sheet", "date, country"}},
		{"PDF", []byte("%PDF-1.7\n..."), keepiton.Invalid, []string{"PDF"}},
		{"old workbook", []byte("\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1rest"), keepiton.Invalid, []string{".xls"}},
		{"UTF-16", utf16le, keepiton.Invalid, []string{"row 1", "column 1", "UTF-16"}},
		{"Latin-1", []byte(latin), keepiton.Invalid, []string{"row 2", "column 3 (country)", "not UTF-8"}},
		{"NUL", []byte(strings.Replace(sheetCSV(rowCSV(plainRow)), "India", "In\x00dia", 1)), keepiton.Invalid, []string{"row 2", "column 3"}},
		{"ragged row", []byte(sheetCSV(rowCSV(plainRow), "2022-01-02,India")), keepiton.Invalid, []string{"row 3", "column 3 (country)", "2 cells", "47"}},
		{"lone quote", []byte(sheetCSV(rowCSV(plainRow), `a"b,c`)), keepiton.Invalid, []string{"row 3", "line 3"}},
		{"quote never closed", []byte(sheetCSV(rowCSV(plainRow), `"India,c`)), keepiton.Invalid, []string{"row 3"}},
		{"too many columns", []byte(strings.Repeat(",", 2000)), keepiton.TooLarge, []string{"row 1", "column 1001", "columns"}},
		{"truncated workbook", good[:len(good)/2], keepiton.Invalid, []string{"cut short"}},
		{"zip without a workbook", book(t, map[string]string{"hello.txt": "x"}), keepiton.Invalid, []string{"not a workbook"}},
		{"broken sheet", oneSheetBook(t, sheetXML(Header(G4))[:900]), keepiton.Invalid, []string{`sheet "2022 Data"`, "row 1", "column"}},
		{"missing shared text", oneSheetBook(t, sheetXML(Header(G4), []string{`<c r="A2" t="s"><v>7</v></c>`})), keepiton.Invalid, []string{`sheet "2022 Data"`, "row 2", "column A"}},
		{"sheet far to the right", oneSheetBook(t, sheetXML([]string{`<c r="ZZZ1"><v>7</v></c>`})), keepiton.TooLarge, []string{`sheet "2022 Data"`, "columns"}},
		{"nested too deep", oneSheetBook(t, strings.Repeat("<a>", 100)), keepiton.Invalid, []string{"64 deep"}},
		{"no sheet is STOP", oneSheetBook(t, sheetXML([]string{"Name", "Value"})), keepiton.Invalid, []string{"no header of a STOP sheet"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, err := Read("some/folder/"+c.name, bytes.NewReader(c.data), int64(len(c.data)), ReadOptions{})
			if keepiton.CodeOf(err) != c.code {
				t.Fatalf("got %v, want code %s", err, c.code)
			}
			for _, s := range append(c.says, c.name) {
				if !strings.Contains(err.Error(), s) {
					t.Errorf("got %q, want it to say %q", err, s)
				}
			}
			if strings.Contains(err.Error(), "folder") {
				t.Errorf("%q tells the folder", err)
			}
			if keepiton.HintOf(err) == "" && c.code == keepiton.Invalid {
				t.Errorf("%q has no hint", err)
			}
		})
	}
}

// endless is a file of a given size: a head, then one byte repeated.
type endless struct {
	head string
	size int64
	read *int64
}

func (e endless) ReadAt(p []byte, off int64) (int, error) {
	if off >= e.size {
		return 0, io.EOF
	}
	n := min(int64(len(p)), e.size-off)
	for i := range p[:n] {
		p[i] = 'x'
		if at := off + int64(i); at < int64(len(e.head)) {
			p[i] = e.head[at]
		}
	}
	*e.read += n
	if n < int64(len(p)) {
		return int(n), io.EOF
	}
	return int(n), nil
}

func TestGiantCellIsRefusedBeforeItIsRead(t *testing.T) {
	const giga = 1 << 30
	for _, quote := range []string{"", `"`} {
		var read int64
		head := sheetCSV(rowCSV(plainRow)) + "Actual,2022-01-02," + quote
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		_, err := Read("giant.csv", endless{head, giga, &read}, giga, ReadOptions{})
		runtime.ReadMemStats(&after)
		if keepiton.CodeOf(err) != keepiton.TooLarge || !strings.Contains(err.Error(), "row 3, column 3") {
			t.Errorf("got %v, want too large at row 3, column 3", err)
		}
		if read > 4<<20 {
			t.Errorf("read %d bytes, want at most 4 MiB", read)
		}
		if used := after.TotalAlloc - before.TotalAlloc; used > 32<<20 {
			t.Errorf("allocated %d bytes, want at most 32 MiB", used)
		}
	}
}

func TestZipBombIsRefused(t *testing.T) {
	zeros := strings.Repeat("x", 8<<20)
	sheet := "<worksheet><sheetData><row r=\"1\"><c r=\"A1\" t=\"inlineStr\"><is><t>"
	cell := oneSheetBook(t, sheetXML(Header(G4))[:len(sheetXML(Header(G4)))-len("</sheetData></worksheet>")]+`<row r="2"><c r="C2" t="inlineStr"><is><t>`+zeros)
	many := oneSheetBook(t, sheet+strings.Repeat(strings.Repeat("a", 100)+"</t><t>", 1<<17))
	for name, c := range map[string]struct {
		data []byte
		opt  ReadOptions
		says string
	}{
		"one cell":           {cell, ReadOptions{}, `sheet "2022 Data", row 2, column C`},
		"one cell in pieces": {many, ReadOptions{}, "column A"},
		"unpacked size":      {cell, ReadOptions{MaxBytes: 1 << 18}, "unpacks to more than"},
		"many cells":         {oneSheetBook(t, "<worksheet><sheetData>"+strings.Repeat(`<row><c r="ALL1"/></row>`, 10_000)), ReadOptions{}, "more than 2000000 cells"},
		"many commas":        {[]byte(strings.Repeat(strings.Repeat(",", 900)+"\n", 9) + sheetCSV(strings.Repeat(",", 46)) + strings.Repeat(strings.Repeat(",", 46)+"\n", 50_000)), ReadOptions{}, "more than 2000000 cells"},
		"many parts":         {book(t, manyParts(50)), ReadOptions{MaxEntries: 20}, "50 files"},
		"many rows":          {oneSheetBook(t, sheetXML(make([][]string, 3000)...)), ReadOptions{MaxRows: 1000}, "more than 1000 rows"},
	} {
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		_, err := Read("bomb.xlsx", bytes.NewReader(c.data), int64(len(c.data)), c.opt)
		runtime.ReadMemStats(&after)
		if keepiton.CodeOf(err) != keepiton.TooLarge || !strings.Contains(err.Error(), c.says) {
			t.Errorf("%s: got %v, want too large saying %q", name, err, c.says)
		}
		if used := after.TotalAlloc - before.TotalAlloc; used > 96<<20 {
			t.Errorf("%s: allocated %d bytes, want at most 96 MiB", name, used)
		}
	}
}

// TestLyingZipIsRefused declares 10 bytes for a part that unpacks to more.
func TestLyingZipIsRefused(t *testing.T) {
	data := oneSheetBook(t, sheetXML(Header(G4)))
	at := bytes.LastIndex(data, []byte("PK\x01\x02"))
	for at >= 0 { // the uncompressed size stands 24 bytes into a directory entry
		copy(data[at+24:], []byte{10, 0, 0, 0})
		at = bytes.LastIndex(data[:at], []byte("PK\x01\x02"))
	}
	_, err := Read("liar.xlsx", bytes.NewReader(data), int64(len(data)), ReadOptions{})
	if keepiton.CodeOf(err) != keepiton.Invalid {
		t.Errorf("got %v, want an invalid workbook", err)
	}
	var e *keepiton.Error
	if !errors.As(err, &e) {
		t.Errorf("got %T, want an error with a code", err)
	}
}

func manyParts(n int) map[string]string {
	out := map[string]string{}
	for i := range n {
		out[fmt.Sprint("part", i)] = "x"
	}
	return out
}
