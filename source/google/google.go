// Package google is the feed of Google's Transparency Report: how much of a product's
// traffic comes from a country. Google has never described the address that gives it,
// nor promised that it stays; values carry noise. What is said here of it was learnt
// from answers:
//
//   - the time of a value is the end of what it is the mean of: months that were asked
//     for from midnight to midnight begin with a value at 02:00 and end with one at
//     00:00; and means of two hours, taken so, give those of three that another answer
//     has for the same weeks to a hundredth of a percent;
//   - the scale is that of the product and country, not that of the answer: those
//     values are also equal.
package google

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"io"
	"math"
	"strconv"
	"strings"
	"time"

	"keepiton"
	"keepiton/source"
)

// name of the feed.
const name = "google"

// The steps of the two metrics.
const (
	fine   = 30 * time.Minute
	coarse = 2 * time.Hour
)

// coarsest is the longest step of an answer that is read: Google takes longer ones for
// periods of years, in which a night without traffic cannot be seen.
const coarsest = 3 * time.Hour

// Feed describes it. Google chooses the step by the length of the period that is asked
// for; the two metrics keep apart what can be compared.
var Feed = source.Feed{
	Name: name, Title: "Google Transparency Report", Home: "https://transparencyreport.google.com/traffic/overview", Licence: "© Google, all rights reserved",
	Metrics: []keepiton.Metric{
		{Feed: name, Name: "fraction", Unit: "Google's units", Family: keepiton.Users, Season: keepiton.HourOfWeek, Step: fine, Lag: 90 * time.Minute},
		{Feed: name, Name: "fraction-2h", Unit: "Google's units", Family: keepiton.Users, Season: keepiton.HourOfWeek, Step: coarse, Lag: 3 * time.Hour},
	},
	Decode: Decode,
}

// maxPoints bounds a file: 60 years of half hours.
const maxPoints = 1_100_000

// guard stands in front of Google's answers, so that no page can run them as a script.
const guard = ")]}'"

// Decode reads an answer as it is, or a CSV of time and value. Neither says of what it
// is: Options.Entity is a country with a service, such as country/RU/youtube; without one
// the name does, where it is one that Layout gives.
func Decode(ctx context.Context, r io.Reader, o source.Options, put func(keepiton.Measurement) error) (source.Summary, error) {
	if o.Entity == (keepiton.Entity{}) {
		o.Entity = entityOf(o.Name)
	}
	d := decoder{Output: source.NewOutput(ctx, name, o, put), entity: o.Entity}
	if e := o.Entity; e.Country == "" || e.Service == "" || e.ASN != 0 || e.Region != "" || e.Access != "" {
		return d.Summary, keepiton.Hint(keepiton.Errorf(keepiton.Invalid, "%s: the file does not say of which country and product it is", o.Name), "say it with --entity, such as --entity country/RU/youtube")
	}
	d.Version = keepiton.StampOf(o.Asked)
	in := source.Open(r)
	defer in.Close()
	b := bufio.NewReader(in)
	head, err := b.Peek(64)
	if err != nil && err != io.EOF {
		return d.Summary, err
	}
	head = bytes.TrimLeft(bytes.TrimPrefix(head, []byte("\ufeff")), " \t\r\n")
	if bytes.HasPrefix(head, []byte(guard)) || bytes.HasPrefix(head, []byte("[")) {
		err = d.answer(b)
	} else {
		err = d.csv(b)
	}
	if err == nil {
		err = d.bins()
	}
	d.Unpacked(in.Damage)
	return d.Summary, err
}

// point is one value: the mean until At, in seconds since 1970.
type point struct {
	at    int64
	value float64
}

type decoder struct {
	*source.Output
	entity keepiton.Entity
	points []point
}

func (d *decoder) add(offset, at int64, value float64) error {
	d.Records++
	switch {
	case at <= 0 || at > 1<<33:
		d.Skip(source.Defect{Kind: "bad_time", Offset: offset, Why: strconv.FormatInt(at, 10)})
	case math.IsNaN(value) || math.IsInf(value, 0) || value < 0:
		d.Skip(source.Defect{Kind: "bad_value", Offset: offset})
	case len(d.points) >= maxPoints:
		return keepiton.Errorf(keepiton.TooLarge, "%s: more than %d values", d.File, maxPoints)
	default:
		d.points = append(d.points, point{at, value})
	}
	return nil
}

// answer reads [["tr.atsr",[[ms,[[null,value]]],…],null,[from,to]]].
func (d *decoder) answer(r io.Reader) error {
	doc, err := source.ReadDocument(r, d.File, guard, "0.1")
	if err != nil {
		return err
	}
	if doc.Bad != nil {
		d.Skip(*doc.Bad)
	}
	list := doc.Lists["0.1"]
	if list == nil {
		return keepiton.Errorf(keepiton.Invalid, "%s: no values of Google's Transparency Report in it", d.File)
	}
	for _, e := range list {
		var of [2]json.RawMessage
		var ms int64
		var pairs [][]*float64
		if json.Unmarshal(e.JSON, &of) != nil || json.Unmarshal(of[0], &ms) != nil || json.Unmarshal(of[1], &pairs) != nil ||
			len(pairs) != 1 || len(pairs[0]) < 2 || pairs[0][1] == nil {
			d.Records++
			d.Skip(source.Defect{Kind: "bad_value", Offset: e.Offset})
			continue
		}
		if err := d.add(e.Offset, ms/1000, *pairs[0][1]); err != nil {
			return err
		}
	}
	return nil
}

func (d *decoder) csv(r io.Reader) error {
	return source.ReadRows(r, ',', &d.Summary, func(head []string) error {
		if len(head) != 2 || !strings.Contains(strings.ToLower(head[0]), "time") {
			return keepiton.Errorf(keepiton.Invalid, "%s: no file of Google's Transparency Report: its first row should be a time and a value", d.File)
		}
		return nil
	}, func(offset int64, row []string) error {
		d.Records-- // add counts it
		at, value := time.Time{}, 0.0
		err := error(keepiton.Errorf(keepiton.Invalid, "%d columns", len(row)))
		if len(row) == 2 {
			for _, layout := range []string{time.DateTime, time.RFC3339} {
				if at, err = time.Parse(layout, row[0]); err == nil {
					value, err = strconv.ParseFloat(row[1], 64)
					break
				}
			}
		}
		if err != nil {
			d.Records++
			d.Skip(source.Defect{Kind: "bad_row", Offset: offset, Why: err.Error()})
			return nil
		}
		return d.add(offset, at.Unix(), value)
	})
}
