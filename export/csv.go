package export

import (
	"encoding/csv"
	"io"
	"strings"

	"keepiton"
)

var csvFormat = Format{
	Name: "csv", Suffix: "csv", MediaType: "text/csv; charset=utf-8; header=present",
	Summary: "table, one line an incident, for spreadsheets and statistics programs",
	Write:   writeCSV,
}

// bom is the byte-order mark in UTF-8.
const bom = "\xef\xbb\xbf"

// writeCSV writes the flat layout as RFC 4180 has it, but with lines that end
// in LF, so that line ends inside a cell stay what they were.
func writeCSV(w io.Writer, in Incidents, opt Options) error {
	t, err := newTable(w, opt)
	if err != nil {
		return err
	}
	line := make([]string, len(columns))
	for i, c := range columns {
		line[i] = c.Name
	}
	if err := t.Write(line); err != nil {
		return err
	}
	err = public(in)(func(rev *keepiton.Revision) error {
		r := newRecord(rev, &opt)
		for i, c := range columns {
			line[i] = neutral(c.cell(r))
		}
		return t.Write(line)
	})
	if err != nil {
		return err
	}
	t.Flush()
	return t.Error()
}

// newTable starts a CSV file.
func newTable(w io.Writer, opt Options) (*csv.Writer, error) {
	if opt.BOM {
		if _, err := io.WriteString(w, bom); err != nil {
			return nil, err
		}
	}
	return csv.NewWriter(w), nil
}

// formula are the first characters that make a spreadsheet program run a cell
// (notes/publication.md 3, OWASP "CSV injection").
const formula = "=+-@\t\r"

// neutral puts an apostrophe before a cell that a spreadsheet would run. A
// cell that already is such a cell behind apostrophes gets one more, so that
// taking one away gives back every cell.
func neutral(cell string) string {
	if cell == "" {
		return cell
	}
	if rest := strings.TrimLeft(cell, "'"); rest != "" && strings.IndexByte(formula, rest[0]) >= 0 {
		return "'" + cell
	}
	return cell
}
