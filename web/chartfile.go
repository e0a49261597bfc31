package web

import (
	"encoding/csv"
	"io"
	"strconv"
	"time"

	"keepiton"
	"keepiton/export"
	"keepiton/signals"
)

// form answers with what the address asks for beside the page; nil: the page.
func (c *chartOf) form(v *visit) (*answer, error) {
	switch v.suffix {
	case "svg":
		if len(c.tracks) == 0 {
			return nil, keepiton.Errorf(keepiton.NotFound, "nothing was measured there in this time")
		}
		f := c.figure(v, 0)
		return &answer{contentType: "image/svg+xml", write: func(w io.Writer) error { _, err := w.Write(f.File()); return err }}, nil
	case "csv":
		return &answer{contentType: "text/csv; charset=utf-8", filename: "keepiton-chart.csv", write: func(w io.Writer) error { return writeTracks(w, c.tracks) }}, nil
	case "json":
		return jsonAnswer(c.document(v)), nil
	}
	return nil, nil
}

// decimalOf writes a number of a track with as many digits as a chart has use for; empty
// when it is not known.
func decimalOf(x float64, known bool) string {
	if !known {
		return ""
	}
	return strconv.FormatFloat(x, 'g', 8, 64)
}

// writeTracks writes tracks as CSV, one line a bin. A bin without a value is empty,
// never nought. Each line has its credit: tables are cut apart.
func writeTracks(w io.Writer, all []*signals.Track) error {
	out := csv.NewWriter(w)
	if err := out.Write([]string{"feed", "metric", "entity", "time", "value", "expected", "low", "high", "n", "state", "unit", "derived", "credit"}); err != nil {
		return err
	}
	for _, t := range all {
		credit := export.CreditLine([]export.Credit{t.Credit})
		for i, b := range t.Bins {
			n := ""
			if b.Has && !t.Derived {
				n = strconv.FormatUint(uint64(b.N), 10)
			}
			if err := out.Write([]string{
				t.Key.Feed, t.Key.Metric, t.Key.Entity.String(), t.At(i).Format(time.RFC3339), decimalOf(b.Value, b.Has), decimalOf(b.Expected, b.Known), decimalOf(b.Low, b.Known), decimalOf(b.High, b.Known),
				n, b.State.String(), t.Unit, strconv.FormatBool(t.Derived), credit,
			}); err != nil {
				return err
			}
		}
	}
	out.Flush()
	return out.Error()
}
