package remote

import (
	"context"
	"encoding/base64"
	"io"
	"net/http"
	"strconv"
	"strings"

	"keepiton"
)

// body reads the body of an envelope over a line that may break: it then goes
// on where it stopped, as long as each try brings something.
type body struct {
	ctx      context.Context
	client   *Client
	envelope keepiton.Envelope // id; size and digest once it was opened
	res      io.ReadCloser
	n        int64 // bytes read
	since    int64 // n when the line broke last
	broken   bool
}

// open asks for what is left.
func (b *body) open() error {
	header := http.Header{}
	if b.n > 0 {
		header.Set("Range", "bytes="+strconv.FormatInt(b.n, 10)+"-")
	}
	header.Set("Accept-Encoding", "identity") // it is ciphertext
	res, err := b.client.send(b.ctx, http.MethodGet, envelopePath(b.envelope.ID, "/body"), nil, nil, "", header)
	if err != nil {
		return err
	}
	if err := b.describe(res); err != nil {
		res.Body.Close()
		return err
	}
	b.res = res.Body
	return nil
}

// describe notes what the server says of the body, which must stay the same.
func (b *body) describe(res *http.Response) error {
	e := b.envelope
	var err error
	if e.Size, err = strconv.ParseInt(res.Header.Get("X-KeepItOn-Size"), 10, 64); err != nil {
		return keepiton.Errorf(keepiton.Unavailable, "the server does not say how long the body is")
	}
	text := strings.TrimSuffix(strings.TrimPrefix(res.Header.Get("Repr-Digest"), "sha-256=:"), ":")
	digest, err := base64.StdEncoding.DecodeString(text)
	if err != nil || len(digest) != len(e.Digest) {
		return keepiton.Errorf(keepiton.Unavailable, "the server does not say what the body hashes to")
	}
	copy(e.Digest[:], digest)
	switch {
	case b.n > 0 && res.StatusCode != http.StatusPartialContent:
		return keepiton.Errorf(keepiton.Unavailable, "the server does not go on where the line broke")
	case b.n > 0 && e != b.envelope:
		return keepiton.Errorf(keepiton.Internal, "the body has changed while it was read")
	}
	b.envelope = e
	return nil
}

func (b *body) Read(p []byte) (int, error) {
	for {
		n, err := b.res.Read(p)
		b.n += int64(n)
		if err == nil || err == io.EOF && b.n >= b.envelope.Size {
			return n, err
		}
		if n > 0 {
			return n, nil // the next call finds the line broken again
		}
		if err := b.resume(err); err != nil {
			return 0, err
		}
	}
}

// resume goes on after the line broke; it gives up when the last piece brought
// nothing.
func (b *body) resume(cause error) error {
	b.res.Close()
	if b.broken && b.n == b.since || b.ctx.Err() != nil {
		return keepiton.Errorf(keepiton.Unavailable, "the line broke after %d of %d bytes: %w", b.n, b.envelope.Size, cause)
	}
	b.broken, b.since = true, b.n
	b.res = io.NopCloser(strings.NewReader(""))
	return b.client.retry(b.ctx, b.open)
}

func (b *body) Close() error { return b.res.Close() }
