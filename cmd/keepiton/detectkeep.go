package main

import (
	"context"
	"fmt"
	"log/slog"
	"time"

	"keepiton"
	"keepiton/monitor"
	"keepiton/series/sqlite"
	"keepiton/store"
)

// keepDisruptions is one look of the monitor, for a timer.
func keepDisruptions(ctx context.Context, e *env, s settings, kept *sqlite.Store) (int, error) {
	st, err := openStore(ctx, s)
	if err != nil {
		return exitFailed, err
	}
	defer st.Close()
	c, err := looking(ctx, s, st, kept, slog.New(slog.NewTextHandler(e.stderr, nil)))
	if err != nil {
		return exitFailed, err
	}
	now := c.Now()
	if err := monitor.New(c).Pass(ctx, now); err != nil {
		return exitFailed, err
	}
	f := store.DisruptionFilter{From: now.Add(-memory - 7*24*time.Hour), Limit: 1}
	all, err := st.ListDisruptions(ctx, f)
	if err != nil {
		return exitFailed, err
	}
	f.Undecided = true
	waiting, err := st.ListDisruptions(ctx, f)
	if err != nil {
		return exitFailed, err
	}
	_, err = fmt.Fprintf(e.stdout, "%d disruptions of the last 36 days are kept, %d wait at the desk\n", all.Total, waiting.Total)
	return exitGood, err
}

// keepThese brings disruptions of whatever time to the record.
func keepThese(ctx context.Context, s settings, found []keepiton.Disruption) error {
	st, err := openStore(ctx, s)
	if err != nil {
		return err
	}
	defer st.Close()
	for _, d := range found {
		if err := st.KeepDisruption(ctx, d); err != nil {
			return keepiton.Errorf(keepiton.CodeOf(err), "%s: %w", d.ID, err)
		}
	}
	return nil
}
