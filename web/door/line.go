package door

import (
	"context"
	"io"
	"net/http"
	"os"
	"sync"
	"time"

	"keepiton/intake"
)

// Line is the body of a request that may take long, as bodies over a bad line
// do, but not for ever: each read has Quiet to bring something, all together have
// until Until. It can be cut from elsewhere.
type Line struct {
	io.ReadCloser
	Slow  *http.ResponseController
	Quiet time.Duration
	Until time.Time
	Reply time.Duration // for the answer, once it is ready

	mu  sync.Mutex
	cut bool
}

// Over puts a line under a request, which is cut when what it brings loses its
// place (intake.CutBy).
func (l *Line) Over(r *http.Request) *http.Request {
	l.ReadCloser = r.Body
	r = r.WithContext(intake.CutBy(r.Context(), l.Cut))
	r.Body = l
	return r
}

// Read implements io.Reader.
func (l *Line) Read(p []byte) (int, error) {
	if !l.wait() {
		return 0, os.ErrDeadlineExceeded
	}
	return l.ReadCloser.Read(p)
}

// wait sets how long the next read may take; false when the line is cut. A
// connection that has no deadlines, such as that of a test, has none here.
func (l *Line) wait() bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.cut {
		return false
	}
	at := time.Now().Add(l.Quiet)
	if at.After(l.Until) {
		at = l.Until
	}
	l.Slow.SetReadDeadline(at)
	l.Slow.SetWriteDeadline(at.Add(l.Reply)) // it would run from the first byte of the request else
	return true
}

// Cut makes the read that waits, and all after it, fail. The answer can still be
// written.
func (l *Line) Cut() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.cut = true
	l.Slow.SetReadDeadline(time.Unix(1, 0))
	l.Slow.SetWriteDeadline(time.Now().Add(l.Reply))
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
