package relational

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"slices"

	"keepiton"
	"keepiton/store"
)

// PutMedia implements store.Media.
func (s *Store) PutMedia(ctx context.Context, m store.MediaFile) error {
	sum := sha256.Sum256(m.Bytes)
	switch {
	case len(m.Bytes) > store.MaxMedia:
		return keepiton.Errorf(keepiton.TooLarge, "a picture of %d bytes is larger than %d", len(m.Bytes), store.MaxMedia)
	case m.SHA256 != hex.EncodeToString(sum[:]):
		return keepiton.Errorf(keepiton.Invalid, "the picture does not have the hash %q", m.SHA256)
	case !slices.Contains(store.MediaTypes, m.Type):
		return keepiton.Errorf(keepiton.Invalid, "a picture of type %q is none of %v", m.Type, store.MediaTypes)
	}
	if err := plainText("subject", m.Subjects...); err != nil {
		return err
	}
	return s.transaction(ctx, "keep a picture", func(t *transaction) error {
		if _, err := t.Exec(`INSERT INTO media (sha256, type, data) VALUES (?, ?, ?) ON CONFLICT DO NOTHING`, m.SHA256, m.Type, m.Bytes); err != nil {
			return err
		}
		for _, subject := range m.Subjects {
			if _, err := t.Exec(`INSERT INTO media_use (sha256, subject) VALUES (?, ?) ON CONFLICT DO NOTHING`, m.SHA256, subject); err != nil {
				return err
			}
		}
		return nil
	})
}

// Media implements store.Media.
func (s *Store) Media(ctx context.Context, sum string) (store.MediaFile, error) {
	m := store.MediaFile{SHA256: sum}
	if err := s.One(ctx, "picture "+sum, `SELECT type, data FROM media WHERE sha256 = ?`, []any{sum}, []any{&m.Type, &m.Bytes}); err != nil {
		return m, err
	}
	err := s.Each(ctx, "read a picture", `SELECT subject FROM media_use WHERE sha256 = ? ORDER BY subject`, []any{sum}, func(r *sql.Rows) error {
		var subject string
		err := r.Scan(&subject)
		m.Subjects = append(m.Subjects, subject)
		return err
	})
	return m, err
}

// MediaUses implements store.Media.
func (s *Store) MediaUses(ctx context.Context, yield func(sha256, subject string) error) error {
	return s.Each(ctx, "list pictures", `SELECT sha256, subject FROM media_use ORDER BY subject, sha256`, nil, func(r *sql.Rows) error {
		var sum, subject string
		if err := r.Scan(&sum, &subject); err != nil {
			return err
		}
		return yield(sum, subject)
	})
}

// DropMedia implements store.Media.
func (s *Store) DropMedia(ctx context.Context, sum, subject string) error {
	return s.transaction(ctx, "remove a picture", func(t *transaction) error {
		if _, err := t.Exec(`DELETE FROM media_use WHERE sha256 = ? AND subject = ?`, sum, subject); err != nil {
			return err
		}
		_, err := t.Exec(`DELETE FROM media WHERE sha256 = ? AND NOT EXISTS (SELECT 1 FROM media_use WHERE media_use.sha256 = media.sha256)`, sum)
		return err
	})
}
