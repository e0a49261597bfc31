package main

import (
	"context"
	"errors"
	"log/slog"
	"sync"
	"time"

	"keepiton"
	"keepiton/series"
	"keepiton/series/sqlite"
	probefeed "keepiton/source/probe"
	"keepiton/web/door"
)

// heart counts the heartbeats of partners' probes. Nil counts none.
type heart struct {
	series *sqlite.Store
	now    func() time.Time
	since  time.Time // it listens
}

// openHeart opens the series where the setting asks for it.
func openHeart(ctx context.Context, s settings) (*heart, error) {
	if !s.Hearts {
		return nil, nil
	}
	kept, err := openSeries(ctx, s)
	if err != nil {
		return nil, err
	}
	return &heart{series: kept, now: time.Now, since: time.Now()}, nil
}

// door is what the door hands heartbeats to.
func (h *heart) door() door.Heart {
	if h == nil {
		return nil
	}
	return h.beat
}

func (h *heart) beat(ctx context.Context, country, access string) error {
	return h.series.Sight(ctx, probefeed.Beat(country, access, h.now()))
}

// run notes after each hour that it was listened through, until ctx ends, and prunes
// the sightings of heartbeats.
func (h *heart) run(ctx context.Context, log *slog.Logger) {
	if h == nil {
		return
	}
	var beside sync.WaitGroup
	beside.Go(func() { pruneOften(h.series, log)(ctx) })
	defer beside.Wait()
	for {
		now := h.now()
		next := now.Truncate(time.Hour).Add(time.Hour + time.Minute)
		timer := time.NewTimer(next.Sub(now))
		select {
		case <-ctx.Done():
			timer.Stop()
			return
		case <-timer.C:
		}
		if err := h.listened(ctx); err != nil && !errors.Is(err, context.Canceled) {
			log.WarnContext(ctx, "hours without heartbeats could not be kept", "cause", err)
		}
	}
}

// listened notes that the server has listened since it began: hours in which no
// heartbeat came from a country that had some before are then nought, and no gap. Hours
// of which it saw a part alone are left out.
func (h *heart) listened(ctx context.Context) error {
	const step = probefeed.Step
	from, to := h.since.Truncate(step), h.now().Truncate(step)
	if !from.Equal(h.since) {
		from = from.Add(step)
	}
	if !from.Before(to) {
		return nil
	}
	key := keepiton.SeriesKey{Feed: probefeed.Feed.Name, Metric: probefeed.Listening}
	if err := h.series.Put(ctx, series.WasRead(key, step, from, to, keepiton.StampOf(to))); err != nil {
		return err
	}
	return series.Quiet(ctx, h.series, key, series.Filter{Feed: probefeed.Feed.Name, Metric: probefeed.Heartbeats})
}

func (h *heart) close() error {
	if h == nil {
		return nil
	}
	return h.series.Close()
}
