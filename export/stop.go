package export

import (
	"io"
	"strconv"

	"keepiton"
)

var (
	stop2016Format = stopFormat("2016", 1, "STOP's layout of the sheet 2016-2018, 26 columns")
	stop2019Format = stopFormat("2019", 2, "STOP's layout of the sheet 2019, 43 columns")
	stop2020Format = stopFormat("2020", 3, "STOP's layout of the sheets 2020-2022, 45 columns")
	stop2025Format = stopFormat("2025", 4, "STOP's layout of the combined sheet 2016-2025, 47 columns")
)

// stopFormat makes the format of one generation of STOP's sheets, column for
// column, as a CSV file. Formula-like cells are neutralised; the importer
// takes the apostrophe away again.
func stopFormat(year string, generation int, summary string) Format {
	name := "stop-" + year
	return Format{
		Name: name, Suffix: "csv", MediaType: csvFormat.MediaType, Summary: summary,
		Write: func(w io.Writer, in Incidents, opt Options) error {
			if opt.STOP == nil {
				return keepiton.Errorf(keepiton.Unavailable, "write %s: this program knows no old layouts", name)
			}
			t, err := newTable(w, opt)
			if err != nil {
				return err
			}
			header := opt.STOP.Header(generation)
			if err := t.Write(header); err != nil {
				return err
			}
			line := make([]string, len(header))
			err = public(in)(func(rev *keepiton.Revision) error {
				if rev.Incident.State != keepiton.Published {
					return nil
				}
				for _, row := range opt.STOP.View(generation, &rev.Incident, opt.now(rev)) {
					if len(row) != len(header) {
						return keepiton.Errorf(keepiton.Internal, "write %s: %s has a row of %s cells, the header %s",
							name, rev.Incident.ID, strconv.Itoa(len(row)), strconv.Itoa(len(header)))
					}
					for i, cell := range row {
						line[i] = neutral(cell)
					}
					if err := t.Write(line); err != nil {
						return err
					}
				}
				return nil
			})
			if err != nil {
				return err
			}
			t.Flush()
			return t.Error()
		},
	}
}
