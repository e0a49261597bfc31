// Package mlab is the feed of Measurement Lab's NDT: what people measured of their own
// connection. It reads the counts of days that a query of M-Lab's public tables gives as
// CSV (docs/signals.md has the query), and the months of its Internet Quality Barometer.
// A throttled network shows here and nowhere else: throughput falls, and the time that
// packets take does not rise in proportion (notes/detection.md 2.4).
package mlab

import (
	"bufio"
	"bytes"
	"context"
	"io"
	"time"

	"keepiton"
	"keepiton/source"
)

// name of the feed.
const name = "mlab"

const day = 24 * time.Hour

// Feed describes it. Values are medians, n the tests behind them. Months stand as the
// first day of theirs and open no signal.
var Feed = source.Feed{
	Name: name, Title: "Measurement Lab NDT", Home: "https://www.measurementlab.net/data/", Licence: "CC0-1.0", Open: true,
	Metrics: []keepiton.Metric{
		{Feed: name, Name: "download", Unit: "Mbit/s, median", Family: keepiton.Users, Season: keepiton.HourOfWeek, Step: day, Lag: 2 * day},
		{Feed: name, Name: "upload", Unit: "Mbit/s, median", Family: keepiton.Users, Season: keepiton.HourOfWeek, Step: day, Lag: 2 * day},
		{Feed: name, Name: "rtt", Unit: "ms, median", Family: keepiton.Users, Kind: keepiton.Churn, Step: day, Lag: 2 * day},
		{Feed: name, Name: "loss", Unit: "share, median", Family: keepiton.Users, Kind: keepiton.Churn, Step: day, Lag: 2 * day},
		{Feed: name, Name: "tests", Unit: "tests", Family: keepiton.Arrivals, Kind: keepiton.ArrivalCount, Season: keepiton.HourOfWeek, Step: day, Lag: 2 * day},
		{Feed: name, Name: "download-month", Unit: "Mbit/s, median", Family: keepiton.Users, Kind: keepiton.Churn, Step: day, Lag: 31 * day},
		{Feed: name, Name: "upload-month", Unit: "Mbit/s, median", Family: keepiton.Users, Kind: keepiton.Churn, Step: day, Lag: 31 * day},
		{Feed: name, Name: "rtt-month", Unit: "ms, median", Family: keepiton.Users, Kind: keepiton.Churn, Step: day, Lag: 31 * day},
		{Feed: name, Name: "loss-month", Unit: "share, median", Family: keepiton.Users, Kind: keepiton.Churn, Step: day, Lag: 31 * day},
	},
	Decode: Decode,
}

// leastTests: a median of fewer tests says nothing, and is left out.
const leastTests = 10

type decoder struct {
	*source.Output
	o source.Options
}

// Decode reads a file of either kind. A month does not say of which country and which
// month it is: the name of the file does, as M-Lab names it: ir_2025_10.json.
func Decode(ctx context.Context, r io.Reader, o source.Options, put func(keepiton.Measurement) error) (source.Summary, error) {
	d := decoder{source.NewOutput(ctx, name, o, put), o}
	in := source.Open(r)
	defer in.Close()
	b := bufio.NewReader(in)
	head, err := b.Peek(64)
	if err != nil && err != io.EOF {
		return d.Summary, err
	}
	if bytes.HasPrefix(bytes.TrimLeft(head, "\ufeff \t\r\n"), []byte("{")) {
		err = d.month(b)
	} else {
		err = d.days(b)
	}
	d.Unpacked(in.Damage)
	return d.Summary, err
}
