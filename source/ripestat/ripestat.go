// Package ripestat is the feed of RIPEstat, which counts what is routed without any
// archive being read: how many prefixes and networks of a country (country-resource-stats),
// and how many of RIS's peers see a network (routing-status). Others of its answers make no
// series: prefix-count has one value in twelve days, visibility is of one prefix.
package ripestat

import (
	"context"
	"encoding/json"
	"io"
	"strconv"
	"strings"
	"time"

	"keepiton"
	"keepiton/geo"
	"keepiton/source"
)

// name of the feed.
const name = "ripestat"

// statusStep is how often routing-status changes: with the tables of RIS.
const statusStep = 8 * time.Hour

// Feed describes it. Which country an address or a network is of is said by the
// registries, as of the day.
var Feed = source.Feed{
	Name: name, Title: "RIPEstat, RIPE NCC", Home: "https://stat.ripe.net", Licence: "RIPE NCC terms: free use with credit, no redistribution in bulk",
	Metrics: []keepiton.Metric{
		{Feed: name, Name: "v4", Unit: "IPv4 prefixes routed", Family: keepiton.ControlPlane, Step: 5 * time.Minute, Lag: 30 * time.Minute, Floor: 4},
		{Feed: name, Name: "v6", Unit: "IPv6 prefixes routed", Family: keepiton.ControlPlane, Step: 5 * time.Minute, Lag: 30 * time.Minute, Floor: 4},
		{Feed: name, Name: "asns", Unit: "networks routed", Family: keepiton.ControlPlane, Step: 5 * time.Minute, Lag: 30 * time.Minute, Floor: 4},
		{Feed: name, Name: "peers-v4", Unit: "RIS peers that see it", Family: keepiton.ControlPlane, Step: statusStep, Lag: 4 * time.Hour, Floor: 10},
		{Feed: name, Name: "peers-v6", Unit: "RIS peers that see it", Family: keepiton.ControlPlane, Step: statusStep, Lag: 4 * time.Hour, Floor: 10},
		{Feed: name, Name: "space-v4", Unit: "/24 equivalents", Family: keepiton.ControlPlane, Step: statusStep, Lag: 4 * time.Hour, Floor: 4},
		{Feed: name, Name: "space-v6", Unit: "/48s", Family: keepiton.ControlPlane, Step: statusStep, Lag: 4 * time.Hour, Floor: 4},
	},
	Decode: Decode,
}

// maxBins bounds what one answer makes: 19 years of five minutes.
const maxBins = 2_000_000

type decoder struct {
	*source.Output
	o source.Options
}

// Decode reads an answer. What it is of stands in it; where it was cut off before it
// said so, Options.Entity does.
func Decode(ctx context.Context, r io.Reader, o source.Options, put func(keepiton.Measurement) error) (source.Summary, error) {
	d := decoder{source.NewOutput(ctx, name, o, put), o}
	doc, err := d.Document(r, "", "data.stats", "data.visibility.v4.", "data.visibility.v6.", "data.announced_space.v4.", "data.announced_space.v6.")
	if err != nil {
		return d.Summary, err
	}
	if s := doc.Text("status"); s != "" && s != "ok" {
		return d.Summary, keepiton.Errorf(keepiton.Unavailable, "%s: RIPEstat says %s: %.200s", o.Name, s, doc.Fields["messages"])
	}
	d.Version = keepiton.StampOf(o.Asked)
	if at, err := parse(doc.Text("time")); err == nil {
		d.Version = keepiton.StampOf(at)
	}
	switch call := doc.Text("data_call_name"); call {
	case "country-resource-stats":
		err = d.country(doc)
	case "routing-status":
		err = d.status(doc)
	default:
		err = keepiton.Hint(keepiton.Errorf(keepiton.Invalid, "%s: an answer of RIPEstat's %q makes no series", o.Name, call), "ask for country-resource-stats or routing-status")
	}
	return d.Summary, err
}

// parse reads RIPEstat's times, which are UTC and mostly do not say so.
func parse(s string) (time.Time, error) {
	at, err := time.Parse("2006-01-02T15:04:05", strings.TrimSuffix(s, "+00:00"))
	if err == nil && (at.Year() < 1990 || at.Year() > 2200) {
		err = keepiton.Errorf(keepiton.Invalid, "%q is out of range", s)
	}
	return at, err
}

// stat is one state of a country's routes, and when it was so: from the bin of each
// beginning to that of each end.
type stat struct {
	Timeline []struct {
		Start string `json:"starttime"`
		End   string `json:"endtime"`
	} `json:"timeline"`
	V4   *float64 `json:"v4_prefixes_ris"` // -1: not known
	V6   *float64 `json:"v6_prefixes_ris"`
	ASNs *float64 `json:"asns_ris"`
}

// steps are RIPEstat's resolutions; weeks are too long to see anything.
var steps = map[string]time.Duration{"5m": 5 * time.Minute, "1h": time.Hour, "1d": 24 * time.Hour}

func (d *decoder) country(doc *source.Document) error {
	e := keepiton.Entity{Country: strings.ToUpper(doc.Text("data.resource"))}
	if doc.Bad != nil && e.Country == "" {
		e = d.o.Entity
	}
	if _, known := geo.ByCode(e.Country); !known || e != e.Place() {
		return keepiton.Hint(keepiton.Errorf(keepiton.Invalid, "%s: of which country?", d.File), "an answer that is cut off does not say it: --entity country/IR does")
	}
	step, known := steps[doc.Text("data.resolution")]
	if resolution := doc.Text("data.resolution"); !known && (resolution != "" || doc.Bad == nil) {
		return keepiton.Hint(keepiton.Errorf(keepiton.Invalid, "%s: a resolution of %q", d.File, resolution), "ask for resolution=5m, 1h or 1d")
	}
	if !known {
		step = 5 * time.Minute
	}
	total := int64(0)
	for _, element := range doc.Lists["data.stats"] {
		d.Records++
		var s stat
		if json.Unmarshal(element.JSON, &s) != nil {
			d.Skip(source.Defect{Kind: "bad_stat", Offset: element.Offset})
			continue
		}
		for _, span := range s.Timeline {
			from, err := parse(span.Start)
			to, err2 := parse(span.End)
			if err != nil || err2 != nil || to.Before(from) {
				d.Skip(source.Defect{Kind: "bad_time", Offset: element.Offset, Why: span.Start + " to " + span.End})
				continue
			}
			if total += int64(to.Sub(from)/step) + 1; total > maxBins {
				return keepiton.Errorf(keepiton.TooLarge, "%s: more than %d bins", d.File, maxBins)
			}
			for at := from.Truncate(step); !at.After(to); at = at.Add(step) {
				if err := d.values(e, at, step, "v4", s.V4, "v6", s.V6, "asns", s.ASNs); err != nil {
					return err
				}
			}
		}
	}
	return nil
}

// values hands over those that are known; each is a name and a number.
func (d *decoder) values(e keepiton.Entity, at time.Time, step time.Duration, named ...any) error {
	for i := 0; i < len(named); i += 2 {
		if v := named[i+1].(*float64); v != nil && *v >= 0 {
			if err := d.Bin(named[i].(string), e, at, step, *v, 0); err != nil {
				return err
			}
		}
	}
	return nil
}

// status reads what is seen of one network at one time.
func (d *decoder) status(doc *source.Document) error {
	d.Records++
	asn, err := strconv.ParseUint(strings.TrimPrefix(strings.ToUpper(doc.Text("data.resource")), "AS"), 10, 32)
	if err != nil || asn == 0 {
		d.Skip(source.Defect{Kind: "unknown_entity", Offset: -1, Why: doc.Text("data.resource")})
		return nil
	}
	at, err := parse(doc.Text("data.query_time"))
	if err != nil {
		d.Skip(source.Defect{Kind: "bad_time", Offset: -1, Why: doc.Text("data.query_time")})
		return nil
	}
	at = at.Truncate(statusStep)
	e := keepiton.Entity{ASN: keepiton.ASN(asn)}
	for _, ip := range []string{"v4", "v6"} {
		seen, total := number(doc, "data.visibility."+ip+".ris_peers_seeing"), number(doc, "data.visibility."+ip+".total_ris_peers")
		if seen >= 0 && total >= seen && total < 1<<32 {
			if err := d.Bin("peers-"+ip, e, at, statusStep, seen, uint32(total)); err != nil {
				return err
			}
		}
	}
	if ips := number(doc, "data.announced_space.v4.ips"); ips >= 0 {
		if err := d.Bin("space-v4", e, at, statusStep, ips/256, 0); err != nil {
			return err
		}
	}
	if n := number(doc, "data.announced_space.v6.48s"); n >= 0 {
		return d.Bin("space-v6", e, at, statusStep, n, 0)
	}
	return nil
}

// number returns a number that is not negative; -1 when there is none.
func number(doc *source.Document, path string) float64 {
	v, err := strconv.ParseFloat(doc.Text(path), 64)
	if err != nil || !(v >= 0) {
		return -1
	}
	return v
}
