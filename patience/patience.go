// Package patience waits before something is tried again.
package patience

import (
	"context"
	"time"
)

// Wait waits for a while. The error is that of ctx when it ends before; a while of no
// length is over at once.
func Wait(ctx context.Context, d time.Duration) error {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}
