package door

import (
	"context"
	"io"
	"net/http"
	"time"
)

// timed reads a body that may take long, as bodies over a bad line do, but not
// for ever: each read has quiet to bring something, all together have until.
type timed struct {
	io.ReadCloser
	slow  *http.ResponseController
	quiet time.Duration
	until time.Time
}

// Read implements io.Reader.
func (t *timed) Read(p []byte) (int, error) {
	at := time.Now().Add(t.quiet)
	if at.After(t.until) {
		at = t.until
	}
	t.slow.SetReadDeadline(at)                  // not on a connection that has none, such as that of a test
	t.slow.SetWriteDeadline(at.Add(answerTime)) // it would run from the first byte of the request else
	n, err := t.ReadCloser.Read(p)
	return n, err
}

type onionKey struct{}

// Onion marks a context as that of the onion service. The listener that only
// the onion service reaches sets it for its connections; no header can.
func Onion(ctx context.Context) context.Context { return context.WithValue(ctx, onionKey{}, true) }

// ThroughOnion reports whether a request came through the onion service.
func ThroughOnion(ctx context.Context) bool {
	through, _ := ctx.Value(onionKey{}).(bool)
	return through
}
