package relational

import (
	"context"
	"database/sql"
	"time"

	"keepiton"
)

// maxWhom bounds the words of whom a link is for, in runes.
const maxWhom = 200

const linkColumns = `token, entry, whom, account, made, expires`

// PutEarlyLink implements store.PressLinks.
func (s *Store) PutEarlyLink(ctx context.Context, l keepiton.EarlyLink) error {
	if l.Entry.Kind() != keepiton.KindStatement || l.Expires.IsZero() || l.Made.IsZero() {
		return keepiton.Errorf(keepiton.Invalid, "a link needs a statement and its times")
	}
	if len([]rune(l.Whom)) > maxWhom {
		return keepiton.Errorf(keepiton.TooLarge, "whom the link is for has more than %d letters", maxWhom)
	}
	if err := plainText("link", l.Whom, l.Account); err != nil {
		return err
	}
	return s.transaction(ctx, "keep a link", func(t *transaction) error {
		n, err := t.Exec(`INSERT INTO early_link (`+linkColumns+`) VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING`,
			l.Token[:], string(l.Entry), l.Whom, l.Account, stamp(l.Made), stamp(l.Expires))
		if err == nil && n == 0 {
			err = keepiton.Errorf(keepiton.Conflict, "there is such a link")
		}
		return err
	})
}

// EarlyLink implements store.PressLinks.
func (s *Store) EarlyLink(ctx context.Context, token [32]byte) (keepiton.EarlyLink, error) {
	all, err := s.earlyLinks(ctx, `WHERE token = ?`, token[:])
	if err == nil && len(all) == 0 {
		err = keepiton.Errorf(keepiton.NotFound, "there is no such link")
	}
	if err != nil {
		return keepiton.EarlyLink{}, err
	}
	return all[0], nil
}

// EarlyLinks implements store.PressLinks.
func (s *Store) EarlyLinks(ctx context.Context, id keepiton.EntryID) ([]keepiton.EarlyLink, error) {
	return s.earlyLinks(ctx, `WHERE entry = ? ORDER BY made, token`, string(id))
}

func (s *Store) earlyLinks(ctx context.Context, which string, args ...any) (out []keepiton.EarlyLink, err error) {
	err = s.Each(ctx, "read links", `SELECT `+linkColumns+` FROM early_link `+which, args, func(r *sql.Rows) error {
		var l keepiton.EarlyLink
		var token []byte
		var entry string
		var made, expires int64
		if err := r.Scan(&token, &entry, &l.Whom, &l.Account, &made, &expires); err != nil {
			return err
		}
		copy(l.Token[:], token)
		l.Entry, l.Made, l.Expires = keepiton.EntryID(entry), unstamp(made), unstamp(expires)
		out = append(out, l)
		return nil
	})
	return out, err
}

// EndEarlyLink implements store.PressLinks.
func (s *Store) EndEarlyLink(ctx context.Context, id keepiton.EntryID, token [32]byte) error {
	return s.transaction(ctx, "end a link", func(t *transaction) error {
		n, err := t.Exec(`DELETE FROM early_link WHERE entry = ? AND token = ?`, string(id), token[:])
		if err == nil && n == 0 {
			err = keepiton.Errorf(keepiton.NotFound, "there is no such link")
		}
		return err
	})
}

// ForgetEarlyLinks implements store.PressLinks.
func (s *Store) ForgetEarlyLinks(ctx context.Context, now time.Time, of ...keepiton.EntryID) (int, error) {
	var all int64
	err := s.transaction(ctx, "forget links", func(t *transaction) error {
		n, err := t.Exec(`DELETE FROM early_link WHERE expires <= ?`, stamp(now))
		all = n
		for _, id := range of {
			if err != nil {
				return err
			}
			n, err = t.Exec(`DELETE FROM early_link WHERE entry = ?`, string(id))
			all += n
		}
		return err
	})
	return int(all), err
}
