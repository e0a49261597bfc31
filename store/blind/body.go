package blind

import (
	"context"
	"crypto/sha256"
	"hash"
	"os"

	"keepiton"
	"keepiton/store"
)

// inlineSize is the largest body that is kept in a row. A larger one is a file:
// it would pass through the database's log as well.
const inlineSize = chunkSize

// sealed is a whole body, ready to be named by a row.
type sealed struct {
	size   int64
	digest [32]byte
	key    bodyKey
	data   []byte   // wrapped, for a row; nil for a file
	file   fileName // synced, for a file
	upload []byte   // id of the upload that ends with it
}

// source is a Body of this package.
type source interface {
	store.Body
	of() *Store
	// finish makes the body whole and durable but for its name in a row. It
	// may be called again.
	finish() (*sealed, error)
	// release lets go of the body: named when a row has it.
	release(named bool) error
}

// body is a Body that is written from its start. Its key is in memory alone
// until a row has it.
type body struct {
	s       *Store
	day     int64 // on which it came
	key     bodyKey
	wrapper wrapper
	hash    hash.Hash
	size    int64
	pending []byte // not wrapped yet, at most a chunk
	chunk   []byte // buffer
	file    *os.File
	name    fileName
	whole   *sealed
	err     error // of a write, or that it is over
}

var errOver = keepiton.Errorf(keepiton.Invalid, "the body was accepted or discarded already")

// Stage implements store.Sealed.
func (s *Store) Stage(ctx context.Context) (store.Body, error) {
	if err := ctx.Err(); err != nil {
		return nil, s.Fail("take in a body", err)
	}
	return s.newBody(s.today()), nil
}

func (s *Store) newBody(day int64) *body {
	b := &body{s: s, day: day, key: newBodyKey(), hash: sha256.New()}
	b.wrapper.aead = b.key.aead()
	return b
}

func (b *body) of() *Store  { return b.s }
func (b *body) Size() int64 { return b.size }

// Write implements io.Writer. TooLarge beyond store.MaxBody; Unavailable when
// the disk is full.
func (b *body) Write(p []byte) (n int, err error) {
	if b.err == nil && b.whole != nil {
		b.err = keepiton.Errorf(keepiton.Invalid, "the body is whole already")
	}
	if b.err == nil && b.size+int64(len(p)) > store.MaxBody {
		b.err = keepiton.Errorf(keepiton.TooLarge, "a sealed body has at most %d bytes", store.MaxBody)
	}
	for b.err == nil && len(p) > 0 {
		if len(b.pending) == chunkSize {
			if b.err = b.flush(false); b.err != nil {
				break
			}
		}
		part := p[:min(len(p), chunkSize-len(b.pending))]
		b.pending = append(b.pending, part...)
		b.hash.Write(part)
		b.size += int64(len(part))
		n += len(part)
		p = p[len(part):]
	}
	return n, b.err
}

// flush writes what is pending to the file as a chunk.
func (b *body) flush(last bool) (err error) {
	if b.file == nil {
		if b.file, b.name, err = b.s.folder.create(); err != nil {
			return err
		}
	}
	b.chunk = b.wrapper.appendChunk(b.chunk[:0], b.pending, last)
	b.pending = b.pending[:0]
	if _, err := b.file.Write(b.chunk); err != nil {
		return failed("write a body", err)
	}
	return nil
}

func (b *body) finish() (*sealed, error) {
	switch {
	case b.whole != nil || b.err != nil:
		return b.whole, b.err
	case b.size == 0:
		return nil, keepiton.Errorf(keepiton.Invalid, "the body is empty")
	}
	w := &sealed{size: b.size, digest: [32]byte(b.hash.Sum(nil)), key: b.key}
	if b.size <= inlineSize {
		w.data = b.wrapper.appendChunk(nil, b.pending, true)
	} else {
		if b.err = b.flush(true); b.err == nil {
			b.err = b.s.folder.secure(b.file, b.day)
		}
		if b.err != nil {
			return nil, b.err
		}
		w.file = b.name
	}
	b.pending, b.chunk = nil, nil
	b.whole = w
	return w, nil
}

// Discard implements store.Body.
func (b *body) Discard() error { return b.release(false) }

func (b *body) release(named bool) (err error) {
	if b.err == errOver {
		return nil
	}
	b.err, b.whole, b.pending, b.chunk, b.key = errOver, nil, nil, nil, bodyKey{}
	if b.file == nil {
		return nil
	}
	if !named {
		err = b.s.folder.remove(b.name)
	}
	_ = b.file.Close() // and with it the lock; what matters was synced
	return err
}
