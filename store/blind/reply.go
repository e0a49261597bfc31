package blind

import (
	"context"
	"database/sql"

	"keepiton"
	"keepiton/store"
	"keepiton/store/database"
)

// PutReply implements store.Sealed. NotFound without such a receipt, Conflict
// once its report is gone, TooLarge beyond either bound.
func (s *Store) PutReply(ctx context.Context, lookup string, sealed []byte) error {
	key, err := lookupKey(lookup)
	if err != nil {
		return err
	}
	switch {
	case len(sealed) == 0:
		return keepiton.Errorf(keepiton.Invalid, "the reply is empty")
	case len(sealed) > store.MaxReplyBytes:
		return keepiton.Errorf(keepiton.TooLarge, "a sealed reply has at most %d bytes", store.MaxReplyBytes)
	}
	return s.change(ctx, "keep a reply", func(t *database.Transaction) error {
		var gone, n int64
		found, err := t.Get(`SELECT gone, (SELECT count(*) FROM reply r WHERE r.lookup = e.lookup) FROM envelope e WHERE e.lookup = ?`, []any{key}, []any{&gone, &n})
		switch {
		case err != nil:
			return err
		case !found:
			return keepiton.Errorf(keepiton.NotFound, "there is no such receipt")
		case gone != 0:
			return errGone
		case n >= store.MaxReplies:
			return keepiton.Errorf(keepiton.TooLarge, "a receipt has at most %d replies", store.MaxReplies)
		}
		_, err = t.Exec(`INSERT INTO reply (lookup, n, sealed) VALUES (?, ?, ?)`, key, n, sealed)
		return err
	})
}

// Replies implements store.Sealed. There are none for a receipt that does not
// exist, which is no error: the answer must not tell the two apart.
func (s *Store) Replies(ctx context.Context, lookup string) (out [][]byte, err error) {
	key, err := lookupKey(lookup)
	if err != nil {
		return nil, nil
	}
	err = s.Each(ctx, "read replies", `SELECT sealed FROM reply WHERE lookup = ? ORDER BY n`, []any{key}, func(r *sql.Rows) error {
		var sealed []byte
		err := r.Scan(&sealed)
		out = append(out, sealed)
		return err
	})
	return out, err
}
