package ioda

import (
	"io"
	"slices"
	"time"

	"keepiton"
	"keepiton/source"
)

// csv reads what IODA's pages export: a time in UTC, then one column for each
// source, normalised or not. A blank is a value that is not there. The step is the
// least distance between rows.
func (d *decoder) csv(r io.Reader) error {
	if d.o.Entity == (keepiton.Entity{}) {
		return keepiton.Hint(keepiton.Errorf(keepiton.Invalid, "%s: the file does not say of which place it is", d.o.Name), "say it with --entity, such as --entity country/IR")
	}
	type row struct {
		at     time.Time
		values []float64
		given  []bool
	}
	var (
		headings, metrics []string
		rows              []row
	)
	err := source.ReadRows(r, ',', &d.out.Summary, func(names []string) error {
		headings, metrics = names, make([]string, len(names))
		for i, h := range names[1:] {
			metrics[i+1] = metricOf(h)
		}
		if !slices.ContainsFunc(metrics, func(m string) bool { return m != "" }) {
			return keepiton.Hint(keepiton.Errorf(keepiton.Invalid, "%s: no column of IODA's in its first row", d.o.Name), "export the CSV from a dashboard of IODA, with its headings")
		}
		return nil
	}, func(offset int64, rec []string) error {
		if len(rows) >= maxRows {
			return keepiton.Errorf(keepiton.TooLarge, "%s: more than %d rows", d.o.Name, maxRows)
		}
		at, err := parseTime(rec[0])
		if err != nil {
			d.out.Skip(source.Defect{Kind: "bad_time", Offset: offset, Why: err.Error()})
			return nil
		}
		one := row{at: at, values: make([]float64, len(metrics)), given: make([]bool, len(metrics))}
		for i := 1; i < min(len(rec), len(metrics)); i++ {
			v, given, ok := parseValue(rec[i])
			if !ok {
				d.out.Skip(source.Defect{Kind: "bad_value", Offset: offset, Why: headings[i]})
				continue
			}
			one.values[i], one.given[i] = v, given
		}
		rows = append(rows, one)
		return nil
	})
	if err != nil {
		return err
	}
	slices.SortStableFunc(rows, func(a, b row) int { return a.at.Compare(b.at) })
	step := 24 * time.Hour
	for i := 1; i < len(rows); i++ {
		if gap := rows[i].at.Sub(rows[i-1].at); gap > 0 {
			step = min(step, gap)
		}
	}
	for _, one := range rows {
		for i, metric := range metrics {
			if metric != "" && one.given[i] {
				if err := d.out.Bin(metric, d.o.Entity, one.at, step, one.values[i], 0); err != nil {
					return err
				}
			}
		}
	}
	return nil
}

// maxRows bounds a file: ten years of five-minute bins.
const maxRows = 1_100_000

func parseTime(s string) (time.Time, error) {
	at, err := time.Parse(time.DateTime, s)
	if err != nil {
		at, err = time.Parse(time.RFC3339, s)
	}
	if err == nil && (at.Year() < 1990 || at.Year() > 2200 || at.Nanosecond() != 0) {
		err = keepiton.Errorf(keepiton.Invalid, "%q is out of range", s)
	}
	return at.UTC(), err
}
