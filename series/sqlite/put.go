package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"math"
	"slices"
	"time"

	"keepiton"
	"keepiton/series"
)

// Put implements series.Store.
func (s *Store) Put(ctx context.Context, all []keepiton.Measurement) error {
	groups := map[keepiton.SeriesKey][]keepiton.Measurement{}
	for _, m := range all {
		if err := check(m); err != nil {
			return err
		}
		if m.State != keepiton.Silent {
			groups[m.SeriesKey] = append(groups[m.SeriesKey], m)
		}
	}
	if len(groups) == 0 {
		return nil
	}
	return s.change(ctx, "keep measurements", func(w *writer) error {
		for key, group := range groups {
			if err := w.put(key, group); err != nil {
				return err
			}
		}
		return nil
	})
}

// change does something to the file, all of it or nothing.
func (s *Store) change(ctx context.Context, what string, do func(*writer) error) error {
	wrong := func(err error) error {
		if code := keepiton.CodeOf(err); code == keepiton.Invalid || code == keepiton.TooLarge {
			return err
		}
		return keepiton.Errorf(keepiton.Unavailable, "%s: %w", what, err)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	tx, err := s.write.BeginTx(ctx, nil)
	if err != nil {
		return wrong(err)
	}
	defer func() { _ = tx.Rollback() }()
	w := writer{ctx: ctx, tx: tx, store: s, fresh: map[string]known{}}
	if err := w.prepare(); err != nil {
		return wrong(err)
	}
	if err := do(&w); err != nil {
		return wrong(err)
	}
	if err := tx.Commit(); err != nil {
		return wrong(err)
	}
	for key, k := range w.fresh {
		s.known[key] = k
	}
	s.closed.Add(w.closed)
	return nil
}

// check holds a measurement to the contract.
func check(m keepiton.Measurement) error {
	step := m.Step / time.Second
	switch {
	case m.Feed == "" || m.Metric == "":
		return keepiton.Errorf(keepiton.Invalid, "a measurement of no feed or metric")
	case step <= 0 || step > 86400 || m.Step%time.Second != 0:
		return keepiton.Errorf(keepiton.Invalid, "%s: a bin of %s, where 1 second to 1 day belongs", m.SeriesKey, m.Step)
	case m.At.Unix()%int64(step) != 0 || m.At.Unix() < 0:
		return keepiton.Errorf(keepiton.Invalid, "%s: a bin cannot begin at %s with a step of %s", m.SeriesKey, m.At.UTC().Format(time.RFC3339), m.Step)
	case m.At.Nanosecond() != 0:
		return keepiton.Errorf(keepiton.Invalid, "%s: a bin begins within a second", m.SeriesKey)
	case math.IsNaN(m.Value) || math.IsInf(m.Value, 0):
		return keepiton.Errorf(keepiton.Invalid, "%s: %v at %s is no value", m.SeriesKey, m.Value, m.At.UTC().Format(time.RFC3339))
	}
	return nil
}

// writer is one transaction of Put or Sight.
type writer struct {
	ctx                                context.Context
	tx                                 *sql.Tx
	store                              *Store
	fresh                              map[string]known
	find, insert, bound, block, store1 *sql.Stmt
	sighting, sight                    *sql.Stmt
	old                                oldBlock
	closed                             int64 // sightings of bins that stand by themselves
}

func (w *writer) prepare() (err error) {
	for _, p := range []struct {
		to   **sql.Stmt
		text string
	}{
		{&w.find, `SELECT id, step, first, until FROM series WHERE feed = ? AND metric = ? AND entity = ?`},
		{&w.insert, `INSERT INTO series (feed, metric, entity, country, step, first, until) VALUES (?, ?, ?, ?, ?, ?, ?) RETURNING id`},
		{&w.bound, `UPDATE series SET first = min(first, ?), until = max(until, ?) WHERE id = ?`},
		{&w.block, `SELECT data FROM block WHERE series = ? AND span = ?`},
		{&w.store1, `INSERT INTO block (series, span, data) VALUES (?, ?, ?) ON CONFLICT (series, span) DO UPDATE SET data = excluded.data`},
		{&w.sighting, `SELECT data FROM sighting WHERE series = ? AND at = ?`},
		{&w.sight, `INSERT INTO sighting (series, at, data, grown) VALUES (?, ?, ?, ?) ON CONFLICT (series, at) DO UPDATE SET data = excluded.data, grown = excluded.grown`},
	} {
		if *p.to, err = w.tx.PrepareContext(w.ctx, p.text); err != nil {
			return err
		}
	}
	return nil
}

func (w *writer) put(key keepiton.SeriesKey, group []keepiton.Measurement) error {
	slices.SortStableFunc(group, func(a, b keepiton.Measurement) int { return a.At.Compare(b.At) })
	step := group[0].Step
	first, until := group[0].At.Unix(), group[len(group)-1].At.Add(step).Unix()
	k, err := w.of(key, int64(step/time.Second), first, until)
	if err != nil {
		return err
	}
	span := int64(series.Span(step) / time.Second)
	for len(group) > 0 {
		number := group[0].At.Unix() / span
		n := 1
		for n < len(group) && group[n].At.Unix()/span == number {
			n++
		}
		if err := w.merge(k, step, number, span, group[:n]); err != nil {
			return err
		}
		group = group[n:]
	}
	return nil
}

// of returns the series of a key, which it makes or whose bounds it widens.
func (w *writer) of(key keepiton.SeriesKey, step, first, until int64) (known, error) {
	name := key.String()
	k, ok := w.fresh[name]
	if !ok {
		k, ok = w.store.known[name]
	}
	if !ok {
		err := w.find.QueryRowContext(w.ctx, key.Feed, key.Metric, key.Entity.String()).Scan(&k.id, &k.step, &k.first, &k.until)
		switch {
		case errors.Is(err, sql.ErrNoRows):
			k = known{step: step, first: first, until: until}
			if err := w.insert.QueryRowContext(w.ctx, key.Feed, key.Metric, key.Entity.String(), key.Entity.Country, step, first, until).Scan(&k.id); err != nil {
				return known{}, err
			}
		case err != nil:
			return known{}, err
		}
	}
	if k.step != step {
		return known{}, keepiton.Errorf(keepiton.Invalid, "%s: bins of %ds, where the series has %ds", key, step, k.step)
	}
	if first < k.first || until > k.until {
		k.first, k.until = min(first, k.first), max(until, k.until)
		if _, err := w.bound.ExecContext(w.ctx, k.first, k.until, k.id); err != nil {
			return known{}, err
		}
	}
	w.fresh[name] = k
	return k, nil
}

// merge joins measurements of one block with what it holds.
func (w *writer) merge(k known, step time.Duration, number, span int64, group []keepiton.Measurement) error {
	b := series.Block{Step: step, Bins: make([]keepiton.Bin, span/k.step)}
	var data []byte
	switch err := w.block.QueryRowContext(w.ctx, k.id, number).Scan(&data); {
	case errors.Is(err, sql.ErrNoRows):
	case err != nil:
		return err
	default:
		if b, err = series.ReadBlock(data, len(b.Bins)); err != nil {
			return err
		}
	}
	changed := data == nil
	for _, m := range group {
		bin := &b.Bins[(m.At.Unix()-number*span)/k.step]
		if merged := bin.Merge(m.Bin); merged != *bin {
			*bin, changed = merged, true
		}
	}
	if !changed {
		return nil
	}
	_, err := w.store1.ExecContext(w.ctx, k.id, number, series.AppendBlock(nil, b))
	return err
}
