package relational

import (
	"context"
	"database/sql"
	"encoding/json"

	"keepiton/store"
)

// Editions implements store.Editions.
func (s *Store) Editions(ctx context.Context) ([]store.Edition, error) {
	var out []store.Edition
	err := s.Each(ctx, "read editions", `SELECT name, published, covers, sha256, payload, report FROM edition ORDER BY published, name`, nil, func(r *sql.Rows) error {
		var e store.Edition
		var published int64
		var covers string
		if err := r.Scan(&e.Name, &published, &covers, &e.SHA256, &e.Payload, &e.Report); err != nil {
			return err
		}
		e.Published = unstamp(published)
		out = append(out, e)
		return json.Unmarshal([]byte(covers), &out[len(out)-1].Covers)
	})
	return out, err
}

// Links implements store.Editions.
func (s *Store) Links(ctx context.Context) ([]store.Link, error) {
	var out []store.Link
	err := s.Each(ctx, "read links", `SELECT edition, file, sheet, number, incident, score, reasons FROM link ORDER BY edition, file, sheet, number`, nil, func(r *sql.Rows) error {
		var l store.Link
		var key int64
		var reasons string
		if err := r.Scan(&l.Edition, &l.File, &l.Sheet, &l.Row, &key, &l.Score, &reasons); err != nil {
			return err
		}
		l.Incident = idOf(key)
		out = append(out, l)
		return json.Unmarshal([]byte(reasons), &out[len(out)-1].Reasons)
	})
	return out, err
}

// Meta implements store.Meta.
func (s *Store) Meta(ctx context.Context, key string) (text string, err error) {
	err = s.Each(ctx, "read "+key, `SELECT text FROM meta WHERE name = ?`, []any{key}, func(r *sql.Rows) error { return r.Scan(&text) })
	return text, err
}

// SetMeta implements store.Meta.
func (s *Store) SetMeta(ctx context.Context, key, text string) error {
	return s.transaction(ctx, "store "+key, func(t *transaction) (err error) {
		if err := plainText("meta", key, text); err != nil {
			return err
		}
		if text == "" {
			_, err = t.Exec(`DELETE FROM meta WHERE name = ?`, key)
			return err
		}
		_, err = t.Exec(`INSERT INTO meta (name, text) VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET text = excluded.text`, key, text)
		return err
	})
}
