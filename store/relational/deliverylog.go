package relational

import (
	"context"
	"database/sql"
	"strings"
	"time"

	"keepiton"
)

// DeliveryCounts implements store.Alerts.
func (s *Store) DeliveryCounts(ctx context.Context, seqs []int64) (map[int64]map[keepiton.Channel]map[keepiton.DeliveryState]int, error) {
	out := map[int64]map[keepiton.Channel]map[keepiton.DeliveryState]int{}
	if len(seqs) == 0 {
		return out, nil
	}
	if len(seqs) > maxLimit {
		return nil, keepiton.Errorf(keepiton.Invalid, "%d alerts are more than %d", len(seqs), maxLimit)
	}
	args := make([]any, len(seqs))
	for i, seq := range seqs {
		args[i] = seq
		out[seq] = map[keepiton.Channel]map[keepiton.DeliveryState]int{}
	}
	err := s.Each(ctx, "count deliveries", `SELECT alert, channel, state, count(*) FROM delivery WHERE alert IN (?`+strings.Repeat(`, ?`, len(seqs)-1)+`) GROUP BY alert, channel, state`,
		args, func(r *sql.Rows) error {
			var seq int64
			var channel string
			var state keepiton.DeliveryState
			var n int
			if err := r.Scan(&seq, &channel, &state, &n); err != nil {
				return err
			}
			c := keepiton.Channel(channel)
			if out[seq][c] == nil {
				out[seq][c] = map[keepiton.DeliveryState]int{}
			}
			out[seq][c][state] = n
			return nil
		})
	return out, err
}

// Troubles implements store.Alerts.
func (s *Store) Troubles(ctx context.Context, limit int) (out []keepiton.Delivery, err error) {
	if limit < 1 || limit > maxLimit {
		return nil, keepiton.Errorf(keepiton.Invalid, "a limit of %d is not within 1 and %d", limit, maxLimit)
	}
	err = s.Each(ctx, "read troubles", `SELECT `+alertColumns+`, `+subscriptionColumns+`, `+deliveryColumns+deliveryTables+`
		WHERE d.attempts > 0 AND d.state IN (0, 1, 2, 4, 6) ORDER BY d.alert DESC, d.subscription LIMIT ?`, []any{limit}, func(r *sql.Rows) error {
		d, err := scanDelivery(r)
		out = append(out, d)
		return err
	})
	return out, err
}

// Revive implements store.Alerts.
func (s *Store) Revive(ctx context.Context, seq int64, now time.Time) (int, error) {
	var n int64
	err := s.transaction(ctx, "try dead deliveries again", func(t *transaction) (err error) {
		n, err = t.Exec(`UPDATE delivery SET state = 0, due = ?, attempts = 0, day = 0 WHERE alert = ? AND state = 4`, now.Unix(), seq)
		return err
	})
	return int(n), err
}

// Forget implements store.Alerts.
func (s *Store) Forget(ctx context.Context, before time.Time, limit int) (int, error) {
	if limit < 1 || limit > 10*maxLimit {
		return 0, keepiton.Errorf(keepiton.Invalid, "a limit of %d is not within 1 and %d", limit, 10*maxLimit)
	}
	type key struct{ alert, to int64 }
	var keys []key
	err := s.Each(ctx, "look for old deliveries", `SELECT alert, subscription FROM delivery WHERE state IN (3, 4, 5) AND day > 0 AND day < ? AND receipt = '' ORDER BY alert, subscription LIMIT ?`,
		[]any{before.Unix(), limit}, func(r *sql.Rows) error {
			var k key
			err := r.Scan(&k.alert, &k.to)
			keys = append(keys, k)
			return err
		})
	if err != nil || len(keys) == 0 {
		return 0, err
	}
	return len(keys), s.transaction(ctx, "forget deliveries", func(t *transaction) error {
		for _, k := range keys {
			if _, err := t.Exec(`DELETE FROM delivery WHERE alert = ? AND subscription = ? AND state IN (3, 4, 5)`, k.alert, k.to); err != nil {
				return err
			}
		}
		return nil
	})
}
