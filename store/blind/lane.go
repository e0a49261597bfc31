package blind

import (
	"context"
	"database/sql"

	"keepiton"
	"keepiton/store"
	"keepiton/store/database"
)

// cost is what a body of size bytes counts against its lane: the body in whole
// pages of the disk, and four more for its wrapping, its rows and its share of the
// indexes, which is more than they take.
func cost(size int64) int64 { return (size+page-1)/page*page + 4*page }

const page = 4096

// SetQuota implements store.Sealed. A zero field is no bound here: package
// intake sets its defaults.
func (s *Store) SetQuota(ctx context.Context, l keepiton.Lane, q store.Quota) error {
	if !validLane(l) || q.Bytes < 0 || q.Count < 0 {
		return keepiton.Errorf(keepiton.Invalid, "a quota is of a lane and not negative")
	}
	return s.change(ctx, "set a quota", func(t *database.Transaction) error {
		_, err := t.Exec(`INSERT INTO lane (lane, max_bytes, max_count, bytes, count, fresh) VALUES (?, ?, ?, 0, 0, 0)
			ON CONFLICT (lane) DO UPDATE SET max_bytes = excluded.max_bytes, max_count = excluded.max_count`, string(l), q.Bytes, q.Count)
		return err
	})
}

// Usage implements store.Sealed. Bytes are those of cost.
func (s *Store) Usage(ctx context.Context) (map[keepiton.Lane]store.Usage, error) {
	out := map[keepiton.Lane]store.Usage{}
	err := s.Each(ctx, "read what the lanes hold", `SELECT lane, bytes, count, fresh FROM lane`, nil, func(r *sql.Rows) error {
		var l keepiton.Lane
		var u store.Usage
		err := r.Scan(&l, &u.Bytes, &u.Count, &u.New)
		out[l] = u
		return err
	})
	return out, err
}

// room is TooLarge when a body of size bytes does not fit into the lane.
func room(t *database.Transaction, l keepiton.Lane, size int64) error {
	var maxBytes, maxCount, bytes, count int64
	if _, err := t.Get(`SELECT max_bytes, max_count, bytes, count FROM lane WHERE lane = ?`, []any{string(l)}, []any{&maxBytes, &maxCount, &bytes, &count}); err != nil {
		return err
	}
	if maxBytes > 0 && bytes+cost(size) > maxBytes || maxCount > 0 && count >= maxCount {
		return keepiton.Errorf(keepiton.TooLarge, "the lane %s is full", l)
	}
	return nil
}

// hold adds to what the lane holds.
func hold(t *database.Transaction, l keepiton.Lane, bytes, count, fresh int64) error {
	_, err := t.Exec(`INSERT INTO lane (lane, max_bytes, max_count, bytes, count, fresh) VALUES (?, 0, 0, ?, ?, ?)
		ON CONFLICT (lane) DO UPDATE SET bytes = lane.bytes + excluded.bytes, count = lane.count + excluded.count, fresh = lane.fresh + excluded.fresh`,
		string(l), bytes, count, fresh)
	return err
}
