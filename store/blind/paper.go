package blind

import (
	"context"
	"database/sql"
	"encoding/hex"

	"keepiton"
	"keepiton/store"
	"keepiton/store/database"
)

func paperKey(id string) ([]byte, error) {
	if b, ok := hexKey(id, 16); ok {
		return b, nil
	}
	return nil, keepiton.Errorf(keepiton.Invalid, "the id of a paper is 32 hex digits")
}

// PutPaper implements store.Sealed. A paper that was removed meanwhile is a
// Conflict too.
func (s *Store) PutPaper(ctx context.Context, p store.Paper, base int) (version int, err error) {
	key, err := paperKey(p.ID)
	switch {
	case err != nil:
		return 0, err
	case p.Kind == "" || !short(p.Kind, 32):
		return 0, keepiton.Errorf(keepiton.Invalid, "the kind of a paper is one word")
	case len(p.Sealed) == 0 || base < 0:
		return 0, keepiton.Errorf(keepiton.Invalid, "a paper is not empty, and its versions count from 1")
	case len(p.Sealed) > store.MaxPaper:
		return 0, keepiton.Errorf(keepiton.TooLarge, "a sealed paper has at most %d bytes", store.MaxPaper)
	}
	err = s.change(ctx, "keep a paper", func(t *database.Transaction) error {
		var is int
		if _, err := t.Get(`SELECT version FROM paper WHERE id = ?`, []any{key}, []any{&is}); err != nil {
			return err
		}
		if is != base {
			return keepiton.Errorf(keepiton.Conflict, "the paper was changed meanwhile")
		}
		version = base + 1
		_, err := t.Exec(`INSERT INTO paper (id, kind, version, sealed) VALUES (?, ?, ?, ?)
			ON CONFLICT (id) DO UPDATE SET kind = excluded.kind, version = excluded.version, sealed = excluded.sealed`, key, p.Kind, version, p.Sealed)
		return err
	})
	if err != nil {
		return 0, err
	}
	return version, nil
}

// Papers implements store.Sealed. They come in order of id; the empty kind is
// all kinds. yield may call the store.
func (s *Store) Papers(ctx context.Context, kind string, yield func(store.Paper) error) error {
	after := []byte{}
	for {
		var p store.Paper
		var key []byte
		err := s.Each(ctx, "read papers", `SELECT id, kind, version, sealed FROM paper WHERE id > ? AND (kind = ? OR ? = '') ORDER BY id LIMIT 1`, []any{after, kind, kind}, func(r *sql.Rows) error {
			return r.Scan(&key, &p.Kind, &p.Version, &p.Sealed)
		})
		if err != nil || key == nil {
			return err
		}
		p.ID, after = hex.EncodeToString(key), key
		if err := yield(p); err != nil {
			return err
		}
	}
}

// DeletePaper implements store.Sealed. NotFound if there is none.
func (s *Store) DeletePaper(ctx context.Context, id string) error {
	key, err := paperKey(id)
	if err != nil {
		return err
	}
	return s.change(ctx, "remove a paper", func(t *database.Transaction) error {
		var one int
		found, err := t.Get(`SELECT 1 FROM paper WHERE id = ?`, []any{key}, []any{&one})
		if err == nil && !found {
			return keepiton.Errorf(keepiton.NotFound, "there is no such paper")
		}
		if err == nil {
			_, err = t.Exec(`DELETE FROM paper WHERE id = ?`, key)
		}
		return err
	})
}

// SpendToken implements store.Sealed. Of a token its digest is kept, for good,
// and nothing that it was spent on.
func (s *Store) SpendToken(ctx context.Context, digest [32]byte) error {
	return s.change(ctx, "spend a token", func(t *database.Transaction) error {
		var one int
		found, err := t.Get(`SELECT 1 FROM token WHERE digest = ?`, []any{digest[:]}, []any{&one})
		if err == nil && found {
			return keepiton.Errorf(keepiton.Conflict, "the token was used already")
		}
		if err == nil {
			_, err = t.Exec(`INSERT INTO token (digest) VALUES (?)`, digest[:])
		}
		return err
	})
}
