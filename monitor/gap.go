package monitor

import (
	"context"
	"time"

	"keepiton"
	"keepiton/series"
)

// silence keeps the bins of the feed's series that should be there by now, and began
// after it was last read, as source_down: whatever comes later wins over it.
func (p *poll) silence(ctx context.Context, since, now time.Time) error {
	if p.down.After(since) {
		since = p.down
	}
	reached := now
	err := p.fill(ctx, since, now, func(one *series.Known) time.Time {
		metric, _ := p.m.c.Metric(one.Feed, one.Metric)
		due := now.Add(-metric.Lag)
		if whole := due.Truncate(one.Step); whole.Before(reached) {
			reached = whole
		}
		return due
	})
	if err == nil {
		p.down = reached
	}
	return err
}

// gap keeps the bins of a stretch in which nobody looked as source_down.
func (p *poll) gap(ctx context.Context, from, to, now time.Time) error {
	return p.fill(ctx, from, now, func(*series.Known) time.Time { return to })
}

// fill keeps the whole bins of each series of the feed from a time until the one that
// until returns as source_down.
func (p *poll) fill(ctx context.Context, from, now time.Time, until func(*series.Known) time.Time) error {
	k := &keeping{ctx: ctx, to: p.m.c.Series}
	for one, err := range p.m.c.Series.Keys(ctx, series.Filter{Feed: p.Feed.Name}) {
		if err != nil {
			return err
		}
		to, at := until(&one), from.Truncate(one.Step)
		if at.Before(from) {
			at = at.Add(one.Step)
		}
		for ; !at.Add(one.Step).After(to); at = at.Add(one.Step) {
			b := keepiton.Bin{State: keepiton.SourceDown, Arrived: keepiton.StampOf(now)}
			if err := k.put(keepiton.Measurement{SeriesKey: one.SeriesKey, At: at, Step: one.Step, Bin: b}); err != nil {
				return err
			}
		}
	}
	return k.flush()
}
