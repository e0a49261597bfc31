package keepiton

import (
	"strings"
	"time"
)

// Precision says how much of a Moment is known.
type Precision uint8

// Precisions from fine to coarse. The zero value is Day, the precision of
// every date in STOP.
const (
	Day Precision = iota
	Minute
	Hour
	Month
	Year
)

var precisionNames = [...]string{"day", "minute", "hour", "month", "year"}

// String returns minute, hour, day, month or year.
func (p Precision) String() string {
	if int(p) < len(precisionNames) {
		return precisionNames[p]
	}
	return "invalid"
}

// layouts follow ISO 8601-2:2019 (EDTF level 1); times are UTC.
var layouts = [...]string{"2006-01-02", "2006-01-02T15:04Z", "2006-01-02T15Z", "2006-01", "2006"}

// Moment is a point of time with the precision it is known to. At is the
// first instant, UTC, of the minute, hour, day, month or year meant. The zero
// Moment means "no date given" and is not the year 1.
type Moment struct {
	At        time.Time
	Precision Precision
	Estimated bool
}

// On returns the day of the calendar date as a Moment.
func On(year int, month time.Month, day int) Moment {
	return Moment{At: time.Date(year, month, day, 0, 0, 0, 0, time.UTC)}
}

// IsZero reports whether no date is given.
func (m Moment) IsZero() bool { return m.At.IsZero() }

// Until returns the first instant after the period that m names: periods are
// half open.
func (m Moment) Until() time.Time {
	switch m.Precision {
	case Minute:
		return m.At.Add(time.Minute)
	case Hour:
		return m.At.Add(time.Hour)
	case Month:
		return m.At.AddDate(0, 1, 0)
	case Year:
		return m.At.AddDate(1, 0, 0)
	default:
		return m.At.AddDate(0, 0, 1)
	}
}

// String writes m in EDTF level 1: 2022-01-03, 2022-01, 2022,
// 2022-01-03T15Z, 2022-01-03T15:04Z; a trailing "~" marks an estimate. The
// zero Moment is the empty text.
func (m Moment) String() string {
	if m.IsZero() || int(m.Precision) >= len(layouts) {
		return ""
	}
	s := m.At.UTC().Format(layouts[m.Precision])
	if m.Estimated {
		s += "~"
	}
	return s
}

// ParseMoment reads what String writes.
func ParseMoment(s string) (Moment, error) {
	if s == "" {
		return Moment{}, nil
	}
	body, estimated := strings.CutSuffix(s, "~")
	for p, layout := range layouts {
		if len(body) != len(layout) {
			continue
		}
		at, err := time.Parse(layout, body)
		if err == nil && at.Year() > 0 {
			return Moment{At: at, Precision: Precision(p), Estimated: estimated}, nil
		}
	}
	return Moment{}, Errorf(Invalid, "%q is not a date: write 2022-01-03, 2022-01, 2022, 2022-01-03T15Z or 2022-01-03T15:04Z, with ~ at the end of an estimate", s)
}

// MarshalText implements encoding.TextMarshaler with String.
func (m Moment) MarshalText() ([]byte, error) { return []byte(m.String()), nil }

// UnmarshalText implements encoding.TextUnmarshaler with ParseMoment.
func (m *Moment) UnmarshalText(text []byte) (err error) {
	*m, err = ParseMoment(string(text))
	return err
}
