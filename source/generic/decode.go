package generic

import (
	"context"
	"fmt"
	"io"
	"math"
	"time"

	"keepiton"
	"keepiton/source"
)

// Limits of a file.
const (
	maxLine = 1 << 20 // bytes of a line of JSON
	// maxBins is how many bins of one file are joined in memory, some 60 bytes each.
	maxBins = 4_000_000
)

// Decode reads a file by the mapping. Rows that cannot be read are counted and stepped
// over. The error is that of r, of ctx or of put; invalid when a column that the
// mapping names is not there.
func (m *Mapping) Decode(ctx context.Context, r io.Reader, o source.Options, put func(keepiton.Measurement) error) (source.Summary, error) {
	in := source.Open(r)
	defer in.Close()
	zone, err := keepiton.Zone(m.Time.Zone)
	if err != nil {
		return source.Summary{}, err
	}
	d := decoder{m: m, zone: zone, ctx: ctx, out: source.NewOutput(ctx, m.Feed, o, put), bins: map[place]*joined{}}
	if m.Format == "csv" {
		err = d.csv(in)
	} else {
		err = d.lines(in)
	}
	if err == nil {
		err = d.flush()
	}
	d.out.Unpacked(in.Damage)
	return d.out.Summary, err
}

// get returns a column of a row; ok is false when the row has none.
type get func(column string) (value string, ok bool)

type place struct {
	key keepiton.SeriesKey
	at  int64
}

// joined is what the rows of a bin come to.
type joined struct {
	value, n float64
	rows     int
}

type decoder struct {
	m     *Mapping
	zone  *time.Location
	ctx   context.Context
	out   *source.Output
	bins  map[place]*joined
	order []place
}

func (d *decoder) csv(r io.Reader) error {
	comma := byte(',')
	if d.m.Comma != "" {
		comma = d.m.Comma[0]
	}
	columns := map[string]int{}
	return source.ReadRows(r, comma, &d.out.Summary, func(head []string) error {
		for i, h := range head {
			columns[h] = i
		}
		for _, c := range d.m.columns() {
			if _, ok := columns[c]; !ok {
				return keepiton.Hint(keepiton.Errorf(keepiton.Invalid, "%s: no column %q", d.out.File, c), headHint(head))
			}
		}
		return nil
	}, func(offset int64, rec []string) error {
		return d.row(offset, func(column string) (string, bool) {
			i := columns[column]
			if i >= len(rec) {
				return "", false
			}
			return rec[i], true
		})
	})
}

// headHint says what the first row of a file has in the place of a column that is missed.
func headHint(head []string) string {
	const most = 20
	shown, more := head[:min(len(head), most)], ""
	if len(head) > most {
		more = ", …"
	}
	return fmt.Sprintf("its first row has %q%s: is it the first row, in UTF-8, with the mapping's comma between columns?", shown, more)
}

// columns are those that every row should have.
func (m *Mapping) columns() (out []string) {
	out = append(out, m.Time.Column)
	for _, p := range []Part{m.Entity.Country, m.Entity.Region, m.Entity.ASN, m.Entity.Access, m.Entity.Service} {
		if p.Column != "" {
			out = append(out, p.Column)
		}
	}
	for _, c := range m.Metrics {
		if out = append(out, c.Column); c.N != "" {
			out = append(out, c.N)
		}
	}
	for _, c := range m.Only {
		out = append(out, c.Column)
	}
	return out
}

// add joins a row with the others of its bin.
func (d *decoder) add(at place, v, n float64) error {
	b := d.bins[at]
	if b == nil {
		if len(d.bins) >= maxBins {
			return keepiton.Hint(keepiton.Errorf(keepiton.TooLarge, "%s: more than %d bins in one file", d.out.File, maxBins), "split the file by time")
		}
		d.bins[at] = &joined{value: v, n: n, rows: 1}
		d.order = append(d.order, at)
		return nil
	}
	switch b.rows++; d.m.Join {
	case "mean", "sum":
		b.value, b.n = b.value+v, b.n+n
	case "min":
		if v < b.value {
			b.value, b.n = v, n
		}
	default:
		if v > b.value {
			b.value, b.n = v, n
		}
	}
	return nil
}

func (d *decoder) flush() error {
	step := time.Duration(d.m.Step)
	for _, at := range d.order {
		b := d.bins[at]
		if d.m.Join == "mean" {
			b.value /= float64(b.rows)
			if b.n == 0 {
				b.n = float64(b.rows) // how many rows it is the mean of
			}
		}
		if err := d.out.Bin(at.key.Metric, at.key.Entity, time.Unix(at.at, 0), step, b.value, uint32(min(b.n, math.MaxUint32))); err != nil {
			return err
		}
	}
	return nil
}
