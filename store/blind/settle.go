package blind

import (
	"bytes"
	"context"
	"database/sql"
	"errors"
	"io"
	"math/rand/v2"

	"keepiton/store/database"
)

// Ids are random and rows are keyed by them, but a disk tells more than that: a
// database grows at its end, so the place of a row tells what came before what,
// and a file system keeps the second in which a file was made, which nobody can
// set. So in the first night after its day every report is taken up and laid down
// anew, in random order, under another key and another file name. What the disk
// tells then is when that night's work was done.

// settleTogether is how many reports are taken up before the first is laid down:
// each then lies in a place that any of them had before.
const settleTogether = 64

// settleBytes bounds the larger bodies among them, of which there are two copies
// for a moment.
const settleBytes = 64 << 20

// settle lays down anew what came before today. One whose body cannot be read
// stays where it is, for VerifySealed to tell.
func (s *Store) settle(ctx context.Context) error {
	after := []byte{}
	for {
		var batch []*unsettled
		err := s.Each(ctx, "find what is to settle", `SELECT e.id, e.day, e.size, f.name FROM envelope e LEFT JOIN body_file f ON f.id = e.id
			WHERE e.settled = 0 AND e.day < ? AND e.id > ? ORDER BY e.id LIMIT ?`, []any{s.today(), after, settleTogether}, func(r *sql.Rows) error {
			u := &unsettled{}
			err := r.Scan(&u.id, &u.day, &u.size, (*[]byte)(&u.was))
			batch = append(batch, u)
			return err
		})
		if err != nil || len(batch) == 0 {
			return err
		}
		batch = batch[:fitting(batch)]
		after = batch[len(batch)-1].id
		// ChaCha8, seeded by the system: nobody can tell the order afterwards.
		rand.Shuffle(len(batch), func(i, j int) { batch[i], batch[j] = batch[j], batch[i] })
		if err := s.settleBatch(ctx, batch); err != nil {
			return err
		}
	}
}

// fitting is how many of the batch have at most settleBytes in files together, or
// one.
func fitting(batch []*unsettled) int {
	var bytes int64
	for i, u := range batch {
		if u.was != nil {
			bytes += u.size
		}
		if bytes > settleBytes && i > 0 {
			return i
		}
	}
	return len(batch)
}

// unsettled is a report that is to be laid down anew.
type unsettled struct {
	id   []byte
	day  int64
	size int64
	was  fileName // of a larger body; nil for a small one
	new  *body    // its copy

	envelope, address, body []any // while they are taken up
	done                    bool
}

func (s *Store) settleBatch(ctx context.Context, batch []*unsettled) error {
	for _, u := range batch {
		if u.was == nil {
			continue
		}
		var err error
		if u.new, err = s.copyBody(ctx, u); err != nil {
			return errors.Join(err, s.settled(batch))
		}
	}
	err := s.changeWithFile(ctx, "settle reports", func(t *database.Transaction) error {
		for _, u := range batch {
			if err := u.lift(t); err != nil {
				return err
			}
		}
		for _, u := range batch {
			if err := u.lay(t); err != nil {
				return err
			}
		}
		return nil
	})
	s.traces.Store(true)
	return errors.Join(err, s.settled(batch))
}

// settled removes the files that are not needed: the old ones of those that
// are done, the new ones of others.
func (s *Store) settled(batch []*unsettled) (err error) {
	for _, u := range batch {
		if u.new == nil {
			continue
		}
		err = errors.Join(err, u.new.release(u.done))
		if u.done {
			err = errors.Join(err, s.folder.remove(u.was))
		}
	}
	return err
}

// copyBody wraps a larger body anew, into another file. It returns nil for one
// that cannot be read or is gone.
func (s *Store) copyBody(ctx context.Context, u *unsettled) (*body, error) {
	r, err := s.openBody(ctx, u.id)
	if err != nil {
		return nil, ctx.Err()
	}
	defer r.Close()
	b := s.newBody(u.day)
	_, err = io.Copy(b, r)
	if err == nil {
		_, err = b.finish()
	}
	switch {
	case err == nil:
		return b, nil
	case b.err == nil: // the reading failed, not the writing
		return nil, b.Discard()
	}
	return nil, errors.Join(err, b.Discard())
}

// lift takes up the rows of a report, unless it is gone, or is not as it was.
func (u *unsettled) lift(t *database.Transaction) error {
	u.envelope, u.done = nil, false
	var name []byte
	found, err := t.Get(`SELECT f.name FROM envelope e LEFT JOIN body_file f ON f.id = e.id WHERE e.id = ? AND e.gone = 0 AND e.settled = 0`, []any{u.id}, []any{&name})
	if err != nil || !found || !bytes.Equal(name, u.was) || u.was != nil && u.new == nil {
		return err
	}
	body, err := bodies.take(t, u.id)
	if err != nil || body == nil {
		return err
	}
	if u.body = u.rewrap(body); u.was != nil {
		if _, err := bodyFiles.take(t, u.id); err != nil {
			return err
		}
	}
	if u.address, err = addresses.take(t, u.id); err != nil {
		return err
	}
	u.envelope, err = envelopes.take(t, u.id)
	return err
}

// rewrap gives the row of a body another key. A small body is wrapped anew; one
// that is damaged is kept as it is, with its key.
func (u *unsettled) rewrap(row []any) []any {
	if u.new != nil {
		return []any{u.id, u.new.whole.key.column(), nil}
	}
	column, _ := row[1].([]byte)
	data, _ := row[2].([]byte)
	key, ok := keyIn(column)
	if !ok {
		return row
	}
	text, err := io.ReadAll(newUnwrapper(bytes.NewReader(data), &key))
	if err != nil || len(text) > inlineSize {
		return row
	}
	key = newBodyKey()
	w := wrapper{aead: key.aead()}
	return []any{u.id, key.column(), w.appendChunk(nil, text, true)}
}

// lay lays down what lift took up.
func (u *unsettled) lay(t *database.Transaction) error {
	if u.envelope == nil {
		return nil
	}
	u.envelope[len(u.envelope)-1] = 1 // settled
	if err := envelopes.put(t, u.envelope); err != nil {
		return err
	}
	if u.address != nil {
		if err := addresses.put(t, u.address); err != nil {
			return err
		}
	}
	if err := bodies.put(t, u.body); err != nil {
		return err
	}
	if u.was != nil {
		if err := bodyFiles.put(t, []any{u.id, []byte(u.new.name)}); err != nil {
			return err
		}
	}
	u.done = true
	return nil
}
