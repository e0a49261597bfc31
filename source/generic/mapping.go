// Package generic reads files of any institute, CSV or JSON lines, by a small mapping
// file that says which column is what: a feed without code.
package generic

import (
	"bytes"
	"io"
	"regexp"
	"slices"
	"time"

	"keepiton"
	"keepiton/source"
)

// Mapping says what the columns of a file are. docs/signals.md has an example. Of
// JSON lines a column is a key, and a.b one inside of another.
type Mapping struct {
	Feed    string   `json:"feed"`              // the name it gets here: [a-z0-9-], none of the program's own
	Title   string   `json:"title,omitempty"`   // whose it is
	Home    string   `json:"home,omitempty"`    // where a person reads about it
	Licence string   `json:"licence,omitempty"` //
	Open    bool     `json:"open,omitempty"`    // rows may stand in our exports
	Format  string   `json:"format"`            // csv or jsonl
	Comma   string   `json:"comma,omitempty"`   // of CSV; default ","
	Decimal string   `json:"decimal,omitempty"` // before the decimals of a value: "." (default) or ","
	Time    Time     `json:"time"`
	Step    Duration `json:"step"`           // length of a bin: 1m to 24h
	Join    string   `json:"join,omitempty"` // rows of one bin: mean, sum, min, max; without it the greater one stays
	Entity  Place    `json:"entity"`
	Metrics []Metric `json:"metrics"`
	Missing []string `json:"missing,omitempty"` // values that say that there is none, beside the blank
	Only    []Only   `json:"only,omitempty"`    // rows that count; all without it
}

// Time says when a bin begins.
type Time struct {
	Column string `json:"column"`
	Layout string `json:"layout"`         // unix, unixms, or as Go writes 2006-01-02 15:04:05
	Zone   string `json:"zone,omitempty"` // of a layout without one: a name of the tz database; default UTC. For unix too, where a file has local time there
}

// Place says what a row is about. Each part is a value for all rows, or a column.
type Place struct {
	Country Part `json:"country,omitzero"` // ISO 3166-1, two or three letters
	Region  Part `json:"region,omitzero"`  // ISO 3166-2
	ASN     Part `json:"asn,omitzero"`     // 44244 or AS44244
	Access  Part `json:"access,omitzero"`  // mobile, fixed, satellite
	Service Part `json:"service,omitzero"` //
}

// Part is a value, or a column with, where its words are not ours, what they mean.
type Part struct {
	Value  string            `json:"value,omitempty"`
	Column string            `json:"column,omitempty"`
	Map    map[string]string `json:"map,omitempty"` // rows whose word is not in it are stepped over
}

// Metric is a column of values.
type Metric struct {
	Column string  `json:"column"`
	Name   string  `json:"name"` // [a-z0-9-]
	Unit   string  `json:"unit,omitempty"`
	Family string  `json:"family"`           // control, data, users, service, volume
	Kind   string  `json:"kind,omitempty"`   // amount (default), shares, volume, churn, health
	Season string  `json:"season,omitempty"` // none (default) or week
	N      string  `json:"n,omitempty"`      // column of the denominator
	Floor  float64 `json:"floor,omitempty"`
	Scale  float64 `json:"scale,omitempty"` // values are multiplied by it; default 1
}

// Only keeps the rows whose column has one of the words.
type Only struct {
	Column string   `json:"column"`
	Is     []string `json:"is"`
}

// Duration is written as 5m, 1h or 24h.
type Duration time.Duration

// MarshalText implements encoding.TextMarshaler.
func (d Duration) MarshalText() ([]byte, error) { return []byte(time.Duration(d).String()), nil }

// UnmarshalText implements encoding.TextUnmarshaler.
func (d *Duration) UnmarshalText(text []byte) error {
	v, err := time.ParseDuration(string(text))
	*d = Duration(v)
	return err
}

// MaxMapping bounds a mapping file, in bytes.
const MaxMapping = 1 << 20

var token = regexp.MustCompile(`^[a-z0-9][a-z0-9-]{0,39}$`)

var (
	kinds    = map[string]keepiton.MetricKind{"": keepiton.Amount, "amount": keepiton.Amount, "shares": keepiton.Shares, "volume": keepiton.ArrivalCount, "churn": keepiton.Churn, "health": keepiton.Health}
	seasons  = map[string]keepiton.Season{"": keepiton.Seasonless, "none": keepiton.Seasonless, "week": keepiton.HourOfWeek}
	families = []keepiton.Family{keepiton.ControlPlane, keepiton.DataPlane, keepiton.Users, keepiton.Services, keepiton.Arrivals}
	joins    = []string{"", "mean", "sum", "min", "max"}
)

// ReadMapping reads and checks a mapping file. The error is invalid and names what is
// wrong. own are the names of feeds that are taken.
func ReadMapping(r io.Reader, name string, own []string) (*Mapping, error) {
	data, err := io.ReadAll(io.LimitReader(r, MaxMapping+1))
	if err != nil {
		return nil, err
	}
	if len(data) > MaxMapping {
		return nil, keepiton.Errorf(keepiton.TooLarge, "%s: a mapping of more than %d bytes", name, MaxMapping)
	}
	m, err := parseMapping(bytes.TrimPrefix(data, []byte("\ufeff")))
	if err != nil {
		return nil, keepiton.Hint(keepiton.Errorf(keepiton.Invalid, "%s%w", name, err), "docs/signals.md shows a mapping")
	}
	if err := m.check(own); err != nil {
		return nil, keepiton.Hint(keepiton.Errorf(keepiton.Invalid, "%s: %w", name, err), "docs/signals.md shows a mapping")
	}
	return m, nil
}

func (m *Mapping) check(own []string) error {
	bad := func(format string, args ...any) error { return keepiton.Errorf(keepiton.Invalid, format, args...) }
	step := time.Duration(m.Step)
	switch {
	case !token.MatchString(m.Feed):
		return bad("feed %q: a name of small letters, digits and hyphens", m.Feed)
	case slices.Contains(own, m.Feed):
		return bad("feed %q is the program's own", m.Feed)
	case m.Format != "csv" && m.Format != "jsonl":
		return bad("format %q: csv or jsonl", m.Format)
	case len(m.Comma) > 1:
		return bad("comma %q: one character", m.Comma)
	case m.Decimal != "" && m.Decimal != "." && m.Decimal != ",":
		return bad("decimal %q: a point or a comma", m.Decimal)
	case m.Time.Column == "" || m.Time.Layout == "":
		return bad("time: column and layout are needed")
	case !m.Time.known():
		return bad("time: layout %q: unix, unixms, or a form of 2006-01-02 15:04:05, the moment by which Go writes layouts", m.Time.Layout)
	case step < time.Minute || step > 24*time.Hour || step%time.Second != 0 || 24*time.Hour%step != 0:
		return bad("step %s: a part of a day, from 1m to 24h", step)
	case !slices.Contains(joins, m.Join):
		return bad("join %q: mean, sum, min or max", m.Join)
	case len(m.Metrics) == 0:
		return bad("no metrics")
	}
	if _, err := keepiton.Zone(m.Time.Zone); err != nil {
		return bad("%w", err)
	}
	if c := m.Entity.Country; c.Column == "" && c.Value != "" && !isCountry(c.Value) {
		return bad("entity: country %q: two or three letters of ISO 3166-1, such as IR", c.Value)
	}
	seen := map[string]bool{}
	for i, c := range m.Metrics {
		_, kind := kinds[c.Kind]
		_, season := seasons[c.Season]
		switch {
		case c.Column == "":
			return bad("metric %d: column is needed", i+1)
		case !token.MatchString(c.Name) || seen[c.Name]:
			return bad("metric %d: name %q: small letters, digits and hyphens, and each once", i+1, c.Name)
		case !slices.Contains(families, keepiton.Family(c.Family)):
			return bad("metric %s: family %q: control, data, users, service or volume", c.Name, c.Family)
		case !kind:
			return bad("metric %s: kind %q: amount, shares, volume, churn or health", c.Name, c.Kind)
		case !season:
			return bad("metric %s: season %q: none or week", c.Name, c.Season)
		case c.Kind == "shares" && c.N == "":
			return bad("metric %s: shares need n, the column of the denominator", c.Name)
		}
		seen[c.Name] = true
	}
	return nil
}

// Described returns what the rest of the program must know of the feed.
func (m *Mapping) Described() *source.Feed {
	f := &source.Feed{Name: m.Feed, Title: m.Title, Home: m.Home, Licence: m.Licence, Open: m.Open}
	for _, c := range m.Metrics {
		f.Metrics = append(f.Metrics, keepiton.Metric{
			Feed: m.Feed, Name: c.Name, Unit: c.Unit, Family: keepiton.Family(c.Family), Kind: kinds[c.Kind], Season: seasons[c.Season],
			Step: time.Duration(m.Step), Lag: time.Duration(m.Step), Floor: c.Floor,
		})
	}
	return f
}
