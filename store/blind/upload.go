package blind

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"io"
	"io/fs"
	"os"

	"keepiton"
	"keepiton/store"
	"keepiton/store/database"
)

// An upload is a wrapped body without a last chunk, under a key of its own, which
// lies in its row: so an upload goes on after a restart, which people on bad lines
// need, what a seized disk holds of it is as sealed as any body, and what is left
// of it in the blocks of the disk cannot be opened once it is over. When it is
// accepted it is wrapped anew: its chunks tell how the sender's line held.

// landing is how much is written between two syncs: so much at most must be sent
// again after a crash or a broken line.
const landing = 1 << 20

// smallPiece bounds how small the pieces of an upload may be on average: each
// costs a chunk's overhead and a commit.
const smallPiece = 1024

// upload is a row.
type upload struct {
	id     []byte
	name   []byte
	key    bodyKey
	day    int64
	size   int64
	got    int64
	chunks int64
	stored int64
}

var errNoUpload = keepiton.Errorf(keepiton.NotFound, "there is no such upload, or it is over")

func (s *Store) upload(ctx context.Context, id string) (*upload, error) {
	u := &upload{}
	var ok bool
	if u.id, ok = hexKey(id, 16); !ok {
		return nil, errNoUpload
	}
	var column []byte
	err := s.One(ctx, "such upload, or it is over", `SELECT name, day, size, got, chunks, stored, key FROM upload WHERE id = ?`, []any{u.id},
		[]any{&u.name, &u.day, &u.size, &u.got, &u.chunks, &u.stored, &column})
	if err != nil {
		return nil, err
	}
	if u.key, ok = keyIn(column); !ok {
		return nil, errNoKey
	}
	return u, nil
}

// BeginUpload implements store.Sealed. When as many are open as may be, the one
// with the least in it gives way. RateLimited when together they hold as many
// bytes as they may.
func (s *Store) BeginUpload(ctx context.Context, size int64) (string, error) {
	switch {
	case size <= 0:
		return "", keepiton.Errorf(keepiton.Invalid, "an upload has at least one byte")
	case size > store.MaxUpload:
		return "", keepiton.Errorf(keepiton.TooLarge, "an upload has at most %d bytes", store.MaxUpload)
	}
	file, name, err := s.folder.create()
	if err != nil {
		return "", err
	}
	defer file.Close()
	if err := s.folder.secure(file, s.today()); err != nil {
		return "", errors.Join(err, s.folder.remove(name))
	}
	id, key := make([]byte, 16), newBodyKey()
	_, _ = rand.Read(id)
	var gone fileName
	err = s.changeWithFile(ctx, "begin an upload", func(t *database.Transaction) (err error) {
		if gone, err = s.makeRoom(t); err != nil {
			return err
		}
		_, err = t.Exec(`INSERT INTO upload (id, name, day, size, got, chunks, stored, key) VALUES (?, ?, ?, ?, 0, 0, 0, ?)`, id, []byte(name), s.today(), size, key.column())
		return err
	})
	if err != nil {
		return "", errors.Join(err, s.folder.remove(name))
	}
	if gone != nil {
		err = s.folder.remove(gone)
	}
	return hex.EncodeToString(id), err
}

// makeRoom sees to it that one more upload may begin, and returns the file of
// the one that gave way.
func (s *Store) makeRoom(t *database.Transaction) (gone fileName, err error) {
	var n, bytes int64
	if _, err := t.Get(`SELECT count(*), coalesce(sum(got), 0) FROM upload`, nil, []any{&n, &bytes}); err != nil {
		return nil, err
	}
	if bytes >= s.opt.MaxUploadBytes {
		return nil, keepiton.Errorf(keepiton.RateLimited, "too much is being uploaded")
	}
	if n < int64(s.opt.MaxUploads) {
		return nil, nil
	}
	var id, name []byte
	if _, err := t.Get(`SELECT id, name FROM upload ORDER BY got, id LIMIT 1`, nil, []any{&id, &name}); err != nil {
		return nil, err
	}
	_, err = t.Exec(`DELETE FROM upload WHERE id = ?`, id)
	return name, err
}

// UploadEnd implements store.Sealed.
func (s *Store) UploadEnd(ctx context.Context, id string) (end, size int64, err error) {
	u, err := s.upload(ctx, id)
	if err != nil {
		return 0, 0, err
	}
	return u.got, u.size, nil
}

// AppendUpload implements store.Sealed. The end that it returns is durable, and
// right also beside an error: what came before a line broke off is kept.
// Conflict while another piece is being written; TooLarge for bytes beyond the
// size. The error of r is not passed on: it may name an address.
func (s *Store) AppendUpload(ctx context.Context, id string, offset int64, r io.Reader) (end int64, err error) {
	u, file, err := s.lockUpload(ctx, id)
	if keepiton.CodeOf(err) == keepiton.Conflict {
		end, _, _ = s.UploadEnd(ctx, id)
	}
	if err != nil {
		return end, err
	}
	defer file.Close()
	if offset != u.got {
		return u.got, keepiton.Errorf(keepiton.Conflict, "the upload goes on at byte %d, not %d", u.got, offset)
	}
	p := &piece{s: s, u: u, file: file, wrapper: wrapper{aead: u.key.aead(), number: uint64(u.chunks)}, at: *u}
	err = p.copy(ctx, r)
	return u.got, err
}

// lockUpload opens the file of an upload for this caller alone, and cuts off
// what a crash left behind its end.
func (s *Store) lockUpload(ctx context.Context, id string) (*upload, *os.File, error) {
	u, err := s.upload(ctx, id)
	if err != nil {
		return nil, nil, err
	}
	file, err := s.folder.locked(u.name)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil, errNoUpload
	}
	if err != nil {
		return nil, nil, err
	}
	// What the row said before the lock was ours may be old.
	if u, err = s.upload(ctx, id); err == nil {
		if err = file.Truncate(u.stored); err == nil {
			_, err = file.Seek(u.stored, io.SeekStart)
		}
		if err != nil {
			err = failed("go on with an upload", err)
		}
	}
	if err != nil {
		_ = file.Close()
		return nil, nil, err
	}
	return u, file, nil
}

// piece is a piece of an upload that is being written.
type piece struct {
	s       *Store
	u       *upload // as it is durable
	file    *os.File
	wrapper wrapper
	at      upload // as it will be after the next landing
}

func (p *piece) copy(ctx context.Context, r io.Reader) error {
	text, chunk := make([]byte, chunkSize), []byte(nil)
	for {
		n, err := io.ReadFull(r, text[:min(chunkSize, p.at.size-p.at.got)])
		if n > 0 {
			if p.at.chunks >= p.at.size/smallPiece+64 {
				return errors.Join(keepiton.Errorf(keepiton.TooLarge, "the upload has too many pieces"), p.land(ctx))
			}
			chunk = p.wrapper.appendChunk(chunk[:0], text[:n], false)
			if _, err := p.file.Write(chunk); err != nil {
				return errors.Join(failed("write an upload", err), p.land(ctx))
			}
			p.at.got, p.at.chunks, p.at.stored = p.at.got+int64(n), p.at.chunks+1, p.at.stored+int64(len(chunk))
		}
		switch {
		case err != nil || p.at.got == p.at.size:
			return p.end(ctx, r, err)
		case p.at.got-p.u.got >= landing:
			if err := p.land(ctx); err != nil {
				return err
			}
		}
	}
}

// end lands the rest and says how the piece ended: err is that of its reader.
func (p *piece) end(ctx context.Context, r io.Reader, err error) error {
	if e := p.land(context.WithoutCancel(ctx)); e != nil {
		return e
	}
	switch {
	case err == nil:
		if n, _ := io.ReadFull(r, make([]byte, 1)); n > 0 {
			return keepiton.Errorf(keepiton.TooLarge, "the upload is of %d bytes, and more were sent", p.u.size)
		}
		return nil
	case err == io.EOF || err == io.ErrUnexpectedEOF:
		return nil
	}
	return keepiton.Errorf(keepiton.Unavailable, "the piece broke off at byte %d", p.u.got)
}

// land makes what was written durable, file before row.
func (p *piece) land(ctx context.Context) error {
	if p.at.got == p.u.got {
		return nil
	}
	if err := p.s.folder.secure(p.file, p.u.day); err != nil {
		return err
	}
	err := p.s.change(ctx, "take in a piece", func(t *database.Transaction) error {
		var is, held int64
		found, err := t.Get(`SELECT got, (SELECT sum(got) FROM upload) FROM upload WHERE id = ?`, []any{p.u.id}, []any{&is, &held})
		switch {
		case err != nil:
			return err
		case !found:
			return errNoUpload
		case is != p.u.got:
			return keepiton.Errorf(keepiton.Conflict, "another piece was written meanwhile")
		case held+p.at.got-is > p.s.opt.MaxUploadBytes:
			return keepiton.Errorf(keepiton.RateLimited, "too much is being uploaded")
		}
		_, err = t.Exec(`UPDATE upload SET got = ?, chunks = ?, stored = ? WHERE id = ?`, p.at.got, p.at.chunks, p.at.stored, p.u.id)
		return err
	})
	if err == nil {
		*p.u = p.at
	}
	return err
}
