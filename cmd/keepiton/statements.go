package main

import (
	"context"
	"log/slog"
	"time"

	"keepiton/campaign"
	"keepiton/store"
	"keepiton/web/desk"
)

// newOffice is the campaign's office over a store.
func newOffice(st store.Store) *campaign.Office {
	return &campaign.Office{Entries: st, Signatures: st, Stories: st, Need: desk.Needs(st), Counts: desk.Counts(st), Now: time.Now}
}

// releasing publishes statements at the end of their embargo. What it knows stands
// in the store alone, so that a restart forgets nothing: what became due while the
// process was down is shown when it comes up.
type releasing struct {
	office *campaign.Office
	links  store.PressLinks
	poke   func() // alerts look at once
	log    *slog.Logger
}

// releaseLook is how long an embargo that ends may go unnoticed when another process
// put it there.
const releaseLook = 20 * time.Second

// run looks until ctx ends.
func (r *releasing) run(ctx context.Context) {
	for {
		wait := time.NewTimer(r.step(ctx))
		select {
		case <-ctx.Done():
			wait.Stop()
			return
		case <-wait.C:
		}
	}
}

// step shows what is due, forgets links that are over, and returns how long to wait.
func (r *releasing) step(ctx context.Context) time.Duration {
	shown, next, err := r.office.Release(ctx)
	if err != nil && ctx.Err() == nil {
		r.log.LogAttrs(ctx, slog.LevelError, "a statement could not be published at the end of its embargo", slog.Any("cause", err))
	}
	if len(shown) > 0 && r.poke != nil {
		r.poke()
	}
	if _, err := r.links.ForgetEarlyLinks(ctx, r.office.Now(), shown...); err != nil && ctx.Err() == nil {
		r.log.LogAttrs(ctx, slog.LevelError, "links to statements could not be forgotten", slog.Any("cause", err))
	}
	if next.IsZero() {
		return releaseLook
	}
	return min(releaseLook, max(time.Second, next.Sub(r.office.Now())))
}
