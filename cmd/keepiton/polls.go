package main

import (
	"context"
	"errors"
	"io/fs"
	"log/slog"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"keepiton"
	"keepiton/monitor"
	"keepiton/series"
	"keepiton/source"
	"keepiton/source/all"
	"keepiton/source/atlas"
	bgpfeed "keepiton/source/bgp"
	fetching "keepiton/source/fetch"
	"keepiton/source/google"
	"keepiton/source/ioda"
	"keepiton/source/live"
	"keepiton/source/ooni"
	"keepiton/source/radar"
	"keepiton/source/ripestat"
)

// pace is how a feed is read while the server runs.
type pace struct {
	every, back time.Duration
	late        time.Duration // how long after its time a file may still appear
	// of are what the feed is asked for in a country; nil: it is asked for everything
	// at once.
	of func(country string) []keepiton.Entity
	// together reads files that belong together; nil: each is read by the feed's decoder.
	together func(ctx context.Context, got []fetching.Got, put func(keepiton.Measurement) error) (source.Summary, error)
	// follow makes what fetches and reads by itself and remembers how far it is; nil:
	// files are fetched and read.
	follow func(w *watched) reads
	// begin makes what runs beside the polls, such as a listener; nil: nothing does. It
	// may set what follows.
	begin func(w *watched, log *slog.Logger) (beside func(context.Context), err error)
	// decode makes a decoder of what is kept beside measurements; nil: the feed's own.
	decode func(kept series.Store) source.Decode
	// read notes that all there is of a period was read; nil: nobody wants to know.
	read func(ctx context.Context, kept series.Store, p source.Period, put func(keepiton.Measurement) error) error
}

// memory is how far back a feed is read at first that tells of the past when it is
// asked: the longest memory of a baseline (detect: 28 days).
const memory = 29 * 24 * time.Hour

// paces are the feeds that serve --feeds can watch, one line each; what each fetches
// stands in archives.
var paces = map[string]pace{
	bgpfeed.Feed.Name:  {every: 5 * time.Minute, back: time.Hour, follow: followCollectors, begin: hearCollectors},
	live.BMP.Name:      {every: 5 * time.Minute, back: time.Hour, begin: hearRouters},
	ioda.Feed.Name:     {every: 10 * time.Minute, back: memory, of: wholeCountry},
	ooni.Feed.Name:     {every: time.Hour, back: 3 * 24 * time.Hour, late: ooni.Settles, of: wholeCountry, decode: decodeOONI, read: noteOONI},
	google.Feed.Name:   {every: 30 * time.Minute, back: memory, of: googleProducts},
	radar.Feed.Name:    {every: 30 * time.Minute, back: memory},
	atlas.Feed.Name:    {every: 10 * time.Minute, back: memory, of: wholeCountry, together: readAtlas},
	ripestat.Feed.Name: {every: 30 * time.Minute, back: memory, of: wholeCountry},
}

func wholeCountry(country string) []keepiton.Entity {
	return []keepiton.Entity{{Country: country}}
}

func googleProducts(country string) []keepiton.Entity {
	return []keepiton.Entity{{Country: country, Service: "search"}, {Country: country, Service: "youtube"}}
}

// polledFolder is where files lie that the server fetches by itself, apart from those
// that people fetch: it clears what it does not need any more.
func polledFolder(s settings) string { return filepath.Join(feedsFolder(s), "watched") }

// pollsKept is how long a fetched file stays: a table of eight hours ago is needed,
// and a server may be away for a night.
const pollsKept = 36 * time.Hour

// pollsOf makes the polls of the feeds that are switched on, and what runs beside them.
// An error is wrong use, or a port that cannot be listened at.
func pollsOf(e *env, s settings, c *fetching.Client, kept series.Store, feeds []string, log *slog.Logger) (out []monitor.Poll, beside []func(context.Context), err error) {
	for _, name := range feeds {
		p, ok := paces[name]
		i := slices.IndexFunc(all.Feeds, func(f *source.Feed) bool { return f.Name == name })
		if !ok || i < 0 {
			return nil, nil, keepiton.Hint(keepiton.Errorf(keepiton.Invalid, "--feeds: %q cannot be watched", name), "these can: "+strings.Join(slices.Sorted(maps.Keys(paces)), ", "))
		}
		w := &watched{e: e, s: s, c: c, kept: kept, feed: all.Feeds[i], pace: p, of: []keepiton.Entity{{}}, dir: filepath.Join(polledFolder(s), name), now: time.Now}
		if p.of != nil {
			w.of = nil
			for _, country := range named(strings.ToUpper(s.FeedCountries)) {
				w.of = append(w.of, p.of(country)...)
			}
			if len(w.of) == 0 {
				return nil, nil, keepiton.Hint(keepiton.Errorf(keepiton.Invalid, "--feeds: %s is asked for one country at a time, and --feed-countries names none", name), "such as --feed-countries IR,VE,ET")
			}
		}
		if p.begin != nil {
			more, err := p.begin(w, log)
			if err != nil {
				return nil, nil, err
			}
			if more != nil {
				beside = append(beside, more)
			}
		}
		for _, what := range w.of { // a token that is missing, a country that is none
			if archives[name].layout == nil {
				break
			}
			if _, err := archives[name].layout(e.getenv, w.period(what, w.now().Add(-time.Hour))); err != nil {
				return nil, nil, err
			}
		}
		out = append(out, monitor.Poll{Feed: w.feed, Every: p.every, Back: p.back, Run: w.run})
	}
	return out, beside, nil
}

// watched is a feed that is polled.
type watched struct {
	e    *env
	s    settings
	c    *fetching.Client
	kept series.Store
	feed *source.Feed
	pace pace
	of   []keepiton.Entity // what it is asked for; the zero one: everything
	dir  string            // where its files lie
	base string            // in the place of the feed's own address, for tests
	now  func() time.Time

	following reads
	recorder  *live.Recorder // of RIS Live; nil: it is not listened to
}

func (w *watched) period(of keepiton.Entity, since time.Time) source.Period {
	return source.Period{From: since, To: w.now().UTC(), Country: of.Country, Entity: of, Collectors: named(w.s.Collectors), Base: w.base}
}

// run is the Run of a poll: it fetches what is missing since a time, reads it, and
// clears away what is old. What could be had is kept also when something could not.
func (w *watched) run(ctx context.Context, since time.Time, put func(keepiton.Measurement) error) (source.Summary, error) {
	now := w.now().UTC()
	if w.following == nil && w.pace.follow != nil {
		w.following = w.pace.follow(w)
	}
	if w.following != nil {
		sum, err := w.following(ctx, since, put)
		return sum, errors.Join(err, w.clear(now, nil))
	}
	var sum source.Summary
	var failed error
	needed := map[string]bool{}
	for _, of := range w.of {
		p := w.period(of, since.Add(-w.pace.late))
		got, err := gather(ctx, w.e, w.c, archives[w.feed.Name], p, now, func(int, int, fetching.Got) {})
		if err != nil {
			return sum, err
		}
		var there []fetching.Got
		whole := true
		for _, g := range got {
			whole = whole && g.Err == nil
			switch {
			case g.Err == nil:
				there = append(there, g)
				needed[g.Path], needed[g.Path+".state"] = true, true
			case keepiton.CodeOf(g.Err) != keepiton.NotFound || now.Sub(g.Item.At) > longMissing:
				failed = first(failed, g.Err)
			}
		}
		if len(there) == 0 && len(got) > 0 {
			failed = first(failed, got[0].Err)
			continue
		}
		read, err := w.read(ctx, of, there, put)
		if add(&sum, &read); err == nil && whole && w.pace.read != nil {
			err = w.pace.read(ctx, w.kept, p, put)
		}
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

func (w *watched) read(ctx context.Context, of keepiton.Entity, got []fetching.Got, put func(keepiton.Measurement) error) (source.Summary, error) {
	if w.pace.together != nil {
		return w.pace.together(ctx, got, put)
	}
	var sum source.Summary
	decode := w.feed.Decode
	if w.pace.decode != nil {
		decode = w.pace.decode(w.kept)
	}
	for _, g := range got {
		in, err := os.Open(g.Path)
		if err != nil {
			return sum, keepiton.Errorf(keepiton.Unavailable, "%s: %w", w.feed.Name, err)
		}
		one, err := decode(ctx, in, source.Options{Name: g.Item.Name, Entity: of, Arrived: time.Now(), Asked: writtenAt(in)}, put)
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
