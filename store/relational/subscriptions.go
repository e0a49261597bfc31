package relational

import (
	"context"
	"database/sql"
	"slices"

	"keepiton"
)

const maxSubscription = 8 << 10 // bytes of Sealed

const subscriptionColumns = `s.id, s.channel, s.pace, s.address_key, s.sealed, s.day, s.refused`

// subscriptionRow is where subscriptionColumns are read into.
type subscriptionRow struct {
	id            int64
	channel, pace string
	key, sealed   []byte
	day, refused  int64
}

func (r *subscriptionRow) dest() []any {
	return []any{&r.id, &r.channel, &r.pace, &r.key, &r.sealed, &r.day, &r.refused}
}

func (r *subscriptionRow) subscription() (keepiton.Subscription, error) {
	s := keepiton.Subscription{
		ID: keepiton.SubscriptionID(r.id), Channel: keepiton.Channel(r.channel), Pace: keepiton.Pace(r.pace),
		Sealed: r.sealed, Day: unstamp(r.day), Refused: int(r.refused),
	}
	if copy(s.Key[:], r.key) != len(s.Key) || len(r.key) != len(s.Key) {
		return s, keepiton.Errorf(keepiton.Internal, "a subscription's key has %d bytes: %w", len(r.key), errBroken)
	}
	return s, nil
}

// checkSubscription refuses what no engine should hold.
func checkSubscription(s *keepiton.Subscription) error {
	switch {
	case s.ID < 1, !slices.Contains(keepiton.Channels, s.Channel), !slices.Contains(keepiton.Paces, s.Pace), s.Day.IsZero(), len(s.Sealed) == 0:
		return keepiton.Errorf(keepiton.Invalid, "a subscription needs an id, a channel, a pace, a day and what is sealed in it")
	case len(s.Sealed) > maxSubscription:
		return keepiton.Errorf(keepiton.TooLarge, "a subscription holds %d bytes, more than %d", len(s.Sealed), maxSubscription)
	}
	return nil
}

// PutSubscription implements store.Alerts.
func (s *Store) PutSubscription(ctx context.Context, sub keepiton.Subscription) (keepiton.SubscriptionID, error) {
	if err := checkSubscription(&sub); err != nil {
		return 0, err
	}
	var id int64
	err := s.transaction(ctx, "store a subscription", func(t *transaction) error {
		_, err := t.Get(`INSERT INTO subscription (id, channel, pace, address_key, sealed, day, refused) VALUES (?, ?, ?, ?, ?, ?, ?)
			ON CONFLICT (channel, address_key) DO UPDATE SET pace = excluded.pace, sealed = excluded.sealed, day = excluded.day, refused = excluded.refused RETURNING id`,
			[]any{int64(sub.ID), string(sub.Channel), string(sub.Pace), sub.Key[:], sub.Sealed, stamp(sub.Day), sub.Refused}, []any{&id})
		return err
	})
	return keepiton.SubscriptionID(id), err
}

// Subscription implements store.Alerts.
func (s *Store) Subscription(ctx context.Context, id keepiton.SubscriptionID) (keepiton.Subscription, error) {
	var row subscriptionRow
	if err := s.One(ctx, "such subscription", `SELECT `+subscriptionColumns+` FROM subscription AS s WHERE s.id = ?`, []any{int64(id)}, row.dest()); err != nil {
		return keepiton.Subscription{}, err
	}
	return row.subscription()
}

// UpdateSubscription implements store.Alerts.
func (s *Store) UpdateSubscription(ctx context.Context, id keepiton.SubscriptionID, change func(*keepiton.Subscription) error) error {
	return s.transaction(ctx, "change a subscription", func(t *transaction) error {
		var row subscriptionRow
		found, err := t.Get(`SELECT `+subscriptionColumns+` FROM subscription AS s WHERE s.id = ?`, []any{int64(id)}, row.dest())
		switch {
		case err != nil:
			return err
		case !found:
			return keepiton.Errorf(keepiton.NotFound, "there is no such subscription")
		}
		sub, err := row.subscription()
		if err != nil {
			return err
		}
		if err := change(&sub); err != nil {
			return err
		}
		if err := checkSubscription(&sub); err != nil {
			return err
		}
		_, err = t.Exec(`UPDATE subscription SET pace = ?, sealed = ?, refused = ? WHERE id = ?`, string(sub.Pace), sub.Sealed, sub.Refused, int64(id))
		return err
	})
}

// DeleteSubscription implements store.Alerts.
func (s *Store) DeleteSubscription(ctx context.Context, id keepiton.SubscriptionID) error {
	return s.transaction(ctx, "end a subscription", func(t *transaction) error {
		for _, table := range []string{"delivery", "subscription_owner"} {
			if _, err := t.Exec(`DELETE FROM `+table+` WHERE subscription = ?`, int64(id)); err != nil {
				return err
			}
		}
		_, err := t.Exec(`DELETE FROM subscription WHERE id = ?`, int64(id))
		return err
	})
}

// OwnSubscription implements store.Alerts.
func (s *Store) OwnSubscription(ctx context.Context, id keepiton.SubscriptionID, owner keepiton.EntryID) error {
	if owner.Kind() != keepiton.KindOrganization {
		return keepiton.Errorf(keepiton.Invalid, "%q is no organization", string(owner))
	}
	return s.transaction(ctx, "own a subscription", func(t *transaction) error {
		n, err := t.Exec(`INSERT INTO subscription_owner (subscription, owner) SELECT id, ? FROM subscription WHERE id = ?
			ON CONFLICT (subscription) DO UPDATE SET owner = excluded.owner`, string(owner), int64(id))
		if err == nil && n == 0 {
			err = keepiton.Errorf(keepiton.NotFound, "there is no such subscription")
		}
		return err
	})
}

// OwnedSubscriptions implements store.Alerts.
func (s *Store) OwnedSubscriptions(ctx context.Context, owner keepiton.EntryID) (out []keepiton.Subscription, err error) {
	err = s.Each(ctx, "subscriptions of an organization", `SELECT `+subscriptionColumns+` FROM subscription_owner AS o JOIN subscription AS s ON s.id = o.subscription
		WHERE o.owner = ? ORDER BY s.channel, s.id`, []any{string(owner)}, func(r *sql.Rows) error {
		var row subscriptionRow
		if err := r.Scan(row.dest()...); err != nil {
			return err
		}
		sub, err := row.subscription()
		out = append(out, sub)
		return err
	})
	return out, err
}

// CountSubscriptions implements store.Alerts.
func (s *Store) CountSubscriptions(ctx context.Context) (map[keepiton.Channel]map[keepiton.Pace]int, error) {
	out := map[keepiton.Channel]map[keepiton.Pace]int{}
	err := s.Each(ctx, "count subscriptions", `SELECT channel, pace, count(*) FROM subscription GROUP BY channel, pace`, nil, func(r *sql.Rows) error {
		var channel, pace string
		var n int
		if err := r.Scan(&channel, &pace, &n); err != nil {
			return err
		}
		c := keepiton.Channel(channel)
		if out[c] == nil {
			out[c] = map[keepiton.Pace]int{}
		}
		out[c][keepiton.Pace(pace)] = n
		return nil
	})
	return out, err
}
