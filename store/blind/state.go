package blind

import (
	"bytes"
	"context"
	"slices"

	"keepiton"
	"keepiton/store/database"
)

// row is what a change needs to know of an envelope.
type row struct {
	lane   keepiton.Lane
	state  keepiton.EnvelopeState
	gone   int64
	size   int64
	lookup []byte
}

// find reads the row of an envelope; NotFound if there is none.
func find(t *database.Transaction, id []byte) (r row, err error) {
	found, err := t.Get(`SELECT lane, state, gone, size, lookup FROM envelope WHERE id = ?`, []any{id}, []any{&r.lane, &r.state, &r.gone, &r.size, &r.lookup})
	if err == nil && !found {
		err = keepiton.Errorf(keepiton.NotFound, "there is no such report")
	}
	return r, err
}

// fresh is 1 for an envelope that nobody has opened yet.
func (r *row) fresh() int64 {
	if r.gone == 0 && r.state == keepiton.EnvelopeNew {
		return 1
	}
	return 0
}

var errGone = keepiton.Errorf(keepiton.Conflict, "the report is gone")

// SetState implements store.Sealed. Withdrawn and expired are set by Destroy
// alone.
func (s *Store) SetState(ctx context.Context, id keepiton.EnvelopeID, state keepiton.EnvelopeState) error {
	key, err := envelopeKey(id)
	if err != nil {
		return err
	}
	if !slices.Contains(openStates, state) {
		return keepiton.Errorf(keepiton.Invalid, "%q is no state that the desk sets", state)
	}
	return s.change(ctx, "set the state of a report", func(t *database.Transaction) error {
		was, err := find(t, key)
		if err != nil {
			return err
		}
		if was.gone != 0 {
			return errGone
		}
		if was.state == state {
			return nil
		}
		if _, err := t.Exec(`UPDATE envelope SET state = ?, version = version + 1 WHERE id = ?`, string(state), key); err != nil {
			return err
		}
		is := row{state: state}
		if n := is.fresh() - was.fresh(); n != 0 {
			return hold(t, was.lane, 0, 0, n)
		}
		return nil
	})
}

// Register implements store.Sealed. The same address twice is once; another is
// a Conflict, as is the lookup of another envelope and an envelope that is
// gone.
func (s *Store) Register(ctx context.Context, id keepiton.EnvelopeID, a keepiton.ReceiptAddress) error {
	key, err := envelopeKey(id)
	if err != nil {
		return err
	}
	lookup, withdraw, err := address(&a)
	if err != nil {
		return err
	}
	if lookup == nil {
		return keepiton.Errorf(keepiton.Invalid, "the address of a receipt has a lookup")
	}
	return s.change(ctx, "register a receipt", func(t *database.Transaction) error {
		was, err := find(t, key)
		switch {
		case err != nil:
			return err
		case was.gone != 0:
			return errGone
		case bytes.Equal(was.lookup, lookup):
			return nil
		case was.lookup != nil:
			return keepiton.Errorf(keepiton.Conflict, "the report has another receipt already")
		}
		if err := free(t, lookup); err != nil {
			return err
		}
		if _, err := t.Exec(`UPDATE envelope SET lookup = ?, version = version + 1 WHERE id = ?`, lookup, key); err != nil {
			return err
		}
		return putAddress(t, key, a.Reply, withdraw)
	})
}
