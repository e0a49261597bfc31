package export

import (
	"archive/zip"
	"bufio"
	"encoding/xml"
	"fmt"
	"io"
	"regexp"
	"strconv"
	"strings"
)

// workbook writes an XLSX file (ECMA-376 part 1, transitional) as a stream: of
// a sheet nothing but the line at hand is in memory. Texts stand in their cells
// and not in a table of shared ones, so that no cell is a formula and nothing
// has to be known before it is written.
type workbook struct {
	zip   *zip.Writer
	rtl   bool // the sheets run from right to left
	names []string
}

// Parts that are the same in every workbook. The second style (s="1") is bold.
const (
	xmlHead      = `<?xml version="1.0" encoding="UTF-8" standalone="yes"?>` + "\n"
	spreadsheet  = `"http://schemas.openxmlformats.org/spreadsheetml/2006/main"`
	relation     = `http://schemas.openxmlformats.org/officeDocument/2006/relationships`
	relations    = `<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">`
	contentType  = `application/vnd.openxmlformats-officedocument.spreadsheetml.`
	relationsXML = xmlHead + relations + `<Relationship Id="rId1" Type="` + relation + `/officeDocument" Target="xl/workbook.xml"/></Relationships>`
	stylesXML    = xmlHead + `<styleSheet xmlns=` + spreadsheet + `>` +
		`<fonts count="2"><font><sz val="11"/><name val="Calibri"/><family val="2"/></font><font><b/><sz val="11"/><name val="Calibri"/><family val="2"/></font></fonts>` +
		`<fills count="2"><fill><patternFill patternType="none"/></fill><fill><patternFill patternType="gray125"/></fill></fills>` +
		`<borders count="1"><border><left/><right/><top/><bottom/><diagonal/></border></borders>` +
		`<cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs>` +
		`<cellXfs count="2"><xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0"/><xf numFmtId="0" fontId="1" fillId="0" borderId="0" xfId="0" applyFont="1"/></cellXfs>` +
		`<cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles></styleSheet>`
)

// newWorkbook writes what comes before the sheets, which are named here in
// their order; names are plain ASCII.
func newWorkbook(w io.Writer, rtl bool, names ...string) (*workbook, error) {
	b := &workbook{zip: zip.NewWriter(w), rtl: rtl, names: names}
	var types, sheets, links strings.Builder
	for i, name := range names {
		fmt.Fprintf(&types, `<Override PartName="/xl/worksheets/sheet%d.xml" ContentType="%sworksheet+xml"/>`, i+1, contentType)
		fmt.Fprintf(&sheets, `<sheet name="%s" sheetId="%d" r:id="rId%[2]d"/>`, name, i+1)
		fmt.Fprintf(&links, `<Relationship Id="rId%d" Type="%s/worksheet" Target="worksheets/sheet%[1]d.xml"/>`, i+1, relation)
	}
	for _, part := range [][2]string{
		{"[Content_Types].xml", xmlHead + `<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">` +
			`<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/>` +
			`<Override PartName="/xl/workbook.xml" ContentType="` + contentType + `sheet.main+xml"/>` +
			`<Override PartName="/xl/styles.xml" ContentType="` + contentType + `styles+xml"/>` + types.String() + `</Types>`},
		{"_rels/.rels", relationsXML},
		{"xl/workbook.xml", xmlHead + `<workbook xmlns=` + spreadsheet + ` xmlns:r="` + relation + `"><bookViews><workbookView/></bookViews><sheets>` + sheets.String() + `</sheets></workbook>`},
		{"xl/_rels/workbook.xml.rels", xmlHead + relations + links.String() +
			fmt.Sprintf(`<Relationship Id="rId%d" Type="%s/styles" Target="styles.xml"/></Relationships>`, len(names)+1, relation)},
		{"xl/styles.xml", stylesXML},
	} {
		out, err := b.zip.Create(part[0])
		if err != nil {
			return nil, err
		}
		if _, err := io.WriteString(out, part[1]); err != nil {
			return nil, err
		}
	}
	return b, nil
}

// sheet writes the sheet called name by calling fill once. Sheets may come in
// any order; each comes once. Columns are width characters wide, 0 for the
// program's own width; frozen keeps the first row and column in view.
func (b *workbook) sheet(name string, width int, frozen bool, fill func(*sheet) error) error {
	n := 1
	for b.names[n-1] != name {
		n++
	}
	part, err := b.zip.Create(fmt.Sprintf("xl/worksheets/sheet%d.xml", n))
	if err != nil {
		return err
	}
	s := &sheet{out: bufio.NewWriterSize(part, 1<<16)}
	s.out.WriteString(xmlHead + `<worksheet xmlns=` + spreadsheet + `><sheetViews><sheetView workbookViewId="0"`)
	if b.rtl {
		s.out.WriteString(` rightToLeft="1"`)
	}
	s.out.WriteString(`>`)
	if frozen {
		s.out.WriteString(`<pane xSplit="1" ySplit="1" topLeftCell="B2" activePane="bottomRight" state="frozen"/>`)
	}
	s.out.WriteString(`</sheetView></sheetViews>`)
	if width > 0 {
		fmt.Fprintf(s.out, `<cols><col min="1" max="16384" width="%d" customWidth="1"/></cols>`, width)
	}
	s.out.WriteString(`<sheetData>`)
	if err := fill(s); err != nil {
		return err
	}
	s.out.WriteString(`</sheetData></worksheet>`)
	return s.out.Flush()
}

// close ends the file; the writer below stays open.
func (b *workbook) close() error { return b.zip.Close() }

// sheet is one that is being written.
type sheet struct {
	out     *bufio.Writer
	row     int      // the last one written, from 1
	columns []string // A, B, …, as far as any row went
}

// line writes the next row. A value is a string, an int, an int64, a float64 or
// a bool; nil is an empty cell.
func (s *sheet) line(bold bool, values ...any) error {
	s.row++
	number := strconv.Itoa(s.row)
	fmt.Fprintf(s.out, `<row r="%s">`, number)
	for i, v := range values {
		if i == len(s.columns) {
			s.columns = append(s.columns, columnName(i))
		}
		if v == nil {
			continue
		}
		s.out.WriteString(`<c r="` + s.columns[i] + number + `"`)
		if bold {
			s.out.WriteString(` s="1"`)
		}
		switch v := v.(type) {
		case string:
			s.out.WriteString(` t="inlineStr"><is><t xml:space="preserve">`)
			if err := xml.EscapeText(s.out, []byte(likeEscape.ReplaceAllString(v, `_x005F$0`))); err != nil {
				return err
			}
			s.out.WriteString(`</t></is></c>`)
		case bool:
			said := "0"
			if v {
				said = "1"
			}
			s.out.WriteString(` t="b"><v>` + said + `</v></c>`)
		case int, int64, float64:
			fmt.Fprintf(s.out, `><v>%v</v></c>`, v)
		default:
			return fmt.Errorf("row %d, column %s: a cell holds no %T", s.row, s.columns[i], v)
		}
	}
	_, err := s.out.WriteString(`</row>`) // the first error of the writes above is told here again
	return err
}

// likeEscape is text that a program would read as an escaped character
// (ECMA-376 part 1, 22.4.2.4 bstr).
var likeEscape = regexp.MustCompile(`_x[0-9A-Fa-f]{4}_`)

// columnName returns the letters of column i, from 0: A to Z, AA and so on.
func columnName(i int) string {
	if i < 26 {
		return string(rune('A' + i))
	}
	return columnName(i/26-1) + string(rune('A'+i%26))
}
