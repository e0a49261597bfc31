package monitor

import (
	"context"
	"iter"
	"log/slog"
	"sync"
	"time"

	"keepiton"
	"keepiton/patience"
	"keepiton/series"
	"keepiton/source"
	"keepiton/store"
)

// Poll is how one feed is read.
type Poll struct {
	Feed  *source.Feed
	Every time.Duration // between two tries; at least a minute
	Back  time.Duration // how far back the first try reads; 0: two days
	// Run fetches and decodes what there is since a time, and hands it over. It may
	// hand over what was there already. It ends when its context does.
	Run func(ctx context.Context, since time.Time, put func(keepiton.Measurement) error) (source.Summary, error)
}

// Detect finds the disruptions of series, as [keepiton/detect] does: stateless, with
// what had arrived by now.
type Detect func(all iter.Seq2[keepiton.Series, error], now time.Time) ([]keepiton.Disruption, error)

// Config are the parts of a monitor. All are required where nothing else is said.
type Config struct {
	Series      series.Store
	Disruptions store.Disruptions
	Marks       store.Meta // how far each feed was read
	Polls       []Poll     // empty: nothing is fetched; what is ingested otherwise is looked at
	Metric      func(feed, name string) (keepiton.Metric, bool)
	Detect      Detect
	Now         func() time.Time
	// Tell is called for a disruption of the last hours that is new, and when what may
	// be said of it has changed. nil: nobody is told. It must not block.
	Tell func(keepiton.Disruption)
	Log  *slog.Logger // nil: discard
}

const (
	// bin is how often Pass runs: the shortest bins are of five minutes. settle is how
	// long after the end of a bin: feeds that push need a moment.
	bin    = 5 * time.Minute
	settle = time.Minute
	// longestWait bounds the time between two tries of a feed that fails.
	longestWait = time.Hour
	// back is how far the first try of a feed reads: enough to see the edges of what
	// goes on; baselines come with time, or with keepiton ingest.
	back = 48 * time.Hour
	// away is how long the server may have been away for a feed to be caught up with,
	// where it does not read further back by itself: what is older is a gap that is told
	// as one. Three weeks of a collector's updates are forty gigabytes.
	away = 24 * time.Hour
	// again is how far a try reads behind the one before: values that come late.
	again = time.Hour
)

// Monitor is a running watch. Make one with New.
type Monitor struct {
	c     Config
	polls []*poll
}

// New returns a monitor. Nothing runs before Run.
func New(c Config) *Monitor {
	if c.Log == nil {
		c.Log = slog.New(slog.DiscardHandler)
	}
	if c.Tell == nil {
		c.Tell = func(keepiton.Disruption) {}
	}
	m := &Monitor{c: c}
	for _, p := range c.Polls {
		if p.Back == 0 {
			p.Back = back
		}
		p.Every = max(p.Every, time.Minute)
		m.polls = append(m.polls, &poll{Poll: p, m: m, health: Health{Feed: p.Feed.Name, Every: p.Every}})
	}
	return m
}

// Run polls and looks until ctx ends, and returns nil then. It looks at once, and
// then after the end of every five minutes.
func (m *Monitor) Run(ctx context.Context) error {
	var all sync.WaitGroup
	for _, p := range m.polls {
		all.Go(func() { p.run(ctx) })
	}
	all.Go(func() {
		for {
			if err := m.guarded(ctx); err != nil && ctx.Err() == nil {
				m.c.Log.ErrorContext(ctx, "looking for disruptions", "error", err)
			}
			now := m.c.Now()
			next := now.Truncate(bin).Add(settle)
			if !next.After(now) {
				next = next.Add(bin)
			}
			if patience.Wait(ctx, next.Sub(now)) != nil {
				return
			}
		}
	})
	all.Wait()
	return nil
}

// guarded is a Pass whose panic is its failure: a series that nobody thought of must
// not end the server.
func (m *Monitor) guarded(ctx context.Context) (err error) {
	defer func() {
		if cause := recover(); cause != nil {
			err = keepiton.Errorf(keepiton.Internal, "it ended in a panic: %v", cause)
		}
	}()
	return m.Pass(ctx, m.c.Now())
}

// Health is how a feed does.
type Health struct {
	Feed     string
	Every    time.Duration
	LastGood time.Time     // when it was last read without trouble; zero: never
	LastTry  time.Time     // zero: never
	Next     time.Time     // when it is tried again; zero: it is being tried, or nothing runs
	Newest   time.Time     // end of the newest bin with a value that it gave
	Trouble  keepiton.Code // of the last try; empty: none
	Why      string        // the same in words, for the desk and the log
	Skipped  int64         // records of the last good try that could not be read
}

// Lag returns how old the newest value is; 0 when there is none.
func (h *Health) Lag(now time.Time) time.Duration {
	if h.Newest.IsZero() {
		return 0
	}
	return max(0, now.Sub(h.Newest))
}

// Down reports whether the last try failed.
func (h *Health) Down() bool { return h.Trouble != "" }

// Health returns how the feeds do, in the order of the polls.
func (m *Monitor) Health() []Health {
	out := make([]Health, len(m.polls))
	for i, p := range m.polls {
		out[i] = p.now()
	}
	return out
}
