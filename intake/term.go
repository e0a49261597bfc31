package intake

import (
	"context"
	"crypto/rand"
	"math/big"
	"time"

	"keepiton"
	"keepiton/store"
)

// expires draws the day on which an envelope ends: the term give or take a
// third, evenly, so that the day does not tell when the report came
// (notes/intake.md 1.3, fuzzy expiry).
func (in *Intake) expires() time.Time {
	days := max(int64(in.Term/(24*time.Hour)), 3)
	spread := days / 3
	n, err := rand.Int(rand.Reader, big.NewInt(2*spread+1))
	if err != nil {
		panic(err) // crypto/rand does not fail since Go 1.24
	}
	return in.today().AddDate(0, 0, int(days-spread+n.Int64()))
}

// Sweep destroys what has ended, and returns how many. Call it at the start and
// once in a while; the day decides, not the hour.
func (in *Intake) Sweep(ctx context.Context) (int, error) {
	in.init()
	return in.Store.Expire(ctx, in.today())
}

// EndSpam ends the term of what the desk has set aside as spam, in the lanes
// given or in all, and returns how many. It is for the operator, after a flood:
// nothing calls it by itself.
func (in *Intake) EndSpam(ctx context.Context, lanes ...keepiton.Lane) (n int, err error) {
	in.init()
	var ended []keepiton.EnvelopeID
	q := store.EnvelopeQuery{Lanes: lanes, States: []keepiton.EnvelopeState{keepiton.EnvelopeSpam}}
	if err := in.Store.Envelopes(ctx, q, func(e keepiton.Envelope) error { ended = append(ended, e.ID); return nil }); err != nil {
		return 0, err
	}
	for _, id := range ended {
		if err := in.Store.Destroy(ctx, id, keepiton.EnvelopeExpired, in.today()); err != nil {
			return n, err
		}
		n++
	}
	return n, nil
}
