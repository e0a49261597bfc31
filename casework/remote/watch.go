package remote

import (
	"context"
	"io"
	"sync/atomic"
	"time"

	"keepiton"
)

// watch ends a request for which nothing has come for too long. A whole body may
// take an hour on a bad line: only a standstill is an end.
type watch struct {
	wait  time.Duration
	timer *time.Timer
	over  atomic.Bool
}

func newWatch(wait time.Duration, cancel context.CancelFunc) *watch {
	w := &watch{wait: wait}
	w.timer = time.AfterFunc(wait, func() { w.over.Store(true); cancel() })
	return w
}

func (w *watch) more()       { w.timer.Reset(w.wait) }
func (w *watch) stop()       { w.timer.Stop() }
func (w *watch) fired() bool { return w.over.Load() }

// watched is the body of an answer under watch.
type watched struct {
	io.ReadCloser
	watch  *watch
	cancel context.CancelFunc
}

func (b *watched) Read(p []byte) (int, error) {
	n, err := b.ReadCloser.Read(p)
	if b.watch.more(); err != nil && err != io.EOF && b.watch.fired() {
		err = keepiton.Errorf(keepiton.Unavailable, "nothing has come for %s", b.watch.wait)
	}
	return n, err
}

func (b *watched) Close() error {
	b.watch.stop()
	defer b.cancel()
	return b.ReadCloser.Close()
}
