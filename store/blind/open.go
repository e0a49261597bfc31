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

var errNoBody = keepiton.Errorf(keepiton.NotFound, "there is no such report, or it is gone")

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
	var key, file, data []byte
	err := s.One(ctx, "such report, or it is gone", `SELECT k.key, k.file, b.data FROM body_key k LEFT JOIN body b ON b.id = k.id WHERE k.id = ?`, []any{id}, []any{&key, &file, &data})
	if err != nil {
		return nil, err
	}
	if len(key) != len(bodyKey{}) {
		return nil, errNoBody
	}
	if file == nil {
		return io.NopCloser(newUnwrapper(bytes.NewReader(data), (*bodyKey)(key))), nil
	}
	f, err := os.Open(s.folder.path(file))
	if err != nil {
		return nil, failed("open a body", err)
	}
	return &openFile{newUnwrapper(f, (*bodyKey)(key)), f}, nil
}

type openFile struct {
	io.Reader
	io.Closer
}
