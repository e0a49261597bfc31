package casework

import (
	"crypto/sha256"
	"hash"
	"io"

	"keepiton"
)

// Checked reads body and fails at its end, with an Internal error instead of
// io.EOF, unless its size and SHA-256 are those of e.
func Checked(body io.ReadCloser, e keepiton.Envelope) io.ReadCloser {
	return &checked{ReadCloser: body, want: e, hash: sha256.New()}
}

type checked struct {
	io.ReadCloser
	want keepiton.Envelope
	hash hash.Hash
	n    int64
}

func (c *checked) Read(p []byte) (int, error) {
	n, err := c.ReadCloser.Read(p)
	c.hash.Write(p[:n])
	c.n += int64(n)
	if c.n > c.want.Size || err == io.EOF && (c.n != c.want.Size || [32]byte(c.hash.Sum(nil)) != c.want.Digest) {
		return n, keepiton.Errorf(keepiton.Internal, "envelope %s: its %d bytes are not those that arrived", c.want.ID, c.n)
	}
	return n, err
}
