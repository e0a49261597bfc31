package ioda

import (
	"encoding/csv"
	"errors"
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
	in := csv.NewReader(r)
	in.FieldsPerRecord, in.ReuseRecord = -1, true
	head, err := in.Read()
	if err != nil {
		return keepiton.Errorf(keepiton.Invalid, "%s: %w", d.o.Name, err)
	}
	metrics := make([]string, len(head))
	for i, h := range head[1:] {
		metrics[i+1] = metricOf(h)
	}
	if !slices.ContainsFunc(metrics, func(m string) bool { return m != "" }) {
		return keepiton.Hint(keepiton.Errorf(keepiton.Invalid, "%s: no column of IODA's in its first row", d.o.Name), "export the CSV from a dashboard of IODA, with its headings")
	}
	type row struct {
		at     time.Time
		values []float64
		given  []bool
	}
	var rows []row
	for {
		offset := in.InputOffset()
		rec, err := in.Read()
		if errors.Is(err, io.EOF) {
			break
		}
		d.sum.Records++
		if err != nil {
			var wrong *csv.ParseError
			if !errors.As(err, &wrong) {
				return err
			}
			d.sum.Skip(source.Defect{Kind: "bad_row", Offset: offset, Why: wrong.Err.Error()})
			continue
		}
		if len(rows) >= maxRows {
			return keepiton.Errorf(keepiton.TooLarge, "%s: more than %d rows", d.o.Name, maxRows)
		}
		at, err := parseTime(rec[0])
		if err != nil {
			d.sum.Skip(source.Defect{Kind: "bad_time", Offset: offset, Why: err.Error()})
			continue
		}
		one := row{at: at, values: make([]float64, len(metrics)), given: make([]bool, len(metrics))}
		for i := 1; i < min(len(rec), len(metrics)); i++ {
			v, given, ok := parseValue(rec[i])
			if !ok {
				d.sum.Skip(source.Defect{Kind: "bad_value", Offset: offset, Why: head[min(i, len(head)-1)]})
				continue
			}
			one.values[i], one.given[i] = v, given
		}
		rows = append(rows, one)
	}
	slices.SortStableFunc(rows, func(a, b row) int { return a.at.Compare(b.at) })
	step := 24 * time.Hour
	for i := 1; i < len(rows); i++ {
		if gap := rows[i].at.Sub(rows[i-1].at); gap > 0 {
			step = min(step, gap)
		}
	}
	for _, one := range rows {
		if one.at.Unix()%int64(step/time.Second) != 0 {
			d.sum.Skip(source.Defect{Kind: "between_bins", Offset: -1, Why: one.at.Format(time.RFC3339)})
			continue
		}
		for i, metric := range metrics {
			if metric != "" && one.given[i] {
				if err := d.measure(metric, d.o.Entity, one.at, step, one.values[i]); err != nil {
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
