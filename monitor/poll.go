package monitor

import (
	"context"
	"sync"
	"time"

	"keepiton"
	"keepiton/patience"
	"keepiton/series"
	"keepiton/source"
)

// poll is a Poll that runs.
type poll struct {
	Poll
	m    *Monitor
	down time.Time // source_down is kept up to here

	mu     sync.Mutex
	health Health
	fails  int // in a row
}

func (p *poll) now() Health {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.health
}

// run tries until ctx ends.
func (p *poll) run(ctx context.Context) {
	for {
		wait := p.try(ctx)
		p.mu.Lock()
		p.health.Next = p.m.c.Now().Add(wait)
		p.mu.Unlock()
		if patience.Wait(ctx, wait) != nil {
			return
		}
		p.mu.Lock()
		p.health.Next = time.Time{}
		p.mu.Unlock()
	}
}

// try reads the feed once and returns how long to wait for the next time.
func (p *poll) try(ctx context.Context) time.Duration {
	start := p.m.c.Now()
	p.mu.Lock()
	p.health.LastTry = start
	p.mu.Unlock()
	since, err := p.since(ctx, start)
	k := &keeping{ctx: ctx, to: p.m.c.Series}
	var sum source.Summary
	if err == nil {
		sum, err = p.read(ctx, since, k)
	}
	if ctx.Err() != nil {
		return p.Every
	}
	if err == nil {
		err = p.m.c.Marks.SetMeta(ctx, p.mark(), start.UTC().Format(time.RFC3339))
	}
	failed := p.note(start, k.newest, &sum, err)
	if err == nil {
		p.down = time.Time{}
		return p.Every
	}
	p.m.c.Log.WarnContext(ctx, "a feed could not be read", "feed", p.Feed.Name, "times", failed, "error", err)
	if err := p.silence(ctx, since.Add(again), p.m.c.Now()); err != nil && ctx.Err() == nil {
		p.m.c.Log.ErrorContext(ctx, "keep that a feed is down", "feed", p.Feed.Name, "error", err)
	}
	return min(p.Every<<min(failed-1, 10), max(p.Every, longestWait))
}

// note puts down how a try that began at a time went, and returns how many failed in a
// row. The lock is not held while anything is kept: who asks for Health does not wait.
func (p *poll) note(start, newest time.Time, sum *source.Summary, err error) (failed int) {
	p.mu.Lock()
	defer p.mu.Unlock()
	h := &p.health
	h.Newest = keepiton.Later(h.Newest, newest)
	if err == nil {
		p.fails = 0
		h.LastGood, h.Trouble, h.Why, h.Skipped = start, "", "", sum.Defects()
		return 0
	}
	p.fails++
	h.Trouble, h.Why = keepiton.CodeOf(err), err.Error()
	return p.fails
}

// read runs the poll with a bound on its time: what hangs must not hang for ever. A
// panic of it is its failure.
func (p *poll) read(ctx context.Context, since time.Time, k *keeping) (sum source.Summary, err error) {
	ctx, cancel := context.WithTimeout(ctx, max(15*time.Minute, 2*p.Every))
	defer cancel()
	defer func() {
		if cause := recover(); cause != nil {
			err = keepiton.Errorf(keepiton.Internal, "reading %s ended in a panic: %v", p.Feed.Name, cause)
		}
	}()
	k.ctx = ctx
	clock := source.Clock{Now: p.m.c.Now(), Put: k.put}
	sum, err = p.Run(ctx, since, clock.Pass)
	clock.Tell(&sum)
	if kept := k.flush(); err == nil {
		err = kept
	}
	return sum, err
}

func (p *poll) mark() string { return "monitor_read_" + p.Feed.Name }

// since is from when on the feed is to be read: a while before the last good try,
// or Back when there was none or its series are gone. What lies too long ago is not
// caught up with, and kept as a gap.
func (p *poll) since(ctx context.Context, now time.Time) (time.Time, error) {
	first := now.Add(-p.Back)
	text, err := p.m.c.Marks.Meta(ctx, p.mark())
	if err != nil || text == "" {
		return first, err
	}
	last, err := time.Parse(time.RFC3339, text)
	if err != nil || last.After(now) {
		return first, nil // the clock was set back, or somebody wrote there: read again
	}
	for _, err := range p.m.c.Series.Keys(ctx, series.Filter{Feed: p.Feed.Name}) {
		since := last.Add(-again)
		if err != nil {
			return since, err
		}
		if oldest := now.Add(-max(p.Back, away)); since.Before(oldest) {
			return oldest, p.gap(ctx, last, oldest, now)
		}
		return since, nil
	}
	return first, nil
}

// keeping hands measurements to the series a few thousand at a time.
type keeping struct {
	ctx    context.Context
	to     series.Store
	all    []keepiton.Measurement
	newest time.Time // end of the newest bin with a value
}

const together = 10_000

func (k *keeping) put(m keepiton.Measurement) error {
	if end := m.At.Add(m.Step); m.Has() && end.After(k.newest) {
		k.newest = end
	}
	if k.all = append(k.all, m); len(k.all) >= together {
		return k.flush()
	}
	return nil
}

func (k *keeping) flush() error {
	err := k.to.Put(k.ctx, k.all)
	k.all = k.all[:0]
	return err
}
