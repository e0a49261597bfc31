package storetest

import (
	"bytes"
	"slices"
	"sync"
	"sync/atomic"
	"testing"

	"keepiton"
	"keepiton/store"
)

func sealedReplies(t *testing.T, w *vault) {
	e := w.plain()
	e.Receipt = w.receipt()
	w.accept(e, w.bytes(100))
	lookup := e.Receipt.Lookup
	w.wantCode("a reply to nobody", w.PutReply(w.ctx, w.lookup(), []byte("x")), keepiton.NotFound)
	w.wantCode("a reply to no lookup", w.PutReply(w.ctx, "", []byte("x")), keepiton.NotFound)
	w.wantCode("an empty reply", w.PutReply(w.ctx, lookup, nil), keepiton.Invalid)
	w.wantCode("a large reply", w.PutReply(w.ctx, lookup, make([]byte, store.MaxReplyBytes+1)), keepiton.TooLarge)
	for _, unknown := range []string{"", "x", w.lookup()} {
		if r, err := w.Replies(w.ctx, unknown); err != nil || len(r) != 0 {
			t.Errorf("replies for nobody: %d, %v", len(r), err)
		}
	}
	var want [][]byte
	for i := range store.MaxReplies {
		sealed := w.bytes(1024)
		if i == 50 {
			sealed = w.bytes(store.MaxReplyBytes)
		}
		want = append(want, sealed)
		w.must("reply", w.PutReply(w.ctx, lookup, sealed))
	}
	w.wantCode("one reply too many", w.PutReply(w.ctx, lookup, []byte("x")), keepiton.TooLarge)
	got, err := w.Replies(w.ctx, lookup)
	if err != nil || !slices.EqualFunc(got, want, bytes.Equal) {
		t.Errorf("%d replies, %v, want %d in their order", len(got), err, len(want))
	}
	w.whole()
}

func papers(t *testing.T, w *vault) {
	p := store.Paper{ID: w.lookup(), Kind: "case", Sealed: w.bytes(3000)}
	_, err := w.PutPaper(w.ctx, p, 1)
	w.wantCode("change what is not there", err, keepiton.Conflict)
	first, err := w.PutPaper(w.ctx, p, 0)
	if err != nil || first < 1 {
		t.Fatalf("version %d, %v", first, err)
	}
	_, err = w.PutPaper(w.ctx, p, 0)
	w.wantCode("the same as new once more", err, keepiton.Conflict)
	p.Sealed = w.bytes(store.MaxPaper)
	if p.Version, err = w.PutPaper(w.ctx, p, first); err != nil || p.Version <= first {
		t.Fatalf("version %d after %d, %v", p.Version, first, err)
	}
	_, err = w.PutPaper(w.ctx, p, first)
	w.wantCode("a change of an old version", err, keepiton.Conflict)
	for name, bad := range map[string]store.Paper{
		"no id":   {Kind: "case", Sealed: []byte("x")},
		"no kind": {ID: w.lookup(), Sealed: []byte("x")},
		"words":   {ID: w.lookup(), Kind: "my notes", Sealed: []byte("x")},
		"nothing": {ID: w.lookup(), Kind: "case"},
	} {
		_, err := w.PutPaper(w.ctx, bad, 0)
		w.wantCode(name, err, keepiton.Invalid)
	}
	large := store.Paper{ID: w.lookup(), Kind: "case", Sealed: make([]byte, store.MaxPaper+1)}
	_, err = w.PutPaper(w.ctx, large, 0)
	w.wantCode("a large one", err, keepiton.TooLarge)

	note := store.Paper{ID: w.lookup(), Kind: "note", About: w.accept(w.plain(), w.bytes(10)).ID, Sealed: []byte("note")}
	note.Version, err = w.PutPaper(w.ctx, note, 0)
	w.must("put", err)
	for _, want := range []store.Paper{p, note} {
		got, err := w.Paper(w.ctx, want.ID)
		if err != nil || got.ID != want.ID || got.Kind != want.Kind || got.Version != want.Version || got.About != want.About || !bytes.Equal(got.Sealed, want.Sealed) {
			t.Errorf("got the paper %s of kind %s, version %d, about %q, %v, want %s of kind %s, version %d, about %q", got.ID, got.Kind, got.Version, got.About, err, want.ID, want.Kind, want.Version, want.About)
		}
	}
	w.must("delete", w.DeletePaper(w.ctx, p.ID))
	w.wantCode("delete twice", w.DeletePaper(w.ctx, p.ID), keepiton.NotFound)
	_, err = w.Paper(w.ctx, p.ID)
	w.wantCode("read what was deleted", err, keepiton.NotFound)
	_, err = w.PutPaper(w.ctx, p, p.Version)
	w.wantCode("change what was deleted", err, keepiton.Conflict)
	// Who has the removed one in mind must not overwrite the one in its place.
	again, err := w.PutPaper(w.ctx, p, 0)
	w.must("put again", err)
	for _, old := range []int{first, p.Version} {
		if old == again {
			t.Errorf("the version %d came twice", again)
		}
	}

	// Of many who change the same version one does.
	var done atomic.Int32
	var wg sync.WaitGroup
	for i := range 8 {
		wg.Go(func() {
			mine := note
			mine.Sealed = []byte{byte(i)}
			if _, err := w.PutPaper(w.ctx, mine, note.Version); err == nil {
				done.Add(1)
			} else if keepiton.CodeOf(err) != keepiton.Conflict {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	if done.Load() != 1 {
		t.Errorf("%d changed version %d", done.Load(), note.Version)
	}
}

func tokens(t *testing.T, w *vault) {
	other := w.reopen()
	defer other.Close()
	handles := []store.Sealed{w.Sealed, other}
	for range 20 {
		token := [32]byte(w.bytes(32))
		var spent atomic.Int32
		var wg sync.WaitGroup
		for i := range 6 {
			wg.Go(func() {
				switch err := handles[i%2].SpendToken(w.ctx, token); keepiton.CodeOf(err) {
				case "":
					spent.Add(1)
				case keepiton.Conflict:
				default:
					t.Errorf("spend: %v", err)
				}
			})
		}
		wg.Wait()
		if spent.Load() != 1 {
			t.Errorf("a token was spent %d times", spent.Load())
		}
	}
}

func sealedVersion(t *testing.T, w *vault) {
	last, err := w.Sealed.SealedVersion(w.ctx)
	w.must("version", err)
	grows := func(what string, err error) {
		t.Helper()
		w.must(what, err)
		v, err := w.Sealed.SealedVersion(w.ctx)
		w.must("version", err)
		if v <= last {
			t.Errorf("after %s the version is %d, it was %d", what, v, last)
		}
		last = v
	}
	e := w.plain()
	e.Receipt = w.receipt()
	e = w.accept(e, w.bytes(100))
	grows("accept", nil)
	grows("state", w.SetState(w.ctx, e.ID, keepiton.EnvelopeRead))
	grows("reply", w.PutReply(w.ctx, e.Receipt.Lookup, []byte("x")))
	grows("quota", w.SetQuota(w.ctx, e.Lane, store.Quota{Count: 5}))
	grows("token", w.SpendToken(w.ctx, [32]byte{1}))
	_, err = w.PutPaper(w.ctx, store.Paper{ID: w.lookup(), Kind: "case", Sealed: []byte("x")}, 0)
	grows("paper", err)
	grows("destroy", w.Destroy(w.ctx, e.ID, keepiton.EnvelopeExpired, sealedDay))
	w.wantCode("a token that was spent", w.SpendToken(w.ctx, [32]byte{1}), keepiton.Conflict)
	if v, err := w.Sealed.SealedVersion(w.ctx); err != nil || v != last {
		t.Errorf("without a change the version went from %d to %d, %v", last, v, err)
	}
}
