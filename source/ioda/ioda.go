// Package ioda is the feed of Georgia Tech's IODA: the API's raw signals as JSON
// (notes/detection.md 1.6) and the CSV that its pages export. Rows of it are not for
// others: the university keeps all rights. What is derived from them links to it.
package ioda

import (
	"bufio"
	"bytes"
	"context"
	"io"
	"strconv"
	"strings"
	"time"

	"keepiton"
	"keepiton/source"
)

// name of the feed.
const name = "ioda"

// Feed describes it. Metrics carry IODA's own names of its data sources.
var Feed = source.Feed{
	Name: name, Title: "IODA, Georgia Tech", Home: "https://ioda.inetintel.cc.gatech.edu", Licence: "© Georgia Tech Research Corporation, all rights reserved",
	Metrics: metrics, Decode: Decode,
}

var metrics = []keepiton.Metric{
	{Feed: name, Name: "bgp", Unit: "/24s visible", Family: keepiton.ControlPlane, Step: 5 * time.Minute, Lag: 10 * time.Minute, Floor: 4},
	{Feed: name, Name: "ping-slash24", Unit: "/24s up", Family: keepiton.DataPlane, Step: 10 * time.Minute, Lag: 20 * time.Minute, Floor: 4},
	{Feed: name, Name: "merit-nt", Unit: "source addresses", Family: keepiton.Users, Season: keepiton.HourOfWeek, Step: 5 * time.Minute, Lag: 15 * time.Minute, Floor: 5},
	{Feed: name, Name: "ucsd-nt", Unit: "source addresses", Family: keepiton.Users, Season: keepiton.HourOfWeek, Step: 5 * time.Minute, Lag: 15 * time.Minute, Floor: 5},
	{Feed: name, Name: "gtr", Unit: "Google's traffic, normalised", Family: keepiton.Users, Season: keepiton.HourOfWeek, Step: 30 * time.Minute, Lag: 90 * time.Minute},
	{Feed: name, Name: "mozilla", Unit: "cities", Family: keepiton.Users, Season: keepiton.HourOfWeek, Step: time.Hour, Lag: 3 * time.Hour, Floor: 10},
}

// Decode reads a file of either kind. Rows that cannot be read are counted and
// stepped over. The error is that of r, of ctx or of put; invalid when it is no file of
// this feed at all.
func Decode(ctx context.Context, r io.Reader, o source.Options, put func(keepiton.Measurement) error) (source.Summary, error) {
	in := source.Open(r)
	defer in.Close()
	b := bufio.NewReaderSize(in, 64<<10)
	head, err := b.Peek(512)
	if err != nil && err != io.EOF {
		return source.Summary{}, err
	}
	d := decoder{ctx: ctx, o: o, put: put, arrived: keepiton.StampOf(o.Arrived), sum: source.Summary{File: o.Name}}
	switch text := bytes.TrimLeft(bytes.TrimPrefix(head, []byte("\ufeff")), " \t\r\n"); {
	case len(text) == 0:
		err = keepiton.Errorf(keepiton.Invalid, "%s: the file is empty", o.Name)
	case text[0] == '{':
		err = d.json(b)
	default:
		err = d.csv(b)
	}
	d.sum.Unpacked(in.Damage)
	return d.sum, err
}

type decoder struct {
	ctx     context.Context
	o       source.Options
	put     func(keepiton.Measurement) error
	arrived keepiton.Stamp
	sum     source.Summary
}

// measure hands one value over.
func (d *decoder) measure(metric string, e keepiton.Entity, at time.Time, step time.Duration, value float64) error {
	if d.sum.Measurements%1024 == 0 && d.ctx.Err() != nil {
		return d.ctx.Err()
	}
	d.sum.Measurements++
	if d.sum.From.IsZero() || at.Before(d.sum.From) {
		d.sum.From = at
	}
	if end := at.Add(step); end.After(d.sum.To) {
		d.sum.To = end
	}
	return d.put(keepiton.Measurement{
		SeriesKey: keepiton.SeriesKey{Feed: name, Metric: metric, Entity: e}, At: at, Step: step,
		Bin: keepiton.Bin{Value: value, State: keepiton.Present, Arrived: d.arrived},
	})
}

// columns are the metrics by the beginning of the headings of IODA's CSV.
var columns = []struct{ begins, metric string }{
	{"google", "gtr"}, {"telescope", "merit-nt"}, {"bgp", "bgp"}, {"active probing", "ping-slash24"}, {"mozilla", "mozilla"},
}

func metricOf(heading string) string {
	heading = strings.ToLower(strings.TrimSpace(heading))
	for _, c := range columns {
		if strings.HasPrefix(heading, c.begins) {
			return c.metric
		}
	}
	return ""
}

func parseValue(s string) (v float64, given, ok bool) {
	if s = strings.TrimSpace(s); s == "" {
		return 0, false, true
	}
	v, err := strconv.ParseFloat(s, 64)
	return v, true, err == nil && v-v == 0
}
