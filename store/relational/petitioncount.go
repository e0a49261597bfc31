package relational

import (
	"context"
	"database/sql"
	"time"

	"keepiton"
)

// TallyPetition implements store.Petitions.
func (s *Store) TallyPetition(ctx context.Context, petition keepiton.EntryID, now time.Time) error {
	return s.transaction(ctx, "count "+string(petition), func(t *transaction) error {
		b, err := t.box(petition)
		if keepiton.CodeOf(err) == keepiton.Conflict || err == nil && b.changed == 0 {
			return nil
		}
		if err != nil {
			return err
		}
		return t.tally(petition, now)
	})
}

// The parts of a petition's numbers: by day and, apart from it, by country. Those of
// the present run along with each signature; those that are told are copies of them.
const (
	partCountry    = "country" // the other is "day"
	presentDay     = "present day"
	presentCountry = "present country"
)

// running adds a signature to the numbers of the present, or takes one off.
func (t *transaction) running(petition keepiton.EntryID, way keepiton.Way, country, day string, n int) error {
	for _, cell := range [][3]string{{presentDay, string(way), day}, {presentCountry, "", country}} {
		if _, err := t.Exec(`INSERT INTO petition_count (petition, part, way, value, n) VALUES (?, ?, ?, ?, ?)
			ON CONFLICT (petition, part, way, value) DO UPDATE SET n = petition_count.n + excluded.n`, string(petition), cell[0], cell[1], cell[2], n); err != nil {
			return err
		}
	}
	_, err := t.Exec(`UPDATE petition_box SET changed = 1 WHERE petition = ?`, string(petition))
	return err
}

// tally tells the numbers of the present in the place of those before.
func (t *transaction) tally(petition keepiton.EntryID, now time.Time) error {
	id := string(petition)
	for _, query := range []string{
		`DELETE FROM petition_count WHERE petition = ? AND part IN ('day', 'country')`,
		`INSERT INTO petition_count (petition, part, way, value, n) SELECT petition, 'day', way, value, n FROM petition_count WHERE petition = ? AND part = 'present day' AND n > 0`,
		`INSERT INTO petition_count (petition, part, way, value, n) SELECT petition, 'country', way, value, n FROM petition_count WHERE petition = ? AND part = 'present country' AND n > 0`,
	} {
		if _, err := t.Exec(query, id); err != nil {
			return err
		}
	}
	if _, err := t.Exec(`UPDATE petition_box SET as_of = ?, changed = 0 WHERE petition = ?`, stamp(now), id); err != nil {
		return err
	}
	_, err := t.Count("version", 1)
	return err
}

// ClosePetition implements store.Petitions.
func (s *Store) ClosePetition(ctx context.Context, petition keepiton.EntryID, now time.Time) error {
	err := s.transaction(ctx, "close "+string(petition), func(t *transaction) error {
		if err := t.petition(petition); err != nil {
			return err
		}
		if _, err := t.Exec(`INSERT INTO petition_box (petition, salt, as_of, changed, closed) VALUES (?, ?, 0, 0, 0) ON CONFLICT DO NOTHING`, string(petition), []byte{}); err != nil {
			return err
		}
		b, err := t.box(petition)
		if keepiton.CodeOf(err) == keepiton.Conflict {
			return nil // it was closed before
		}
		if err == nil && (b.changed != 0 || b.asOf == 0) {
			err = t.tally(petition, now)
		}
		if err != nil {
			return err
		}
		for _, query := range []string{`DELETE FROM petition_signature WHERE petition = ?`, `DELETE FROM petition_count WHERE petition = ? AND part IN ('present day', 'present country')`} {
			if _, err := t.Exec(query, string(petition)); err != nil {
				return err
			}
		}
		if _, err := t.Exec(`UPDATE petition_box SET salt = ?, closed = 1 WHERE petition = ?`, []byte{}, string(petition)); err != nil {
			return err
		}
		_, err = t.Count("version", 1)
		return err
	})
	if err != nil || s.d.Forget == nil {
		return err
	}
	return s.Fail("forget a petition's key", s.d.Forget(ctx, s.DB))
}

// PetitionCount implements store.Petitions.
func (s *Store) PetitionCount(ctx context.Context, petition keepiton.EntryID) (c keepiton.PetitionCount, err error) {
	var b petitionBox
	err = s.One(ctx, "box of "+string(petition), petitionBoxColumns, []any{string(petition)}, b.dest())
	if keepiton.CodeOf(err) == keepiton.NotFound {
		return c, nil
	}
	if err != nil {
		return c, err
	}
	c = keepiton.PetitionCount{AsOf: unstamp(b.asOf), Closed: b.closed != 0, Ways: map[keepiton.Way]int{}, Days: map[keepiton.Way]map[string]int{}, Countries: map[string]int{}}
	err = s.Each(ctx, "read the count of "+string(petition), `SELECT part, way, value, n FROM petition_count WHERE petition = ? AND part IN ('day', 'country')`, []any{string(petition)}, func(r *sql.Rows) error {
		var part, value string
		var way keepiton.Way
		var n int
		if err := r.Scan(&part, &way, &value, &n); err != nil {
			return err
		}
		if part == partCountry {
			c.Countries[value] = n
			return nil
		}
		if c.Days[way] == nil {
			c.Days[way] = map[string]int{}
		}
		c.Days[way][value] = n
		c.Ways[way] += n
		return nil
	})
	return c, err
}
