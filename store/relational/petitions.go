package relational

import (
	"context"
	"database/sql"
	"slices"
	"strings"
	"time"

	"keepiton"
)

// saltSize is how long the salt of a petition is, in bytes.
const saltSize = 32

// petitionBox is a petition's row.
type petitionBox struct {
	salt            []byte
	asOf            int64
	changed, closed int
}

const petitionBoxColumns = `SELECT salt, as_of, changed, closed FROM petition_box WHERE petition = ?`

func (b *petitionBox) dest() []any { return []any{&b.salt, &b.asOf, &b.changed, &b.closed} }

func noBox(petition keepiton.EntryID) error {
	return keepiton.Errorf(keepiton.NotFound, "%s takes no signatures", petition)
}

func boxClosed(petition keepiton.EntryID) error {
	return keepiton.Errorf(keepiton.Conflict, "%s is closed", petition)
}

// box reads the row of a petition that is not closed.
func (t *transaction) box(petition keepiton.EntryID) (b petitionBox, err error) {
	found, err := t.Get(petitionBoxColumns, []any{string(petition)}, b.dest())
	switch {
	case err != nil:
	case !found:
		err = noBox(petition)
	case b.closed != 0:
		err = boxClosed(petition)
	}
	return b, err
}

// OpenPetition implements store.Petitions.
func (s *Store) OpenPetition(ctx context.Context, petition keepiton.EntryID, salt []byte) (kept []byte, err error) {
	if len(salt) != saltSize {
		return nil, keepiton.Errorf(keepiton.Invalid, "a salt of %d bytes, not %d", len(salt), saltSize)
	}
	err = s.transaction(ctx, "open "+string(petition), func(t *transaction) error {
		if err := t.petition(petition); err != nil {
			return err
		}
		if _, err := t.Exec(`INSERT INTO petition_box (petition, salt, as_of, changed, closed) VALUES (?, ?, 0, 0, 0) ON CONFLICT DO NOTHING`, string(petition), salt); err != nil {
			return err
		}
		b, err := t.box(petition)
		kept = b.salt
		return err
	})
	return kept, err
}

// petition returns NotFound unless id is that of a petition that is stored.
func (t *transaction) petition(id keepiton.EntryID) error {
	var one int
	found, err := t.Get(`SELECT 1 FROM entry_revision WHERE entry = ? AND n = 1`, []any{string(id)}, []any{&one})
	if err == nil && (!found || id.Kind() != keepiton.KindPetition) {
		err = noEntry(id)
	}
	return err
}

// PetitionSalt implements store.Petitions.
func (s *Store) PetitionSalt(ctx context.Context, petition keepiton.EntryID) ([]byte, error) {
	var b petitionBox
	if err := s.One(ctx, "box of "+string(petition), petitionBoxColumns, []any{string(petition)}, b.dest()); err != nil {
		return nil, err
	}
	if b.closed != 0 {
		return nil, boxClosed(petition)
	}
	return b.salt, nil
}

// SignPetition implements store.Petitions.
func (s *Store) SignPetition(ctx context.Context, p keepiton.PetitionSigner) (fresh bool, err error) {
	day, err := time.Parse(time.DateOnly, p.Day)
	if err != nil || day.IsZero() || !slices.Contains(keepiton.Ways, p.Way) || p.Country != "" && (len(p.Country) != 2 || strings.ToUpper(p.Country) != p.Country) {
		return false, keepiton.Errorf(keepiton.Invalid, "a signature has a way, a day and a country of two letters or none")
	}
	if err := plainText("country", p.Country); err != nil {
		return false, err
	}
	err = s.transaction(ctx, "sign a petition", func(t *transaction) error {
		if _, err := t.box(p.Petition); err != nil {
			return err
		}
		n, err := t.Exec(`INSERT INTO petition_signature (petition, mark, way, country, day) VALUES (?, ?, ?, ?, ?) ON CONFLICT DO NOTHING`,
			string(p.Petition), p.Mark[:], string(p.Way), p.Country, p.Day)
		if fresh = n > 0; err != nil || !fresh {
			return err
		}
		return t.running(p.Petition, p.Way, p.Country, p.Day, 1)
	})
	return fresh && err == nil, err
}

// UnsignPetition implements store.Petitions.
func (s *Store) UnsignPetition(ctx context.Context, petition keepiton.EntryID, mark [32]byte) error {
	return s.transaction(ctx, "take a signature back", func(t *transaction) error {
		if _, err := t.box(petition); err != nil {
			return err
		}
		var way keepiton.Way
		var country, day string
		found, err := t.Get(`DELETE FROM petition_signature WHERE petition = ? AND mark = ? RETURNING way, country, day`, []any{string(petition), mark[:]}, []any{&way, &country, &day})
		if err == nil && !found {
			err = keepiton.Errorf(keepiton.NotFound, "there is no such signature under %s", petition)
		}
		if err != nil {
			return err
		}
		return t.running(petition, way, country, day, -1)
	})
}

// PetitionSigned implements store.Petitions.
func (s *Store) PetitionSigned(ctx context.Context, petition keepiton.EntryID, mark [32]byte) (signed bool, err error) {
	err = s.Each(ctx, "look for a signature", `SELECT 1 FROM petition_signature WHERE petition = ? AND mark = ?`, []any{string(petition), mark[:]}, func(r *sql.Rows) error {
		var one int
		signed = true
		return r.Scan(&one)
	})
	return signed, err
}

// OpenPetitions implements store.Petitions.
func (s *Store) OpenPetitions(ctx context.Context) (out []keepiton.EntryID, err error) {
	err = s.Each(ctx, "list petitions", `SELECT petition FROM petition_box WHERE closed = 0 ORDER BY petition`, nil, func(r *sql.Rows) error {
		var id string
		err := r.Scan(&id)
		out = append(out, keepiton.EntryID(id))
		return err
	})
	return out, err
}
