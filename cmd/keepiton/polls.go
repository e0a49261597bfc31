package main

import (
	"context"
	"errors"
	"io"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"keepiton"
	"keepiton/monitor"
	"keepiton/source"
	"keepiton/source/all"
	bgpfeed "keepiton/source/bgp"
	fetching "keepiton/source/fetch"
)

// pace is how a feed is read while the server runs.
type pace struct {
	every, back time.Duration
	countries   bool // it is asked for one country at a time
	// read reads files that were fetched together; nil: each by the feed's decoder.
	read func(ctx context.Context, got []fetching.Got, put func(keepiton.Measurement) error) (source.Summary, error)
}

// paces are the feeds that serve --feeds can watch, one line each; what each fetches
// stands in archives.
var paces = map[string]pace{
	// A table and what came since are read each time: some seconds' work.
	bgpfeed.Feed.Name: {every: 10 * time.Minute, back: time.Hour, read: readCollectors},
}

// polledFolder is where files lie that the server fetches by itself, apart from those
// that people fetch: it clears what it does not need any more.
func polledFolder(s settings) string { return filepath.Join(feedsFolder(s), "watched") }

// pollsKept is how long a fetched file stays: a table of eight hours ago is needed,
// and a server may be away for a night.
const pollsKept = 36 * time.Hour

// pollsOf makes the polls of the feeds that are switched on. An error is wrong use.
func pollsOf(e *env, s settings, c *fetching.Client, feeds []string) ([]monitor.Poll, error) {
	var out []monitor.Poll
	for _, name := range feeds {
		p, ok := paces[name]
		i := slices.IndexFunc(all.Feeds, func(f *source.Feed) bool { return f.Name == name })
		if !ok || i < 0 {
			return nil, keepiton.Hint(keepiton.Errorf(keepiton.Invalid, "--feeds: %q cannot be watched", name), "these can: "+strings.Join(slices.Sorted(maps.Keys(paces)), ", "))
		}
		countries := []string{""}
		if p.countries {
			if countries = named(strings.ToUpper(s.FeedCountries)); len(countries) == 0 {
				return nil, keepiton.Hint(keepiton.Errorf(keepiton.Invalid, "--feeds: %s is asked for one country at a time, and --feed-countries names none", name), "such as --feed-countries IR,VE,ET")
			}
		}
		f := all.Feeds[i]
		w := &watched{e: e, s: s, c: c, feed: f, pace: p, countries: countries, dir: filepath.Join(polledFolder(s), name), now: time.Now}
		out = append(out, monitor.Poll{Feed: f, Every: p.every, Back: p.back, Run: w.run})
	}
	return out, nil
}

// watched is a feed that is polled.
type watched struct {
	e         *env
	s         settings
	c         *fetching.Client
	feed      *source.Feed
	pace      pace
	countries []string
	dir       string // where its files lie
	base      string // in the place of the feed's own address, for tests
	now       func() time.Time
}

// run is the Run of a poll: it fetches what is missing since a time, reads it, and
// clears away what is old. What could be had is kept also when something could not.
func (w *watched) run(ctx context.Context, since time.Time, put func(keepiton.Measurement) error) (source.Summary, error) {
	now := w.now().UTC()
	var sum source.Summary
	var failed error
	needed := map[string]bool{}
	for _, country := range w.countries {
		period := source.Period{From: since, To: now, Country: country, Collectors: named(w.s.Collectors), Base: w.base}
		got, err := gather(ctx, w.e, w.c, archives[w.feed.Name], period, now, func(int, int, fetching.Got) {})
		if err != nil {
			return sum, err
		}
		var there []fetching.Got
		for _, g := range got {
			switch {
			case g.Err == nil:
				there = append(there, g)
				needed[g.Path], needed[g.Path+".state"] = true, true
			case keepiton.CodeOf(g.Err) != keepiton.NotFound || now.Sub(g.Item.At) > longMissing:
				failed = first(failed, g.Err)
			}
		}
		if len(there) == 0 {
			if len(got) > 0 {
				failed = first(failed, got[0].Err)
			}
			continue
		}
		read, err := w.read(ctx, there, put)
		add(&sum, &read)
		if err != nil {
			return sum, err
		}
	}
	return sum, errors.Join(failed, w.clear(now, needed))
}

func first(a, b error) error {
	if a != nil {
		return a
	}
	return b
}

func (w *watched) read(ctx context.Context, got []fetching.Got, put func(keepiton.Measurement) error) (source.Summary, error) {
	if w.pace.read != nil {
		return w.pace.read(ctx, got, put)
	}
	var sum source.Summary
	for _, g := range got {
		in, err := os.Open(g.Path)
		if err != nil {
			return sum, keepiton.Errorf(keepiton.Unavailable, "%s: %w", w.feed.Name, err)
		}
		one, err := w.feed.Decode(ctx, in, source.Options{Name: g.Item.Name, Arrived: time.Now()}, put)
		_ = in.Close()
		add(&sum, &one)
		if err != nil {
			return sum, err
		}
	}
	return sum, nil
}

// add joins what reading two files came to.
func add(sum, one *source.Summary) {
	sum.Records += one.Records
	sum.Measurements += one.Measurements
	sum.Unpacked(one.Skipped)
}

// clear removes what no poll will need any more. Parts of transfers that broke off
// stay as long as others.
func (w *watched) clear(now time.Time, needed map[string]bool) error {
	return filepath.WalkDir(w.dir, func(path string, d fs.DirEntry, err error) error {
		if errors.Is(err, fs.ErrNotExist) {
			return nil
		}
		if err != nil || d.IsDir() || needed[path] {
			return err
		}
		info, err := d.Info()
		if err == nil && now.Sub(info.ModTime()) > pollsKept {
			err = os.Remove(path)
		}
		if errors.Is(err, fs.ErrNotExist) {
			return nil
		}
		return err
	})
}

// readCollectors reads archives of route collectors side by side.
func readCollectors(ctx context.Context, got []fetching.Got, put func(keepiton.Measurement) error) (source.Summary, error) {
	var sum source.Summary
	var files []bgpfeed.File
	for _, g := range got {
		collector, _, _ := strings.Cut(g.Item.Name, "/")
		files = append(files, bgpfeed.File{Name: g.Item.Name, Collector: collector, Open: func() (io.ReadCloser, error) { return os.Open(g.Path) }})
	}
	all, err := bgpfeed.Series(ctx, files, bgpfeed.Options{Arrived: time.Now()}, put)
	for i := range all {
		add(&sum, &all[i])
	}
	return sum, err
}
