package evaluate

import (
	"bytes"
	_ "embed"
	"encoding/csv"
	"io"
	"slices"
	"time"

	"keepiton"
	"keepiton/detect"
	"keepiton/geo"
)

// elections are the days of national votes (of presidents, parliaments, constitutions) of
// 2018 to 2021, the years of the labelled events, in every country that held one; a vote
// that was put off stands on the day on which it was held. They were put together by
// hand, country by country, by somebody who had seen the labelled events, and were not
// checked against a second source: every report also scores the model without them.
//
//go:embed elections.csv
var elections []byte

// Occasion is a dated reason to expect a shutdown that was known beforehand.
type Occasion struct {
	Country  string
	From, To time.Time // [From, To), UTC days
}

// Elections are the votes that the program carries.
func Elections() []Occasion {
	out, err := ReadCalendar(bytes.NewReader(elections))
	if err != nil {
		panic("detect/evaluate/elections.csv: " + err.Error())
	}
	return out
}

// ReadCalendar reads a table with the columns country (ISO 3166-1 alpha-2), from, to:
// first and last day.
func ReadCalendar(r io.Reader) ([]Occasion, error) {
	in := csv.NewReader(r)
	in.FieldsPerRecord = 3
	rows, err := in.ReadAll()
	if err != nil {
		return nil, keepiton.Errorf(keepiton.Invalid, "calendar: %w", err)
	}
	if len(rows) == 0 || !slices.Equal(rows[0], []string{"country", "from", "to"}) {
		return nil, keepiton.Errorf(keepiton.Invalid, "calendar: row 1: the columns are country,from,to")
	}
	var out []Occasion
	for i, row := range rows[1:] {
		if _, known := geo.ByCode(row[0]); !known {
			return nil, keepiton.Errorf(keepiton.Invalid, "calendar: row %d, country: %q is no code of ISO 3166-1", i+2, row[0])
		}
		from, err := time.Parse(time.DateOnly, row[1])
		if err != nil {
			return nil, keepiton.Errorf(keepiton.Invalid, "calendar: row %d, from: %q is not a day such as 2021-01-14", i+2, row[1])
		}
		to, err := time.Parse(time.DateOnly, row[2])
		if err != nil || to.Before(from) {
			return nil, keepiton.Errorf(keepiton.Invalid, "calendar: row %d, to: %q is not a day from %s on", i+2, row[2], row[1])
		}
		out = append(out, Occasion{row[0], from, to.AddDate(0, 0, 1)})
	}
	return out, nil
}

// years are the first and the last that a calendar has something of; in between it is
// taken to be complete.
func years(all []Occasion) (first, last int) {
	for i, o := range all {
		if y := o.From.Year(); i == 0 || y < first {
			first = y
		}
		last = max(last, o.To.Add(-1).Year())
	}
	return first, last
}

// votes reports whether a country voted about then.
func votes(all []Occasion, country string, at time.Time) bool {
	return slices.ContainsFunc(all, func(o Occasion) bool {
		return o.Country == country && detect.AroundVote(keepiton.Span{From: o.From, To: o.To}, at)
	})
}
