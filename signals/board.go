// Package signals gives the public what instruments saw: disruptions that were
// found, the series behind them with what was expected of them, and how the feeds
// are. It is the one place where the rule about licences is kept: of a feed that is
// not open nothing leaves it but what we derive, shares of what was expected.
package signals

import (
	"context"
	"time"

	"keepiton"
	"keepiton/export"
	"keepiton/locale"
	"keepiton/series"
	"keepiton/source"
	"keepiton/store"
)

// Disruptions is what the board asks of a store.
type Disruptions interface {
	Disruption(ctx context.Context, id keepiton.DisruptionID) (keepiton.Disruption, error)
	ListDisruptions(ctx context.Context, f store.DisruptionFilter) (store.DisruptionPage, error)
	Decisions(ctx context.Context, id keepiton.DisruptionID) ([]keepiton.Decision, error)
	DisruptionsVersion(ctx context.Context) (uint64, error)
}

// Board is what the public faces read. Each part may be nil: then there is nothing
// of its kind, and the faces say so.
type Board struct {
	Disruptions Disruptions
	Series      series.Store
	Feeds       []*source.Feed // that the program reads, mappings of its operator included
	// Polled tells how fetching goes; nil: nothing is fetched here.
	Polled func() []Polled
	// Record finds an incident that a disruption was accepted into: only one that is
	// public is told.
	Record interface {
		Get(ctx context.Context, id keepiton.IncidentID, asOf time.Time) (keepiton.Revision, error)
	}
	BaseURL string
	Sample  bool
	Now     func() time.Time // nil: time.Now
}

// Credit returns how a feed is credited.
func (b *Board) Credit(feed string) export.Credit {
	if f := b.feed(feed); f != nil {
		return export.Credit{Feed: f.Name, Title: f.Title, Home: f.Home, Licence: f.Licence, Open: f.Open}
	}
	return export.Credit{Feed: feed, Title: feed}
}

func (b *Board) feed(name string) *source.Feed {
	for _, f := range b.Feeds {
		if f.Name == name {
			return f
		}
	}
	return nil
}

// metric returns what is known of the metric of a series.
func (b *Board) metric(k keepiton.SeriesKey) (keepiton.Metric, bool) {
	if f := b.feed(k.Feed); f != nil {
		return f.Metric(k.Metric)
	}
	return keepiton.Metric{}, false
}

// Query chooses disruptions.
type Query struct {
	Country  string
	States   []keepiton.DisruptionState // empty: those that claim something
	Rejected bool                       // those that people set aside, instead
	Ongoing  bool                       // that go on, as far as anybody can tell
	From, To time.Time                  // that lasted at some time in [From, To)
	AsOf     time.Time                  // verdicts after it are not told; zero: all
	Incident keepiton.IncidentID
	Cursor   string
	Limit    int
	Whole    bool // with signals and every verdict
}

// Page is a page of a list.
type Page struct {
	Items []export.Disruption
	Next  string
	Total int
}

// Claims are the states that say that something was down.
var Claims = []keepiton.DisruptionState{keepiton.Disrupted, keepiton.LikelyOutage, keepiton.LikelyShutdown}

// List returns one page of disruptions, newest onset first. Those that were merged
// into others stand there.
func (b *Board) List(ctx context.Context, p *locale.Printer, q Query) (Page, error) {
	if b == nil || b.Disruptions == nil {
		return Page{}, nil
	}
	f := store.DisruptionFilter{Country: q.Country, States: q.States, From: q.From, To: q.To, Cursor: q.Cursor, Limit: q.Limit, Incident: q.Incident}
	if len(f.States) == 0 && q.Incident == "" {
		f.States = Claims
	}
	switch {
	case q.Rejected:
		f.Decided = []keepiton.DecisionKind{keepiton.Rejected}
	case q.Incident == "":
		f.Decided, f.Undecided = []keepiton.DecisionKind{keepiton.Accepted, keepiton.Watched}, true
	}
	if q.Ongoing {
		f.Open, f.InSight = true, b.at(q.AsOf)
	}
	if !q.AsOf.IsZero() && (f.To.IsZero() || f.To.After(q.AsOf)) {
		f.To = q.AsOf
	}
	found, err := b.Disruptions.ListDisruptions(ctx, f)
	if err != nil {
		return Page{}, err
	}
	out := Page{Next: found.Next, Total: found.Total}
	for i := range found.Items {
		d := &found.Items[i]
		if !until(d, q.AsOf) {
			continue
		}
		last, err := b.public(ctx, found.Last[d.ID], q.AsOf)
		if err != nil {
			return Page{}, err
		}
		out.Items = append(out.Items, export.NewDisruption(p, d, last, b.Credit, q.Whole, b.options(q.AsOf)))
	}
	return out, nil
}

// One returns a disruption; into is the one that it was merged with, if it was. A
// disruption of which nothing was said by asOf is not found.
func (b *Board) One(ctx context.Context, p *locale.Printer, id keepiton.DisruptionID, asOf time.Time) (doc export.Disruption, into keepiton.DisruptionID, err error) {
	none := keepiton.Errorf(keepiton.NotFound, "there is no disruption %s", id)
	if b == nil || b.Disruptions == nil || !id.Valid() {
		return doc, "", none
	}
	d, err := b.Disruptions.Disruption(ctx, id)
	if err != nil {
		return doc, "", err
	}
	if !until(&d, asOf) {
		return doc, "", none
	}
	said, err := b.Disruptions.Decisions(ctx, id)
	if err != nil {
		return doc, "", err
	}
	var last keepiton.Decision
	if n := len(said); n > 0 {
		last = said[n-1]
	}
	if last.What == keepiton.MergedWith {
		return doc, last.Into, nil
	}
	if last, err = b.public(ctx, last, asOf); err != nil {
		return doc, "", err
	}
	return export.NewDisruption(p, &d, last, b.Credit, true, b.options(asOf)), "", nil
}

// Measured reports whether anything is measured here: feeds are fetched, series are
// kept, or disruptions were told. Otherwise the faces say that no instrument is
// connected. That may change while they run.
func (b *Board) Measured(ctx context.Context) (bool, error) {
	if b == nil {
		return false, nil
	}
	if b.Polled != nil {
		return true, nil
	}
	version, err := b.Version(ctx)
	if err != nil || version > 0 {
		return version > 0, err
	}
	if b.Series == nil {
		return false, nil
	}
	for _, err := range b.Series.Keys(ctx, series.Filter{}) {
		return err == nil, err
	}
	return false, nil
}

// Version is another one after every change of what the board tells of disruptions;
// nought when nothing was ever told. What is lost from sight gets lost by time alone.
func (b *Board) Version(ctx context.Context) (uint64, error) {
	if b == nil || b.Disruptions == nil {
		return 0, nil
	}
	version, err := b.Disruptions.DisruptionsVersion(ctx)
	if err != nil || version == 0 {
		return 0, err
	}
	seen, err := b.Disruptions.ListDisruptions(ctx, store.DisruptionFilter{Open: true, InSight: b.at(time.Time{}), Limit: 1})
	return version<<24 | uint64(seen.Total), err
}

func (b *Board) options(asOf time.Time) export.Options {
	return export.Options{AsOf: b.at(asOf), BaseURL: b.BaseURL, Sample: b.Sample}
}

// at is the moment that is told of: asOf, or now.
func (b *Board) at(asOf time.Time) time.Time {
	switch {
	case !asOf.IsZero():
		return asOf
	case b.Now != nil:
		return b.Now()
	}
	return time.Now()
}

// until takes out the verdicts after a moment, and reports whether any is left.
func until(d *keepiton.Disruption, asOf time.Time) bool {
	if asOf.IsZero() {
		return true
	}
	n := 0
	for n < len(d.Verdicts) && !d.Verdicts[n].At.After(asOf) {
		n++
	}
	d.Verdicts = d.Verdicts[:n]
	return n > 0
}

// public returns a decision as readers may have it: who made it and their note stay
// at the desk, and so does an incident that is not published.
func (b *Board) public(ctx context.Context, d keepiton.Decision, asOf time.Time) (keepiton.Decision, error) {
	out := keepiton.Decision{Disruption: d.Disruption, What: d.What, Code: d.Code, At: d.At}
	if !asOf.IsZero() && d.At.After(asOf) {
		return keepiton.Decision{}, nil
	}
	if d.Incident == "" || b.Record == nil {
		return out, nil
	}
	rev, err := b.Record.Get(ctx, d.Incident, asOf)
	switch {
	case keepiton.CodeOf(err) == keepiton.NotFound:
	case err != nil:
		return out, err
	case rev.Incident.State.Public():
		out.Incident = d.Incident
	}
	if out.Incident == "" {
		out.What = keepiton.Watched // people look at it; of what they write nothing is public yet
	}
	return out, nil
}
