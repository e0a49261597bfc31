package blind

import (
	"context"
	"crypto/rand"
	"database/sql"
	"encoding/hex"

	"keepiton"
	"keepiton/store"
	"keepiton/store/database"
)

// Accept implements store.Sealed.
func (s *Store) Accept(ctx context.Context, e keepiton.Envelope, b store.Body) (stored keepiton.Envelope, again bool, err error) {
	src, ok := b.(source)
	if !ok || src.of() != s {
		return stored, false, keepiton.Errorf(keepiton.Invalid, "the body was not staged here")
	}
	in, err := newIncoming(&e)
	if err != nil {
		return stored, false, err
	}
	if in.body, err = src.finish(); err != nil {
		return stored, false, err
	}
	change := s.change
	if in.body.file != nil {
		change = s.changeWithFile
	}
	if err := change(ctx, "accept a report", in.store); err != nil {
		return stored, false, err
	}
	return in.stored, in.again, src.release(!in.again)
}

// incoming is an envelope that is being accepted.
type incoming struct {
	e        *keepiton.Envelope
	lookup   []byte
	withdraw []byte
	body     *sealed

	stored keepiton.Envelope
	again  bool
}

// newIncoming checks what of an envelope comes from outside.
func newIncoming(e *keepiton.Envelope) (in *incoming, err error) {
	in = &incoming{e: e}
	if in.lookup, in.withdraw, err = address(&e.Receipt); err != nil {
		return nil, err
	}
	switch {
	case !validLane(e.Lane):
		return nil, keepiton.Errorf(keepiton.Invalid, "there is no lane %q", e.Lane)
	case dayNumber(e.Day) <= 0 || dayNumber(e.Expires) <= dayNumber(e.Day):
		return nil, keepiton.Errorf(keepiton.Invalid, "an envelope expires after the day on which it came")
	case e.Work < 0 || e.Work > 256:
		return nil, keepiton.Errorf(keepiton.Invalid, "work is 0 to 256 bits")
	case !short(e.Open.Country, 2) || !short(e.Open.Day, 10) || !short(e.Open.Kind, 16):
		return nil, keepiton.Errorf(keepiton.Invalid, "the open fields are a country, a day and a kind")
	}
	return in, nil
}

// store is the change.
func (in *incoming) store(t *database.Transaction) error {
	in.stored, in.again = keepiton.Envelope{}, false
	w := in.body
	found, err := in.known(t)
	if err != nil {
		return err
	}
	if found {
		return in.endUpload(t)
	}
	if in.lookup != nil {
		if err := free(t, in.lookup); err != nil {
			return err
		}
	}
	if err := room(t, in.e.Lane, w.size); err != nil {
		return err
	}
	id := make([]byte, 16)
	_, _ = rand.Read(id)
	e := *in.e
	e.ID, e.Size, e.Digest, e.State, e.Gone = keepiton.EnvelopeID(hex.EncodeToString(id)), w.size, w.digest, keepiton.EnvelopeNew, dayOf(0)
	e.Day, e.Expires = dayOf(dayNumber(e.Day)), dayOf(dayNumber(e.Expires))
	if _, err := t.Exec(`INSERT INTO envelope (id, lane, state, day, expires, gone, size, work, digest, lookup, country, open_day, kind, version, settled)
		VALUES (?, ?, ?, ?, ?, 0, ?, ?, ?, ?, ?, ?, ?, ?, 0)`, id, string(e.Lane), string(e.State), dayNumber(e.Day), dayNumber(e.Expires),
		e.Size, e.Work, e.Digest[:], orNull(in.lookup), e.Open.Country, e.Open.Day, e.Open.Kind, firstVersion()); err != nil {
		return err
	}
	if in.lookup != nil {
		if err := putAddress(t, id, e.Receipt.Reply, in.withdraw); err != nil {
			return err
		}
	}
	if err := putBody(t, id, w); err != nil {
		return err
	}
	if err := hold(t, e.Lane, cost(e.Size), 1, 1); err != nil {
		return err
	}
	in.stored = e
	return in.endUpload(t)
}

// known finds an envelope with the same digest. One with the same key is this
// very one: it was stored by an attempt whose commit went unanswered.
func (in *incoming) known(t *database.Transaction) (bool, error) {
	var column []byte
	found := false
	err := t.Each(selectEnvelope(`, (SELECT key FROM body b WHERE b.id = e.id)`, `e.digest = ?`), []any{in.body.digest[:]}, func(r *sql.Rows) (err error) {
		found = true
		in.stored, err = scanEnvelope(r, &column)
		return err
	})
	key, _ := keyIn(column)
	in.again = found && key != in.body.key
	return found, err
}

// endUpload removes the upload that the body came by.
func (in *incoming) endUpload(t *database.Transaction) error {
	if in.body.upload == nil {
		return nil
	}
	n, err := t.Exec(`DELETE FROM upload WHERE id = ?`, in.body.upload)
	if err == nil && n == 0 && in.again {
		return nil
	}
	if err == nil && n == 0 {
		return keepiton.Errorf(keepiton.NotFound, "there is no such upload")
	}
	return err
}

// free is a Conflict when an envelope has the lookup already.
func free(t *database.Transaction, lookup []byte) error {
	var one int
	found, err := t.Get(`SELECT 1 FROM envelope WHERE lookup = ?`, []any{lookup}, []any{&one})
	if err == nil && found {
		return keepiton.Errorf(keepiton.Conflict, "another report has this receipt")
	}
	return err
}

func putBody(t *database.Transaction, id []byte, w *sealed) error {
	if _, err := t.Exec(`INSERT INTO body (id, key, data) VALUES (?, ?, ?)`, id, w.key.column(), orNull(w.data)); err != nil {
		return err
	}
	if w.file == nil {
		return nil
	}
	_, err := t.Exec(`INSERT INTO body_file (id, name) VALUES (?, ?)`, id, []byte(w.file))
	return err
}

func putAddress(t *database.Transaction, id []byte, reply string, withdraw []byte) error {
	if reply == "" && withdraw == nil {
		return nil
	}
	_, err := t.Exec(`INSERT INTO address (id, reply, withdraw) VALUES (?, ?, ?)`, id, reply, orNull(withdraw))
	return err
}

// orNull keeps empty bytes NULL, which need not be unique.
func orNull[B ~[]byte](b B) any {
	if len(b) == 0 {
		return nil
	}
	return []byte(b)
}
