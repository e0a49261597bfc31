package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"keepiton"
	"keepiton/monitor"
	"keepiton/sample"
	"keepiton/store"
)

// demoSignals keeps what instruments measured in the made-up world, looks at it as a
// server does, and lets made-up people decide on some of what is found: so there are
// charts to see and candidates to judge.
func demoSignals(ctx context.Context, s settings, st store.Store, now time.Time) (err error) {
	kept, err := openSeries(ctx, s)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, kept.Close()) }()
	if err := kept.Put(ctx, sample.Measurements(now)); err != nil {
		return fmt.Errorf("keep made-up measurements: %w", err)
	}
	c, err := looking(ctx, s, st, kept, slog.New(slog.DiscardHandler))
	if err != nil {
		return err
	}
	if err := monitor.New(c).Pass(ctx, now); err != nil {
		return fmt.Errorf("look at the made-up world: %w", err)
	}
	return demoDecisions(ctx, st, now)
}

// demoDecisions accepts what the record tells of already, and rejects a cable.
func demoDecisions(ctx context.Context, st store.Store, now time.Time) error {
	found, err := st.ListDisruptions(ctx, store.DisruptionFilter{Limit: 100})
	if err != nil {
		return err
	}
	for i := range found.Items {
		d := &found.Items[i]
		say := keepiton.Decision{Disruption: d.ID, By: "ana", At: now.Add(-time.Hour)}
		switch d.Entity.Country {
		case "XG":
			dark, err := st.List(ctx, store.Query{Countries: []string{"XG"}, Status: []keepiton.EndState{keepiton.Ongoing}, Limit: 1})
			if err != nil {
				return err
			}
			if len(dark.Items) == 0 {
				continue
			}
			say.What, say.Incident = keepiton.Accepted, dark.Items[0].Incident.ID
		case "XH":
			say.What, say.Code, say.Note = keepiton.Rejected, "cable", "The cable owner says so; a ship is on its way."
		default:
			continue
		}
		if _, err := st.Decide(ctx, say); err != nil {
			return err
		}
	}
	return nil
}
