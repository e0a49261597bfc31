package monitor

import (
	"context"
	"errors"
	"iter"
	"time"

	"keepiton"
	"keepiton/series"
)

const (
	// window is how far back series are looked at: the longest memory of a baseline
	// (detect: 28 days) and a day. Where something goes on, or has just ended, they are
	// looked at from so long before it began: else a shutdown of months would be
	// taken for normal.
	window = 29 * 24 * time.Hour
	// settled is how long after its end a disruption is looked at whole: curfews and
	// exams go on within four days (detect: curfewDays).
	settled = 5 * 24 * time.Hour
	// longest bounds how far back anything is looked at: the longest shutdown of a region
	// that the record knows lasted two years, and has four here.
	longest = 4 * 366 * 24 * time.Hour
	// fresh is how old a verdict may be to be told: what is found in old data is not
	// news.
	fresh = 6 * time.Hour
)

// Pass looks once for disruptions, with what had arrived by now, and keeps what is
// found. An error of one disruption does not keep the others from being kept.
func (m *Monitor) Pass(ctx context.Context, now time.Time) error {
	before, err := m.known(ctx, now)
	if err != nil {
		return err
	}
	found, err := m.c.Detect(m.look(ctx, before, now), now)
	if err != nil {
		return err
	}
	var errs []error
	seen := map[keepiton.DisruptionID]bool{}
	for i := range found {
		seen[found[i].ID] = true
	}
	for i := range found {
		d := &found[i]
		was := before.adopt(d, seen)
		seen[d.ID] = true
		if err := m.keep(ctx, d, was, now); err != nil {
			errs = append(errs, err)
		}
	}
	for i := range before.all {
		if d := &before.all[i]; d.End.IsZero() && !seen[d.ID] {
			errs = append(errs, m.vanished(ctx, d, found, now))
		}
	}
	return errors.Join(errs...)
}

// look reads the trailing window of every series, longer where something goes on.
func (m *Monitor) look(ctx context.Context, before *known, now time.Time) iter.Seq2[keepiton.Series, error] {
	return func(yield func(keepiton.Series, error) bool) {
		for k, err := range m.c.Series.Keys(ctx, series.Filter{}) {
			if err != nil {
				yield(keepiton.Series{}, err)
				return
			}
			from := now.Add(-window)
			if since, ok := before.since[k.Entity.Country]; ok && since.Before(from) {
				from = since
			}
			if k.From.After(from) {
				from = k.From
			}
			if !from.Before(now) || k.To.Before(from) {
				continue
			}
			one, err := m.c.Series.Range(ctx, k.SeriesKey, from, keepiton.Earlier(now, k.To))
			if !yield(one, err) || err != nil {
				return
			}
		}
	}
}

// keep keeps d and tells of it where that is news; was is what was kept before, nil
// when it is new.
func (m *Monitor) keep(ctx context.Context, d, was *keepiton.Disruption, now time.Time) error {
	if err := m.c.Disruptions.KeepDisruption(ctx, *d); err != nil {
		return err
	}
	v := d.Verdict()
	news := was == nil || was.Verdict().State != v.State
	if news && v.State != keepiton.Insufficient && now.Sub(v.At) <= fresh {
		m.c.Tell(*d)
	}
	return nil
}

// vanished says of a disruption that went on that nothing is seen of it by itself any
// more, not even in the past: it is part of another one there, or later data speak
// against it. Where the data of its onset are gone, or lie too far back to be looked at,
// nothing can be said, and nothing is: it is lost from sight.
func (m *Monitor) vanished(ctx context.Context, d *keepiton.Disruption, found []keepiton.Disruption, now time.Time) error {
	reason := keepiton.Reason{Key: "vanished", Of: "disruption"}
	for i := range found {
		if found[i].Entity.Country == d.Entity.Country && meet(d, &found[i]) {
			reason.Key, reason.Args = "absorbed", map[string]any{"ID": string(found[i].ID)}
			break
		}
	}
	there, err := m.hasOnset(ctx, d)
	if err != nil {
		return err
	}
	if !there || d.Onset.From.Before(now.Add(window-longest)) {
		return m.unseen(ctx, d)
	}
	v := d.Verdict()
	v.At, v.Stage, v.State, v.Disruption, v.Intentional, v.Silent = now, keepiton.AtEnd, keepiton.Insufficient, 0, 0, nil
	v.Reasons = []keepiton.Reason{reason}
	d.End, d.Seen, d.Lost = keepiton.Interval{From: d.Onset.To, To: now}, time.Time{}, time.Time{}
	d.Verdicts = []keepiton.Verdict{v}
	return m.c.Disruptions.KeepDisruption(ctx, *d)
}

// unseen keeps when a disruption got lost from sight of which only is known what was
// said of it: its strongest bins are the last that anybody points to.
func (m *Monitor) unseen(ctx context.Context, d *keepiton.Disruption) error {
	if !d.Lost.IsZero() {
		return nil
	}
	for i := range d.Signals {
		s := &d.Signals[i]
		if at := s.Witness.At.Add(s.Step); s.End.IsZero() && !s.Witness.At.IsZero() {
			d.Seen = keepiton.Later(d.Seen, at)
			d.Lost = keepiton.Later(d.Lost, at.Add(keepiton.LostAfter+2*s.Step))
		}
	}
	if d.Lost.IsZero() {
		d.Seen, d.Lost = d.Onset.To, d.Onset.To.Add(keepiton.LostAfter)
	}
	return m.c.Disruptions.KeepDisruption(ctx, *d)
}

// hasOnset reports whether a series of one of its signals has values around its
// onset.
func (m *Monitor) hasOnset(ctx context.Context, d *keepiton.Disruption) (bool, error) {
	for i := range d.Signals {
		s := &d.Signals[i]
		one, err := m.c.Series.Range(ctx, s.Series, s.Onset.From.Add(-s.Step), s.Onset.To.Add(s.Step))
		if keepiton.CodeOf(err) == keepiton.NotFound {
			continue
		}
		if err != nil {
			return false, err
		}
		for _, b := range one.Bins {
			if b.Has() {
				return true, nil
			}
		}
	}
	return false, nil
}
