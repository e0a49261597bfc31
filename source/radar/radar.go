// Package radar is the feed of Cloudflare Radar: the anomalies that it finds in the
// traffic of countries and networks, and the outages that its people annotate with a
// cause (notes/detection.md 2.5). The data are CC BY-NC 4.0: they are in no export.
// Radar's own traffic series are not read: each answer has a scale of its own.
package radar

import (
	"context"
	"encoding/json"
	"io"
	"slices"
	"strconv"
	"strings"
	"time"

	"keepiton"
	"keepiton/geo"
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

type decoder struct{ *source.Output }

const (
	outageList  = "result.annotations"
	anomalyList = "result.trafficAnomalies"
)

func (d *decoder) read(r io.Reader) (*source.Document, error) {
	doc, err := d.Document(r, "", outageList, anomalyList)
	switch {
	case err != nil:
		return nil, err
	case string(doc.Fields["success"]) == "false":
		return nil, keepiton.Errorf(keepiton.Unavailable, "%s: the API says %.200s", d.File, doc.Fields["errors"])
	case doc.Lists[outageList] == nil && doc.Lists[anomalyList] == nil:
		return nil, keepiton.Hint(keepiton.Errorf(keepiton.Invalid, "%s: no annotations and no anomalies in it", d.File), "ask the API for /radar/annotations/outages or /radar/traffic_anomalies")
	}
	return doc, nil
}

func (d *decoder) outages(doc *source.Document) (out []Outage) {
	for _, e := range doc.Lists[outageList] {
		d.Records++
		var a struct {
			ID        string         `json:"id"`
			Locations []string       `json:"locations"`
			ASNs      []keepiton.ASN `json:"asns"`
			Start     string         `json:"startDate"`
			End       string         `json:"endDate"`
			Event     string         `json:"eventType"`
			Words     string         `json:"description"`
			Scope     string         `json:"scope"`
			Link      string         `json:"linkedUrl"`
			Outage    struct {
				Cause  string `json:"outageCause"`
				Extent string `json:"outageType"`
			} `json:"outage"`
			Networks []struct {
				ASN      string `json:"asn"`
				Location struct {
					Code string `json:"code"`
				} `json:"location"`
			} `json:"asnsDetails"`
		}
		if json.Unmarshal(e.JSON, &a) != nil {
			d.Skip(source.Defect{Kind: "bad_annotation", Offset: e.Offset})
			continue
		}
		if a.Event != "" && a.Event != "OUTAGE" {
			d.Skip(source.Defect{Kind: "unknown_event", Offset: e.Offset, Why: a.Event})
			continue
		}
		from, to, ok := period(a.Start, a.End)
		if !ok {
			d.Skip(source.Defect{Kind: "bad_time", Offset: e.Offset, Why: a.Start + " to " + a.End})
			continue
		}
		one := Outage{
			ID: a.ID, Networks: a.ASNs, From: from, To: to, Cause: a.Outage.Cause, Extent: a.Outage.Extent,
			Scope: a.Scope, Words: a.Words, Link: a.Link, where: map[keepiton.ASN]string{},
		}
		for _, code := range a.Locations {
			if _, known := geo.ByCode(code); known {
				one.Countries = append(one.Countries, code)
			}
		}
		for _, n := range a.Networks {
			if asn, err := strconv.ParseUint(n.ASN, 10, 32); err == nil {
				one.where[keepiton.ASN(asn)] = n.Location.Code
			}
		}
		if len(one.entities()) == 0 {
			d.Skip(source.Defect{Kind: "unknown_entity", Offset: e.Offset, Why: strings.Join(a.Locations, " ")})
			continue
		}
		out = append(out, one)
	}
	return out
}

// entities are what the outage is of: the networks that it names, in the country that
// it names; the countries themselves where it names none or calls it nationwide.
func (o *Outage) entities() (out []keepiton.Entity) {
	if len(o.Networks) == 0 || o.Extent == "NATIONWIDE" {
		for _, c := range o.Countries {
			out = append(out, keepiton.Entity{Country: c})
		}
	}
	for _, asn := range o.Networks {
		e := keepiton.Entity{ASN: asn}
		if slices.Contains(o.Countries, o.where[asn]) {
			e.Country = o.where[asn]
		} else if len(o.Countries) == 1 {
			e.Country = o.Countries[0]
		}
		if asn != 0 {
			out = append(out, e)
		}
	}
	return out
}

func (d *decoder) anomalies(doc *source.Document) (out []Anomaly) {
	for _, e := range doc.Lists[anomalyList] {
		d.Records++
		var a struct {
			ID      string `json:"uuid"`
			Type    string `json:"type"`
			Status  string `json:"status"`
			Start   string `json:"startDate"`
			End     string `json:"endDate"`
			Network struct {
				ASN json.Number `json:"asn"`
			} `json:"asnDetails"`
			Place struct {
				Code string `json:"code"`
			} `json:"locationDetails"`
			Seen []string `json:"visibleInDataSources"`
		}
		if json.Unmarshal(e.JSON, &a) != nil {
			d.Skip(source.Defect{Kind: "bad_anomaly", Offset: e.Offset})
			continue
		}
		from, to, ok := period(a.Start, a.End)
		if !ok {
			d.Skip(source.Defect{Kind: "bad_time", Offset: e.Offset, Why: a.Start + " to " + a.End})
			continue
		}
		one := Anomaly{ID: a.ID, From: from, To: to, Verified: a.Status == "VERIFIED", Seen: a.Seen}
		switch a.Type {
		case "LOCATION":
			if _, known := geo.ByCode(a.Place.Code); known {
				one.Entity.Country = a.Place.Code
			}
		case "AS": // of the network wherever it is: no AS is one country's
			if asn, err := strconv.ParseUint(a.Network.ASN.String(), 10, 32); err == nil {
				one.Entity.ASN = keepiton.ASN(asn)
			}
		}
		if one.Entity == (keepiton.Entity{}) {
			d.Skip(source.Defect{Kind: "unknown_entity", Offset: e.Offset, Why: a.Type + " " + a.Place.Code})
			continue
		}
		out = append(out, one)
	}
	return out
}

// period reads a beginning and an end; the end may be missing.
func period(start, end string) (from, to time.Time, ok bool) {
	from, err := time.Parse(time.RFC3339, start)
	if err != nil || from.Year() < 2000 || from.Year() > 2200 {
		return from, to, false
	}
	if end == "" {
		return from.UTC(), to, true
	}
	to, err = time.Parse(time.RFC3339, end)
	return from.UTC(), to.UTC(), err == nil && !to.Before(from) && to.Year() <= 2200
}
