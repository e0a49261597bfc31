package storetest

import (
	"bytes"
	"io"
	"testing"

	"keepiton"
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
