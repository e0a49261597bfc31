package main

import (
	"context"
	"iter"
	"log/slog"
	"strings"
	"sync"
	"time"

	"keepiton"
	"keepiton/detect"
	"keepiton/geo"
	"keepiton/monitor"
	"keepiton/notify"
	"keepiton/series/sqlite"
	"keepiton/store"
)

// watching is what keeps an eye on the feeds that are switched on.
type watching struct {
	feeds   []string // switched on
	series  *sqlite.Store
	monitor *monitor.Monitor
	beside  []func(context.Context) // run as long as it does
	closing func()
	mail    *deskMail
}

// openWatching joins what the setting feeds names; nil when that is nothing. An error
// is wrong use, or a folder that cannot be written to.
func openWatching(ctx context.Context, e *env, s settings, st store.Store, mailer notify.Sender, log *slog.Logger) (*watching, error) {
	feeds := named(s.Feeds)
	if len(feeds) == 0 {
		return nil, nil
	}
	tell, err := openDeskMail(s, mailer, log)
	if err != nil {
		return nil, err
	}
	c := fetcherAt(s, polledFolder(s))
	kept, err := openSeries(ctx, s)
	if err != nil {
		return nil, err
	}
	polls, beside, err := pollsOf(e, s, c, kept, feeds, log)
	if err != nil {
		_ = kept.Close()
		return nil, err
	}
	w := &watching{feeds: feeds, series: kept, beside: append(beside, pruneOften(kept, log)), closing: c.Close, mail: tell}
	config, err := looking(ctx, s, st, kept, log)
	if err != nil {
		_ = kept.Close()
		return nil, err
	}
	config.Polls = polls
	config.Tell = func(d keepiton.Disruption) {
		v := d.Verdict()
		log.InfoContext(ctx, "a candidate for the desk", "id", string(d.ID), "state", string(v.State), "disruption", v.Disruption, "intentional", v.Intentional)
		tell.tell(&d)
	}
	w.monitor = monitor.New(config)
	return w, nil
}

// run watches until ctx ends.
func (w *watching) run(ctx context.Context) {
	if w == nil {
		return
	}
	var all sync.WaitGroup
	for _, one := range w.beside {
		all.Go(func() { one(ctx) })
	}
	all.Go(func() { _ = w.monitor.Run(ctx) }) // returns nil when ctx ends
	all.Go(func() { w.mail.run(ctx) })
	all.Wait()
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
func looking(ctx context.Context, s settings, st store.Store, kept *sqlite.Store, log *slog.Logger) (monitor.Config, error) {
	metricOf, err := metrics(s)
	if err != nil {
		return monitor.Config{}, err
	}
	return monitor.Config{
		Series: kept, Disruptions: st, Marks: st, Metric: metricOf, Now: time.Now, Log: log,
		Detect: func(all iter.Seq2[keepiton.Series, error], now time.Time) ([]keepiton.Disruption, error) {
			// What is known beside the series is public knowledge. Reports of people are no
			// part of it: verdicts are public, and what senders left readable is for the desk
			// alone.
			known, err := recordContext(ctx, st)
			if err != nil {
				return nil, err
			}
			return detect.Disruptions(detect.Input{Series: all, Metric: metricOf, Now: now, Context: known, Geolocation: geo.DefaultPrefixes().String()})
		},
	}, nil
}
