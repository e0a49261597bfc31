package blind

import (
	"context"
	"database/sql"
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

// Expire implements store.Sealed. It also sweeps the folder and the uploads, and
// overwrites what was left behind; an error of that comes with the number.
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
	if err := s.sweep(ctx); err != nil {
		return n, err
	}
	return n, s.cover(ctx)
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
			if _, err := t.Get(`SELECT file FROM body_key WHERE id = ?`, []any{key}, []any{&file}); err != nil {
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
	s.leaveTraces()
	for _, f := range files {
		if e := s.folder.remove(f); e != nil { // its key is gone, and the next sweep takes it
			err = e
		}
	}
	return err
}

// bury leaves of an envelope what its tombstone keeps. The key is overwritten
// before it is removed, so that the row's place holds zeros whatever the engine
// does with removed rows.
func bury(t *database.Transaction, key []byte, was *row, state keepiton.EnvelopeState, day int64) error {
	for _, step := range []struct {
		query string
		args  []any
	}{
		{`UPDATE body_key SET key = ? WHERE id = ?`, []any{make([]byte, len(bodyKey{})), key}},
		{`DELETE FROM body_key WHERE id = ?`, []any{key}},
		{`DELETE FROM body WHERE id = ?`, []any{key}},
		{`DELETE FROM address WHERE id = ?`, []any{key}},
		{`DELETE FROM reply WHERE lookup = ?`, []any{was.lookup}},
		{
			`UPDATE envelope SET state = ?, gone = ?, day = 0, expires = 0, size = 0, work = 0, digest = NULL, country = '', open_day = '', kind = '' WHERE id = ?`,
			[]any{string(state), day, key},
		},
	} {
		if _, err := t.Exec(step.query, step.args...); err != nil {
			return err
		}
	}
	return hold(t, was.lane, -cost(was.size), -1, -was.fresh())
}

// leaveTraces notes that something was destroyed whose traces cover has to
// overwrite.
func (s *Store) leaveTraces() {
	select {
	case s.forget <- struct{}{}:
	default:
	}
}

// cover overwrites what removed rows left behind in the engine's log, if there
// is anything.
func (s *Store) cover(ctx context.Context) error {
	select {
	case <-s.forget:
	default:
		return nil
	}
	if s.d.Forget == nil {
		return nil
	}
	if err := s.d.Forget(ctx, s.DB); err != nil {
		s.leaveTraces()
		return s.Fail("overwrite what was destroyed", err)
	}
	return nil
}
