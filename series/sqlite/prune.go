package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"time"

	"keepiton"
	"keepiton/series"
)

const aDay = 24 * time.Hour

func dayOf(t time.Time) int64 { return t.Unix() / int64(aDay/time.Second) }

// Prune lets go of the witnesses of bins that nobody is expected to change any more, at
// most once a day, and returns of how many. Their counts stay: see Closed.
func (s *Store) Prune(ctx context.Context) (pruned int64, err error) {
	now := s.now()
	err = s.change(ctx, "prune sightings", func(w *writer) error {
		var last sql.NullInt64
		if err := w.tx.QueryRowContext(ctx, `SELECT max(day) FROM pruned`).Scan(&last); err != nil || last.Valid && last.Int64 >= dayOf(now) {
			return err
		}
		if _, err := w.tx.ExecContext(ctx, `DELETE FROM pruned`); err != nil {
			return err
		}
		if _, err := w.tx.ExecContext(ctx, `INSERT INTO pruned (day) VALUES (?)`, dayOf(now)); err != nil {
			return err
		}
		oldest := now.Add(-series.SightingsKept)
		r, err := w.tx.ExecContext(ctx, `DELETE FROM sighting WHERE grown < ? AND at < ?`, dayOf(oldest), oldest.Add(-aDay).Unix())
		if err == nil {
			pruned, err = r.RowsAffected()
		}
		return err
	})
	return pruned, err
}

// Closed returns how many sightings this store was given of bins whose witnesses were
// pruned. Such a bin stands by itself: what comes then is not counted, since nobody can
// tell whether it was counted before.
func (s *Store) Closed() int64 { return s.closed.Load() }

// oldBlock is the last block that was looked into.
type oldBlock struct {
	series, number int64
	bins           []keepiton.Bin
}

// stands reports whether a bin without sightings was counted, and they were pruned: it has
// witnesses. Nought of nought is what nobody saw, and closes nothing.
func (w *writer) stands(k known, at time.Time, step time.Duration) (bool, error) {
	if at.After(w.store.now().Add(-series.SightingsKept)) {
		return false, nil
	}
	span := int64(series.Span(step) / time.Second)
	number := at.Unix() / span
	if w.old.bins == nil || w.old.series != k.id || w.old.number != number {
		w.old = oldBlock{k.id, number, make([]keepiton.Bin, span/k.step)}
		var data []byte
		switch err := w.block.QueryRowContext(w.ctx, k.id, number).Scan(&data); {
		case errors.Is(err, sql.ErrNoRows):
		case err != nil:
			return false, err
		default:
			b, err := series.ReadBlock(data, len(w.old.bins))
			if err != nil {
				return false, err
			}
			w.old.bins = b.Bins
		}
	}
	b := w.old.bins[(at.Unix()-number*span)/k.step]
	return b.Has() && b.N > 0, nil
}
