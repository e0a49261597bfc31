package storetest

import (
	"sync"
	"sync/atomic"
	"testing"

	"keepiton"
	"keepiton/store"
)

func quotas(t *testing.T, w *vault) {
	w.wantCode("a negative quota", w.SetQuota(w.ctx, keepiton.LaneOpen, store.Quota{Bytes: -1}), keepiton.Invalid)
	w.wantCode("a lane that is none", w.SetQuota(w.ctx, "express", store.Quota{}), keepiton.Invalid)
	w.must("set", w.SetQuota(w.ctx, keepiton.LaneOpen, store.Quota{Count: 3}))
	w.must("set", w.SetQuota(w.ctx, keepiton.LaneWork, store.Quota{Bytes: 100_000}))
	open := w.plain()
	open.Lane = keepiton.LaneOpen
	for range 3 {
		w.accept(open, w.bytes(100))
	}
	full := w.bytes(100)
	_, _, err := w.Accept(w.ctx, open, w.staged(w.Sealed, full))
	w.wantCode("a fourth of three", err, keepiton.TooLarge)

	n := 0
	for err = nil; err == nil; n++ {
		_, _, err = w.Accept(w.ctx, w.plain(), w.staged(w.Sealed, w.bytes(10_000)))
	}
	w.wantCode("the bytes are used up", err, keepiton.TooLarge)
	u, err := w.Usage(w.ctx)
	if err != nil || u[keepiton.LaneWork].Bytes > 100_000 || u[keepiton.LaneWork].Bytes < 80_000 || u[keepiton.LaneWork].Count != n-1 {
		t.Errorf("after %d the lane holds %+v, %v", n, u[keepiton.LaneWork], err)
	}
	sms := w.plain()
	sms.Lane = keepiton.LaneSMS
	w.accept(sms, full) // what did not fit there is taken here
	w.holds(keepiton.LaneOpen, 3, 3)
	w.holds(keepiton.LaneSMS, 1, 1)

	gone := w.list(store.EnvelopeQuery{Lanes: []keepiton.Lane{keepiton.LaneOpen}, Limit: 1})[0]
	w.must("destroy", w.Destroy(w.ctx, gone.ID, keepiton.EnvelopeWithdrawn, sealedDay))
	w.accept(open, w.bytes(100)) // there is room again
	w.must("widen", w.SetQuota(w.ctx, keepiton.LaneOpen, store.Quota{}))
	w.accept(open, w.bytes(100))
	w.holds(keepiton.LaneOpen, 4, 4)
	w.whole()
}

func quotaAtOnce(t *testing.T, w *vault) {
	w.must("set", w.SetQuota(w.ctx, keepiton.LaneWork, store.Quota{Count: 10}))
	other := w.reopen()
	defer other.Close()
	handles := []store.Sealed{w.Sealed, other}
	var bodies []store.Body
	for i := range 40 {
		bodies = append(bodies, w.staged(handles[i%2], w.bytes(5000+4000*(i%3)*8)))
	}
	var in, full atomic.Int32
	var wg sync.WaitGroup
	for i, b := range bodies {
		wg.Go(func() {
			_, _, err := handles[i%2].Accept(w.ctx, w.plain(), b)
			switch keepiton.CodeOf(err) {
			case "":
				in.Add(1)
			case keepiton.TooLarge:
				full.Add(1)
				if err := b.Discard(); err != nil {
					t.Error(err)
				}
			default:
				t.Errorf("accept: %v", err)
			}
		})
	}
	wg.Wait()
	if in.Load() != 10 || full.Load() != 30 {
		t.Errorf("%d were accepted and %d refused, want 10 and 30", in.Load(), full.Load())
	}
	w.holds(keepiton.LaneWork, 10, 10)
	w.whole()
}
