package main

import (
	"context"
	"iter"
	"log/slog"
	"strings"
	"sync"
	"time"

	"keepiton"
	"keepiton/campaign"
	"keepiton/detect"
	"keepiton/geo"
	"keepiton/monitor"
	"keepiton/series/sqlite"
	"keepiton/store"
)

// watching is what keeps an eye on the feeds that are switched on.
type watching struct {
	feeds   []string // switched on
	series  *sqlite.Store
	monitor *monitor.Monitor
	closing func()
}

// openWatching joins what the setting feeds names; nil when that is nothing. An error
// is wrong use, or a folder that cannot be written to.
func openWatching(ctx context.Context, e *env, s settings, st store.Store, log *slog.Logger) (*watching, error) {
	feeds := named(s.Feeds)
	if len(feeds) == 0 {
		return nil, nil
	}
	c := fetcherAt(s, polledFolder(s))
	polls, err := pollsOf(e, s, c, feeds)
	if err != nil {
		return nil, err
	}
	kept, err := openSeries(ctx, s)
	if err != nil {
		return nil, err
	}
	w := &watching{feeds: feeds, series: kept, closing: c.Close}
	config, err := looking(s, st, kept, log)
	if err != nil {
		_ = kept.Close()
		return nil, err
	}
	config.Polls = polls
	config.Tell = func(d keepiton.Disruption) {
		v := d.Verdict()
		log.InfoContext(ctx, "a candidate for the desk", "id", string(d.ID), "state", string(v.State), "disruption", v.Disruption, "intentional", v.Intentional)
	}
	w.monitor = monitor.New(config)
	return w, nil
}

// run watches until ctx ends.
func (w *watching) run(ctx context.Context) {
	if w != nil {
		_ = w.monitor.Run(ctx) // returns nil when ctx ends
	}
}

func (w *watching) close() error {
	if w == nil {
		return nil
	}
	w.closing()
	return w.series.Close()
}

// named reads names parted by commas, each once.
func named(text string) (out []string) {
	seen := map[string]bool{}
	for name := range strings.SplitSeq(text, ",") {
		if name = strings.TrimSpace(name); name != "" && !seen[name] {
			seen[name] = true
			out = append(out, name)
		}
	}
	return out
}

// looking is a monitor without feeds: it looks at the series that are kept.
func looking(s settings, st store.Store, kept *sqlite.Store, log *slog.Logger) (monitor.Config, error) {
	metricOf, err := metrics(s)
	if err != nil {
		return monitor.Config{}, err
	}
	return monitor.Config{
		Series: kept, Disruptions: st, Marks: st, Metric: metricOf, Now: time.Now, Log: log,
		Detect: func(all iter.Seq2[keepiton.Series, error], now time.Time) ([]keepiton.Disruption, error) {
			known := knowledge{st: st, now: now}
			found, err := detect.Disruptions(detect.Input{Series: all, Metric: metricOf, Now: now, Context: known.of, Geolocation: geo.DefaultPrefixes().String()})
			if err == nil {
				err = known.err
			}
			return found, err
		},
	}, nil
}

// knowledge is what the record and the watch list know of countries. Reports of people
// are no part of it: what follows from it is public, and what senders left readable
// is for the desk alone.
type knowledge struct {
	st  store.Store
	now time.Time
	mu  sync.Mutex
	err error // the first one
}

// longAgo is how far back the record is asked: older incidents weigh little
// (detect: e to the minus age in years by three).
const longAgo = 15 * 365 * 24 * time.Hour

// of returns what is known of a country.
func (k *knowledge) of(country string) detect.Context {
	c := detect.Context{Zone: geo.Zone(country), Owned: detect.NotKnown}
	if err := k.ask(country, &c); err != nil {
		k.mu.Lock()
		defer k.mu.Unlock()
		if k.err == nil {
			k.err = err
		}
	}
	return c
}

func (k *knowledge) ask(country string, c *detect.Context) error {
	ctx := context.Background()
	q := store.Query{Countries: []string{country}, States: []keepiton.State{keepiton.Published}, Sort: store.NewestFirst, Limit: 1000}
	page, err := k.st.List(ctx, q)
	if err != nil {
		return err
	}
	for _, rev := range page.Items {
		if start := rev.Incident.Start(); !start.IsZero() && k.now.Sub(start.At) < longAgo {
			c.Past = append(c.Past, start.At)
		}
	}
	entries, err := k.st.ListEntries(ctx, store.EntryQuery{Kind: keepiton.KindWatch, Facets: map[string][]string{"country": {country}}, Limit: 1000})
	if err != nil {
		return err
	}
	for _, rev := range entries.Items {
		read, err := campaign.Read(rev)
		if err != nil {
			return err
		}
		if w, ok := read.(*keepiton.Watch); ok && w.Status != "cancelled" {
			c.Watch = append(c.Watch, detect.Occasion{Kind: w.Cause, Span: keepiton.Span{From: w.From.At, To: w.End()}, ID: string(rev.ID)})
		}
	}
	return nil
}
