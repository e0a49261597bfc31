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

// datasources are IODA's, with the step at which it judges them.
var datasources = []string{"bgp", "ping-slash24", "merit-nt", "ucsd-nt", "gtr", "gtr-norm", "gtr-sarima", "mozilla"}

// metrics: first the raw signals; then, for each source, IODA's own alerts and events,
// 1 while there is one and 0 just before and after. Those open no signal here: they
// are computed from the very rows that the raw signals are.
var metrics = func() []keepiton.Metric {
	const week = keepiton.HourOfWeek
	out := []keepiton.Metric{
		{Name: "bgp", Unit: "/24s visible", Family: keepiton.ControlPlane, Step: 5 * time.Minute, Lag: 10 * time.Minute, Floor: 4},
		{Name: "ping-slash24", Unit: "/24s up", Family: keepiton.DataPlane, Step: 10 * time.Minute, Lag: 20 * time.Minute, Floor: 4},
		{Name: "ping-slash24-loss", Unit: "% of probes lost", Family: keepiton.DataPlane, Kind: keepiton.Churn, Step: 10 * time.Minute, Lag: 20 * time.Minute},
		{Name: "ping-slash24-latency", Unit: "ms", Family: keepiton.DataPlane, Kind: keepiton.Churn, Step: 10 * time.Minute, Lag: 20 * time.Minute},
		{Name: "merit-nt", Unit: "source addresses", Family: keepiton.Users, Season: week, Step: 5 * time.Minute, Lag: 15 * time.Minute, Floor: 5},
		{Name: "ucsd-nt", Unit: "source addresses", Family: keepiton.Users, Season: week, Step: 5 * time.Minute, Lag: 15 * time.Minute, Floor: 5},
		{Name: "gtr", Unit: "Google's traffic, normalised", Family: keepiton.Users, Season: week, Step: 30 * time.Minute, Lag: 90 * time.Minute},
		{Name: "gtr-norm", Unit: "Google's traffic, normalised", Family: keepiton.Users, Season: week, Step: 30 * time.Minute, Lag: 90 * time.Minute},
		{Name: "mozilla", Unit: "cities", Family: keepiton.Users, Season: week, Step: time.Hour, Lag: 3 * time.Hour, Floor: 10},
	}
	for _, d := range datasources {
		family, step := keepiton.Users, stepOf(d)
		switch d {
		case "bgp":
			family = keepiton.ControlPlane
		case "ping-slash24":
			family = keepiton.DataPlane
		}
		for _, of := range []string{"alert-", "event-"} {
			out = append(out, keepiton.Metric{Name: of + d, Unit: "0 or 1, as IODA judges", Family: family, Kind: keepiton.Churn, Step: step, Lag: time.Hour})
		}
	}
	for i := range out {
		out[i].Feed = name
	}
	return out
}()

// stepOf returns the native step of a source (notes/detection.md 1.1), or of what is
// judged by it.
func stepOf(metric string) time.Duration {
	switch _, of, ok := strings.Cut(metric, "-"); {
	case ok && (strings.HasPrefix(metric, "alert-") || strings.HasPrefix(metric, "event-")):
		return stepOf(of)
	case strings.HasPrefix(metric, "ping-slash24"):
		return 10 * time.Minute
	case strings.HasPrefix(metric, "gtr"):
		return 30 * time.Minute
	case metric == "mozilla":
		return time.Hour
	}
	return 5 * time.Minute
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
	d := decoder{o: o, out: source.NewOutput(ctx, name, o, put)}
	switch text := bytes.TrimLeft(bytes.TrimPrefix(head, []byte("\ufeff")), " \t\r\n"); {
	case len(text) == 0:
		err = keepiton.Errorf(keepiton.Invalid, "%s: the file is empty", o.Name)
	case text[0] == '{':
		err = d.json(b)
	default:
		err = d.csv(b)
	}
	d.out.Unpacked(in.Damage)
	return d.out.Summary, err
}

type decoder struct {
	o   source.Options
	out *source.Output
	now time.Time // of the answer; zero: not known
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
