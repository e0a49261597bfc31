package stop

import (
	"bufio"
	"bytes"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"unicode/utf8"

	"keepiton"
)

const hintUTF8 = "save the sheet as CSV in UTF-8 and import it again"

// readCSV reads comma, semicolon or tab separated text in UTF-8 with or
// without a byte order mark, RFC 4180 quoting, LF or CRLF. Cells may hold line
// breaks. Rows of another length than the header are refused: they are the
// sign of a broken quote.
func readCSV(name string, r io.Reader, opt ReadOptions) ([]grid, error) {
	br := bufio.NewReaderSize(r, 64<<10)
	head, _ := br.Peek(16 << 10)
	switch {
	case bytes.HasPrefix(head, []byte("\xff\xfe")), bytes.HasPrefix(head, []byte("\xfe\xff")):
		return nil, keepiton.Hint(keepiton.Errorf(keepiton.Invalid, "%s: row 1, column 1: the text is UTF-16, not UTF-8", name), hintUTF8)
	case bytes.HasPrefix(head, []byte("\xef\xbb\xbf")):
		br.Discard(3)
		head = head[3:]
	}
	guard := &cellGuard{r: br, name: name, row: 1, column: 1, comma: separator(head), opt: opt}
	cr := csv.NewReader(guard)
	cr.Comma = rune(guard.comma)
	cr.FieldsPerRecord = -1
	var g grid
	var header []string // once it is found, every row has its length
	for records := 1; ; records++ {
		cells, err := cr.Read()
		number := records + guard.blanksUpTo(cr.InputOffset())
		if err == io.EOF {
			return []grid{g}, nil
		}
		if err != nil {
			return nil, csvError(name, number, err)
		}
		for i, c := range cells {
			if !utf8.ValidString(c) || strings.IndexByte(c, 0) >= 0 {
				return nil, keepiton.Hint(keepiton.Errorf(keepiton.Invalid, "%s: row %d, column %s: the text is not UTF-8", name, number, place(header, i)), hintUTF8)
			}
			cells[i] = plain(c)
		}
		switch {
		case header != nil && len(cells) != len(header):
			return nil, keepiton.Hint(keepiton.Errorf(keepiton.Invalid, "%s: row %d, column %s: the row has %d cells, the header has %d",
				name, number, place(header, min(len(cells), len(header))), len(cells), len(header)),
				"look for a missing or a lone quotation mark in this row or the one above")
		case header == nil && recognise(cells) != 0:
			header = cells
		case header == nil && number > headerWithin:
			return []grid{g}, nil // not STOP: no need to read on
		}
		g.rows = append(g.rows, gridRow{number: number, cells: cells})
	}
}

// place names a cell's column for an error.
func place(header []string, i int) string {
	if i < len(header) {
		return fmt.Sprintf("%d (%s)", i+1, clip(strings.TrimSpace(header[i])))
	}
	return fmt.Sprint(i + 1)
}

func csvError(name string, row int, err error) error {
	var known *keepiton.Error
	if errors.As(err, &known) {
		return known
	}
	var parse *csv.ParseError
	if errors.As(err, &parse) {
		return keepiton.Hint(keepiton.Errorf(keepiton.Invalid, "%s: row %d, line %d, column %d: %w", name, row, parse.Line, parse.Column, parse.Err),
			"a cell with a quotation mark, a separator or a line break stands in quotation marks, and a quotation mark inside it is doubled")
	}
	return keepiton.Errorf(keepiton.Unavailable, "%s: row %d: %w", name, row, err)
}

// separator picks the separator that stands most often in the first line.
func separator(head []byte) byte {
	line, _, _ := bytes.Cut(head, []byte("\n"))
	best := byte(',')
	for _, c := range []byte(";\t") {
		if bytes.Count(line, []byte{c}) > bytes.Count(line, []byte{best}) {
			best = c
		}
	}
	return best
}

// plain undoes what our own exports do against spreadsheet formulas: an
// apostrophe before = + - @ tab or carriage return, one more than stood there.
func plain(cell string) string {
	if rest := strings.TrimLeft(cell, "'"); len(rest) < len(cell) && rest != "" && strings.IndexByte("=+-@\t\r", rest[0]) >= 0 {
		return cell[1:]
	}
	return cell
}

// cellGuard stops reading when one cell, row or file grows over its limit, so
// that the parser behind it never holds more. It follows RFC 4180 closely
// enough to know where it is.
type cellGuard struct {
	r           io.Reader
	name        string
	comma       byte
	opt         ReadOptions
	row, column int
	cells, cell int
	total       int64
	quoted      bool
	last        byte
	blanks      []int64 // where blank lines end: the parser skips them, a spreadsheet does not
}

func (g *cellGuard) blanksUpTo(offset int64) int {
	n, _ := slices.BinarySearch(g.blanks, offset+1)
	return n
}

func (g *cellGuard) Read(p []byte) (int, error) {
	n, err := g.r.Read(p)
	for i, b := range p[:n] {
		g.cell++
		switch {
		case b == '"':
			g.quoted = !g.quoted
		case g.quoted:
		case b == g.comma:
			g.column, g.cell, g.cells = g.column+1, 0, g.cells+1
		case b == '\n':
			if g.column == 1 && (g.cell == 1 || g.cell == 2 && g.last == '\r') {
				g.blanks = append(g.blanks, g.total+int64(i)+1)
			}
			g.row, g.column, g.cell, g.cells = g.row+1, 1, 0, g.cells+1
		}
		g.last = b
		if g.cell > g.opt.MaxCell {
			return 0, g.tooLarge("the cell is larger than %d bytes", g.opt.MaxCell)
		}
		if g.column > g.opt.MaxColumns {
			return 0, g.tooLarge("more than %d columns", g.opt.MaxColumns)
		}
	}
	if g.cells > g.opt.MaxCells {
		return 0, g.tooLarge("more than %d cells", g.opt.MaxCells)
	}
	if g.row > g.opt.MaxRows+1 {
		return 0, g.tooLarge("more than %d rows", g.opt.MaxRows)
	}
	if g.total += int64(n); g.total > g.opt.MaxBytes {
		return 0, g.tooLarge("more than %d bytes of text", g.opt.MaxBytes)
	}
	return n, err
}

func (g *cellGuard) tooLarge(format string, limit any) error {
	err := keepiton.Errorf(keepiton.TooLarge, "%s: row %d, column %d: "+format, g.name, g.row, g.column, limit)
	return keepiton.Hint(err, "this is no STOP sheet, or a quotation mark is missing before this place")
}
