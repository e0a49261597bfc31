package storetest

import (
	"testing"
	"time"

	"keepiton"
)

func pressLinks(t *testing.T, w *world) {
	id, other := keepiton.EntryID("KIB-2023-0001"), keepiton.EntryID("KIB-2023-0002")
	link := func(n byte, of keepiton.EntryID, hours int) keepiton.EarlyLink {
		l := keepiton.EarlyLink{Entry: of, Whom: "ራዲዮ “x”", Account: "ben", Made: day0.Add(time.Duration(n) * time.Second), Expires: day0.Add(time.Duration(hours) * time.Hour)}
		l.Token[0], l.Token[31] = n, 0xff
		return l
	}
	first, second, third := link(2, id, 1), link(1, id, 9), link(3, other, 9)
	for _, l := range []keepiton.EarlyLink{first, second, third} {
		w.must("put", w.PutEarlyLink(w.ctx, l))
	}
	w.wantCode("a token twice", w.PutEarlyLink(w.ctx, first), keepiton.Conflict)
	w.wantCode("a link to a pledge", w.PutEarlyLink(w.ctx, link(7, "KIP-2023-0001", 1)), keepiton.Invalid)
	if got, err := w.EarlyLink(w.ctx, first.Token); err != nil || got != first {
		t.Errorf("got %+v, %v, want %+v", got, err, first)
	}
	_, err := w.EarlyLink(w.ctx, [32]byte{9})
	w.wantCode("a token that nobody has", err, keepiton.NotFound)
	if got, err := w.EarlyLinks(w.ctx, id); err != nil || len(got) != 2 || got[0] != second || got[1] != first {
		t.Errorf("links of %s: %+v, %v", id, got, err)
	}
	w.wantCode("end a link of another", w.EndEarlyLink(w.ctx, other, first.Token), keepiton.NotFound)
	w.must("end", w.EndEarlyLink(w.ctx, other, third.Token))
	w.wantCode("end it twice", w.EndEarlyLink(w.ctx, other, third.Token), keepiton.NotFound)
	if n, err := w.ForgetEarlyLinks(w.ctx, first.Expires); err != nil || n != 1 {
		t.Errorf("forgot %d, %v, want what expired", n, err)
	}
	if n, err := w.ForgetEarlyLinks(w.ctx, day0, id); err != nil || n != 1 {
		t.Errorf("forgot %d, %v, want what is of %s", n, err, id)
	}
	_, err = w.EarlyLink(w.ctx, second.Token)
	w.wantCode("a link that was forgotten", err, keepiton.NotFound)
}
