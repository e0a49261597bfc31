package blind

import (
	"bytes"
	"context"
	"errors"
	"io"
	"io/fs"
	"os"

	"keepiton"
)

var errNoKey = keepiton.Errorf(keepiton.Internal, "the key of the body is damaged")

// OpenBody implements store.Sealed. Nothing is handed out that was changed on
// the disk: reading then fails.
func (s *Store) OpenBody(ctx context.Context, id keepiton.EnvelopeID) (io.ReadCloser, error) {
	key, err := envelopeKey(id)
	if err != nil {
		return nil, err
	}
	// A file may be replaced, or removed with its key, between the two reads.
	for attempt := 0; ; attempt++ {
		r, err := s.openBody(ctx, key)
		if errors.Is(err, fs.ErrNotExist) && attempt < 3 {
			continue
		}
		return r, err
	}
}

func (s *Store) openBody(ctx context.Context, id []byte) (io.ReadCloser, error) {
	var data, column, file []byte
	err := s.One(ctx, "such report, or it is gone", `SELECT b.data, b.key, f.name FROM body b LEFT JOIN body_file f ON f.id = b.id WHERE b.id = ?`, []any{id}, []any{&data, &column, &file})
	if err != nil {
		return nil, err
	}
	key, ok := keyIn(column)
	if !ok {
		return nil, errNoKey
	}
	if file == nil {
		return io.NopCloser(newUnwrapper(bytes.NewReader(data), &key)), nil
	}
	f, err := os.Open(s.folder.path(file))
	if err != nil {
		return nil, failed("open a body", err)
	}
	return &openFile{newUnwrapper(f, &key), f}, nil
}

type openFile struct {
	io.Reader
	io.Closer
}
