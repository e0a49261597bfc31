package storetest

import (
	"context"
	"fmt"
	"io"
	"math/rand/v2"
	"testing"
	"time"

	"keepiton"
	"keepiton/store"
)

// OpenSealed makes empty sealed reports and returns a function that opens them,
// each time with another handle, as another process would. The day of a handle is
// that of now.
type OpenSealed func(tb testing.TB) func(now func() time.Time) store.Sealed

// RunSealed tests every promise of store.Sealed on fresh stores of the engine.
// backup opens what BackupSealed has written.
func RunSealed(t *testing.T, open OpenSealed, backup func(tb testing.TB, folder string) store.Sealed) {
	for _, c := range []struct {
		name string
		test func(t *testing.T, w *vault)
	}{
		{"EveryFieldComesBackAsItWas", sealedRoundTrip},
		{"BodiesOfEverySizeComeBack", sealedSizes},
		{"WhatBreaksARuleIsRefused", sealedInvalid},
		{"ABodyIsUsedOnce", bodyOnce},
		{"ADiscardedBodyLeavesNothing", bodyDiscarded},
		{"TheSameBodyTwiceIsStoredOnce", sameBody},
		{"TheSameBodyAtOnceIsStoredOnce", sameBodyAtOnce},
		{"AReceiptBelongsToOneReport", oneReceipt},
		{"ListsComeInOrderOfRandomIDs", sealedLists},
		{"ListsAreNarrowedByEveryField", sealedFilters},
		{"StatesAreSetUntilItIsGone", sealedStates},
		{"AFullLaneLeavesTheOthersOpen", quotas},
		{"AQuotaHoldsWhenManyComeAtOnce", quotaAtOnce},
		{"ADestroyedReportLeavesATombstone", sealedDestroy},
		{"DestroyedByManyItIsDestroyedOnce", destroyAtOnce},
		{"ABodyBeingReadIsReadToItsEnd", destroyWhileRead},
		{"ReportsExpireBeforeTheirDay", sealedExpire},
		{"TheNightChangesNothingToSee", sealedNight},
		{"RepliesAreBoundedAndInOrder", sealedReplies},
		{"UploadsGoOnWhereTheyEnded", uploadsGoOn},
		{"UploadsKeepWhatCameBeforeTheLineBroke", uploadsBreak},
		{"UploadsAreBounded", uploadsBounded},
		{"UploadsEnd", uploadsEnd},
		{"UploadsOlderThanADayAreSwept", uploadsSwept},
		{"PapersChangeByVersion", papers},
		{"PapersGoWithTheirReport", papersGo},
		{"WhatChangedInEnvelopesIsTold", envelopeParts},
		{"WhatChangedInPapersIsTold", paperParts},
		{"ATokenIsSpentOnce", tokens},
		{"TheVersionGrowsWithEveryChange", sealedVersion},
		{"AnotherHandleSeesEverything", sealedOtherHandle},
		{"ManyAtOnceDoNotDisturbEachOther", sealedTogether},
		{"AnEndedContextStoresNothing", sealedEndedContext},
		{"ABackupIsWholeWhileOthersWrite", func(t *testing.T, w *vault) { sealedBackup(t, w, backup) }},
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

// receipt makes the address of one.
func (w *vault) receipt() keepiton.ReceiptAddress {
	return keepiton.ReceiptAddress{Lookup: w.lookup(), Reply: "age1pq1" + fmt.Sprintf("%x", w.bytes(976)), Withdraw: fmt.Sprintf("%x", w.bytes(32))}
}

// list returns the envelopes that q selects, in order.
func (w *vault) list(q store.EnvelopeQuery) (out []keepiton.Envelope) {
	w.Helper()
	if err := w.Envelopes(w.ctx, q, func(e keepiton.Envelope) error { out = append(out, e); return nil }); err != nil {
		w.Fatalf("list %+v: %v", q, err)
	}
	return out
}

// holds checks what a lane holds: so many envelopes, so many of them new.
func (w *vault) holds(l keepiton.Lane, count, fresh int) {
	w.Helper()
	u, err := w.Usage(w.ctx)
	if err != nil || u[l].Count != count || u[l].New != fresh || (u[l].Bytes > 0) != (count > 0) {
		w.Errorf("lane %s holds %+v, %v, want %d envelopes, %d of them new", l, u[l], err, count, fresh)
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
