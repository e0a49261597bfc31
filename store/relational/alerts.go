package relational

import (
	"context"
	"database/sql"
	"encoding/json"
	"strings"

	"keepiton"
)

const maxFacets = 64 << 10 // bytes of JSON of an alert's facets

func noAlert(id keepiton.AlertID) error {
	return keepiton.Errorf(keepiton.NotFound, "there is no alert %s", id)
}

// entryChanged adds a revision to the feed of what readers see of entries.
func (t *transaction) entryChanged(rev *keepiton.EntryRevision) error {
	_, err := t.Exec(`INSERT INTO entry_change (seq, entry, n) SELECT coalesce(max(seq), 0) + 1, ?, ? FROM entry_change`, string(rev.ID), rev.N)
	return err
}

// EntryChanges implements store.Alerts.
func (s *Store) EntryChanges(ctx context.Context, after string, limit int) (out []keepiton.EntryRevision, next string, err error) {
	seq, err := parseChangesCursor(after)
	if err != nil {
		return nil, "", err
	}
	if limit < 1 || limit > maxLimit {
		return nil, "", keepiton.Errorf(keepiton.Invalid, "a limit of %d is not within 1 and %d", limit, maxLimit)
	}
	err = s.Each(ctx, "read changes of entries", `SELECT `+entryColumns+`, c.seq FROM entry_change AS c JOIN entry_revision AS r ON r.entry = c.entry AND r.n = c.n
		WHERE c.seq > ? ORDER BY c.seq LIMIT ?`, []any{seq, limit}, func(r *sql.Rows) error {
		rev, err := scanEntryWith(r, &seq)
		out = append(out, rev)
		return err
	})
	return out, changesCursor(seq), err
}

// EndOfChanges implements store.Alerts.
func (s *Store) EndOfChanges(ctx context.Context) (changes, entries string, err error) {
	var revision, entry int64
	err = s.One(ctx, "end of changes", `SELECT (SELECT coalesce(max(seq), 0) FROM revision), (SELECT coalesce(max(seq), 0) FROM entry_change)`, nil, []any{&revision, &entry})
	return changesCursor(revision), changesCursor(entry), err
}

// AlertCursor implements store.Alerts.
func (s *Store) AlertCursor(ctx context.Context, reader string) (cursor string, err error) {
	err = s.Each(ctx, "read a cursor", `SELECT cursor FROM alert_reader WHERE name = ?`, []any{reader}, func(r *sql.Rows) error { return r.Scan(&cursor) })
	return cursor, err
}

// NoteAlerts implements store.Alerts.
func (s *Store) NoteAlerts(ctx context.Context, reader, cursor string, alerts []keepiton.Alert) error {
	return s.transaction(ctx, "note alerts", func(t *transaction) error {
		for i := range alerts {
			if err := t.noteAlert(&alerts[i]); err != nil {
				return err
			}
		}
		_, err := t.Exec(`INSERT INTO alert_reader (name, cursor) VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET cursor = excluded.cursor`, reader, cursor)
		return err
	})
}

func (t *transaction) noteAlert(a *keepiton.Alert) error {
	facets, err := alertFacets(a)
	if err != nil {
		return err
	}
	if err := plainText("alert", string(a.ID), a.Subject); err != nil {
		return err
	}
	var one int
	if found, err := t.Get(`SELECT 1 FROM alert WHERE id = ?`, []any{string(a.ID)}, []any{&one}); found || err != nil {
		return err
	}
	held := 0
	if a.Subject != "" {
		if _, err := t.Get(`SELECT count(*) FROM embargo WHERE subject = ? AND lifted = 0`, []any{a.Subject}, []any{&held}); err != nil {
			return err
		}
	}
	_, err = t.Exec(`INSERT INTO alert (seq, id, subject, n, state, act, due, announced, held, previous, facets, pace, since, until, reached, fanned)
		SELECT coalesce(max(seq), 0) + 1, ?, ?, ?, ?, '', ?, 0, ?, '', ?, ?, ?, ?, 0, 0 FROM alert`,
		string(a.ID), a.Subject, a.N, string(keepiton.AlertWaiting), stamp(a.Due), min(held, 1), facets, string(a.Pace), stamp(a.From), stamp(a.To))
	return err
}

func alertFacets(a *keepiton.Alert) (string, error) {
	b, err := json.Marshal(a.Facets)
	if err == nil && len(b) > maxFacets {
		err = keepiton.Errorf(keepiton.TooLarge, "%s is found by %d bytes, more than %d", a.ID, len(b), maxFacets)
	}
	return string(b), err
}

// SettleAlert implements store.Alerts.
func (s *Store) SettleAlert(ctx context.Context, a keepiton.Alert) error {
	if a.State != keepiton.AlertAnnounced && a.State != keepiton.AlertSilent {
		return keepiton.Errorf(keepiton.Invalid, "an alert is settled as announced or silent, not %s", a.State)
	}
	facets, err := alertFacets(&a)
	if err != nil {
		return err
	}
	return s.transaction(ctx, "settle an alert", func(t *transaction) error {
		n, err := t.Exec(`UPDATE alert SET state = ?, act = ?, announced = ?, previous = ?, facets = ?, fanned = ? WHERE id = ? AND state = ? AND held = 0`,
			string(a.State), string(a.Act), stamp(a.Announced), string(a.After), facets, flag(a.State == keepiton.AlertSilent), string(a.ID), string(keepiton.AlertWaiting))
		switch {
		case err != nil:
			return err
		case n == 0:
			return keepiton.Errorf(keepiton.Conflict, "%s does not wait to be settled", a.ID)
		case a.State == keepiton.AlertAnnounced:
			_, err = t.Count("version", 1) // feeds have it from now on
		}
		return err
	})
}

func flag(b bool) int {
	if b {
		return 1
	}
	return 0
}

const alertColumns = `a.seq, a.id, a.subject, a.n, a.state, a.act, a.due, a.announced, a.held, a.previous, a.pace, a.since, a.until`

// scanAlert reads alertColumns and what stands behind them.
func scanAlert(r *sql.Rows, a *keepiton.Alert, more ...any) error {
	var id, state, act, previous, pace string
	var due, announced, from, to int64
	var held int
	if err := r.Scan(append([]any{&a.Seq, &id, &a.Subject, &a.N, &state, &act, &due, &announced, &held, &previous, &pace, &from, &to}, more...)...); err != nil {
		return err
	}
	a.ID, a.State, a.Act, a.After, a.Pace = keepiton.AlertID(id), keepiton.AlertState(state), keepiton.AlertAct(act), keepiton.AlertID(previous), keepiton.Pace(pace)
	a.Due, a.Announced, a.Held, a.From, a.To = unstamp(due), unstamp(announced), held != 0, unstamp(from), unstamp(to)
	return nil
}

func (s *Store) alerts(ctx context.Context, rest string, args ...any) (out []keepiton.Alert, err error) {
	err = s.Each(ctx, "read alerts", `SELECT `+alertColumns+`, a.facets FROM alert AS a WHERE `+rest, args, func(r *sql.Rows) error {
		var a keepiton.Alert
		var facets string
		if err := scanAlert(r, &a, &facets); err != nil {
			return err
		}
		out = append(out, a)
		return json.Unmarshal([]byte(facets), &out[len(out)-1].Facets)
	})
	return out, err
}

// Alert implements store.Alerts.
func (s *Store) Alert(ctx context.Context, id keepiton.AlertID) (keepiton.Alert, error) {
	list, err := s.alerts(ctx, `a.id = ?`, string(id))
	switch {
	case err != nil:
		return keepiton.Alert{}, err
	case len(list) == 0:
		return keepiton.Alert{}, noAlert(id)
	}
	return list[0], nil
}

// ListAlerts implements store.Alerts.
func (s *Store) ListAlerts(ctx context.Context, q keepiton.AlertQuery) ([]keepiton.Alert, error) {
	if q.Limit == 0 {
		q.Limit = 100
	}
	if q.Limit < 1 || q.Limit > maxLimit {
		return nil, keepiton.Errorf(keepiton.Invalid, "a limit of %d is not within 1 and %d", q.Limit, maxLimit)
	}
	terms, args := []string{`a.seq > 0`}, []any(nil)
	add := func(on bool, term string, values ...any) {
		if on {
			terms, args = append(terms, term), append(args, values...)
		}
	}
	if len(q.States) > 0 {
		terms = append(terms, `a.state IN (?`+strings.Repeat(`, ?`, len(q.States)-1)+`)`)
		for _, st := range q.States {
			args = append(args, string(st))
		}
	}
	add(q.Subject != "", `a.subject = ?`, q.Subject)
	add(!q.Digests, `a.subject <> ''`)
	add(!q.DueBy.IsZero(), `a.due <= ?`, q.DueBy.Unix())
	add(!q.From.IsZero(), `a.announced >= ?`, q.From.Unix())
	add(!q.Before.IsZero(), `a.announced > 0 AND a.announced < ?`, q.Before.Unix())
	add(q.Unheld, `a.held = 0`)
	add(q.Unfanned, `a.state = ? AND a.fanned = 0`, string(keepiton.AlertAnnounced))
	order := ` ORDER BY a.seq`
	if q.Newest { // what waits will be newer than all
		order = ` ORDER BY CASE WHEN a.announced = 0 THEN 1 ELSE 0 END DESC, a.announced DESC, a.seq DESC`
	}
	return s.alerts(ctx, strings.Join(terms, ` AND `)+order+` LIMIT ?`, append(args, q.Limit)...)
}
