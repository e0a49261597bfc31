package signals

import (
	"context"
	"time"

	"keepiton/export"
	"keepiton/series"
)

// Polled is how fetching a feed goes, as the monitor tells.
type Polled struct {
	Feed     string
	Every    time.Duration
	LastGood time.Time // zero: never
	LastTry  time.Time // zero: never
	Down     bool      // the last try failed
	Skipped  int64     // records of the last good try that could not be read
}

// FeedHealth is how a feed is: from what is kept of it, and from what the monitor
// tells where it is fetched.
type FeedHealth struct {
	export.Credit
	On      bool      `json:"on"`                // it is fetched here
	Series  int       `json:"series"`            // that are kept
	Behind  int       `json:"behind"`            // series that have fallen behind the newest of the feed
	Newest  time.Time `json:"newest,omitzero"`   // end of the newest bin with a value
	Oldest  time.Time `json:"oldest,omitzero"`   // beginning of the oldest
	Lag     float64   `json:"lag_seconds"`       // how old the newest value is
	Usual   float64   `json:"usual_lag_seconds"` // how old it may be when all is well; 0: not known
	Late    bool      `json:"late"`              // it is older than that
	Good    time.Time `json:"last_good,omitzero"`
	Tried   time.Time `json:"last_try,omitzero"`
	Down    bool      `json:"down"` // the last try failed
	Skipped int64     `json:"skipped"`
}

// Health returns how every feed is that is kept or fetched here, in the order of
// Feeds.
func (b *Board) Health(ctx context.Context, now time.Time) ([]FeedHealth, error) {
	if b == nil || b.Series == nil && b.Polled == nil {
		return nil, nil
	}
	var out []FeedHealth
	for _, f := range b.Feeds {
		h := FeedHealth{Credit: b.Credit(f.Name)}
		if err := b.kept(ctx, &h, now); err != nil {
			return nil, err
		}
		if b.Polled != nil {
			for _, p := range b.Polled() {
				if p.Feed == f.Name {
					h.On, h.Good, h.Tried, h.Down, h.Skipped = true, p.LastGood, p.LastTry, p.Down, p.Skipped
				}
			}
		}
		if h.On || h.Series > 0 {
			out = append(out, h)
		}
	}
	return out, nil
}

// behind is how much older than the newest value of a feed that of a series may be,
// beside twice its step.
const behind = 2 * time.Hour

// kept fills in what is known from the series of a feed.
func (b *Board) kept(ctx context.Context, h *FeedHealth, now time.Time) error {
	if b.Series == nil {
		return nil
	}
	var all []series.Known
	for k, err := range b.Series.Keys(ctx, series.Filter{Feed: h.Feed}) {
		if err != nil {
			return err
		}
		if k.To.After(h.Newest) {
			h.Newest = k.To
		}
		if h.Oldest.IsZero() || !k.From.IsZero() && k.From.Before(h.Oldest) {
			h.Oldest = k.From
		}
		if m, ok := b.metric(k.SeriesKey); ok {
			h.Usual = max(h.Usual, (m.Lag + 2*k.Step).Seconds())
		}
		all = append(all, k)
	}
	h.Series = len(all)
	for _, k := range all {
		if h.Newest.Sub(k.To) > behind+2*k.Step {
			h.Behind++
		}
	}
	if !h.Newest.IsZero() {
		h.Lag = max(0, now.Sub(h.Newest).Seconds())
		h.Late = h.Usual > 0 && h.Lag > h.Usual
	}
	return nil
}
