package pack

import (
	"bytes"
	"crypto/sha256"
	"io"

	"keepiton"
)

// Tree is a tree of files that is being written. It must end with Finish or
// Abort. All methods but Squeeze are for one goroutine at a time.
type Tree struct {
	into    target
	entries []Entry
	bytes   int64
}

// target is where a tree goes.
type target interface {
	squeeze(body []byte) (Piece, error)
	add(name string, p Piece) error
	stream(name string) (io.WriteCloser, error)
	finish() error
	abort()
}

// Piece is the content of one file on its way into a tree.
type Piece struct {
	sum    [sha256.Size]byte
	size   int64
	body   []byte // as it is stored
	packed bool   // body is deflated
	crc    uint32
}

// Squeeze prepares a file's bytes. It is the part that costs time, and may be
// called from many goroutines.
func (t *Tree) Squeeze(body []byte) (Piece, error) {
	p, err := t.into.squeeze(body)
	p.sum, p.size = sha256.Sum256(body), int64(len(body))
	return p, err
}

// Add writes a file. The order of the files is that of a ZIP.
func (t *Tree) Add(name string, p Piece) error {
	if err := t.named(name); err != nil {
		return err
	}
	if err := t.into.add(name, p); err != nil {
		return err
	}
	t.note(name, p.sum, p.size)
	return nil
}

// Put is Squeeze and Add.
func (t *Tree) Put(name string, body []byte) error {
	p, err := t.Squeeze(body)
	if err != nil {
		return err
	}
	return t.Add(name, p)
}

// Stream writes a file of any size while write makes it.
func (t *Tree) Stream(name string, write func(w io.Writer) error) error {
	if err := t.named(name); err != nil {
		return err
	}
	out, err := t.into.stream(name)
	if err != nil {
		return err
	}
	seen := measure{sum: sha256.New()}
	if err := write(io.MultiWriter(out, &seen)); err != nil {
		out.Close()
		return err
	}
	if err := out.Close(); err != nil {
		return err
	}
	t.note(name, [sha256.Size]byte(seen.sum.Sum(nil)), seen.size)
	return nil
}

// measure hashes and counts what passes.
type measure struct {
	sum interface {
		io.Writer
		Sum(b []byte) []byte
	}
	size int64
}

func (m *measure) Write(b []byte) (int, error) {
	m.size += int64(len(b))
	return m.sum.Write(b)
}

func (t *Tree) named(name string) error {
	if !Plain(name) || name == ManifestFile || name == SignatureFile {
		return keepiton.Errorf(keepiton.Internal, "%q is no name for a file in a tree", name)
	}
	return nil
}

func (t *Tree) note(name string, sum [sha256.Size]byte, size int64) {
	t.entries = append(t.entries, Entry{name, sum})
	t.bytes += size
}

// Size returns the number of files so far and the sum of their bytes.
func (t *Tree) Size() (files int, bytes int64) { return len(t.entries), t.bytes }

// Sum returns the hash of a file that was written already.
func (t *Tree) Sum(name string) (sum [sha256.Size]byte, ok bool) {
	for _, e := range t.entries {
		if e.Name == name {
			return e.Sum, true
		}
	}
	return sum, false
}

// Finish writes the manifest, and its signature where sign is given, and puts
// the tree in its place. After an error nothing of it is left.
func (t *Tree) Finish(m Manifest, sign func(manifest []byte) ([]byte, error)) (err error) {
	defer func() {
		if err != nil {
			t.into.abort()
		}
	}()
	m.Files = t.entries
	if err := m.arrange(); err != nil {
		return err
	}
	var list bytes.Buffer
	if err := m.Write(&list); err != nil {
		return err
	}
	if err := t.last(ManifestFile, list.Bytes()); err != nil {
		return err
	}
	if sign != nil {
		signature, err := sign(list.Bytes())
		if err != nil {
			return err
		}
		if err := t.last(SignatureFile, signature); err != nil {
			return err
		}
	}
	return t.into.finish()
}

// last writes one of the two files that no manifest lists.
func (t *Tree) last(name string, body []byte) error {
	p, err := t.Squeeze(body)
	if err != nil {
		return err
	}
	return t.into.add(name, p)
}

// Abort leaves nothing of the tree.
func (t *Tree) Abort() { t.into.abort() }
