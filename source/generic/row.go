package generic

import (
	"errors"
	"math"
	"slices"
	"strconv"
	"strings"
	"time"

	"keepiton"
	"keepiton/geo"
	"keepiton/source"
)

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
		if v, _ := of(c.Column); !slices.Contains(c.Is, strings.TrimSpace(v)) {
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
		v, err := d.m.number(text)
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
			if n, err = d.m.number(strings.TrimSpace(text)); err != nil || !(n >= 0 && n <= math.MaxUint32) {
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

// number reads a value; with a decimal comma, points and spaces part thousands.
func (m *Mapping) number(text string) (float64, error) {
	if m.Decimal == "," {
		text = strings.NewReplacer(".", "", " ", "", "\u00a0", "", "\u202f", "", ",", ".").Replace(text)
	}
	return strconv.ParseFloat(text, 64)
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
