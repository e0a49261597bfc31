package relational

import (
	"context"
	"database/sql"
	"time"

	"keepiton"
)

// PutEmbargo implements store.Alerts.
func (s *Store) PutEmbargo(ctx context.Context, e keepiton.Embargo) error {
	if err := plainText("embargo", e.Subject, e.Reason, e.Account); err != nil {
		return err
	}
	if e.Subject == "" || e.Reason == "" || e.Day.IsZero() {
		return keepiton.Errorf(keepiton.Invalid, "an embargo needs a subject, a reason and a day")
	}
	return s.transaction(ctx, "hold alerts", func(t *transaction) error {
		if _, err := t.Exec(`DELETE FROM embargo WHERE subject = ? AND lifted = 0`, e.Subject); err != nil {
			return err
		}
		if _, err := t.Exec(`INSERT INTO embargo (subject, made, reason, account, lifted, lifter) VALUES (?, ?, ?, ?, 0, '')`,
			e.Subject, stamp(e.Day), e.Reason, e.Account); err != nil {
			return err
		}
		if _, err := t.Exec(`UPDATE alert SET held = 1 WHERE subject = ?`, e.Subject); err != nil {
			return err
		}
		// What is claimed and not handed over yet is taken away from its holder.
		if _, err := t.Count("version", 1); err != nil {
			return err
		}
		_, err := t.Exec(`UPDATE delivery SET state = ?, holder = '' WHERE state IN (?, ?) AND alert IN (SELECT seq FROM alert WHERE subject = ?)`,
			keepiton.DeliveryHeld, keepiton.DeliveryWaiting, keepiton.DeliveryClaimed, e.Subject)
		return err
	})
}

// LiftEmbargo implements store.Alerts.
func (s *Store) LiftEmbargo(ctx context.Context, subject, account string, day time.Time) error {
	return s.transaction(ctx, "lift an embargo", func(t *transaction) error {
		n, err := t.Exec(`UPDATE embargo SET lifted = ?, lifter = ? WHERE subject = ? AND lifted = 0`, stamp(day), account, subject)
		switch {
		case err != nil:
			return err
		case n == 0:
			return keepiton.Errorf(keepiton.NotFound, "no embargo stands on %s", subject)
		}
		if _, err := t.Exec(`UPDATE alert SET held = 0 WHERE subject = ?`, subject); err != nil {
			return err
		}
		if _, err := t.Count("version", 1); err != nil {
			return err
		}
		_, err = t.Exec(`UPDATE delivery SET state = ? WHERE state = ? AND alert IN (SELECT seq FROM alert WHERE subject = ?)`,
			keepiton.DeliveryWaiting, keepiton.DeliveryHeld, subject)
		return err
	})
}

// Embargoes implements store.Alerts.
func (s *Store) Embargoes(ctx context.Context, all bool) (out []keepiton.Embargo, err error) {
	where := ` WHERE lifted = 0`
	if all {
		where = ``
	}
	err = s.Each(ctx, "read embargoes", `SELECT subject, made, reason, account, lifted, lifter FROM embargo`+where+` ORDER BY made DESC, subject`, nil, func(r *sql.Rows) error {
		var e keepiton.Embargo
		var made, lifted int64
		err := r.Scan(&e.Subject, &made, &e.Reason, &e.Account, &lifted, &e.LiftedBy)
		e.Day, e.Lifted = unstamp(made), unstamp(lifted)
		out = append(out, e)
		return err
	})
	return out, err
}
