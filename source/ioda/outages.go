package ioda

import (
	"cmp"
	"context"
	"encoding/json"
	"io"
	"slices"
	"strings"
	"time"

	"keepiton"
	"keepiton/source"
)

// Event is what IODA says was an outage in one of its sources (/v2/outages/events).
type Event struct {
	Entity     keepiton.Entity
	Datasource string // bgp, ping-slash24, …
	From, To   time.Time
	Open       bool // it went on when the period that was asked for ended
	// Score is IODA's measure of it: percent that was missing times minutes. It is no
	// probability and knows no scale.
	Score float64
}

// Alert is one change of what IODA thinks of one of its sources (/v2/outages/alerts).
type Alert struct {
	Entity     keepiton.Entity
	Datasource string
	At         time.Time
	Level      string  // normal, warning, critical
	Value      float64 // as the source counts
	History    float64 // what was expected
}

// Events reads an answer of /v2/outages/events as it is.
func Events(ctx context.Context, r io.Reader, o source.Options) ([]Event, source.Summary, error) {
	d, doc, err := open(ctx, r, o, "outages.events")
	if err != nil {
		return nil, d.out.Summary, err
	}
	return d.events(doc), d.out.Summary, nil
}

// Alerts reads an answer of /v2/outages/alerts as it is, in the order of time.
func Alerts(ctx context.Context, r io.Reader, o source.Options) ([]Alert, source.Summary, error) {
	d, doc, err := open(ctx, r, o, "outages.alerts")
	if err != nil {
		return nil, d.out.Summary, err
	}
	return d.alerts(doc), d.out.Summary, nil
}

func open(ctx context.Context, r io.Reader, o source.Options, kind string) (*decoder, *source.Document, error) {
	d := &decoder{o: o, out: source.NewOutput(ctx, name, o, nil)}
	in := source.Open(r)
	defer in.Close()
	doc, err := d.document(in)
	d.out.Unpacked(in.Damage)
	if err == nil && doc.Text("type") != kind {
		err = keepiton.Errorf(keepiton.Invalid, "%s: an answer of %q, where %q belongs", o.Name, doc.Text("type"), kind)
	}
	return d, doc, err
}

func (d *decoder) events(doc *source.Document) (out []Event) {
	for _, element := range doc.Lists["data"] {
		d.out.Records++
		var e struct {
			Location     string  `json:"location"`
			Name         string  `json:"location_name"`
			Start        int64   `json:"start"`
			Duration     int64   `json:"duration"`
			Datasource   string  `json:"datasource"`
			Score        float64 `json:"score"`
			Unfinished   bool    `json:"overlaps_window"`
			LocationFqid string  `json:"location_fqid"` // not there today
		}
		if json.Unmarshal(element.JSON, &e) != nil || e.Start < 0 || e.Start > maxTime || e.Duration < 0 || e.Duration > maxTime {
			d.out.Skip(source.Defect{Kind: "bad_event", Offset: element.Offset})
			continue
		}
		entity, ok := entityOf(e.Location, e.Name, countryOf(e.LocationFqid))
		if !ok || !slices.Contains(datasources, e.Datasource) {
			d.out.Skip(source.Defect{Kind: unknownKind(ok), Offset: element.Offset, Why: e.Location + " " + e.Datasource})
			continue
		}
		from := time.Unix(e.Start, 0).UTC()
		out = append(out, Event{entity, e.Datasource, from, from.Add(time.Duration(e.Duration) * time.Second), e.Unfinished, e.Score})
	}
	return out
}

func unknownKind(place bool) string {
	if place {
		return "unknown_metric"
	}
	return "unknown_entity"
}

func (d *decoder) alerts(doc *source.Document) (out []Alert) {
	for _, element := range doc.Lists["data"] {
		d.out.Records++
		var a struct {
			Datasource string `json:"datasource"`
			Entity     struct {
				Code  string         `json:"code"`
				Name  string         `json:"name"`
				Type  string         `json:"type"`
				Attrs map[string]any `json:"attrs"`
			} `json:"entity"`
			Time    int64    `json:"time"`
			Level   string   `json:"level"`
			Value   *float64 `json:"value"`
			History *float64 `json:"historyValue"`
		}
		if json.Unmarshal(element.JSON, &a) != nil || a.Time <= 0 || a.Time > maxTime || !slices.Contains([]string{"normal", "warning", "critical"}, a.Level) {
			d.out.Skip(source.Defect{Kind: "bad_alert", Offset: element.Offset})
			continue
		}
		country, _ := a.Entity.Attrs["country_code"].(string)
		if country == "" {
			id, _ := a.Entity.Attrs["fqid"].(string)
			country = countryOf(id)
		}
		entity, ok := entityOf(a.Entity.Type+"/"+a.Entity.Code, a.Entity.Name, strings.ToUpper(country))
		if !ok || !slices.Contains(datasources, a.Datasource) {
			d.out.Skip(source.Defect{Kind: unknownKind(ok), Offset: element.Offset, Why: a.Entity.Type + "/" + a.Entity.Code + " " + a.Datasource})
			continue
		}
		one := Alert{Entity: entity, Datasource: a.Datasource, At: time.Unix(a.Time, 0).UTC(), Level: a.Level}
		if a.Value != nil && a.History != nil {
			one.Value, one.History = *a.Value, *a.History
		}
		out = append(out, one)
	}
	slices.SortStableFunc(out, func(a, b Alert) int {
		return cmp.Or(a.At.Compare(b.At), a.Entity.Compare(b.Entity), cmp.Compare(a.Datasource, b.Datasource), cmp.Compare(a.Level, b.Level))
	})
	return out
}

func stretchesOfEvents(all []Event) (out []source.Stretch) {
	for _, e := range all {
		out = append(out, source.Stretch{Metric: "event-" + e.Datasource, Entity: e.Entity, From: e.From, To: e.To, Open: e.Open})
	}
	return out
}

// stretchesOfAlerts: an alert holds until the next one of its place and source; the last
// one until the end of the period that was asked for, if that is known.
func stretchesOfAlerts(all []Alert, until time.Time) (out []source.Stretch) {
	type place struct {
		entity     keepiton.Entity
		datasource string
	}
	open := map[place]int{} // → index in out
	for _, a := range all {
		p := place{a.Entity, a.Datasource}
		i, was := open[p]
		switch {
		case a.Level == "normal" && was:
			out[i].To, out[i].Open = a.At, false
			delete(open, p)
		case a.Level != "normal" && !was:
			open[p] = len(out)
			out = append(out, source.Stretch{Metric: "alert-" + a.Datasource, Entity: a.Entity, From: a.At, To: a.At, Open: true})
		case was:
			out[i].To = a.At
		}
	}
	for _, i := range open {
		if until.After(out[i].To) {
			out[i].To = until
		}
	}
	return out
}
