package storetest

import (
	"bytes"
	"fmt"
	"io"
	"maps"
	"sync"
	"testing"
	"time"

	"keepiton"
	"keepiton/store"
)

func sealedDestroy(t *testing.T, w *vault) {
	e := w.plain()
	e.Work, e.Open.Country = 20, "ET"
	e.Receipt = keepiton.ReceiptAddress{Lookup: w.lookup(), Reply: "age1pq1abc", Withdraw: fmt.Sprintf("%x", w.bytes(32))}
	for i, size := range []int{5000, 200_000} {
		e.Receipt.Lookup = w.lookup()
		stored := w.accept(e, w.bytes(size))
		w.must("reply", w.PutReply(w.ctx, e.Receipt.Lookup, []byte("sealed")))
		w.wantCode("another state", w.Destroy(w.ctx, stored.ID, keepiton.EnvelopeSpam, sealedDay), keepiton.Invalid)
		gone := sealedDay.AddDate(0, 0, 2+i)
		w.must("destroy", w.Destroy(w.ctx, stored.ID, keepiton.EnvelopeWithdrawn, gone.Add(time.Hour)))
		w.must("destroy twice", w.Destroy(w.ctx, stored.ID, keepiton.EnvelopeExpired, gone.AddDate(0, 0, 1)))
		want := keepiton.Envelope{ID: stored.ID, Lane: e.Lane, State: keepiton.EnvelopeWithdrawn, Gone: gone, Receipt: keepiton.ReceiptAddress{Lookup: e.Receipt.Lookup}}
		if got, err := w.Envelope(w.ctx, stored.ID); err != nil || got != want {
			t.Errorf("the tombstone is %+v, %v, want %+v", got, err, want)
		}
		if got, err := w.EnvelopeByLookup(w.ctx, e.Receipt.Lookup); err != nil || got != want {
			t.Errorf("by lookup it is %+v, %v", got, err)
		}
		_, err := w.OpenBody(w.ctx, stored.ID)
		w.wantCode("its body", err, keepiton.NotFound)
		if r, err := w.Replies(w.ctx, e.Receipt.Lookup); err != nil || len(r) != 0 {
			t.Errorf("its replies: %d, %v", len(r), err)
		}
		w.wantCode("set state", w.SetState(w.ctx, stored.ID, keepiton.EnvelopeRead), keepiton.Conflict)
		w.wantCode("reply", w.PutReply(w.ctx, e.Receipt.Lookup, []byte("sealed")), keepiton.Conflict)
		w.wantCode("register", w.Register(w.ctx, stored.ID, e.Receipt), keepiton.Conflict)
	}
	u, err := w.Usage(w.ctx)
	if err != nil || u[e.Lane] != (store.Usage{}) {
		t.Errorf("the lane still holds %+v, %v", u[e.Lane], err)
	}
	w.wantCode("an unknown one", w.Destroy(w.ctx, keepiton.EnvelopeID(w.lookup()), keepiton.EnvelopeWithdrawn, sealedDay), keepiton.NotFound)
	w.whole()
}

func destroyAtOnce(t *testing.T, w *vault) {
	other := w.reopen()
	defer other.Close()
	handles := []store.Sealed{w.Sealed, other}
	for _, size := range []int{100, 100_000} {
		e := w.accept(w.plain(), w.bytes(size))
		var wg sync.WaitGroup
		for i := range 8 {
			wg.Go(func() {
				if err := handles[i%2].Destroy(w.ctx, e.ID, keepiton.EnvelopeWithdrawn, sealedDay); err != nil {
					t.Errorf("destroy: %v", err)
				}
			})
		}
		wg.Wait()
	}
	w.holds(keepiton.LaneWork, 0, 0)
	w.whole()
}

func destroyWhileRead(t *testing.T, w *vault) {
	text := w.bytes(500_000)
	e := w.accept(w.plain(), text)
	r, err := w.OpenBody(w.ctx, e.ID)
	w.must("open", err)
	defer r.Close()
	head := make([]byte, 1000)
	if _, err := io.ReadFull(r, head); err != nil {
		t.Fatal(err)
	}
	w.must("destroy", w.Destroy(w.ctx, e.ID, keepiton.EnvelopeWithdrawn, sealedDay))
	rest, err := io.ReadAll(r)
	if err != nil || !bytes.Equal(append(head, rest...), text) {
		t.Errorf("%d bytes were read, %v", 1000+len(rest), err)
	}
}

func sealedExpire(t *testing.T, w *vault) {
	want := map[keepiton.EnvelopeID]bool{}
	for days := 1; days <= 130; days++ {
		e := w.plain()
		e.Expires = sealedDay.AddDate(0, 0, days)
		size := 100
		if days%10 == 0 {
			size = 70_000
		}
		id := w.accept(e, w.bytes(size)).ID
		want[id] = days < 121
	}
	first := w.list(store.EnvelopeQuery{Limit: 1})[0].ID
	w.must("withdraw", w.Destroy(w.ctx, first, keepiton.EnvelopeWithdrawn, sealedDay))
	due := 120
	if want[first] {
		due--
	}
	day := sealedDay.AddDate(0, 0, 121)
	if n, err := w.Expire(w.ctx, day.Add(time.Hour)); err != nil || n != due {
		t.Errorf("%d expired, %v, want %d", n, err, due)
	}
	if n, err := w.Expire(w.ctx, day); err != nil || n != 0 {
		t.Errorf("%d expired again, %v", n, err)
	}
	for _, e := range w.list(store.EnvelopeQuery{Gone: true}) {
		switch {
		case e.ID == first:
			if e.State != keepiton.EnvelopeWithdrawn || !e.Gone.Equal(sealedDay) {
				t.Errorf("what was withdrawn is now %+v", e)
			}
		case want[e.ID] && (e.State != keepiton.EnvelopeExpired || !e.Gone.Equal(day)):
			t.Errorf("%+v did not expire", e)
		case !want[e.ID] && (!e.Gone.IsZero() || len(w.body(e.ID)) == 0):
			t.Errorf("%+v expired", e)
		}
	}
	w.whole()
}

// sealedNight compares everything before and after the work of a night.
func sealedNight(t *testing.T, w *vault) {
	texts := map[keepiton.EnvelopeID][]byte{}
	for i := range 150 {
		e := w.plain()
		if i%3 > 0 {
			e.Receipt = w.receipt()
		}
		text := w.bytes(100 + i)
		if i%25 == 0 {
			text = w.bytes(100_000 + i)
		}
		texts[w.accept(e, text).ID] = text
	}
	for id := range texts { // two that are not as they came
		w.must("set", w.SetState(w.ctx, id, keepiton.EnvelopeRead))
		break
	}
	before := map[keepiton.EnvelopeID]keepiton.Envelope{}
	for _, e := range w.list(store.EnvelopeQuery{}) {
		before[e.ID] = e
	}
	for night := 1; night <= 2; night++ {
		w.now = w.now.AddDate(0, 0, 1)
		if n, err := w.Expire(w.ctx, w.now); err != nil || n != 0 {
			t.Fatalf("%d expired, %v", n, err)
		}
		after := map[keepiton.EnvelopeID]keepiton.Envelope{}
		for _, e := range w.list(store.EnvelopeQuery{}) {
			after[e.ID] = e
			if !bytes.Equal(w.body(e.ID), texts[e.ID]) {
				t.Errorf("%s has another body", e.ID)
			}
		}
		if !maps.Equal(before, after) {
			t.Errorf("in night %d something changed", night)
		}
		w.whole()
	}
}
