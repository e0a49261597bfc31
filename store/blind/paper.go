package blind

import (
	"context"
	"encoding/hex"
	"math/rand/v2"

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

// PutPaper implements store.Sealed.
func (s *Store) PutPaper(ctx context.Context, p store.Paper, base int) (version int, err error) {
	key, err := paperKey(p.ID)
	var about []byte
	if err == nil && p.About != "" {
		about, err = envelopeKey(p.About)
	}
	switch {
	case err != nil:
		return 0, err
	case p.Kind == "" || !short(p.Kind, 32):
		return 0, keepiton.Errorf(keepiton.Invalid, "the kind of a paper is one word")
	case len(p.Sealed) == 0 || base < 0:
		return 0, keepiton.Errorf(keepiton.Invalid, "a paper is not empty, and its versions are positive")
	case len(p.Sealed) > store.MaxPaper:
		return 0, keepiton.Errorf(keepiton.TooLarge, "a sealed paper has at most %d bytes", store.MaxPaper)
	}
	err = s.change(ctx, "keep a paper", func(t *database.Transaction) error {
		if about != nil {
			of, err := find(t, about)
			if err != nil {
				return err
			}
			if of.state == keepiton.EnvelopeWithdrawn {
				return errGone
			}
		}
		var is int
		if _, err := t.Get(`SELECT version FROM paper WHERE id = ?`, []any{key}, []any{&is}); err != nil {
			return err
		}
		if is != base {
			return keepiton.Errorf(keepiton.Conflict, "the paper was changed meanwhile")
		}
		if version = base + 1; base == 0 {
			version = firstVersion()
		}
		_, err := t.Exec(`INSERT INTO paper (id, kind, version, about, sealed) VALUES (?, ?, ?, ?, ?)
			ON CONFLICT (id) DO UPDATE SET kind = excluded.kind, version = excluded.version, about = excluded.about, sealed = excluded.sealed`, key, p.Kind, version, orNull(about), p.Sealed)
		return err
	})
	if err != nil {
		return 0, err
	}
	return version, nil
}

// firstVersion is that of something new: far from the end of 32 bits, and far
// from that of what had its place before.
func firstVersion() int { return 1 + rand.IntN(1<<30) }

// Paper implements store.Sealed.
func (s *Store) Paper(ctx context.Context, id string) (store.Paper, error) {
	p := store.Paper{ID: id}
	key, err := paperKey(id)
	if err != nil {
		return p, err
	}
	var about []byte
	err = s.One(ctx, "such paper", `SELECT kind, version, about, sealed FROM paper WHERE id = ?`, []any{key}, []any{&p.Kind, &p.Version, &about, &p.Sealed})
	p.About = keepiton.EnvelopeID(hex.EncodeToString(about))
	return p, err
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
