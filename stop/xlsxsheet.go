package stop

import (
	"encoding/xml"
	"io"
	"strconv"

	"keepiton"
)

// sheet reads one worksheet (ECMA-376 Part 1, 18.3.1.99) row by row.
func (w *workbook) sheet(name, part string) (grid, error) {
	g := grid{sheet: name, date1904: w.since04}
	t, err := w.part(part, name)
	if t == nil {
		if err == nil && part == "" {
			err = keepiton.Hint(keepiton.Errorf(keepiton.Invalid, "%s: sheet %q: the workbook names a sheet that it does not hold", w.name, name), hintXLSX)
		}
		return g, err
	}
	defer t.body.Close()
	var row *gridRow
	for {
		tok, err := t.next()
		if err == io.EOF {
			return g, nil
		}
		if err != nil {
			return g, at(t, err)
		}
		e, ok := tok.(xml.StartElement)
		if !ok {
			continue
		}
		switch e.Name.Local {
		case "row":
			t.row, t.column = t.row+1, -1
			if n, err := strconv.Atoi(attr(e, "r")); err == nil && n > t.row && n <= 1<<20 {
				t.row = n
			}
			if len(g.rows) >= w.opt.MaxRows+headerWithin {
				return g, t.tooLarge("more than %d rows", w.opt.MaxRows)
			}
			g.rows = append(g.rows, gridRow{number: t.row})
			row = &g.rows[len(g.rows)-1]
		case "c":
			if row == nil {
				return g, at(t, w.damaged(part, io.ErrUnexpectedEOF))
			}
			t.column++
			if i := columnIndex(attr(e, "r")); i >= 0 {
				t.column = i
			}
			if t.column >= w.opt.MaxColumns {
				return g, t.tooLarge("more than %d columns", w.opt.MaxColumns)
			}
			// A cell far to the right makes all those before it.
			if w.cells += 1 + max(0, t.column-len(row.cells)); w.cells > w.opt.MaxCells {
				return g, t.tooLarge("more than %d cells", w.opt.MaxCells)
			}
			if err := w.cell(t, e, row, &g); err != nil {
				return g, at(t, err)
			}
		}
	}
}

// at adds sheet and row to an error of the XML itself.
func at(t *tokens, err error) error {
	if keepiton.CodeOf(err) == keepiton.TooLarge {
		return err
	}
	return keepiton.Hint(keepiton.Errorf(keepiton.Invalid, "sheet %q, row %d, column %s: %w", t.sheet, max(t.row, 1), columnName(max(t.column, 0)), err), hintXLSX)
}

// cell reads one cell. Numbers keep the file's own digits, except that a
// number shown as a date becomes that date in ISO 8601; booleans are TRUE and
// FALSE as a spreadsheet shows them. A formula whose result the file lacks is
// an empty cell and a defect.
func (w *workbook) cell(t *tokens, e xml.StartElement, row *gridRow, g *grid) error {
	kind, style := attr(e, "t"), attr(e, "s")
	value, formula, err := t.value()
	if err != nil {
		return err
	}
	number := false
	switch kind {
	case "s":
		i, err := strconv.Atoi(value)
		if value != "" && (err != nil || i < 0 || i >= len(w.shared)) {
			return keepiton.Errorf(keepiton.Invalid, "%s: the cell points to shared text %q, which the workbook does not hold", w.name, clip(value))
		}
		if value != "" {
			value = w.shared[i]
		}
	case "b":
		if value != "" {
			value = map[bool]string{true: "TRUE", false: "FALSE"}[isTrue(value)]
		}
	case "", "n":
		number = value != ""
		if n, err := strconv.Atoi(style); err == nil && n >= 0 && n < len(w.dates) && w.dates[n] {
			value = serialText(value, w.since04)
		}
	}
	if formula != "" && value == "" {
		g.formulas = append(g.formulas, Defect{Kind: FormulaWithoutValue, Sheet: g.sheet, Row: t.row, Column: columnName(t.column), Value: "=" + clip(formula)})
	}
	for len(row.cells) <= t.column {
		row.cells, row.numbers = append(row.cells, ""), append(row.numbers, false)
	}
	row.cells[t.column], row.numbers[t.column] = value, number
	return nil
}

// value reads to the end of a cell and returns its value or inline text and
// its formula.
func (t *tokens) value() (value, formula string, err error) {
	for {
		tok, err := t.next()
		if err == io.EOF {
			err = io.ErrUnexpectedEOF
		}
		if err != nil {
			return "", "", err
		}
		switch e := tok.(type) {
		case xml.EndElement:
			return value, formula, nil
		case xml.StartElement:
			s, err := t.inner(e.Name.Local)
			if err != nil {
				return "", "", err
			}
			switch e.Name.Local {
			case "v", "is":
				value = s
			case "f":
				formula = s
			}
		}
	}
}

// inner returns the text of the element that has just begun.
func (t *tokens) inner(name string) (string, error) {
	if name == "is" {
		return t.text()
	}
	out := ""
	for level := 1; level > 0; {
		tok, err := t.next()
		if err == io.EOF {
			err = io.ErrUnexpectedEOF
		}
		if err != nil {
			return "", err
		}
		switch e := tok.(type) {
		case xml.StartElement:
			level++
		case xml.EndElement:
			level--
		case xml.CharData:
			if out += string(e); len(out) > t.w.opt.MaxCell {
				return "", t.tooLarge("the cell is larger than %d bytes", t.w.opt.MaxCell)
			}
		}
	}
	return unescape(out), nil
}

// serialText writes a day number as a date; other text stays.
func serialText(value string, since1904 bool) string {
	n, err := strconv.ParseFloat(value, 64)
	if err != nil || n < 1 || n > serialMax {
		return value
	}
	return writeDate(fromSerial(n, since1904))
}

// columnIndex reads the letters of a cell's place (A1 is 0), -1 when there are
// none or too many.
func columnIndex(ref string) int {
	n := 0
	for i := 0; i < len(ref) && ref[i] >= 'A' && ref[i] <= 'Z'; i++ {
		if n = n*26 + int(ref[i]-'A') + 1; n > 1<<20 {
			return 1 << 20
		}
	}
	return n - 1
}

// columnName is the letters of column i, 0 being A.
func columnName(i int) string {
	s := ""
	for i++; i > 0; i = (i - 1) / 26 {
		s = string(rune('A'+(i-1)%26)) + s
	}
	return s
}
