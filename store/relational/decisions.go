package relational

import (
	"context"
	"database/sql"

	"keepiton"
)

// Decide implements store.Disruptions.
func (s *Store) Decide(ctx context.Context, d keepiton.Decision) (keepiton.Decision, error) {
	if err := d.Check(); err != nil {
		return d, err
	}
	if err := plainText("decision", d.Note, d.By); err != nil {
		return d, err
	}
	d.At = unstamp(stamp(d.At))
	err := s.transaction(ctx, "decide on "+string(d.Disruption), func(t *transaction) error {
		if err := t.mayDecide(&d); err != nil {
			return err
		}
		var last int
		if _, err := t.Get(`SELECT coalesce(max(n), 0) FROM disruption_decision WHERE disruption = ?`, []any{string(d.Disruption)}, []any{&last}); err != nil {
			return err
		}
		if d.N != 0 && d.N != last+1 {
			return keepiton.Errorf(keepiton.Conflict, "somebody else has decided on %s meanwhile", d.Disruption)
		}
		d.N = last + 1
		if _, err := t.Exec(`INSERT INTO disruption_decision (disruption, n, what, incident, into_id, code, note, account, made) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`,
			string(d.Disruption), d.N, string(d.What), string(d.Incident), string(d.Into), d.Code, d.Note, d.By, stamp(d.At)); err != nil {
			return err
		}
		if _, err := t.Exec(`UPDATE disruption SET decided = ?, incident = ?, into_id = ? WHERE id = ?`,
			string(d.What), string(d.Incident), string(d.Into), string(d.Disruption)); err != nil {
			return err
		}
		_, err := t.Count("disruptions", 1)
		return err
	})
	return d, err
}

// mayDecide checks what a decision names.
func (t *transaction) mayDecide(d *keepiton.Decision) error {
	var one int
	var into string
	if found, err := t.Get(`SELECT 1 FROM disruption WHERE id = ?`, []any{string(d.Disruption)}, []any{&one}); err != nil || !found {
		return orElse(err, noDisruption(d.Disruption))
	}
	switch d.What {
	case keepiton.Accepted:
		key, err := keyOf(d.Incident)
		if err != nil {
			return err
		}
		if found, err := t.Get(`SELECT 1 FROM incident WHERE id = ?`, []any{key}, []any{&one}); err != nil || !found {
			return orElse(err, notFound(d.Incident))
		}
	case keepiton.MergedWith:
		found, err := t.Get(`SELECT into_id FROM disruption WHERE id = ?`, []any{string(d.Into)}, []any{&into})
		switch {
		case err != nil || !found:
			return orElse(err, noDisruption(d.Into))
		case into != "":
			return keepiton.Errorf(keepiton.Conflict, "%s is itself merged with %s", d.Into, into)
		}
		if found, err = t.Get(`SELECT 1 FROM disruption WHERE into_id = ? LIMIT 1`, []any{string(d.Disruption)}, []any{&one}); err != nil || found {
			return orElse(err, keepiton.Errorf(keepiton.Conflict, "others are merged with %s", d.Disruption))
		}
	}
	return nil
}

func orElse(err, other error) error {
	if err != nil {
		return err
	}
	return other
}

// Decisions implements store.Disruptions.
func (s *Store) Decisions(ctx context.Context, id keepiton.DisruptionID) ([]keepiton.Decision, error) {
	return decisions(s.reading(ctx), id)
}

func decisions(each eacher, id keepiton.DisruptionID) (out []keepiton.Decision, err error) {
	err = each(`SELECT n, what, incident, into_id, code, note, account, made FROM disruption_decision WHERE disruption = ? ORDER BY n`, []any{string(id)}, func(r *sql.Rows) error {
		d := keepiton.Decision{Disruption: id}
		var what, incident, into string
		var made int64
		err := r.Scan(&d.N, &what, &incident, &into, &d.Code, &d.Note, &d.By, &made)
		d.What, d.Incident, d.Into, d.At = keepiton.DecisionKind(what), keepiton.IncidentID(incident), keepiton.DisruptionID(into), unstamp(made)
		out = append(out, d)
		return err
	})
	return out, err
}
