package casework

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"

	"keepiton"
	"keepiton/bundle"
	"keepiton/store"
)

// The kinds of papers. They are all that the server knows of them beside their
// number and size.
const (
	caseKind      = "case"
	judgementKind = "note"
)

// put seals v to the analysts of today and stores it on version base.
func (d *Desk) put(ctx context.Context, p store.Paper, base int, v any) (int, error) {
	text, err := json.Marshal(v)
	if err != nil {
		return 0, err
	}
	// A paper's size tells as little as a report's.
	text = append(text, bytes.Repeat([]byte(" "), int(bundle.Bucket(int64(len(text))))-len(text))...)
	sealer, err := d.Sealer()
	if err != nil {
		return 0, err
	}
	var sealed bytes.Buffer
	w, err := sealer.Seal(&sealed)
	if err != nil {
		return 0, err
	}
	if _, err := w.Write(text); err != nil {
		return 0, err
	}
	if err := w.Close(); err != nil {
		return 0, err
	}
	if sealed.Len() > store.MaxPaper {
		return 0, &keepiton.Error{Code: keepiton.TooLarge, Key: "casework.error.large", Err: keepiton.Errorf(keepiton.TooLarge, "the case file is larger than %d bytes: split the case", store.MaxPaper)}
	}
	p.Sealed = sealed.Bytes()
	return d.Server.PutPaper(ctx, p, base)
}

// paper asks for one paper as it is now. NotFound if there is none, or it is
// sealed to others.
func (d *Desk) paper(ctx context.Context, id string) (leaf, error) {
	found := leaf{err: keepiton.Errorf(keepiton.NotFound, "there is no paper %s", id)}
	err := d.Server.Papers(ctx, []string{id}, func(p store.Paper) error { found = d.unseal(p); return nil })
	if err == nil {
		err = found.err
	}
	return found, err
}

// leaf is what a paper says: one of the two, or err when these keys do not
// open it or nobody here can read it. It is not changed any more.
type leaf struct {
	version   int
	judgement *Judgement
	c         *Case
	err       error
}

// unseal opens a paper. Somebody without our keys cannot have written what it
// holds; a newer program can.
func (d *Desk) unseal(p store.Paper) leaf {
	o := leaf{version: p.Version}
	r, err := d.Keys.Open(bytes.NewReader(p.Sealed))
	var text []byte
	if err == nil {
		text, err = io.ReadAll(io.LimitReader(r, store.MaxPaper))
	}
	switch {
	case err != nil:
	case p.Kind == judgementKind:
		o.judgement = &Judgement{Version: p.Version}
		if err = json.Unmarshal(text, o.judgement); err == nil && judgementID(o.judgement.Envelope) != p.ID {
			err = errMisplaced
		}
	case p.Kind == caseKind:
		o.c = &Case{Version: p.Version}
		if err = json.Unmarshal(text, o.c); err == nil && o.c.ID != p.ID {
			err = errMisplaced
		}
	default:
		err = keepiton.Errorf(keepiton.NotFound, "a paper of the kind %q", p.Kind)
	}
	if err != nil {
		return leaf{version: p.Version, err: fmt.Errorf("open paper %s: %w", p.ID, err)}
	}
	return o
}

var errMisplaced = keepiton.Errorf(keepiton.NotFound, "it is another paper than its place says")
