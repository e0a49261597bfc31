package stop

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"io"
	"path/filepath"
	"slices"
	"strings"

	"keepiton"
)

// ReadOptions are the limits of Read. The zero value means the defaults, which
// are ten to a hundred times the largest edition known.
type ReadOptions struct {
	MaxBytes   int64 // uncompressed bytes of a file; default 64 MiB
	MaxCell    int   // bytes of one cell; default 1 MiB (Excel itself holds 32,767 characters)
	MaxRows    int   // rows of one sheet; default 200,000
	MaxColumns int   // columns of one sheet; default 1,000
	MaxCells   int   // cells of a file, blank ones included; default 2,000,000
	MaxEntries int   // files inside a workbook; default 2,000
}

func (o ReadOptions) withDefaults() ReadOptions {
	if o.MaxBytes == 0 {
		o.MaxBytes = 64 << 20
	}
	if o.MaxCell == 0 {
		o.MaxCell = 1 << 20
	}
	if o.MaxRows == 0 {
		o.MaxRows = 200_000
	}
	if o.MaxColumns == 0 {
		o.MaxColumns = 1000
	}
	if o.MaxCells == 0 {
		o.MaxCells = 2_000_000
	}
	if o.MaxEntries == 0 {
		o.MaxEntries = 2000
	}
	return o
}

// File is one file as read: its STOP sheets, cell by cell.
type File struct {
	Name    string // without folder
	SHA256  string // of its bytes, hex
	Sheets  []Sheet
	Defects []Defect // of whole sheets and of formulas; those of values come from Draft
}

// Sheet is one sheet in one of the layouts. A CSV file is one sheet without a
// name.
type Sheet struct {
	Name    string
	Layout  Layout
	Columns []Column
	Rows    []SheetRow
}

// SheetRow is one row that has at least one value.
type SheetRow struct {
	Number    int // 1-based as a spreadsheet shows it
	CountYear int // 0 until the edition settles it
	Cells     []string
}

// grid is a sheet before its header is understood.
type grid struct {
	sheet    string
	rows     []gridRow
	formulas []Defect // formulas without a result
	date1904 bool
}

type gridRow struct {
	number  int
	cells   []string
	numbers []bool // cells a workbook stores as a number; nil for CSV
}

// headerWithin is how many rows of a sheet may stand above its header.
const headerWithin = 10

// Read reads a CSV or XLSX file. It keeps no more than the limits in memory
// and looks at nothing but its arguments. An error is Invalid or TooLarge and
// names file, sheet, row and column; nothing is returned with it.
func Read(name string, data io.ReaderAt, size int64, opt ReadOptions) (File, error) {
	opt = opt.withDefaults()
	f := File{Name: filepath.Base(filepath.ToSlash(name))}
	head := make([]byte, 8)
	n, err := data.ReadAt(head, 0)
	if err != nil && err != io.EOF {
		return File{}, keepiton.Errorf(keepiton.Unavailable, "%s: %w", f.Name, err)
	}
	head = head[:n]
	var grids []grid
	switch {
	case n == 0:
		return File{}, keepiton.Hint(keepiton.Errorf(keepiton.Invalid, "%s: the file is empty", f.Name), hintFormats)
	case bytes.HasPrefix(head, []byte("PK\x03\x04")), bytes.HasPrefix(head, []byte("PK\x05\x06")):
		grids, err = readXLSX(f.Name, data, size, opt)
	case bytes.HasPrefix(head, []byte("\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1")):
		err = keepiton.Hint(keepiton.Errorf(keepiton.Invalid, "%s: an old .xls or encrypted workbook, which is not read", f.Name), hintFormats)
	case bytes.HasPrefix(head, []byte("%PDF")):
		err = keepiton.Hint(keepiton.Errorf(keepiton.Invalid, "%s: a PDF, not a sheet", f.Name), hintFormats)
	default:
		grids, err = readCSV(f.Name, io.NewSectionReader(data, 0, size), opt)
	}
	if err != nil {
		return File{}, err
	}
	if err := f.understand(grids); err != nil {
		return File{}, err
	}
	sum := sha256.New()
	if _, err := io.Copy(sum, io.NewSectionReader(data, 0, size)); err != nil {
		return File{}, keepiton.Errorf(keepiton.Unavailable, "%s: %w", f.Name, err)
	}
	f.SHA256 = hex.EncodeToString(sum.Sum(nil))
	return f, nil
}

const hintFormats = "give STOP's sheet as CSV in UTF-8 or as an .xlsx workbook"

// understand finds the STOP sheets among grids and names their columns.
func (f *File) understand(grids []grid) error {
	for _, g := range grids {
		at, layout := -1, Layout(0)
		for i, r := range g.rows[:min(len(g.rows), headerWithin)] {
			if layout = recognise(r.cells); layout != 0 {
				at = i
				break
			}
		}
		if at < 0 {
			first := "empty"
			if len(g.rows) > 0 {
				first = clip(strings.Join(g.rows[0].cells, ", "))
			}
			f.Defects = append(f.Defects, Defect{Kind: SheetSkipped, File: f.Name, Sheet: g.sheet, Value: first})
			continue
		}
		f.Sheets = append(f.Sheets, f.sheet(g, at, layout))
	}
	if len(f.Sheets) == 0 {
		saw := ""
		if len(f.Defects) > 0 {
			saw = "; the first row is: " + f.Defects[0].Value
		}
		return keepiton.Hint(keepiton.Errorf(keepiton.Invalid, "%s: row 1, column 1: no header of a STOP sheet in the first %d rows%s", f.Name, headerWithin, saw),
			"a STOP sheet has at least the columns start_date and country and half of the columns listed in docs/codebook.md")
	}
	return nil
}

func (f *File) sheet(g grid, at int, layout Layout) Sheet {
	header := g.rows[at].cells
	for len(header) > 0 && strings.TrimSpace(header[len(header)-1]) == "" {
		header = header[:len(header)-1]
	}
	cols, missing, extra, twice := crosswalk(layout, header)
	s := Sheet{Name: g.sheet, Layout: layout, Columns: cols}
	note := func(kind Kind, names []string) {
		for _, n := range names {
			f.Defects = append(f.Defects, Defect{Kind: kind, File: f.Name, Sheet: g.sheet, Row: g.rows[at].number, Column: n})
		}
	}
	note(MissingColumn, missing)
	note(ExtraColumn, extra)
	note(DuplicateColumn, twice)
	for _, d := range g.formulas {
		if d.Row > g.rows[at].number {
			if i := columnIndex(d.Column); i < len(cols) {
				d.Column = cols[i].Name
			}
			d.File = f.Name
			f.Defects = append(f.Defects, d)
		}
	}
	for _, r := range g.rows[at+1:] {
		// Cells to the right of the header are kept under a column without a name.
		for len(r.cells) > len(s.Columns) {
			s.Columns = append(s.Columns, Column{})
		}
		cells := make([]string, len(s.Columns))
		copy(cells, r.cells)
		for i := range r.cells {
			if k := s.Columns[i].Key; (k == "start_date" || k == "end_date") && r.numbers != nil && r.numbers[i] {
				cells[i] = serialText(cells[i], g.date1904)
			}
		}
		if slices.ContainsFunc(cells, func(c string) bool { return strings.TrimSpace(c) != "" }) {
			s.Rows = append(s.Rows, SheetRow{Number: r.number, Cells: cells})
		}
	}
	return s
}

// clip shortens a text for an error or an example to 120 bytes at most.
func clip(s string) string {
	const most = 120
	if len(s) <= most {
		return s
	}
	cut := most
	for cut > 0 && s[cut]&0xC0 == 0x80 {
		cut--
	}
	return s[:cut] + "…"
}
