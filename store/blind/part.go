package blind

import (
	"bytes"
	"context"
	"database/sql"
	"encoding/hex"

	"keepiton"
	"keepiton/store"
)

// EnvelopeParts implements store.Sealed.
func (s *Store) EnvelopeParts(ctx context.Context, known store.Marks, yield func(store.Part[keepiton.Envelope]) error) error {
	return eachPart(ctx, s, "envelope", known, selectEnvelope("", `e.id >= ? AND e.id <= ?`)+` ORDER BY e.id`, func(r *sql.Rows) (keepiton.Envelope, error) { return scanEnvelope(r) }, yield)
}

// PaperParts implements store.Sealed.
func (s *Store) PaperParts(ctx context.Context, known store.Marks, yield func(store.Part[store.PaperVersion]) error) error {
	return eachPart(ctx, s, "paper", known, `SELECT id, version FROM paper WHERE id >= ? AND id <= ? ORDER BY id`, func(r *sql.Rows) (v store.PaperVersion, err error) {
		var id []byte
		err = r.Scan(&id, &v.Version)
		v.ID = hex.EncodeToString(id)
		return v, err
	}, yield)
}

// eachPart reads the marks first: what changes while the parts are read is
// yielded again the next time. No read is open while yield works.
func eachPart[T any](ctx context.Context, s *Store, table string, known store.Marks, query string, scan func(*sql.Rows) (T, error), yield func(store.Part[T]) error) error {
	var marks store.Marks
	err := s.Each(ctx, "tell what changed", `SELECT substr(id, 1, 1), CAST(sum(version) AS BIGINT) FROM `+table+` GROUP BY substr(id, 1, 1)`, nil, func(r *sql.Rows) error {
		var first []byte
		var sum int64
		err := r.Scan(&first, &sum)
		if err == nil && len(first) == 1 {
			marks[first[0]] = uint64(sum)
		}
		return err
	})
	if err != nil {
		return err
	}
	for n, mark := range marks {
		if mark == known[n] {
			continue
		}
		p := store.Part[T]{N: n, Mark: mark}
		from, to := append([]byte{byte(n)}, make([]byte, 15)...), append([]byte{byte(n)}, bytes.Repeat([]byte{0xff}, 15)...)
		err := s.Each(ctx, "list what changed", query, []any{from, to}, func(r *sql.Rows) error {
			one, err := scan(r)
			p.All = append(p.All, one)
			return err
		})
		if err == nil {
			err = yield(p)
		}
		if err != nil {
			return err
		}
	}
	return nil
}
