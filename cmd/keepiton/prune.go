package main

import (
	"context"
	"fmt"
	"log/slog"
	"time"

	"keepiton/series/sqlite"
)

// pruneOften prunes sightings while the server runs; the store does it once a day.
func pruneOften(kept *sqlite.Store, log *slog.Logger) func(context.Context) {
	return func(ctx context.Context) {
		hourly := time.NewTicker(time.Hour)
		defer hourly.Stop()
		for {
			if _, err := kept.Prune(ctx); err != nil && ctx.Err() == nil {
				log.WarnContext(ctx, "sightings could not be pruned", "cause", err)
			}
			select {
			case <-ctx.Done():
				return
			case <-hourly.C:
			}
		}
	}
}

// pruned prunes sightings after a file was read, and says how many of it came after
// those of their bins were pruned.
func pruned(ctx context.Context, e *env, kept *sqlite.Store) error {
	if n := kept.Closed(); n > 0 {
		fmt.Fprintf(e.stderr, "%d sightings were not counted: the witnesses of their bins were let go, and the bins stand (docs/signals.md)\n", n)
	}
	_, err := kept.Prune(ctx)
	return err
}
