package storetest

import (
	"bytes"
	"errors"
	"io"
	"sync"
	"sync/atomic"
	"testing"

	"keepiton"
	"keepiton/store"
)

// uploadsGoOn sends a body in pieces, through another handle too, as after a
// restart.
func uploadsGoOn(t *testing.T, w *vault) {
	text := w.bytes(3_000_000)
	id, err := w.BeginUpload(w.ctx, int64(len(text)))
	w.must("begin", err)
	other := w.reopen()
	defer other.Close()
	at := int64(0)
	for i, n := range []int{1, 70_000, 5, 1_500_000, 429_994, 1_000_000} {
		s := w.Sealed
		if i%2 == 1 {
			s = other
		}
		end, err := s.AppendUpload(w.ctx, id, at, bytes.NewReader(text[at:at+int64(n)]))
		if err != nil || end != at+int64(n) {
			t.Fatalf("piece %d: end %d, %v", i, end, err)
		}
		got, size, err := w.UploadEnd(w.ctx, id)
		if err != nil || got != end || size != int64(len(text)) {
			t.Fatalf("the upload ends at %d of %d, %v", got, size, err)
		}
		if i == 2 {
			_, err := w.FinishUpload(w.ctx, id)
			w.wantCode("finish too early", err, keepiton.Conflict)
			_, err = w.AppendUpload(w.ctx, id, at, bytes.NewReader(text[at:]))
			w.wantCode("append at another offset", err, keepiton.Conflict)
		}
		at = end
	}
	r, err := other.OpenUpload(w.ctx, id)
	w.must("open", err)
	if got, err := io.ReadAll(r); err != nil || !bytes.Equal(got, text) {
		t.Errorf("the upload reads as something else, %v", err)
	}
	w.must("close", r.Close())
	b, err := other.FinishUpload(w.ctx, id)
	w.must("finish", err)
	e, again, err := other.Accept(w.ctx, w.plain(), b)
	if err != nil || again {
		t.Fatalf("accept: %v, %v", again, err)
	}
	if !bytes.Equal(w.body(e.ID), text) {
		t.Error("the body is another one")
	}
	_, _, err = w.UploadEnd(w.ctx, id)
	w.wantCode("an upload that was accepted", err, keepiton.NotFound)
	w.whole()
}

// broken reads text and then fails, as a line that broke off.
type broken struct{ text []byte }

var errBroken = errors.New("read tcp 192.0.2.7:443: connection reset by peer")

func (b *broken) Read(p []byte) (int, error) {
	if len(b.text) == 0 {
		return 0, errBroken
	}
	n := copy(p[:min(len(p), 1000)], b.text)
	b.text = b.text[n:]
	return n, nil
}

func uploadsBreak(t *testing.T, w *vault) {
	text := w.bytes(4_000_000)
	id, err := w.BeginUpload(w.ctx, int64(len(text)))
	w.must("begin", err)
	at := int64(0)
	for _, n := range []int{0, 1, 65536, 1 << 20, 2_000_000} {
		end, err := w.AppendUpload(w.ctx, id, at, &broken{text[at : at+int64(n)]})
		if end != at+int64(n) {
			t.Errorf("of %d bytes before the line broke %d are kept", n, end-at)
		}
		w.wantCode("a line that broke", err, keepiton.Unavailable)
		if errors.Is(err, errBroken) || bytes.Contains([]byte(err.Error()), []byte("192.0.2.7")) {
			t.Errorf("the error names an address: %v", err)
		}
		if got, _, err := w.UploadEnd(w.ctx, id); err != nil || got != end {
			t.Errorf("the upload ends at %d, %v, want %d", got, err, end)
		}
		at = end
	}
	_, err = w.AppendUpload(w.ctx, id, at, bytes.NewReader(text[at:]))
	w.must("the rest", err)
	r, err := w.OpenUpload(w.ctx, id)
	w.must("open", err)
	if got, err := io.ReadAll(r); err != nil || !bytes.Equal(got, text) {
		t.Errorf("the upload reads as something else, %v", err)
	}
	w.must("close", r.Close())
}

func uploadsBounded(t *testing.T, w *vault) {
	for _, size := range []int64{0, -1} {
		_, err := w.BeginUpload(w.ctx, size)
		w.wantCode("an upload of nothing", err, keepiton.Invalid)
	}
	_, err := w.BeginUpload(w.ctx, store.MaxUpload+1)
	w.wantCode("a large upload", err, keepiton.TooLarge)

	text := w.bytes(100_000)
	id, err := w.BeginUpload(w.ctx, 100_000)
	w.must("begin", err)
	end, err := w.AppendUpload(w.ctx, id, 0, bytes.NewReader(append(text, "more"...)))
	w.wantCode("more than was said", err, keepiton.TooLarge)
	if end != 100_000 {
		t.Errorf("the upload ends at %d", end)
	}
	for _, unknown := range []string{"", "x", w.lookup()} {
		_, _, err = w.UploadEnd(w.ctx, unknown)
		w.wantCode("the end of none", err, keepiton.NotFound)
		_, err = w.AppendUpload(w.ctx, unknown, 0, bytes.NewReader(text))
		w.wantCode("a piece of none", err, keepiton.NotFound)
		_, err = w.FinishUpload(w.ctx, unknown)
		w.wantCode("finish none", err, keepiton.NotFound)
		_, err = w.OpenUpload(w.ctx, unknown)
		w.wantCode("open none", err, keepiton.NotFound)
	}

	// Pieces of a byte each cost more than they bring.
	tiny, err := w.BeginUpload(w.ctx, 2000)
	w.must("begin", err)
	at := int64(0)
	for err == nil && at < 2000 {
		at, err = w.AppendUpload(w.ctx, tiny, at, bytes.NewReader(text[:1]))
	}
	w.wantCode("pieces of a byte", err, keepiton.TooLarge)

	// Of many pieces for the same place, each of another length, one is taken.
	shared, err := w.BeginUpload(w.ctx, 100_000)
	w.must("begin", err)
	var taken atomic.Int64
	var wg sync.WaitGroup
	for i := range 6 {
		wg.Go(func() {
			n := int64(90_000 - 7000*i)
			end, err := w.AppendUpload(w.ctx, shared, 0, bytes.NewReader(text[:n]))
			if err == nil && end == n {
				if !taken.CompareAndSwap(0, n) {
					t.Error("two pieces were taken for the same place")
				}
			} else if keepiton.CodeOf(err) != keepiton.Conflict {
				t.Errorf("end %d, %v", end, err)
			}
		})
	}
	wg.Wait()
	at = taken.Load()
	_, err = w.AppendUpload(w.ctx, shared, at, bytes.NewReader(text[at:]))
	w.must("the rest", err)
	b, err := w.FinishUpload(w.ctx, shared)
	w.must("finish", err)
	e, _, err := w.Accept(w.ctx, w.plain(), b)
	w.must("accept", err)
	if !bytes.Equal(w.body(e.ID), text) {
		t.Error("the body is another one")
	}
	w.whole()
}

func uploadsEnd(t *testing.T, w *vault) {
	begun := func(text []byte) string {
		t.Helper()
		id, err := w.BeginUpload(w.ctx, int64(len(text)))
		w.must("begin", err)
		_, err = w.AppendUpload(w.ctx, id, 0, bytes.NewReader(text))
		w.must("append", err)
		return id
	}
	for _, size := range []int{1, 60_000, 200_000} {
		text := w.bytes(size)
		id := begun(text)
		b, err := w.FinishUpload(w.ctx, id)
		w.must("finish", err)
		_, err = b.Write([]byte("more"))
		w.wantCode("write to it", err, keepiton.Invalid)
		bad := w.plain()
		bad.Lane = "none"
		_, _, err = w.Accept(w.ctx, bad, b)
		w.wantCode("refused", err, keepiton.Invalid)
		e, again, err := w.Accept(w.ctx, w.plain(), b)
		if err != nil || again || e.Size != int64(size) || !bytes.Equal(w.body(e.ID), text) {
			t.Errorf("accepted as %+v, %v, %v", e, again, err)
		}
		w.must("discard after it was accepted", b.Discard())
		_, err = w.FinishUpload(w.ctx, id)
		w.wantCode("finish what was accepted", err, keepiton.NotFound)

		// The same by another upload: nothing is stored, and the upload is over.
		twin := begun(text)
		b, err = w.FinishUpload(w.ctx, twin)
		w.must("finish", err)
		if got, again, err := w.Accept(w.ctx, w.plain(), b); err != nil || !again || got.ID != e.ID {
			t.Errorf("the same once more: %v, %v", again, err)
		}
		_, _, err = w.UploadEnd(w.ctx, twin)
		w.wantCode("an upload of what was there", err, keepiton.NotFound)

		dropped := begun(w.bytes(size))
		b, err = w.FinishUpload(w.ctx, dropped)
		w.must("finish", err)
		w.must("discard", b.Discard())
		w.must("discard twice", b.Discard())
		_, _, err = w.UploadEnd(w.ctx, dropped)
		w.wantCode("an upload that was discarded", err, keepiton.NotFound)
		_, _, err = w.Accept(w.ctx, w.plain(), b)
		w.wantCode("accept what was discarded", err, keepiton.Invalid)
	}
	w.holds(keepiton.LaneWork, 3, 3)

	// One that is ended is gone, whole or not, and leaves nothing.
	half, err := w.BeginUpload(w.ctx, 200_000)
	w.must("begin", err)
	_, err = w.AppendUpload(w.ctx, half, 0, bytes.NewReader(w.bytes(100_000)))
	w.must("append", err)
	for _, id := range []string{half, begun(w.bytes(70_000)), half, w.lookup()} {
		w.must("drop", w.DropUpload(w.ctx, id))
		_, err = w.AppendUpload(w.ctx, id, 0, bytes.NewReader([]byte("x")))
		w.wantCode("a piece of what was dropped", err, keepiton.NotFound)
	}
	w.whole()
}

func uploadsSwept(t *testing.T, w *vault) {
	text := w.bytes(200_000)
	id, err := w.BeginUpload(w.ctx, 300_000)
	w.must("begin", err)
	_, err = w.AppendUpload(w.ctx, id, 0, bytes.NewReader(text))
	w.must("append", err)
	for days := 1; days <= 2; days++ {
		w.now = w.now.AddDate(0, 0, 1)
		_, err = w.Expire(w.ctx, w.now)
		w.must("expire", err)
		_, _, err = w.UploadEnd(w.ctx, id)
		if days == 1 {
			w.must("an upload of yesterday", err)
		} else {
			w.wantCode("an upload of the day before yesterday", err, keepiton.NotFound)
		}
	}
	w.whole()
}
