package blind

import (
	"context"
	"crypto/sha256"
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
	s     *Store
	u     *upload
	file  *os.File
	whole *sealed
	err   error
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

// OpenUpload implements store.Sealed. It reads what was there when it was
// opened, whatever is added meanwhile.
func (s *Store) OpenUpload(ctx context.Context, id string) (io.ReadCloser, error) {
	u, err := s.upload(ctx, id)
	if err != nil {
		return nil, err
	}
	file, err := os.Open(s.folder.path(u.file))
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
	r := newUnwrapper(io.NewSectionReader(file, 0, u.stored), (*bodyKey)(u.key))
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
	if b.whole != nil || b.err != nil {
		return b.whole, b.err
	}
	if b.u.size > store.MaxBody {
		return nil, keepiton.Errorf(keepiton.TooLarge, "a sealed body has at most %d bytes", store.MaxBody)
	}
	w := &sealed{size: b.u.size, key: bodyKey(b.u.key), upload: b.u.id}
	var small []byte
	sum := sha256.New()
	to := io.Writer(sum)
	if w.size <= inlineSize {
		to = io.MultiWriter(sum, writerFunc(func(p []byte) { small = append(small, p...) }))
	}
	if _, err := io.Copy(to, b.u.unwrap(b.file)); err != nil {
		return nil, err
	}
	w.digest = [32]byte(sum.Sum(nil))
	if w.size <= inlineSize {
		w.data = (&wrapper{aead: w.key.aead()}).appendChunk(nil, small, true)
		b.whole = w
		return w, nil
	}
	end := (&wrapper{aead: w.key.aead(), number: uint64(b.u.chunks)}).appendChunk(nil, nil, true)
	if _, err := b.file.WriteAt(end, b.u.stored); err != nil {
		return nil, failed("end an upload", err)
	}
	if err := b.s.folder.settle(b.file, b.s.today()); err != nil {
		return nil, err
	}
	w.file = b.u.file
	b.whole = w
	return w, nil
}

type writerFunc func([]byte)

func (f writerFunc) Write(p []byte) (int, error) { f(p); return len(p), nil }

// Discard implements store.Body: it ends the upload.
func (b *uploaded) Discard() error {
	if b.err == errOver {
		return nil
	}
	err := b.s.change(context.Background(), "end an upload", func(t *database.Transaction) error {
		_, err := t.Exec(`DELETE FROM upload WHERE id = ?`, b.u.id)
		return err
	})
	if err == nil {
		err = b.s.folder.remove(b.u.file)
	}
	b.close()
	return err
}

// release removes the file when the body is kept in a row, or was there.
func (b *uploaded) release(named bool) (err error) {
	if b.err == errOver {
		return nil
	}
	if !named || b.whole.file == nil {
		err = b.s.folder.remove(b.u.file)
	}
	b.close()
	return err
}

func (b *uploaded) close() {
	b.err, b.whole = errOver, nil
	_ = b.file.Close() // and with it the lock
}
