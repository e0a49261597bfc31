package export

import (
	"io"
	"strings"
	"unicode/utf8"

	"github.com/xuri/excelize/v2"

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
// formula. The incidents stream, over a temporary file when there are many;
// only one sheet does, since the library would write several in any order.
func writeXLSX(w io.Writer, in Incidents, opt Options) (err error) {
	f := excelize.NewFile()
	defer func() {
		if closed := f.Close(); err == nil {
			err = closed
		}
	}()
	if err := f.SetSheetName("Sheet1", "README"); err != nil {
		return err
	}
	for _, sheet := range []string{"incidents", "codebook"} {
		if _, err := f.NewSheet(sheet); err != nil {
			return err
		}
	}
	if opt.printer().Dir() == "rtl" {
		rtl := true
		for _, sheet := range f.GetSheetList() {
			if err := f.SetSheetView(sheet, -1, &excelize.ViewOptions{RightToLeft: &rtl}); err != nil {
				return err
			}
		}
	}
	bold, err := f.NewStyle(&excelize.Style{Font: &excelize.Font{Bold: true}})
	if err != nil {
		return err
	}
	total, err := xlsxIncidents(f, in, &opt, bold)
	if err != nil {
		return err
	}
	if err := xlsxReadme(f, &opt, total); err != nil {
		return err
	}
	if err := xlsxCodebook(f, &opt, bold); err != nil {
		return err
	}
	return f.Write(w)
}

func xlsxIncidents(f *excelize.File, in Incidents, opt *Options, bold int) (total int, err error) {
	sw, err := f.NewStreamWriter("incidents")
	if err != nil {
		return 0, err
	}
	if err := sw.SetPanes(&excelize.Panes{Freeze: true, XSplit: 1, YSplit: 1, TopLeftCell: "B2", ActivePane: "bottomRight"}); err != nil {
		return 0, err
	}
	line := make([]any, len(columns))
	for i, c := range columns {
		line[i] = excelize.Cell{StyleID: bold, Value: c.Name}
	}
	if err := sw.SetRow("A1", line); err != nil {
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
		at, err := excelize.CoordinatesToCellName(1, total+1)
		if err != nil {
			return err
		}
		return sw.SetRow(at, line)
	})
	if err != nil {
		return 0, err
	}
	return total, sw.Flush()
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

func xlsxReadme(f *excelize.File, opt *Options, total int) error {
	m, p := newMeta(opt), opt.printer()
	lines := [][2]string{{p.T("export.title"), ""}}
	if opt.Sample {
		lines = append(lines, [2]string{p.T("export.sample"), ""})
	}
	if !opt.AsOf.IsZero() {
		lines = append(lines, [2]string{p.T("export.as_of", "Date", opt.AsOf), ""})
	}
	lines = append(lines,
		[2]string{p.N("export.total", total), ""},
		[2]string{p.T("export.licence", "Licence", Licence), ""},
		[2]string{"", ""},
		[2]string{"as_of", m.AsOf}, [2]string{"query", m.Query}, [2]string{"source", m.Source},
		[2]string{"licence", m.Licence + " " + m.LicenceURL}, [2]string{"citation", m.Citation}, [2]string{"note", m.Note},
	)
	for i, l := range lines {
		for j, text := range l {
			at, err := excelize.CoordinatesToCellName(j+1, i+1)
			if err != nil {
				return err
			}
			if err := f.SetCellStr("README", at, text); err != nil {
				return err
			}
		}
	}
	return f.SetColWidth("README", "A", "B", 40)
}

func xlsxCodebook(f *excelize.File, opt *Options, bold int) error {
	for i, l := range append([][]string{codebookHeader}, codebook(opt.printer())...) {
		for j, text := range l {
			at, err := excelize.CoordinatesToCellName(j+1, i+1)
			if err != nil {
				return err
			}
			if err := f.SetCellStr("codebook", at, xlsxText(text)); err != nil {
				return err
			}
		}
	}
	if err := f.SetRowStyle("codebook", 1, 1, bold); err != nil {
		return err
	}
	return f.SetColWidth("codebook", "A", "F", 30)
}
