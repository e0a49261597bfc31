package main

import (
	"context"
	"io"
	"log/slog"
	"os"
	"strings"
	"time"

	"keepiton"
	"keepiton/campaign"
	"keepiton/store"
	"keepiton/web"
	"keepiton/web/desk"
)

// pressDesk is what the settings say of the press desk. A key that mail cannot be
// encrypted to is an error: nobody may find that out by writing in the clear.
func pressDesk(s settings) (web.PressDesk, error) {
	d := web.PressDesk{Mail: s.Press, Phone: s.Phone, Signal: s.Signal}
	if s.PressK == "" {
		return d, nil
	}
	f, err := os.Open(s.PressK)
	if err != nil {
		return d, keepiton.Hint(keepiton.Errorf(keepiton.Invalid, "press-key: %w", err), "name a file with an armored OpenPGP public key")
	}
	defer f.Close()
	armored, err := io.ReadAll(io.LimitReader(f, campaign.MaxKey+1))
	if err != nil {
		return d, keepiton.Errorf(keepiton.Invalid, "press-key: %w", err)
	}
	key, err := campaign.PublicKey(string(armored), time.Now())
	if err != nil {
		return d, keepiton.Errorf(keepiton.Invalid, "press-key %s: %w", s.PressK, err)
	}
	d.Key = string(armored)
	for print := strings.ToUpper(key.GetFingerprint()); print != ""; print = print[min(4, len(print)):] {
		d.Fingerprint = strings.TrimSpace(d.Fingerprint + " " + print[:min(4, len(print))])
	}
	return d, nil
}

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
