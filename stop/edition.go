package stop

import (
	"bytes"
	"cmp"
	"compress/gzip"
	"encoding/json"
	"io"
	"slices"
	"strconv"
	"strings"
	"time"

	"keepiton"
)

// Edition is a published snapshot of STOP: one or more files under one name
// and date, and the count years that it covers.
type Edition struct {
	Name      string
	Published time.Time // the day, 00:00 UTC
	Covers    []int     // ascending
	Files     []File    // by name
}

// NewEdition joins files to an edition and settles each row's count year: the
// column for it, else the year in the sheet's name, else the only year of
// covers, else the year in which most of the sheet's rows start (a defect).
// Covers may be nil: then the edition covers the years found in it; years that
// are found but not in covers are added, and their rows are a defect.
func NewEdition(name string, published time.Time, files []File, covers []int) (Edition, []Defect, error) {
	e := Edition{Name: strings.TrimSpace(name), Published: published.UTC().Truncate(24 * time.Hour)}
	if e.Name == "" || published.IsZero() || len(files) == 0 {
		return Edition{}, nil, keepiton.Errorf(keepiton.Invalid, "an edition needs a name, a day of publication and a file")
	}
	e.Files = slices.Clone(files)
	slices.SortStableFunc(e.Files, func(a, b File) int { return cmp.Compare(a.Name, b.Name) })
	var defects []Defect
	found := map[int]bool{}
	for i := range e.Files {
		f := &e.Files[i]
		if i > 0 && e.Files[i-1].Name == f.Name {
			return Edition{}, nil, keepiton.Hint(keepiton.Errorf(keepiton.Invalid, "two files are named %s", f.Name), "rename one: rows are cited by file name, sheet and row")
		}
		f.Sheets = slices.Clone(f.Sheets)
		for j := range f.Sheets {
			s := &f.Sheets[j]
			s.Rows = slices.Clone(s.Rows)
			defects = append(defects, s.countYears(f.Name, covers)...)
			for _, r := range s.Rows {
				if len(covers) > 0 && !slices.Contains(covers, r.CountYear) {
					defects = append(defects, Defect{Kind: OutsideCoverage, File: f.Name, Sheet: s.Name, Row: r.Number, Column: "count_year", Value: strconv.Itoa(r.CountYear)})
				}
				found[r.CountYear] = true
			}
		}
	}
	for _, y := range covers {
		found[y] = true
	}
	for y := range found {
		e.Covers = append(e.Covers, y)
	}
	slices.Sort(e.Covers)
	return e, defects, nil
}

// countYears fills the count year of each row.
func (s *Sheet) countYears(file string, covers []int) (defects []Defect) {
	col := slices.IndexFunc(s.Columns, func(c Column) bool { return c.Key == "count_year" })
	start := slices.IndexFunc(s.Columns, func(c Column) bool { return c.Key == "start_date" })
	starts := map[int]int{}
	for _, r := range s.Rows {
		if m, ok := parseDate(r.Cells[start]); ok {
			starts[m.At.Year()]++
		}
	}
	usual, inferred := yearInName(s.Name), false
	if usual == 0 && len(covers) == 1 {
		usual = covers[0]
	}
	if usual == 0 {
		inferred = true
		for y, n := range starts {
			if usual == 0 || n > starts[usual] || n == starts[usual] && y < usual {
				usual = y
			}
		}
	}
	for i := range s.Rows {
		r := &s.Rows[i]
		if col >= 0 && col < len(r.Cells) {
			if y, err := strconv.ParseFloat(strings.TrimSpace(r.Cells[col]), 64); err == nil && y == float64(int(y)) && y >= 1990 && y < 2200 {
				r.CountYear = int(y)
				continue
			}
			defects = append(defects, Defect{Kind: CountYearUnreadable, File: file, Sheet: s.Name, Row: r.Number, Column: s.Columns[col].Name, Value: clip(r.Cells[col])})
		}
		r.CountYear = usual
		if inferred {
			defects = append(defects, Defect{Kind: CountYearInferred, File: file, Sheet: s.Name, Row: r.Number, Column: "count_year", Value: strconv.Itoa(usual)})
		}
	}
	return defects
}

// yearInName finds the only year in a sheet's name, such as "2022 Data"; 0
// when there is none or several.
func yearInName(name string) int {
	year := 0
	for _, part := range strings.FieldsFunc(name, func(r rune) bool { return r < '0' || r > '9' }) {
		if y, err := strconv.Atoi(part); err == nil && len(part) == 4 && y >= 1990 && y < 2200 {
			if year != 0 && year != y {
				return 0
			}
			year = y
		}
	}
	return year
}

// Rows returns every row of the edition in order of file, sheet and row.
func (e *Edition) Rows() []keepiton.Row {
	var out []keepiton.Row
	for _, f := range e.Files {
		for _, s := range f.Sheets {
			for _, r := range s.Rows {
				out = append(out, e.row(f, s, r))
			}
		}
	}
	return out
}

func (e *Edition) row(f File, s Sheet, r SheetRow) keepiton.Row {
	row := keepiton.Row{Edition: e.Name, File: f.Name, Sheet: s.Name, Number: r.Number, Generation: int(s.Layout), CountYear: r.CountYear}
	row.Cells = make([]keepiton.Cell, len(r.Cells))
	for i, v := range r.Cells {
		row.Cells[i] = keepiton.Cell{Column: s.Columns[i].Name, Key: s.Columns[i].Key, Value: v}
	}
	return row
}

// Marshal encodes the edition with every cell: gzipped JSON.
func (e *Edition) Marshal() ([]byte, error) {
	var b bytes.Buffer
	z, _ := gzip.NewWriterLevel(&b, gzip.BestSpeed)
	if err := json.NewEncoder(z).Encode(e); err != nil {
		return nil, err
	}
	if err := z.Close(); err != nil {
		return nil, err
	}
	return b.Bytes(), nil
}

// UnmarshalEdition decodes what Marshal wrote.
func UnmarshalEdition(payload []byte) (Edition, error) {
	z, err := gzip.NewReader(bytes.NewReader(payload))
	if err != nil {
		return Edition{}, keepiton.Errorf(keepiton.Internal, "stored edition: %w", err)
	}
	text, err := io.ReadAll(io.LimitReader(z, 1<<30))
	if err != nil {
		return Edition{}, keepiton.Errorf(keepiton.Internal, "stored edition: %w", err)
	}
	var e Edition
	if err := json.Unmarshal(text, &e); err != nil {
		return Edition{}, keepiton.Errorf(keepiton.Internal, "stored edition: %w", err)
	}
	return e, nil
}
