package storetest

import (
	"bytes"
	"context"
	"crypto/sha256"
	"fmt"
	"io"
	"math/rand/v2"
	"testing"
	"time"

	"keepiton"
	"keepiton/store"
)

// OpenSealed makes empty sealed reports and returns a function that opens them,
// each time with another handle, as another process would. The handle's day is
// that of now.
type OpenSealed func(tb testing.TB) func(now func() time.Time) store.Sealed

// RunSealed tests every promise of store.Sealed on fresh stores of the engine.
func RunSealed(t *testing.T, open OpenSealed) {
	for _, c := range []struct {
		name string
		test func(t *testing.T, w *vault)
	}{
		{"EveryFieldComesBackAsItWas", sealedRoundTrip},
		{"BodiesOfEverySizeComeBack", sealedSizes},
		{"UploadsGoOnWhereTheyEnded", uploadsGoOn},
		{"ADestroyedReportLeavesATombstone", sealedDestroy},
	} {
		t.Run(c.name, func(t *testing.T) { c.test(t, newVault(t, open)) })
	}
}

// vault is one store of sealed reports under test.
type vault struct {
	testing.TB
	store.Sealed
	ctx    context.Context
	now    time.Time
	reopen func() store.Sealed
	random *rand.ChaCha8
}

func newVault(tb testing.TB, open OpenSealed) *vault {
	tb.Helper()
	again := open(tb)
	w := &vault{TB: tb, ctx: tb.Context(), now: sealedDay.Add(15*time.Hour + 7*time.Minute), random: rand.NewChaCha8([32]byte{1})}
	w.reopen = func() store.Sealed { return again(func() time.Time { return w.now }) }
	w.Sealed = w.reopen()
	tb.Cleanup(func() {
		if err := w.Sealed.Close(); err != nil {
			tb.Errorf("close: %v", err)
		}
	})
	return w
}

// sealedDay is the day on which most tests happen.
var sealedDay = time.Date(2026, 11, 25, 0, 0, 0, 0, time.UTC)

// bytes makes ciphertext, as good as random.
func (w *vault) bytes(n int) []byte {
	b := make([]byte, n)
	_, _ = w.random.Read(b)
	return b
}

func (w *vault) lookup() string { return fmt.Sprintf("%x", w.bytes(16)) }

// plain is an envelope with nothing but what it must have.
func (w *vault) plain() keepiton.Envelope {
	return keepiton.Envelope{Lane: keepiton.LaneWork, Day: sealedDay, Expires: sealedDay.AddDate(0, 0, 30)}
}

// staged returns a body with text in it.
func (w *vault) staged(s store.Sealed, text []byte) store.Body {
	w.Helper()
	b, err := s.Stage(w.ctx)
	if err != nil {
		w.Fatalf("stage: %v", err)
	}
	for rest := text; len(rest) > 0; {
		n := min(len(rest), 1+int(w.random.Uint64()%100_000))
		if _, err := b.Write(rest[:n]); err != nil {
			w.Fatalf("write: %v", err)
		}
		rest = rest[n:]
	}
	if b.Size() != int64(len(text)) {
		w.Errorf("the body says it has %d bytes, not %d", b.Size(), len(text))
	}
	return b
}

// accept stores an envelope with text for its body.
func (w *vault) accept(e keepiton.Envelope, text []byte) keepiton.Envelope {
	w.Helper()
	stored, again, err := w.Accept(w.ctx, e, w.staged(w.Sealed, text))
	if err != nil || again {
		w.Fatalf("accept: again %v, %v", again, err)
	}
	return stored
}

func (w *vault) body(id keepiton.EnvelopeID) []byte {
	w.Helper()
	r, err := w.OpenBody(w.ctx, id)
	if err != nil {
		w.Fatalf("open body: %v", err)
	}
	defer r.Close()
	b, err := io.ReadAll(r)
	if err != nil {
		w.Fatalf("read body: %v", err)
	}
	return b
}

// whole verifies the store.
func (w *vault) whole() {
	w.Helper()
	if err := w.VerifySealed(w.ctx, func(problem string) { w.Errorf("verify: %s", problem) }); err != nil {
		w.Fatalf("verify: %v", err)
	}
}

func (w *vault) wantCode(what string, err error, want keepiton.Code) {
	w.Helper()
	if got := keepiton.CodeOf(err); got != want {
		w.Errorf("%s: got code %q (%v), want %q", what, got, err, want)
	}
}

func (w *vault) must(what string, err error) {
	w.Helper()
	if err != nil {
		w.Fatalf("%s: %v", what, err)
	}
}

func sealedRoundTrip(t *testing.T, w *vault) {
	text := w.bytes(5000)
	e := w.plain()
	e.Day, e.Expires = sealedDay.Add(13*time.Hour+14*time.Minute), e.Expires.Add(5*time.Hour)
	e.Work = 21
	e.Receipt = keepiton.ReceiptAddress{Lookup: w.lookup(), Reply: "age1pq1" + fmt.Sprintf("%x", w.bytes(976)), Withdraw: fmt.Sprintf("%x", w.bytes(32))}
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
