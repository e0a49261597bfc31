package storetest

import (
	"bytes"
	"context"
	"crypto/rand"
	"io"
	"path/filepath"
	"slices"
	"sync"
	"testing"

	"keepiton"
	"keepiton/store"
)

func sealedOtherHandle(t *testing.T, w *vault) {
	e := w.plain()
	e.Receipt = w.receipt()
	large := w.accept(e, w.bytes(300_000))
	small := w.accept(w.plain(), w.bytes(3000))
	first := *w
	first.Sealed = w.reopen()
	defer first.Close()
	for _, e := range []keepiton.Envelope{large, small} {
		if got, err := first.Envelope(w.ctx, e.ID); err != nil || got != e {
			t.Errorf("it sees %+v, %v, want %+v", got, err, e)
		}
		if !bytes.Equal(first.body(e.ID), w.body(e.ID)) {
			t.Error("it sees another body")
		}
	}
	// One that opens meanwhile sweeps nothing that is on its way in.
	b := w.staged(w.Sealed, w.bytes(200_000))
	third := w.reopen()
	got, _, err := w.Accept(w.ctx, w.plain(), b)
	w.must("accept what was begun before", err)
	if len(w.body(got.ID)) != 200_000 {
		t.Error("its body is another one")
	}
	w.must("close", third.Close())
	w.whole()
}

// sealedTogether lets senders, the desk and a reader work at once on two handles.
func sealedTogether(t *testing.T, w *vault) {
	other := w.reopen()
	defer other.Close()
	handles := []store.Sealed{w.Sealed, other}
	ids := make(chan keepiton.EnvelopeID, 1000)
	var senders, rest sync.WaitGroup
	for n := range 8 {
		senders.Go(func() {
			for i := range 6 {
				size := 2000
				if i%4 == 3 {
					size = 90_000
				}
				text := make([]byte, size)
				_, _ = rand.Read(text)
				s := handles[(n+i)%2]
				b, err := s.Stage(w.ctx)
				if err == nil {
					_, err = b.Write(text)
				}
				if err != nil {
					t.Error(err)
					return
				}
				e, again, err := s.Accept(w.ctx, w.plain(), b)
				if err != nil || again {
					t.Errorf("accept: %v, %v", again, err)
					return
				}
				ids <- e.ID
			}
		})
	}
	for n := range 2 {
		rest.Go(func() {
			i := 0
			for id := range ids {
				i++
				r, err := handles[n].OpenBody(w.ctx, id)
				if err != nil {
					t.Errorf("open: %v", err)
					return
				}
				if _, err := io.Copy(io.Discard, r); err != nil {
					t.Errorf("read: %v", err)
				}
				_ = r.Close()
				if i%3 == 0 {
					err = handles[n].Destroy(w.ctx, id, keepiton.EnvelopeWithdrawn, sealedDay)
				} else {
					err = handles[n].SetState(w.ctx, id, keepiton.EnvelopeRead)
				}
				if err != nil {
					t.Error(err)
				}
			}
		})
	}
	senders.Wait()
	close(ids)
	rest.Wait()
	all, there := w.list(store.EnvelopeQuery{Gone: true}), w.list(store.EnvelopeQuery{})
	if len(all) != 48 || slices.ContainsFunc(there, func(e keepiton.Envelope) bool { return e.State != keepiton.EnvelopeRead }) {
		t.Errorf("%d were stored, want 48, each read or gone", len(all))
	}
	w.holds(keepiton.LaneWork, len(there), 0)
	w.whole()
}

func sealedEndedContext(t *testing.T, w *vault) {
	e := w.accept(w.plain(), w.bytes(100))
	b := w.staged(w.Sealed, w.bytes(100))
	ctx, cancel := context.WithCancel(w.ctx)
	cancel()
	_, _, err := w.Accept(ctx, w.plain(), b)
	w.wantCode("accept", err, keepiton.Unavailable)
	_, err = w.Stage(ctx)
	w.wantCode("stage", err, keepiton.Unavailable)
	_, err = w.Envelope(ctx, e.ID)
	w.wantCode("envelope", err, keepiton.Unavailable)
	w.wantCode("list", w.Envelopes(ctx, store.EnvelopeQuery{}, func(keepiton.Envelope) error { return nil }), keepiton.Unavailable)
	w.wantCode("destroy", w.Destroy(ctx, e.ID, keepiton.EnvelopeExpired, sealedDay), keepiton.Unavailable)
	w.wantCode("token", w.SpendToken(ctx, [32]byte{}), keepiton.Unavailable)
	_, err = w.BeginUpload(ctx, 100)
	w.wantCode("upload", err, keepiton.Unavailable)
	if list := w.list(store.EnvelopeQuery{}); len(list) != 1 {
		t.Errorf("%d are there", len(list))
	}
	// The body is as it was, and may be accepted still.
	if _, again, err := w.Accept(w.ctx, w.plain(), b); err != nil || again {
		t.Errorf("accept once more: %v, %v", again, err)
	}
	w.whole()
}

func sealedBackup(t *testing.T, w *vault, open func(tb testing.TB, folder string) store.Sealed) {
	want := map[keepiton.EnvelopeID]keepiton.Envelope{}
	texts := map[keepiton.EnvelopeID][]byte{}
	for i := range 30 {
		e := w.plain()
		e.Receipt = w.receipt()
		text := w.bytes(1000)
		if i%5 == 0 {
			text = w.bytes(100_000)
		}
		e = w.accept(e, text)
		if i%10 == 9 {
			w.must("destroy", w.Destroy(w.ctx, e.ID, keepiton.EnvelopeWithdrawn, sealedDay))
			e, _ = w.Envelope(w.ctx, e.ID)
			text = nil
		} else if i%10 == 1 {
			w.must("reply", w.PutReply(w.ctx, e.Receipt.Lookup, []byte(e.ID)))
		}
		want[e.ID], texts[e.ID] = e, text
	}
	paper := store.Paper{ID: w.lookup(), Kind: "note", About: w.accept(w.plain(), w.bytes(20)).ID, Sealed: w.bytes(2000)}
	var err error
	paper.Version, err = w.PutPaper(w.ctx, paper, 0)
	w.must("paper", err)
	w.must("token", w.SpendToken(w.ctx, [32]byte{7}))
	w.must("quota", w.SetQuota(w.ctx, keepiton.LaneOpen, store.Quota{Count: 5}))
	upload, err := w.BeginUpload(w.ctx, 100)
	w.must("upload", err)

	stop := make(chan struct{})
	var wg sync.WaitGroup
	wg.Go(func() { // somebody goes on writing
		for {
			select {
			case <-stop:
				return
			default:
				w.accept(w.plain(), w.bytes(80_000))
			}
		}
	})
	folder := filepath.Join(t.TempDir(), "copy of it's")
	err = w.BackupSealed(w.ctx, folder)
	close(stop)
	wg.Wait()
	w.must("back up", err)
	w.wantCode("over a folder that is there", w.BackupSealed(w.ctx, folder), keepiton.Conflict)

	c := *w
	c.Sealed = open(t, folder)
	defer c.Close()
	c.whole()
	for id, e := range want {
		if got, err := c.Envelope(w.ctx, id); err != nil || got != e {
			t.Errorf("the copy has %+v, %v, want %+v", got, err, e)
		} else if e.Gone.IsZero() && !bytes.Equal(c.body(id), texts[id]) {
			t.Errorf("the copy of %s has another body", id)
		}
		replies, err := c.Replies(w.ctx, e.Receipt.Lookup)
		before, _ := w.Replies(w.ctx, e.Receipt.Lookup)
		if err != nil || !slices.EqualFunc(replies, before, bytes.Equal) {
			t.Errorf("%d replies in the copy, %v", len(replies), err)
		}
	}
	w.wantCode("a token that was spent", c.SpendToken(w.ctx, [32]byte{7}), keepiton.Conflict)
	_, _, err = c.UploadEnd(w.ctx, upload)
	w.wantCode("an upload that was not finished", err, keepiton.NotFound)
	if p, err := c.Paper(w.ctx, paper.ID); err != nil || p.Version != paper.Version || p.About != paper.About || !bytes.Equal(p.Sealed, paper.Sealed) {
		t.Errorf("the paper in the copy: %+v, %v", p, err)
	}
	before, err := w.SealedVersion(w.ctx)
	w.must("version", err)
	if v, err := c.SealedVersion(w.ctx); err != nil || v == 0 || v > before {
		t.Errorf("the copy is version %d, %v, of at most %d", v, err, before)
	}
	w.whole()
}
