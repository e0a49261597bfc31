package blind

import (
	"context"
	"database/sql"
	"errors"
	"time"

	"keepiton"
	"keepiton/store/database"
)

// Destroy implements store.Sealed. What was removed is overwritten in the
// engine's log too before Destroy returns, where the engine can and no reader
// is in its way; else by the next Destroy or Expire.
func (s *Store) Destroy(ctx context.Context, id keepiton.EnvelopeID, state keepiton.EnvelopeState, day time.Time) error {
	key, err := envelopeKey(id)
	if err != nil {
		return err
	}
	if !endState(state) || dayNumber(day) <= 0 {
		return keepiton.Errorf(keepiton.Invalid, "a report is withdrawn or expires, on some day")
	}
	if err := s.destroy(ctx, [][]byte{key}, state, day); err != nil {
		return err
	}
	_ = s.cover(ctx) // told by Expire if it never comes right
	return nil
}

// Expire implements store.Sealed. It is the work of a night, to be called once a
// day: it also settles what came the day before, sweeps the folder and the
// uploads, and overwrites what was left behind. An error of these comes with the
// number of those that did expire.
func (s *Store) Expire(ctx context.Context, day time.Time) (n int, err error) {
	for {
		var keys [][]byte
		err := s.Each(ctx, "find what expires", `SELECT id FROM envelope WHERE gone = 0 AND expires < ? LIMIT 100`, []any{dayNumber(day)}, func(r *sql.Rows) error {
			var key []byte
			err := r.Scan(&key)
			keys = append(keys, key)
			return err
		})
		if err != nil {
			return n, err
		}
		if len(keys) == 0 {
			break
		}
		if err := s.destroy(ctx, keys, keepiton.EnvelopeExpired, day); err != nil {
			return n, err
		}
		n += len(keys)
	}
	err = errors.Join(s.settle(ctx), s.sweep(ctx), s.cover(ctx))
	return n, err
}

// destroy turns envelopes into tombstones, all or none.
func (s *Store) destroy(ctx context.Context, keys [][]byte, state keepiton.EnvelopeState, day time.Time) error {
	var files []fileName
	err := s.change(ctx, "destroy a report", func(t *database.Transaction) error {
		files = files[:0]
		for _, key := range keys {
			was, err := find(t, key)
			if err != nil {
				return err
			}
			if was.gone != 0 {
				continue
			}
			var file []byte
			if _, err := t.Get(`SELECT name FROM body_file WHERE id = ?`, []any{key}, []any{&file}); err != nil {
				return err
			}
			if file != nil {
				files = append(files, file)
			}
			if err := bury(t, key, &was, state, dayNumber(day)); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return err
	}
	s.traces.Store(true)
	for _, f := range files {
		if e := s.folder.remove(f); e != nil { // its key is gone, and the next sweep takes it
			err = e
		}
	}
	return err
}

// bury leaves of an envelope what its tombstone keeps. That the engine overwrites
// what it removes is its own affair (SQLite: secure_delete) and that of cover.
func bury(t *database.Transaction, key []byte, was *row, state keepiton.EnvelopeState, day int64) error {
	if state == keepiton.EnvelopeWithdrawn {
		if _, err := t.Exec(`DELETE FROM paper WHERE about = ?`, key); err != nil {
			return err
		}
	}
	for _, step := range []struct {
		query string
		args  []any
	}{
		{`DELETE FROM body WHERE id = ?`, []any{key}},
		{`DELETE FROM body_file WHERE id = ?`, []any{key}},
		{`DELETE FROM address WHERE id = ?`, []any{key}},
		{`DELETE FROM reply WHERE lookup = ?`, []any{was.lookup}},
		{
			`UPDATE envelope SET state = ?, gone = ?, day = 0, expires = 0, size = 0, work = 0, digest = NULL, country = '', open_day = '', kind = '', version = version + 1, settled = 1 WHERE id = ?`,
			[]any{string(state), day, key},
		},
	} {
		if _, err := t.Exec(step.query, step.args...); err != nil {
			return err
		}
	}
	return hold(t, was.lane, -cost(was.size), -1, -was.fresh())
}

// cover overwrites what removed rows left behind in the engine's log, if there is
// anything. Callers that wait for one another share what the first of them does.
func (s *Store) cover(ctx context.Context) error {
	s.covering.Lock()
	defer s.covering.Unlock()
	if s.d.Forget == nil || !s.traces.Swap(false) {
		return nil
	}
	if err := s.d.Forget(ctx, s.DB); err != nil {
		s.traces.Store(true)
		return s.Fail("overwrite what was destroyed", err)
	}
	return nil
}
