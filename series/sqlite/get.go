package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"iter"
	"strings"
	"time"

	"keepiton"
	"keepiton/series"
)

// Range implements series.Store.
func (s *Store) Range(ctx context.Context, key keepiton.SeriesKey, from, to time.Time) (keepiton.Series, error) {
	var k known
	err := s.read.QueryRowContext(ctx, `SELECT id, step FROM series WHERE feed = ? AND metric = ? AND entity = ?`, key.Feed, key.Metric, key.Entity.String()).Scan(&k.id, &k.step)
	if errors.Is(err, sql.ErrNoRows) {
		return keepiton.Series{}, keepiton.Hint(keepiton.Errorf(keepiton.NotFound, "no series %s", key), "`keepiton series --list` shows those that are kept")
	}
	if err != nil {
		return keepiton.Series{}, keepiton.Errorf(keepiton.Unavailable, "read %s: %w", key, err)
	}
	out := stretch(key, k.step, from, to)
	if len(out.Bins) == 0 {
		return out, nil
	}
	span := int64(series.Span(out.Step) / time.Second)
	rows, err := s.read.QueryContext(ctx, `SELECT span, data FROM block WHERE series = ? AND span BETWEEN ? AND ? ORDER BY span`, k.id, out.From.Unix()/span, (out.To().Unix()-1)/span)
	if err != nil {
		return keepiton.Series{}, keepiton.Errorf(keepiton.Unavailable, "read %s: %w", key, err)
	}
	defer rows.Close()
	for rows.Next() {
		var number int64
		var data sql.RawBytes
		if err := rows.Scan(&number, &data); err != nil {
			return keepiton.Series{}, keepiton.Errorf(keepiton.Unavailable, "read %s: %w", key, err)
		}
		if err := put(&out, k.step, number*span, span, data); err != nil {
			return keepiton.Series{}, err
		}
	}
	if err := rows.Err(); err != nil {
		return keepiton.Series{}, keepiton.Errorf(keepiton.Unavailable, "read %s: %w", key, err)
	}
	return out, nil
}

// stretch returns a silent series of the whole bins that [from, to) touches.
func stretch(key keepiton.SeriesKey, step int64, from, to time.Time) keepiton.Series {
	first, last := max(0, from.Unix()), max(0, to.Unix())
	if to.Nanosecond() > 0 {
		last++
	}
	first -= first % step
	n := max(0, (last-first+step-1)/step)
	return keepiton.Series{SeriesKey: key, From: time.Unix(first, 0).UTC(), Step: time.Duration(step) * time.Second, Bins: make([]keepiton.Bin, n)}
}

// put copies the part of a block that lies in a series.
func put(out *keepiton.Series, step, begin, span int64, data []byte) error {
	at, n := (begin-out.From.Unix())/step, span/step
	damaged := func(err error) error {
		return keepiton.Errorf(keepiton.Internal, "series %s, block of %s: %w", out.SeriesKey, time.Unix(begin, 0).UTC().Format(time.DateOnly), err)
	}
	if at >= 0 && at+n <= int64(len(out.Bins)) {
		if err := series.ReadBlockInto(out.Bins[at:at+n], data); err != nil {
			return damaged(err)
		}
		return nil
	}
	b, err := series.ReadBlock(data, int(n))
	if err != nil {
		return damaged(err)
	}
	if at < 0 {
		copy(out.Bins, b.Bins[min(-at, int64(len(b.Bins))):])
	} else {
		copy(out.Bins[min(at, int64(len(out.Bins))):], b.Bins)
	}
	return nil
}

// Scan implements series.Store.
func (s *Store) Scan(ctx context.Context, f series.Filter, from, to time.Time) iter.Seq2[keepiton.Series, error] {
	return func(yield func(keepiton.Series, error) bool) {
		for k, err := range s.Keys(ctx, f) {
			if err != nil {
				yield(keepiton.Series{}, err)
				return
			}
			if !k.From.Before(to) || !from.Before(k.To) {
				continue
			}
			first, until := from, to
			if k.From.After(from) {
				first = k.From
			}
			if k.To.Before(to) {
				until = k.To
			}
			one, err := s.Range(ctx, k.SeriesKey, first, until)
			if !yield(one, err) || err != nil {
				return
			}
		}
	}
}

// Keys implements series.Store.
func (s *Store) Keys(ctx context.Context, f series.Filter) iter.Seq2[series.Known, error] {
	return func(yield func(series.Known, error) bool) {
		all, err := s.keys(ctx, f)
		if err != nil {
			yield(series.Known{}, keepiton.Errorf(keepiton.Unavailable, "list series: %w", err))
			return
		}
		for _, k := range all { // read to the end first: a reader may ask for more meanwhile
			if !yield(k, nil) {
				return
			}
		}
	}
}

func (s *Store) keys(ctx context.Context, f series.Filter) ([]series.Known, error) {
	var where []string
	var args []any
	add := func(column, value string) {
		if value != "" {
			where, args = append(where, column+" = ?"), append(args, value)
		}
	}
	add("feed", f.Feed)
	add("metric", f.Metric)
	add("country", f.Country)
	if f.Entity != (keepiton.Entity{}) {
		add("entity", f.Entity.String())
	}
	query := `SELECT feed, metric, entity, step, first, until FROM series`
	if len(where) > 0 {
		query += ` WHERE ` + strings.Join(where, " AND ")
	}
	rows, err := s.read.QueryContext(ctx, query+` ORDER BY feed, metric, entity`, args...)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var out []series.Known
	for rows.Next() {
		var k series.Known
		var entity string
		var step, first, until int64
		if err := rows.Scan(&k.Feed, &k.Metric, &entity, &step, &first, &until); err != nil {
			return nil, err
		}
		if k.Entity, err = keepiton.ParseEntity(entity); err != nil {
			return nil, err
		}
		k.Step, k.From, k.To = time.Duration(step)*time.Second, time.Unix(first, 0).UTC(), time.Unix(until, 0).UTC()
		out = append(out, k)
	}
	return out, rows.Err()
}
