// Package radar is the feed of Cloudflare Radar: the anomalies that it finds in the
// traffic of countries and networks, and the outages that its people annotate with a
// cause (notes/detection.md 2.5). The data are CC BY-NC 4.0: they are in no export.
// Radar's own traffic series are not read: each answer has a scale of its own.
package radar

import (
	"context"
	"io"
	"time"

	"keepiton"
	"keepiton/source"
)

// name of the feed.
const name = "radar"

// step: Radar judges by the hour.
const step = time.Hour

// Feed describes it. Values are 1 while Radar says that something is wrong and 0 just
// before and after; n is who says so: 1 for its detector, 2 where a person has looked
// at it as well (an anomaly that is VERIFIED, an outage).
var Feed = source.Feed{
	Name: name, Title: "Cloudflare Radar", Home: "https://radar.cloudflare.com", Licence: "CC-BY-NC-4.0",
	Metrics: []keepiton.Metric{
		{Feed: name, Name: "anomaly", Unit: "of those who judge, say so", Family: keepiton.Users, Kind: keepiton.Shares, Step: step, Lag: 2 * time.Hour},
		{Feed: name, Name: "outage", Unit: "of those who judge, say so", Family: keepiton.Users, Kind: keepiton.Shares, Step: step, Lag: 24 * time.Hour},
	},
	Decode: Decode,
}

// Outage is one annotation: what Cloudflare's people say of an outage.
type Outage struct {
	ID        string // empty in answers of 2022
	Countries []string
	Networks  []keepiton.ASN // empty: the places as a whole
	From      time.Time
	To        time.Time // zero: it went on
	Cause     string    // as Radar writes it: GOVERNMENT_DIRECTED, CABLE_CUT, POWER_OUTAGE, WEATHER, …
	Extent    string    // NATIONWIDE, REGIONAL, NETWORK, …
	Scope     string    // in words
	Words     string    // description
	Link      string
	where     map[keepiton.ASN]string // country of a network, where it says so
}

// Anomaly is a departure of traffic that Radar's detector found.
type Anomaly struct {
	ID       string
	Entity   keepiton.Entity
	From     time.Time
	To       time.Time // zero: it went on
	Verified bool      // a person has looked at it
	Seen     []string  // in which data sources
}

// causes are Radar's causes in the words of notices (detect.Notice).
var causes = map[string]string{
	"GOVERNMENT_DIRECTED": "order", "POWER_OUTAGE": "power_cut", "CABLE_CUT": "cable", "EARTHQUAKE": "earthquake",
	"WEATHER": "weather", "MAINTENANCE": "maintenance", "TECHNICAL_PROBLEM": "operator", "FIRE": "operator",
}

// Notice returns the kind of notice that the outage is evidence of: order, power_cut,
// cable, earthquake, weather, maintenance or operator; empty when the cause is none of
// these or not known. The first is for a shutdown, the others against.
func (o *Outage) Notice() string { return causes[o.Cause] }

// Decode reads an answer of /radar/annotations/outages or /radar/traffic_anomalies.
func Decode(ctx context.Context, r io.Reader, o source.Options, put func(keepiton.Measurement) error) (source.Summary, error) {
	d := decoder{source.NewOutput(ctx, name, o, put)}
	d.Version = keepiton.StampOf(o.Asked)
	doc, err := d.read(r)
	if err != nil {
		return d.Summary, err
	}
	var all []source.Stretch
	for _, a := range d.outages(doc) {
		for _, e := range a.entities() {
			all = append(all, stretch("outage", e, a.From, a.To, 2, o.Asked))
		}
	}
	for _, a := range d.anomalies(doc) {
		n := uint32(1)
		if a.Verified {
			n = 2
		}
		all = append(all, stretch("anomaly", a.Entity, a.From, a.To, n, o.Asked))
	}
	return d.Summary, d.Stretches(all, func(string) time.Duration { return step }, o.Asked)
}

// believed is how long something without an end is believed to go on, at the most:
// annotations without one stay for years.
const believed = 7 * 24 * time.Hour

func stretch(metric string, e keepiton.Entity, from, to time.Time, n uint32, asked time.Time) source.Stretch {
	s := source.Stretch{Metric: metric, Entity: e, From: from, To: to, N: n}
	if to.IsZero() {
		s.Open, s.To = true, from
		if asked.After(from) {
			s.To = asked
		}
		if last := from.Add(believed); s.To.After(last) {
			s.To = last
		}
	}
	return s
}

// Outages reads the annotations of an answer as they are.
func Outages(ctx context.Context, r io.Reader, o source.Options) ([]Outage, source.Summary, error) {
	d := decoder{source.NewOutput(ctx, name, o, nil)}
	doc, err := d.read(r)
	if err != nil {
		return nil, d.Summary, err
	}
	return d.outages(doc), d.Summary, nil
}

// Anomalies reads the anomalies of an answer as they are.
func Anomalies(ctx context.Context, r io.Reader, o source.Options) ([]Anomaly, source.Summary, error) {
	d := decoder{source.NewOutput(ctx, name, o, nil)}
	doc, err := d.read(r)
	if err != nil {
		return nil, d.Summary, err
	}
	return d.anomalies(doc), d.Summary, nil
}
