package evidence

import (
	"bytes"
	"encoding/csv"
	"errors"
	"io"
	"strings"
)

// Limits of a table that NeutralCSV takes.
const (
	maxTable   = 10_000_000 // bytes
	maxColumns = 1_000
)

// NeutralCSV returns a table with every cell that a spreadsheet program would
// run as a formula made a text, by an apostrophe before it: cells that begin with
// = + - @ tab or CR, also behind apostrophes (OWASP, "CSV injection"; the same
// rule as in the files that package export writes). Separators may be commas,
// semicolons or tabs; the copy has commas. The original stays what it is.
//
// Errors: Invalid with line and column for what is no table, TooLarge over a
// limit.
func NeutralCSV(table []byte) ([]byte, error) {
	if len(table) > maxTable {
		return nil, tooLarge("csv: %d bytes are more than %d", len(table), maxTable)
	}
	if Sniff(table) != Text {
		return nil, broken("csv: it is of kind %s", Sniff(table))
	}
	table = bytes.TrimPrefix(table, []byte("\xef\xbb\xbf"))
	r := csv.NewReader(bytes.NewReader(table))
	r.Comma, r.FieldsPerRecord, r.LazyQuotes, r.ReuseRecord = separator(table), -1, true, true
	var out bytes.Buffer
	w := csv.NewWriter(&out)
	for {
		row, err := r.Read()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return nil, broken("csv: %v", err)
		}
		if len(row) > maxColumns {
			line, _ := r.FieldPos(0)
			return nil, tooLarge("csv: line %d has %d columns, more than %d", line, len(row), maxColumns)
		}
		for i, cell := range row {
			row[i] = neutral(cell)
		}
		if err := w.Write(row); err != nil {
			return nil, err
		}
	}
	w.Flush()
	return out.Bytes(), w.Error()
}

func neutral(cell string) string {
	const formula = "=+-@\t\r"
	if rest := strings.TrimLeft(cell, "'"); rest != "" && strings.IndexByte(formula, rest[0]) >= 0 {
		return "'" + cell
	}
	return cell
}

// separator is the one of comma, semicolon and tab that stands most often in
// the first line.
func separator(table []byte) rune {
	first, _, _ := bytes.Cut(table, []byte("\n"))
	best := ','
	for _, s := range ";\t" {
		if bytes.Count(first, []byte(string(s))) > bytes.Count(first, []byte(string(best))) {
			best = s
		}
	}
	return best
}
