package blind

import (
	"context"
	"errors"
	"io"
	"io/fs"
	"os"

	"keepiton"
	"keepiton/store"
	"keepiton/store/database"
)

// uploaded is the Body of an upload that is whole. Its file is locked.
type uploaded struct {
	s    *Store
	u    *upload
	file *os.File
	copy *body // wrapped anew, once it is to be accepted
	over bool
}

// FinishUpload implements store.Sealed.
func (s *Store) FinishUpload(ctx context.Context, id string) (store.Body, error) {
	u, file, err := s.lockUpload(ctx, id)
	if err != nil {
		return nil, err
	}
	if u.got != u.size {
		_ = file.Close()
		return nil, keepiton.Errorf(keepiton.Conflict, "of %d bytes of the upload %d are here", u.size, u.got)
	}
	return &uploaded{s: s, u: u, file: file}, nil
}

// DropUpload implements store.Sealed.
func (s *Store) DropUpload(ctx context.Context, id string) error {
	u, file, err := s.lockUpload(ctx, id)
	if keepiton.CodeOf(err) == keepiton.NotFound {
		return nil
	}
	if err != nil {
		return err
	}
	err = (&uploaded{s: s, u: u, file: file}).Discard()
	_ = file.Close() // where the row could not be removed
	return err
}

// OpenUpload implements store.Sealed. It reads what was there when it was
// opened, whatever is added meanwhile.
func (s *Store) OpenUpload(ctx context.Context, id string) (io.ReadCloser, error) {
	u, err := s.upload(ctx, id)
	if err != nil {
		return nil, err
	}
	file, err := os.Open(s.folder.path(u.name))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, errNoUpload
	}
	if err != nil {
		return nil, failed("open an upload", err)
	}
	return &openFile{u.unwrap(file), file}, nil
}

// unwrap reads the upload from its start, wherever its file stands.
func (u *upload) unwrap(file *os.File) io.Reader {
	if u.chunks == 0 {
		return eof{}
	}
	r := newUnwrapper(io.NewSectionReader(file, 0, u.stored), &u.key)
	r.chunks = uint64(u.chunks)
	return r
}

type eof struct{}

func (eof) Read([]byte) (int, error) { return 0, io.EOF }

func (b *uploaded) of() *Store  { return b.s }
func (b *uploaded) Size() int64 { return b.u.size }

// Write implements io.Writer: nothing can be added.
func (b *uploaded) Write([]byte) (int, error) {
	return 0, keepiton.Errorf(keepiton.Invalid, "the upload is whole already")
}

func (b *uploaded) finish() (*sealed, error) {
	switch {
	case b.over:
		return nil, errOver
	case b.u.size > store.MaxBody:
		return nil, keepiton.Errorf(keepiton.TooLarge, "a sealed body has at most %d bytes", store.MaxBody)
	case b.copy == nil:
		b.copy = b.s.newBody(b.s.today())
		if _, err := io.Copy(b.copy, b.u.unwrap(b.file)); err != nil {
			err = errors.Join(err, b.copy.Discard())
			b.copy = nil
			return nil, err
		}
	}
	whole, err := b.copy.finish()
	if err != nil {
		err = errors.Join(err, b.copy.Discard())
		b.copy = nil
		return nil, err
	}
	whole.upload = b.u.id
	return whole, nil
}

// Discard implements store.Body: it ends the upload.
func (b *uploaded) Discard() error {
	if b.over {
		return nil
	}
	if err := b.s.change(context.Background(), "end an upload", func(t *database.Transaction) error {
		_, err := t.Exec(`DELETE FROM upload WHERE id = ?`, b.u.id)
		return err
	}); err != nil {
		return err
	}
	return b.release(false)
}

// release lets go of the body, and of the upload, which is over.
func (b *uploaded) release(named bool) (err error) {
	if b.over {
		return nil
	}
	b.over = true
	if b.copy != nil {
		err = b.copy.release(named)
	}
	err = errors.Join(err, b.s.folder.remove(b.u.name))
	_ = b.file.Close() // and with it the lock
	b.s.traces.Store(true)
	return err
}
