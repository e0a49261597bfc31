package main

import (
	"context"
	"slices"
	"strings"

	"keepiton/signals"
	"keepiton/source"
	"keepiton/source/all"
	"keepiton/store"
)

// openBoard joins what the public may have of instruments: what was said of
// disruptions, and the series in the data folder, as soon as there are any. eyes is
// what watches the feeds here; nil: nothing does. The second result closes what was
// opened.
func openBoard(ctx context.Context, s settings, st store.Store, eyes *watching) (*signals.Board, func() error, error) {
	shut := func() error { return nil }
	made, err := st.Meta(ctx, "sample")
	if err != nil {
		return nil, shut, err
	}
	feeds, err := knownFeeds(s)
	if err != nil {
		return nil, shut, err
	}
	kept := &keptSeries{s: s}
	b := &signals.Board{Disruptions: st, Series: kept, Feeds: feeds, Record: st, BaseURL: strings.TrimRight(s.BaseURL, "/"), Sample: made != ""}
	if eyes != nil {
		b.Polled = eyes.polled
	}
	return b, kept.Close, nil
}

// knownFeeds are the feeds that the program reads, and those that the operator has
// described, which count before them.
func knownFeeds(s settings) ([]*source.Feed, error) {
	feeds, err := mappings(s)
	for _, f := range all.Feeds {
		if !slices.ContainsFunc(feeds, func(own *source.Feed) bool { return own.Name == f.Name }) {
			feeds = append(feeds, f)
		}
	}
	return feeds, err
}

// polled tells the pages how fetching goes.
func (w *watching) polled() []signals.Polled {
	var out []signals.Polled
	for _, h := range w.monitor.Health() {
		out = append(out, signals.Polled{Feed: h.Feed, Every: h.Every, LastGood: h.LastGood, LastTry: h.LastTry, Down: h.Down(), Skipped: h.Skipped})
	}
	return out
}
