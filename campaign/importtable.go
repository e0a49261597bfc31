package campaign

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"
	"unicode/utf8"

	"keepiton"
)

// Limits of a file that is imported.
const (
	MaxImportBytes   = 16 << 20
	MaxImportRows    = 20_000
	MaxImportColumns = 100
	maxImportCell    = 64 << 10 // bytes
)

// tableRow is one row of a file: its cells by the column's name. Line is where it
// begins in the file, the header's being 1.
type tableRow struct {
	line  int
	cells map[string]string
	odd   []rowDefect // what is wrong with the row as such
}

// rowDefect is what is wrong in a row, at a column or, without one, as a whole.
type rowDefect struct{ column, value, problem string }

// readTable reads a file as CSV (RFC 4180) or, when it begins with a brace, as
// JSON lines: one object a line, its members named like columns. UTF-8, with or
// without a byte order mark. known says which columns there are.
//
// A file whose structure cannot be read, or with a column that nobody knows, is an
// error as a whole, which names the line: nothing of it is used.
func readTable(r io.Reader, known func(column string) bool) ([]tableRow, error) {
	data, err := io.ReadAll(io.LimitReader(r, MaxImportBytes+1))
	if err != nil {
		return nil, keepiton.Errorf(keepiton.Unavailable, "%w", err)
	}
	if len(data) > MaxImportBytes {
		return nil, keepiton.Errorf(keepiton.TooLarge, "the file is larger than %d bytes", MaxImportBytes)
	}
	for _, mark := range []string{"\xff\xfe", "\xfe\xff"} {
		if bytes.HasPrefix(data, []byte(mark)) {
			return nil, keepiton.Hint(keepiton.Errorf(keepiton.Invalid, "the file is UTF-16"), "save it as CSV UTF-8")
		}
	}
	data = bytes.TrimPrefix(data, []byte("\xef\xbb\xbf"))
	if at := badByte(data); at >= 0 {
		return nil, keepiton.Hint(keepiton.Errorf(keepiton.Invalid, "line %d: byte %d of the file is not UTF-8 text", 1+bytes.Count(data[:at], []byte("\n")), at), "save it as CSV UTF-8")
	}
	if trimmed := bytes.TrimLeft(data, " \t\r\n"); len(trimmed) > 0 && trimmed[0] == '{' {
		return readJSONLines(data, known)
	}
	return readCSV(data, known)
}

// badByte returns where data is no UTF-8 text, or -1.
func badByte(data []byte) int {
	for i := 0; i < len(data); {
		r, n := utf8.DecodeRune(data[i:])
		if r == utf8.RuneError && n == 1 || r == 0 {
			return i
		}
		i += n
	}
	return -1
}

func readCSV(data []byte, known func(string) bool) ([]tableRow, error) {
	in := csv.NewReader(bytes.NewReader(data))
	in.FieldsPerRecord = -1 // checked by row, with its line
	header, err := in.Read()
	switch {
	case errors.Is(err, io.EOF):
		return nil, keepiton.Errorf(keepiton.Invalid, "the file is empty")
	case err != nil:
		return nil, csvError(err)
	case len(header) > MaxImportColumns:
		return nil, keepiton.Errorf(keepiton.TooLarge, "%d columns, the limit is %d", len(header), MaxImportColumns)
	}
	seen := map[string]bool{}
	for i, h := range header {
		name := columnName(h)
		if len(header) == 1 && strings.Count(h, ";") > 0 {
			return nil, keepiton.Hint(keepiton.Errorf(keepiton.Invalid, "line 1: the columns are parted by semicolons"), "save it with commas, as RFC 4180 says")
		}
		if err := checkColumn(name, h, i+1, seen, known); err != nil {
			return nil, err
		}
		header[i] = name
	}
	var rows []tableRow
	for {
		record, err := in.Read()
		if errors.Is(err, io.EOF) {
			return rows, nil
		}
		if err != nil {
			return nil, csvError(err)
		}
		if len(rows) == MaxImportRows {
			return nil, keepiton.Errorf(keepiton.TooLarge, "more than %d rows", MaxImportRows)
		}
		line, _ := in.FieldPos(0)
		row := tableRow{line: line, cells: map[string]string{}}
		if len(record) != len(header) {
			row.odd = append(row.odd, rowDefect{problem: fmt.Sprintf("%d cells where the header has %d", len(record), len(header))})
		}
		for i, value := range record[:min(len(record), len(header))] {
			row.put(header[i], value)
		}
		rows = append(rows, row)
	}
}

// put sets a cell; blanks around it are no part of it.
func (row *tableRow) put(column, value string) {
	value = strings.TrimSpace(strings.ReplaceAll(value, "\r\n", "\n"))
	if len(value) > maxImportCell {
		row.odd = append(row.odd, rowDefect{column, value[:40], fmt.Sprintf("longer than %d bytes", maxImportCell)})
		return
	}
	row.cells[column] = value
}

// csvError names the line and column of what the CSV reader stumbled over.
func csvError(err error) error {
	var p *csv.ParseError
	if errors.As(err, &p) {
		return keepiton.Errorf(keepiton.Invalid, "line %d, character %d: %w", p.Line, p.Column, p.Err)
	}
	return keepiton.Errorf(keepiton.Invalid, "%w", err)
}

// columnName reads a header's cell: case and blanks do not matter.
func columnName(s string) string {
	return strings.ReplaceAll(strings.ToLower(strings.TrimSpace(s)), " ", "_")
}

func checkColumn(name, written string, n int, seen map[string]bool, known func(string) bool) error {
	switch {
	case !known(name):
		return keepiton.Hint(keepiton.Errorf(keepiton.Invalid, "line 1, column %d: there is no column %q", n, written), "keepiton help import lists the columns; take others away")
	case seen[name]:
		return keepiton.Errorf(keepiton.Invalid, "line 1, column %d: %q stands there twice", n, written)
	}
	seen[name] = true
	return nil
}

func readJSONLines(data []byte, known func(string) bool) ([]tableRow, error) {
	var rows []tableRow
	line := 0
	for text := range bytes.Lines(data) {
		line++
		if text = bytes.TrimSpace(text); len(text) == 0 {
			continue
		}
		if len(rows) == MaxImportRows {
			return nil, keepiton.Errorf(keepiton.TooLarge, "more than %d rows", MaxImportRows)
		}
		row, err := readObject(text, known)
		if err != nil {
			return nil, keepiton.Errorf(keepiton.CodeOf(err), "line %d: %w", line, err)
		}
		row.line = line
		rows = append(rows, row)
	}
	return rows, nil
}

// readObject reads one flat object: texts, numbers, true and false, and lists of
// texts, which become lines.
func readObject(text []byte, known func(string) bool) (tableRow, error) {
	row := tableRow{cells: map[string]string{}}
	in := json.NewDecoder(bytes.NewReader(text))
	in.UseNumber()
	bad := func(err error) (tableRow, error) {
		return row, keepiton.Errorf(keepiton.Invalid, "byte %d: %w", in.InputOffset(), err)
	}
	if t, err := in.Token(); err != nil {
		return bad(err)
	} else if t != json.Delim('{') {
		return bad(errors.New("no object"))
	}
	seen := map[string]bool{}
	for in.More() {
		t, err := in.Token()
		if err != nil {
			return bad(err)
		}
		written, ok := t.(string)
		if !ok {
			return bad(errors.New("no name of a member"))
		}
		name := columnName(written)
		if len(seen) == MaxImportColumns {
			return bad(errors.New("too many members"))
		}
		switch {
		case !known(name):
			return bad(fmt.Errorf("there is no column %q", written))
		case seen[name]:
			return bad(fmt.Errorf("%q stands there twice", written))
		}
		seen[name] = true
		value, err := readValue(in)
		if err != nil {
			return bad(fmt.Errorf("%q: %w", written, err))
		}
		row.put(name, value)
	}
	if _, err := in.Token(); err != nil { // the closing brace
		return bad(err)
	}
	if _, err := in.Token(); !errors.Is(err, io.EOF) {
		return bad(errors.New("more than one object on the line"))
	}
	return row, nil
}

// readValue reads a plain value or a list of plain values.
func readValue(in *json.Decoder) (string, error) {
	t, err := in.Token()
	if err != nil {
		return "", err
	}
	if t != json.Delim('[') {
		return plainValue(t)
	}
	var lines []string
	for in.More() {
		if t, err = in.Token(); err != nil {
			return "", err
		}
		value, err := plainValue(t)
		if err != nil {
			return "", err
		}
		lines = append(lines, value)
	}
	_, err = in.Token()
	return strings.Join(lines, "\n"), err
}

func plainValue(t json.Token) (string, error) {
	switch v := t.(type) {
	case nil:
		return "", nil
	case string:
		return v, nil
	case json.Number:
		return v.String(), nil
	case bool:
		return fmt.Sprint(v), nil
	}
	return "", errors.New("only texts, numbers, true, false and lists of them can stand here")
}
