package relational

import (
	"context"
	"database/sql"
	"encoding/json"
	"time"

	"keepiton"
	"keepiton/store"
)

// openOnly is the condition on lists of the desk: all, or only what is open.
func openOnly(open bool) string {
	if open {
		return "resolved = 0"
	}
	return "1 = 1"
}

func limitOf(limit int) int {
	if limit <= 0 {
		return 1 << 30
	}
	return limit
}

// Ambiguities implements store.Desk.
func (s *Store) Ambiguities(ctx context.Context, open bool, limit int) ([]store.Ambiguity, error) {
	var out []store.Ambiguity
	err := s.Each(ctx, "read questions", `SELECT id, kind, edition, incident, candidates, resolved, resolution, resolver
		FROM question WHERE `+openOnly(open)+` ORDER BY id LIMIT ?`, []any{limitOf(limit)}, func(r *sql.Rows) error {
		var a store.Ambiguity
		var key, resolved int64
		var candidates string
		if err := r.Scan(&a.ID, &a.Kind, &a.Edition, &key, &candidates, &resolved, &a.Resolution, &a.By); err != nil {
			return err
		}
		if key != 0 {
			a.Incident = idOf(key)
		}
		a.Resolved = unstamp(resolved)
		out = append(out, a)
		return json.Unmarshal([]byte(candidates), &out[len(out)-1].Candidates)
	})
	return out, err
}

// ResolveAmbiguity implements store.Desk.
func (s *Store) ResolveAmbiguity(ctx context.Context, id int64, resolution, by string, at time.Time) error {
	return s.resolve(ctx, "question", id, resolution, by, at)
}

// resolve closes a question or a proposal, once.
func (s *Store) resolve(ctx context.Context, table string, id int64, resolution, by string, at time.Time) error {
	return s.transaction(ctx, "close a "+table, func(t *transaction) error {
		if err := plainText(table, resolution, by); err != nil {
			return err
		}
		var resolved int64
		found, err := t.Get(`SELECT resolved FROM `+table+` WHERE id = ?`, []any{id}, []any{&resolved})
		switch {
		case err != nil:
			return err
		case !found:
			return keepiton.Errorf(keepiton.NotFound, "there is no %s %d", table, id)
		case resolved != 0:
			return keepiton.Errorf(keepiton.Conflict, "%s %d is closed already", table, id)
		case at.IsZero():
			return keepiton.Errorf(keepiton.Invalid, "%s %d: closing it needs a time", table, id)
		}
		_, err = t.Exec(`UPDATE `+table+` SET resolved = ?, resolution = ?, resolver = ? WHERE id = ?`, stamp(at), resolution, by, id)
		return err
	})
}

// Unmapped implements store.Desk.
func (s *Store) Unmapped(ctx context.Context, open bool, limit int) ([]store.Unmapped, error) {
	var out []store.Unmapped
	err := s.Each(ctx, "read unmapped words", `SELECT kind, field, country, words, times, resolved, answer FROM unmapped
		WHERE `+openOnly(open)+` ORDER BY times DESC, kind, field, country, words LIMIT ?`, []any{limitOf(limit)}, func(r *sql.Rows) error {
		var u store.Unmapped
		var resolved int64
		if err := r.Scan(&u.Kind, &u.Column, &u.Country, &u.Words, &u.Count, &resolved, &u.Answer); err != nil {
			return err
		}
		u.Resolved = unstamp(resolved)
		out = append(out, u)
		return nil
	})
	return out, err
}

// ResolveUnmapped implements store.Desk.
func (s *Store) ResolveUnmapped(ctx context.Context, kind, column, country, words, answer string, at time.Time) error {
	return s.transaction(ctx, "map words", func(t *transaction) error {
		if err := plainText("answer", answer); err != nil {
			return err
		}
		n, err := t.Exec(`UPDATE unmapped SET resolved = ?, answer = ? WHERE kind = ? AND field = ? AND country = ? AND words = ?`,
			stamp(at), answer, kind, column, country, words)
		if err == nil && n == 0 {
			return keepiton.Errorf(keepiton.NotFound, "%q is not waiting to be mapped", words)
		}
		return err
	})
}

// Approve implements store.Desk.
func (s *Store) Approve(ctx context.Context, id keepiton.IncidentID, n int, account string, at time.Time) error {
	key, err := keyOf(id)
	if err != nil {
		return notFound(id)
	}
	return s.transaction(ctx, "approve "+string(id), func(t *transaction) error {
		var one int
		found, err := t.Get(`SELECT 1 FROM revision WHERE incident = ? AND n = ?`, []any{key, n}, []any{&one})
		if err != nil {
			return err
		}
		if !found {
			return keepiton.Errorf(keepiton.NotFound, "there is no revision %d of %s", n, id)
		}
		if err := plainText("account", account); err != nil {
			return err
		}
		_, err = t.Exec(`INSERT INTO approval (incident, n, account, made) VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING`, key, n, account, stamp(at))
		return err
	})
}

// Approvals implements store.Desk.
func (s *Store) Approvals(ctx context.Context, id keepiton.IncidentID, n int) ([]string, error) {
	key, err := keyOf(id)
	if err != nil {
		return nil, notFound(id)
	}
	var out []string
	err = s.Each(ctx, "read approvals", `SELECT account FROM approval WHERE incident = ? AND n = ? ORDER BY made, account`, []any{key, n}, func(r *sql.Rows) error {
		var account string
		err := r.Scan(&account)
		out = append(out, account)
		return err
	})
	return out, err
}
