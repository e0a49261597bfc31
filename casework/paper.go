package casework

import (
	"bytes"
	"context"
	"encoding/json"
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
func (d *Desk) put(ctx context.Context, kind, id string, base int, v any) (int, error) {
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
	return d.Server.PutPaper(ctx, store.Paper{ID: id, Kind: kind, Sealed: sealed.Bytes()}, base)
}

// papers opens every paper of a kind. One that is sealed to others, or damaged,
// is counted and passed over.
func (d *Desk) papers(ctx context.Context, kind string, yield func(p store.Paper, text []byte) error) (closed int, err error) {
	err = d.Server.Papers(ctx, kind, func(p store.Paper) error {
		r, err := d.Keys.Open(bytes.NewReader(p.Sealed))
		if err != nil {
			closed++
			return nil
		}
		text, err := io.ReadAll(io.LimitReader(r, store.MaxPaper))
		if err != nil {
			closed++
			return nil
		}
		return yield(p, bytes.TrimRight(text, " "))
	})
	return closed, err
}
