package export

import (
	"io"
	"strings"
	"unicode/utf8"

	"keepiton"
)

var xlsxFormat = Format{
	Name: "xlsx", Suffix: "xlsx", MediaType: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
	Summary: "workbook: what it is, the incidents, and the codebook",
	Write:   writeXLSX,
}

// Limits of a sheet (ECMA-376 as Excel keeps it): rows, the header included,
// and UTF-16 units of a cell.
const (
	xlsxRows = 1 << 20
	xlsxCell = 32767
)

const xlsxCut = " […]" // marks a cell that was cut to fit

// writeXLSX writes the sheets README, incidents and codebook; in Arabic they
// run from right to left. Texts are stored as texts, so that no cell is a
// formula. The README counts the incidents and so is written after them.
func writeXLSX(w io.Writer, in Incidents, opt Options) error {
	b, err := newWorkbook(w, opt.printer().Dir() == "rtl", "README", "incidents", "codebook")
	if err != nil {
		return err
	}
	total := 0
	if err := b.sheet("incidents", 0, true, func(s *sheet) (err error) {
		total, err = xlsxIncidents(s, in, &opt)
		return err
	}); err != nil {
		return err
	}
	if err := b.sheet("README", 40, false, func(s *sheet) error { return xlsxReadme(s, &opt, total) }); err != nil {
		return err
	}
	if err := b.sheet("codebook", 30, false, func(s *sheet) error { return xlsxCodebook(s, &opt) }); err != nil {
		return err
	}
	return b.close()
}

func xlsxIncidents(s *sheet, in Incidents, opt *Options) (total int, err error) {
	line := make([]any, len(columns))
	for i, c := range columns {
		line[i] = c.Name
	}
	if err := s.line(true, line...); err != nil {
		return 0, err
	}
	err = public(in)(func(rev *keepiton.Revision) error {
		if total++; total >= xlsxRows {
			return keepiton.Hint(keepiton.Errorf(keepiton.TooLarge, "a sheet holds at most %d incidents", xlsxRows-1), "narrow the filter, or take csv or parquet")
		}
		r := newRecord(rev, opt)
		for i, c := range columns {
			line[i] = c.spreadsheet(r)
		}
		return s.line(false, line...)
	})
	return total, err
}

// spreadsheet returns the value of a cell: numbers and truths as such, nil for
// an empty one.
func (c Column) spreadsheet(r *record) any {
	v := c.database(r)
	if s, ok := v.(string); ok {
		return xlsxText(s)
	}
	return v
}

// xlsxText drops the control characters that XML 1.0 cannot hold and cuts what
// is longer than a cell may be, marking the cut: the whole text is in csv.
func xlsxText(s string) string {
	s = strings.Map(func(r rune) rune {
		if r < 0x20 && r != '\t' && r != '\n' && r != '\r' || r == 0xfffe || r == 0xffff {
			return -1
		}
		return r
	}, strings.ToValidUTF8(s, "\ufffd"))
	if len(s) <= xlsxCell {
		return s
	}
	units := 0
	for i, r := range s {
		if units += 1; r > 0xffff {
			units++
		}
		if units > xlsxCell-utf8.RuneCountInString(xlsxCut) {
			if rest := s[i:]; utf8.RuneCountInString(rest) > utf8.RuneCountInString(xlsxCut) {
				return s[:i] + xlsxCut
			}
			return s
		}
	}
	return s
}

func xlsxReadme(s *sheet, opt *Options, total int) error {
	m, p := newMeta(opt), opt.printer()
	lines := [][]any{{p.T("export.title")}}
	if opt.Sample {
		lines = append(lines, []any{p.T("export.sample")})
	}
	if !opt.AsOf.IsZero() {
		lines = append(lines, []any{p.T("export.as_of", "Date", opt.AsOf)})
	}
	lines = append(lines,
		[]any{p.N("export.total", total)},
		[]any{p.T("export.licence", "Licence", Licence)},
		nil,
		[]any{"as_of", m.AsOf}, []any{"query", m.Query}, []any{"source", m.Source},
		[]any{"licence", m.Licence + " " + m.LicenceURL}, []any{"citation", m.Citation}, []any{"note", m.Note},
	)
	for _, l := range lines {
		if err := s.line(false, l...); err != nil {
			return err
		}
	}
	return nil
}

func xlsxCodebook(s *sheet, opt *Options) error {
	for i, l := range append([][]string{codebookHeader}, codebook(opt.printer())...) {
		line := make([]any, len(l))
		for j, text := range l {
			line[j] = xlsxText(text)
		}
		if err := s.line(i == 0, line...); err != nil {
			return err
		}
	}
	return nil
}
