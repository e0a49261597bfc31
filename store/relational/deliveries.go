package relational

import (
	"context"
	"database/sql"
	"time"

	"keepiton"
)

// FanOut implements store.Alerts.
func (s *Store) FanOut(ctx context.Context, seq int64, limit int, want func(*keepiton.Subscription) (time.Time, bool)) (done bool, err error) {
	if limit < 1 || limit > 10*maxLimit {
		return false, keepiton.Errorf(keepiton.Invalid, "a limit of %d is not within 1 and %d", limit, 10*maxLimit)
	}
	err = s.transaction(ctx, "spread an alert", func(t *transaction) error {
		var state, pace string
		var held, fanned int
		var reached int64
		found, err := t.Get(`SELECT state, pace, held, fanned, reached FROM alert WHERE seq = ?`, []any{seq}, []any{&state, &pace, &held, &fanned, &reached})
		switch {
		case err != nil:
			return err
		case !found || state != string(keepiton.AlertAnnounced) || held != 0:
			return keepiton.Errorf(keepiton.Conflict, "alert %d is not announced, or held", seq)
		case fanned != 0:
			done = true
			return nil
		}
		if pace == "" {
			pace = string(keepiton.Instant)
		}
		subs, err := t.subscriptionsAfter(pace, reached, limit)
		if err != nil {
			return err
		}
		for i := range subs {
			due, ok := want(&subs[i])
			reached = int64(subs[i].ID)
			if !ok {
				continue
			}
			if _, err := t.Exec(`INSERT INTO delivery (alert, subscription, channel, state, due, attempts, doubt, holder, answer, receipt, day)
				VALUES (?, ?, ?, 0, ?, 0, 0, '', '', '', 0) ON CONFLICT DO NOTHING`, seq, reached, string(subs[i].Channel), stamp(due)); err != nil {
				return err
			}
		}
		done = len(subs) < limit
		_, err = t.Exec(`UPDATE alert SET reached = ?, fanned = ? WHERE seq = ?`, reached, flag(done), seq)
		return err
	})
	return done && err == nil, err
}

func (t *transaction) subscriptionsAfter(pace string, id int64, limit int) ([]keepiton.Subscription, error) {
	var out []keepiton.Subscription
	err := t.Each(`SELECT `+subscriptionColumns+` FROM subscription AS s WHERE s.pace = ? AND s.id > ? ORDER BY s.id LIMIT ?`, []any{pace, id, limit}, func(r *sql.Rows) error {
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

const deliveryColumns = `d.state, d.attempts, d.doubt, d.due, d.answer, d.receipt,
	CASE WHEN EXISTS (SELECT 1 FROM alert AS b WHERE b.subject = a.subject AND b.subject <> '' AND b.seq > a.seq AND b.state = 'announced') THEN 1 ELSE 0 END`

const deliveryTables = ` FROM delivery AS d JOIN alert AS a ON a.seq = d.alert JOIN subscription AS s ON s.id = d.subscription`

func scanDelivery(r *sql.Rows) (keepiton.Delivery, error) {
	var d keepiton.Delivery
	var row subscriptionRow
	var doubt, outdated int
	var due int64
	if err := scanAlert(r, &d.Alert, append(row.dest(), &d.State, &d.Attempts, &doubt, &due, &d.Answer, &d.Receipt, &outdated)...); err != nil {
		return d, err
	}
	var err error
	d.Subscription, err = row.subscription()
	d.Due, d.Outdated = unstamp(due), outdated != 0
	d.InDoubt = doubt != 0 || d.State == keepiton.DeliveryHanded
	return d, err
}

// Claim implements store.Alerts.
func (s *Store) Claim(ctx context.Context, q keepiton.DeliveryClaim) (out []keepiton.Delivery, err error) {
	if q.Limit < 1 || q.Limit > maxLimit || q.Holder == "" || len(q.Holder) > 64 {
		return nil, keepiton.Errorf(keepiton.Invalid, "a claim needs a holder and a limit within 1 and %d", maxLimit)
	}
	var one int
	due := []any{string(q.Channel), q.Now.Unix()}
	const open = ` WHERE d.channel = ? AND d.state < 3 AND d.due <= ?`
	err = s.Each(ctx, "look for deliveries", `SELECT 1 FROM delivery AS d`+open+` LIMIT 1`, due, func(r *sql.Rows) error { return r.Scan(&one) })
	if err != nil || one == 0 {
		return nil, err // nothing is due, and no writer need wait for us
	}
	err = s.transaction(ctx, "claim deliveries", func(t *transaction) error {
		out = out[:0]
		err := t.Each(`SELECT `+alertColumns+`, `+subscriptionColumns+`, `+deliveryColumns+deliveryTables+open+` ORDER BY d.due, d.alert, d.subscription LIMIT ?`,
			append(due, q.Limit), func(r *sql.Rows) error {
				d, err := scanDelivery(r)
				d.State, d.Until = keepiton.DeliveryClaimed, q.Until.UTC().Truncate(time.Second)
				out = append(out, d)
				return err
			})
		if err != nil {
			return err
		}
		for _, d := range out {
			if _, err := t.Exec(`UPDATE delivery SET state = 1, holder = ?, due = ?, doubt = ? WHERE alert = ? AND subscription = ?`,
				q.Holder, q.Until.Unix(), flag(d.InDoubt), d.Alert.Seq, int64(d.Subscription.ID)); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	return out, nil
}

// Mark implements store.Alerts.
func (s *Store) Mark(ctx context.Context, holder string, marks []keepiton.DeliveryMark) (stood []bool, err error) {
	for _, m := range marks {
		if err := plainText("answer", m.Answer, m.Receipt); err != nil {
			return nil, err
		}
		if m.State == keepiton.DeliveryClaimed || m.State > keepiton.DeliverySkipped || len(m.Answer) > 200 || len(m.Receipt) > 500 {
			return nil, keepiton.Errorf(keepiton.Invalid, "no delivery is marked so: state %d", m.State)
		}
	}
	stood = make([]bool, len(marks))
	err = s.transaction(ctx, "mark deliveries", func(t *transaction) error {
		for i, m := range marks {
			n, err := t.mark(holder, &m)
			if err != nil {
				return err
			}
			stood[i] = n > 0
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	return stood, nil
}

func (t *transaction) mark(holder string, m *keepiton.DeliveryMark) (int64, error) {
	alert, to := m.Alert, int64(m.To)
	switch {
	case m.State == keepiton.DeliveryHanded:
		return t.Exec(`UPDATE delivery SET state = 2, due = ? WHERE alert = ? AND subscription = ? AND holder = ? AND state = 1`, m.Until.Unix(), alert, to, holder)
	case m.State == keepiton.DeliveryWaiting:
		return t.Exec(`UPDATE delivery SET state = 0, due = ?, attempts = attempts + ?, answer = ?, doubt = CASE WHEN ? = 1 THEN 1 ELSE doubt END, holder = '' WHERE alert = ? AND subscription = ? AND holder = ? AND state IN (1, 2)`,
			m.Due.Unix(), flag(m.Failed), m.Answer, flag(m.Doubt), alert, to, holder)
	}
	return t.Exec(`UPDATE delivery SET state = ?, attempts = attempts + ?, answer = ?, receipt = ?, day = ?, doubt = 0, holder = '' WHERE alert = ? AND subscription = ? AND holder = ? AND state IN (1, 2)`,
		m.State, flag(m.Failed), m.Answer, m.Receipt, stamp(m.Day), alert, to, holder)
}

// Receipt implements store.Alerts.
func (s *Store) Receipt(ctx context.Context, subject string, to keepiton.SubscriptionID) (receipt string, err error) {
	err = s.Each(ctx, "read a receipt", `SELECT d.receipt FROM delivery AS d JOIN alert AS a ON a.seq = d.alert
		WHERE a.subject = ? AND d.subscription = ? AND d.state = 3 AND d.receipt <> '' ORDER BY a.seq DESC LIMIT 1`,
		[]any{subject, int64(to)}, func(r *sql.Rows) error { return r.Scan(&receipt) })
	return receipt, err
}
