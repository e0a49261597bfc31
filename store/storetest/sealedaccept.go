package storetest

import (
	"bytes"
	"crypto/sha256"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"keepiton"
	"keepiton/store"
)

func sealedRoundTrip(t *testing.T, w *vault) {
	text := w.bytes(5000)
	e := w.plain()
	e.Day, e.Expires = sealedDay.Add(13*time.Hour+14*time.Minute), e.Expires.Add(5*time.Hour)
	e.Work = 21
	e.Receipt = w.receipt()
	e.Open = keepiton.OpenFields{Country: "ET", Day: "2026-11-25", Kind: "mobile"}
	stored := w.accept(e, text)
	want := e
	want.ID, want.Digest, want.Size, want.State = stored.ID, sha256.Sum256(text), 5000, keepiton.EnvelopeNew
	want.Day, want.Expires = sealedDay, sealedDay.AddDate(0, 0, 30)
	if stored != want {
		t.Errorf("accepted as %+v, want %+v", stored, want)
	}
	got, err := w.Envelope(w.ctx, stored.ID)
	if err != nil || got != want {
		t.Errorf("got %+v, %v, want %+v", got, err, want)
	}
	got, err = w.EnvelopeByLookup(w.ctx, e.Receipt.Lookup)
	if err != nil || got != want {
		t.Errorf("by lookup %+v, %v, want %+v", got, err, want)
	}
	if !bytes.Equal(w.body(stored.ID), text) {
		t.Error("the body is another one")
	}
	w.whole()
}

func sealedSizes(t *testing.T, w *vault) {
	for _, n := range []int{1, 4096, 65535, 65536, 65537, 131072, 131073, 1_000_003} {
		text := w.bytes(n)
		e := w.accept(w.plain(), text)
		if e.Size != int64(n) || !bytes.Equal(w.body(e.ID), text) {
			t.Errorf("%d bytes came back as another body, size %d", n, e.Size)
		}
	}
	w.whole()
}

func sealedInvalid(t *testing.T, w *vault) {
	for name, change := range map[string]func(e *keepiton.Envelope){
		"no lane":                   func(e *keepiton.Envelope) { e.Lane = "" },
		"a lane that is none":       func(e *keepiton.Envelope) { e.Lane = "express" },
		"no day":                    func(e *keepiton.Envelope) { e.Day = time.Time{} },
		"no expiry":                 func(e *keepiton.Envelope) { e.Expires = time.Time{} },
		"expiry on its day":         func(e *keepiton.Envelope) { e.Expires = e.Day.Add(23 * time.Hour) },
		"negative work":             func(e *keepiton.Envelope) { e.Work = -1 },
		"impossible work":           func(e *keepiton.Envelope) { e.Work = 257 },
		"a lookup that is short":    func(e *keepiton.Envelope) { e.Receipt.Lookup = "ab" },
		"a lookup in upper case":    func(e *keepiton.Envelope) { e.Receipt.Lookup = strings.Repeat("AB", 16) },
		"a reply key alone":         func(e *keepiton.Envelope) { e.Receipt.Reply = "age1pq1abc" },
		"a reply key with a space":  func(e *keepiton.Envelope) { e.Receipt = w.receipt(); e.Receipt.Reply = "age1 pq1" },
		"a reply key without end":   func(e *keepiton.Envelope) { e.Receipt = w.receipt(); e.Receipt.Reply = strings.Repeat("a", 5000) },
		"a withdrawal key of words": func(e *keepiton.Envelope) { e.Receipt = w.receipt(); e.Receipt.Withdraw = "key" },
		"words for a country":       func(e *keepiton.Envelope) { e.Open.Country = "Norland" },
		"words for a day":           func(e *keepiton.Envelope) { e.Open.Day = "on Monday at noon" },
		"words for a kind":          func(e *keepiton.Envelope) { e.Open.Kind = "my name is" },
	} {
		e := w.plain()
		change(&e)
		_, _, err := w.Accept(w.ctx, e, w.staged(w.Sealed, w.bytes(100)))
		w.wantCode(name, err, keepiton.Invalid)
	}
	_, _, err := w.Accept(w.ctx, w.plain(), w.staged(w.Sealed, nil))
	w.wantCode("an empty body", err, keepiton.Invalid)

	other := w.reopen()
	defer other.Close()
	_, _, err = w.Accept(w.ctx, w.plain(), w.staged(other, w.bytes(100)))
	w.wantCode("a body that was staged elsewhere", err, keepiton.Invalid)

	big := w.staged(w.Sealed, nil)
	for part := w.bytes(8 << 20); err == nil || keepiton.CodeOf(err) == keepiton.Invalid; {
		_, err = big.Write(part)
	}
	w.wantCode("a body without end", err, keepiton.TooLarge)
	if big.Size() > store.MaxBody {
		t.Errorf("it has %d bytes", big.Size())
	}
	_, _, err = w.Accept(w.ctx, w.plain(), big)
	w.wantCode("accept it all the same", err, keepiton.TooLarge)
	w.must("discard", big.Discard())

	if list := w.list(store.EnvelopeQuery{Gone: true}); len(list) != 0 {
		t.Errorf("%d were stored", len(list))
	}
	for _, id := range []keepiton.EnvelopeID{"", "x", keepiton.EnvelopeID(w.lookup()), keepiton.EnvelopeID(strings.ToUpper(w.lookup()))} {
		_, err := w.Envelope(w.ctx, id)
		w.wantCode("an envelope that is none", err, keepiton.NotFound)
		_, err = w.EnvelopeByLookup(w.ctx, string(id))
		w.wantCode("a receipt that is none", err, keepiton.NotFound)
		_, err = w.OpenBody(w.ctx, id)
		w.wantCode("a body that is none", err, keepiton.NotFound)
		w.wantCode("a state for nothing", w.SetState(w.ctx, id, keepiton.EnvelopeRead), keepiton.NotFound)
		w.wantCode("destroy nothing", w.Destroy(w.ctx, id, keepiton.EnvelopeExpired, sealedDay), keepiton.NotFound)
		w.wantCode("register for nothing", w.Register(w.ctx, id, w.receipt()), keepiton.NotFound)
	}
	w.whole()
}

func bodyOnce(t *testing.T, w *vault) {
	for _, size := range []int{100, 100_000} {
		b := w.staged(w.Sealed, w.bytes(size))
		e, _, err := w.Accept(w.ctx, w.plain(), b)
		w.must("accept", err)
		_, _, err = w.Accept(w.ctx, w.plain(), b)
		w.wantCode("accept twice", err, keepiton.Invalid)
		_, err = b.Write([]byte("more"))
		w.wantCode("write after it was accepted", err, keepiton.Invalid)
		w.must("discard after it was accepted", b.Discard())
		if got := w.body(e.ID); len(got) != size {
			t.Errorf("the body has %d bytes", len(got))
		}
	}
	w.whole()
}

func bodyDiscarded(t *testing.T, w *vault) {
	for _, size := range []int{0, 100, 100_000, 1_000_000} {
		b := w.staged(w.Sealed, w.bytes(size))
		w.must("discard", b.Discard())
		w.must("discard twice", b.Discard())
		_, err := b.Write([]byte("more"))
		w.wantCode("write after it was discarded", err, keepiton.Invalid)
		_, _, err = w.Accept(w.ctx, w.plain(), b)
		w.wantCode("accept after it was discarded", err, keepiton.Invalid)
	}
	w.whole() // which looks for files too
}

func sameBody(t *testing.T, w *vault) {
	for _, size := range []int{5000, 100_000} {
		text := w.bytes(size)
		e := w.plain()
		e.Receipt = w.receipt()
		first := w.accept(e, text)
		later := w.plain()
		later.Lane, later.Day = keepiton.LaneCarried, sealedDay.AddDate(0, 0, 3)
		got, again, err := w.Accept(w.ctx, later, w.staged(w.Sealed, text))
		if err != nil || !again || got != first {
			t.Errorf("the same once more: again %v, %v, %+v, want %+v", again, err, got, first)
		}
		if !bytes.Equal(w.body(first.ID), text) {
			t.Error("the body is another one now")
		}
		w.must("destroy", w.Destroy(w.ctx, first.ID, keepiton.EnvelopeWithdrawn, sealedDay))
		// It was withdrawn: its receipt keeps it from coming back by another road.
		_, _, err = w.Accept(w.ctx, e, w.staged(w.Sealed, text))
		w.wantCode("the same after it was withdrawn", err, keepiton.Conflict)
	}
	w.holds(keepiton.LaneWork, 0, 0)
	w.holds(keepiton.LaneCarried, 0, 0)
	w.whole()
}

func sameBodyAtOnce(t *testing.T, w *vault) {
	other := w.reopen()
	defer other.Close()
	for _, size := range []int{5000, 100_000} {
		text := w.bytes(size)
		handles := []store.Sealed{w.Sealed, other}
		var bodies []store.Body
		for i := range 12 {
			bodies = append(bodies, w.staged(handles[i%2], text))
		}
		var ids sync.Map
		var first atomic.Int32
		var wg sync.WaitGroup
		for i, b := range bodies {
			wg.Go(func() {
				e, again, err := handles[i%2].Accept(w.ctx, w.plain(), b)
				if err != nil {
					t.Errorf("accept: %v", err)
				}
				if !again {
					first.Add(1)
				}
				ids.Store(e.ID, true)
			})
		}
		wg.Wait()
		n := 0
		ids.Range(func(id, _ any) bool {
			n++
			if !bytes.Equal(w.body(id.(keepiton.EnvelopeID)), text) {
				t.Error("the body is another one")
			}
			return true
		})
		if n != 1 || first.Load() != 1 {
			t.Errorf("%d envelopes, %d of them new, want one", n, first.Load())
		}
	}
	w.holds(keepiton.LaneWork, 2, 2)
	w.whole()
}

func oneReceipt(t *testing.T, w *vault) {
	e := w.plain()
	e.Receipt = w.receipt()
	first := w.accept(e, w.bytes(100))
	_, _, err := w.Accept(w.ctx, e, w.staged(w.Sealed, w.bytes(100)))
	w.wantCode("another report with its receipt", err, keepiton.Conflict)

	mail := w.accept(w.plain(), w.bytes(100))
	if mail.Receipt != (keepiton.ReceiptAddress{}) {
		t.Errorf("a report without a receipt has %+v", mail.Receipt)
	}
	w.wantCode("register none", w.Register(w.ctx, mail.ID, keepiton.ReceiptAddress{}), keepiton.Invalid)
	w.wantCode("register what belongs to another", w.Register(w.ctx, mail.ID, first.Receipt), keepiton.Conflict)
	a := w.receipt()
	w.must("register", w.Register(w.ctx, mail.ID, a))
	w.must("register the same again", w.Register(w.ctx, mail.ID, a))
	w.wantCode("register another", w.Register(w.ctx, mail.ID, w.receipt()), keepiton.Conflict)
	mail.Receipt = a
	if got, err := w.EnvelopeByLookup(w.ctx, a.Lookup); err != nil || got != mail {
		t.Errorf("by its receipt: %+v, %v, want %+v", got, err, mail)
	}
	w.whole()
}
