package generic

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"math"
	"slices"
	"strconv"
	"strings"
	"time"

	"keepiton"
	"keepiton/geo"
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
				return keepiton.Errorf(keepiton.Invalid, "%s: no column %q", d.out.File, c)
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

func (d *decoder) lines(r io.Reader) error {
	in := bufio.NewReaderSize(r, maxLine)
	var offset int64
	for {
		line, err := in.ReadSlice('\n')
		length := int64(len(line))
		switch {
		case errors.Is(err, bufio.ErrBufferFull):
			d.out.Records++
			d.out.Skip(source.Defect{Kind: "long_line", Offset: offset})
			for errors.Is(err, bufio.ErrBufferFull) {
				line, err = in.ReadSlice('\n')
				length += int64(len(line))
			}
		case len(bytes.TrimSpace(line)) > 0:
			d.out.Records++
			var doc any
			if json.Unmarshal(line, &doc) != nil {
				d.out.Skip(source.Defect{Kind: "bad_json", Offset: offset})
			} else if err := d.row(offset, func(column string) (string, bool) { return lookup(doc, column) }); err != nil {
				return err
			}
		}
		offset += length
		if err == io.EOF {
			return nil
		}
		if err != nil {
			return err
		}
	}
}

// lookup returns the value of a key, or of one inside of others.
func lookup(doc any, column string) (string, bool) {
	for _, key := range strings.Split(column, ".") {
		object, ok := doc.(map[string]any)
		if !ok {
			return "", false
		}
		if doc, ok = object[key]; !ok {
			return "", false
		}
	}
	switch v := doc.(type) {
	case string:
		return v, true
	case float64:
		return strconv.FormatFloat(v, 'f', -1, 64), true
	case bool:
		return strconv.FormatBool(v), true
	}
	return "", doc == nil
}

// row reads one row. What is missing is stepped over in silence, what is wrong is
// counted.
func (d *decoder) row(offset int64, of get) error {
	if d.out.Records%1024 == 0 && d.ctx.Err() != nil {
		return d.ctx.Err()
	}
	skip := func(kind, why string) error {
		d.out.Skip(source.Defect{Kind: kind, Offset: offset, Why: why})
		return nil
	}
	for _, c := range d.m.Only {
		if v, _ := of(c.Column); !slices.Contains(c.Is, v) {
			return nil
		}
	}
	when, _ := of(d.m.Time.Column)
	at, err := d.time(strings.TrimSpace(when))
	if err != nil {
		return skip("bad_time", when)
	}
	entity, why, ok := d.entity(of)
	if !ok {
		return skip("unknown_entity", why)
	}
	for _, c := range d.m.Metrics {
		text, _ := of(c.Column)
		if text = strings.TrimSpace(text); text == "" || slices.Contains(d.m.Missing, text) {
			continue
		}
		v, err := strconv.ParseFloat(text, 64)
		if err != nil || math.IsNaN(v) || math.IsInf(v, 0) {
			_ = skip("bad_value", c.Column+": "+text)
			continue
		}
		if c.Scale != 0 {
			v *= c.Scale
		}
		n := 0.0
		if c.N != "" {
			text, _ := of(c.N)
			if n, err = strconv.ParseFloat(strings.TrimSpace(text), 64); err != nil || !(n >= 0 && n <= math.MaxUint32) {
				_ = skip("bad_value", c.N+": "+text)
				continue
			}
		}
		if err := d.add(place{keepiton.SeriesKey{Feed: d.m.Feed, Metric: c.Name, Entity: entity}, at}, v, n); err != nil {
			return err
		}
	}
	return nil
}

// time returns the beginning of the bin of a time, in seconds since 1970.
func (d *decoder) time(s string) (int64, error) {
	var at time.Time
	switch d.m.Time.Layout {
	case "unix", "unixms":
		n, err := strconv.ParseFloat(s, 64)
		if err != nil {
			return 0, err
		}
		if d.m.Time.Layout == "unixms" {
			n /= 1000
		}
		if !(n >= 0 && n < 1e11) {
			return 0, errors.New("out of range")
		}
		at = time.Unix(int64(n), 0).UTC()
		if d.zone != time.UTC { // the clock of a place, written as if it were UTC
			at = time.Date(at.Year(), at.Month(), at.Day(), at.Hour(), at.Minute(), at.Second(), 0, d.zone)
		}
	default:
		var err error
		if at, err = time.ParseInLocation(d.m.Time.Layout, s, d.zone); err != nil {
			return 0, err
		}
	}
	sec := at.Unix()
	if sec < 0 || sec > 1e11 {
		return 0, errors.New("out of range")
	}
	return sec - sec%int64(time.Duration(d.m.Step)/time.Second), nil
}

func (d *decoder) entity(of get) (e keepiton.Entity, why string, ok bool) {
	word := func(p Part) (string, bool) {
		if p.Column == "" {
			return p.Value, true
		}
		v, _ := of(p.Column)
		if v = strings.TrimSpace(v); p.Map != nil {
			mapped, known := p.Map[v]
			if !known {
				why = v
			}
			return mapped, known
		}
		return v, true
	}
	var parts [5]string
	for i, p := range [...]Part{d.m.Entity.Country, d.m.Entity.Region, d.m.Entity.ASN, d.m.Entity.Access, d.m.Entity.Service} {
		if parts[i], ok = word(p); !ok {
			return e, why, false
		}
	}
	country, region := strings.ToUpper(parts[0]), strings.ToUpper(parts[1])
	if len(country) == 3 {
		country = alpha2(country)
	}
	text := "world"
	switch {
	case parts[2] != "" && region != "":
		text = "geoasn/" + strings.TrimPrefix(strings.ToUpper(parts[2]), "AS") + "-" + region
	case parts[2] != "" && country != "":
		text = "geoasn/" + strings.TrimPrefix(strings.ToUpper(parts[2]), "AS") + "-" + country
	case parts[2] != "":
		text = "asn/" + parts[2]
	case region != "":
		text = "region/" + region
	case country != "":
		text = "country/" + country
	case parts[0] != "": // a country that nobody knows
		return e, parts[0], false
	}
	for _, more := range parts[3:] {
		if more != "" {
			text += "/" + strings.ToLower(more)
		}
	}
	e, err := keepiton.ParseEntity(text)
	if _, known := geo.ByCode(e.Country); err != nil || e.Country != "" && !known {
		return e, text, false
	}
	return e, "", true
}

func alpha2(alpha3 string) string {
	for _, c := range geo.Countries() {
		if c.Alpha3 == alpha3 {
			return c.Code
		}
	}
	return ""
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
