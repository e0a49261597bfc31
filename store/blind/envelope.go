package blind

import (
	"context"
	"database/sql"
	"encoding/hex"
	"slices"
	"strings"

	"keepiton"
	"keepiton/store"
)

// selectEnvelope is a query for envelopes, with more columns after theirs.
func selectEnvelope(more, where string) string {
	return `SELECT e.id, e.lane, e.state, e.day, e.expires, e.gone, e.size, e.work, e.digest, e.lookup, e.country, e.open_day, e.kind, a.reply, a.withdraw` + more +
		` FROM envelope e LEFT JOIN address a ON a.id = e.id WHERE ` + where
}

func scanEnvelope(r *sql.Rows, more ...any) (e keepiton.Envelope, err error) {
	var id, digest, lookup, withdraw []byte
	var reply sql.NullString
	var day, expires, gone int64
	err = r.Scan(append([]any{
		&id, &e.Lane, &e.State, &day, &expires, &gone, &e.Size, &e.Work, &digest, &lookup,
		&e.Open.Country, &e.Open.Day, &e.Open.Kind, &reply, &withdraw,
	}, more...)...)
	e.ID = keepiton.EnvelopeID(hex.EncodeToString(id))
	e.Day, e.Expires, e.Gone = dayOf(day), dayOf(expires), dayOf(gone)
	copy(e.Digest[:], digest)
	e.Receipt = keepiton.ReceiptAddress{Lookup: hex.EncodeToString(lookup), Reply: reply.String, Withdraw: hex.EncodeToString(withdraw)}
	return e, err
}

// Envelope implements store.Sealed.
func (s *Store) Envelope(ctx context.Context, id keepiton.EnvelopeID) (keepiton.Envelope, error) {
	key, err := envelopeKey(id)
	if err != nil {
		return keepiton.Envelope{}, err
	}
	return s.envelope(ctx, "such report", `e.id = ?`, key)
}

// EnvelopeByLookup implements store.Sealed.
func (s *Store) EnvelopeByLookup(ctx context.Context, lookup string) (keepiton.Envelope, error) {
	key, err := lookupKey(lookup)
	if err != nil {
		return keepiton.Envelope{}, err
	}
	return s.envelope(ctx, "such receipt", `e.lookup = ?`, key)
}

func (s *Store) envelope(ctx context.Context, sought, where string, key []byte) (e keepiton.Envelope, err error) {
	found := false
	err = s.Each(ctx, "read an envelope", selectEnvelope("", where), []any{key}, func(r *sql.Rows) (err error) {
		found = true
		e, err = scanEnvelope(r)
		return err
	})
	if err == nil && !found {
		err = keepiton.Errorf(keepiton.NotFound, "there is no %s", sought)
	}
	return e, err
}

// pageSize is how many envelopes are read at once, so that no read is open
// while yield works, and calls back.
const pageSize = 256

// Envelopes implements store.Sealed. What arrives meanwhile may be among them
// or not: ids are random.
func (s *Store) Envelopes(ctx context.Context, q store.EnvelopeQuery, yield func(keepiton.Envelope) error) error {
	where, args, err := conditions(&q)
	if err != nil {
		return err
	}
	after, rest := make([]byte, 0, 16), q.Limit
	if q.After != "" {
		if after, err = envelopeKey(q.After); err != nil {
			return err
		}
	}
	query := selectEnvelope("", strings.Join(append(where, `e.id > ?`), " AND ")) + ` ORDER BY e.id LIMIT ?`
	for {
		limit := pageSize
		if q.Limit > 0 {
			limit = min(limit, rest)
		}
		page := make([]keepiton.Envelope, 0, limit)
		err := s.Each(ctx, "list envelopes", query, append(slices.Clone(args), after, limit), func(r *sql.Rows) error {
			e, err := scanEnvelope(r)
			page = append(page, e)
			return err
		})
		if err != nil {
			return err
		}
		for _, e := range page {
			if err := yield(e); err != nil {
				return err
			}
		}
		if rest -= len(page); len(page) < limit || q.Limit > 0 && rest <= 0 {
			return nil
		}
		after, _ = envelopeKey(page[len(page)-1].ID)
	}
}

// conditions writes q as SQL. A tombstone counts by the day on which it became
// one, the only day it has.
func conditions(q *store.EnvelopeQuery) (where []string, args []any, err error) {
	if q.Limit < 0 {
		return nil, nil, keepiton.Errorf(keepiton.Invalid, "a limit is not negative")
	}
	if len(q.Lanes) > 0 {
		where = append(where, `e.lane IN (?`+strings.Repeat(`, ?`, len(q.Lanes)-1)+`)`)
		for _, l := range q.Lanes {
			args = append(args, string(l))
		}
	}
	if len(q.States) > 0 {
		where = append(where, `e.state IN (?`+strings.Repeat(`, ?`, len(q.States)-1)+`)`)
		for _, st := range q.States {
			args = append(args, string(st))
		}
	}
	if since := dayNumber(q.Since); since > 0 {
		where = append(where, `(e.day >= ? OR e.gone >= ?)`)
		args = append(args, since, since)
	}
	if !q.Gone {
		where = append(where, `e.gone = 0`)
	}
	return where, args, nil
}
