package storetest

import (
	"encoding/json"
	"reflect"
	"strings"
	"testing"

	"keepiton"
)

func signatures(t *testing.T, w *world) {
	l := &keepiton.Letter{Title: keepiton.Texts{"en": "Keep it on"}, Body: keepiton.Texts{"en": "Please."}, To: keepiton.Texts{"en": "Somebody"}}
	doc, err := json.Marshal(l)
	w.must("encode", err)
	var letter keepiton.EntryID
	for base, state := range []keepiton.State{keepiton.Draft, keepiton.Published} {
		rev, err := w.AppendEntry(w.ctx, keepiton.KindLetter, base, keepiton.EntryRevision{ID: letter, State: state, Recorded: day0, Doc: doc}, l.Index())
		w.must("append", err)
		letter = rev.ID
	}
	if got, err := w.LetterSigners(w.ctx, letter); err != nil || len(got) != 0 {
		t.Errorf("nobody has signed: %v, %v", got, err)
	}
	before, err := w.Version(w.ctx)
	w.must("version", err)
	a := keepiton.LetterSigner{Letter: letter, N: 2, Organization: "KIC-2026-0001", Account: "ana", Day: "2026-05-03"}
	b := keepiton.LetterSigner{Letter: letter, N: 2, Organization: "KIC-2026-0009", Account: "ወ", Signature: "-----BEGIN PGP SIGNATURE-----\n", Day: "2026-05-02"}
	c := keepiton.LetterSigner{Letter: letter, N: 2, Organization: "KIC-2026-0002", Account: "cem", Day: "2026-05-03"}
	for _, s := range []keepiton.LetterSigner{c, a, b} {
		w.must("sign", w.SignLetter(w.ctx, s))
	}
	if after, _ := w.Version(w.ctx); after <= before {
		t.Error("readers are not told who signed")
	}
	if got, err := w.LetterSigners(w.ctx, letter); err != nil || !reflect.DeepEqual(got, []keepiton.LetterSigner{b, a, c}) {
		t.Errorf("by day and organization: %+v, %v", got, err)
	}
	again := a
	again.N, again.Account, again.Day = 1, "ari", "2026-05-09"
	w.must("sign again", w.SignLetter(w.ctx, again))
	w.must("take back", w.UnsignLetter(w.ctx, letter, b.Organization))
	if got, err := w.LetterSigners(w.ctx, letter); err != nil || !reflect.DeepEqual(got, []keepiton.LetterSigner{c, again}) {
		t.Errorf("signed again, and taken back: %+v, %v", got, err)
	}
	w.wantCode("take back twice", w.UnsignLetter(w.ctx, letter, b.Organization), keepiton.NotFound)
	for name, s := range map[string]struct {
		how  func(*keepiton.LetterSigner)
		want keepiton.Code
	}{
		"no such revision": {func(s *keepiton.LetterSigner) { s.N = 3 }, keepiton.NotFound},
		"no such letter":   {func(s *keepiton.LetterSigner) { s.Letter = "KIL-2026-0099" }, keepiton.NotFound},
		"no letter":        {func(s *keepiton.LetterSigner) { s.Letter = "KIP-2026-0001" }, keepiton.Invalid},
		"no organization":  {func(s *keepiton.LetterSigner) { s.Organization = "KIL-2026-0001" }, keepiton.Invalid},
		"no day":           {func(s *keepiton.LetterSigner) { s.Day = "" }, keepiton.Invalid},
		"too long":         {func(s *keepiton.LetterSigner) { s.Signature = strings.Repeat("x", 16<<10+1) }, keepiton.TooLarge},
	} {
		bad := a
		s.how(&bad)
		w.wantCode(name, w.SignLetter(w.ctx, bad), s.want)
	}
	if got, _ := w.reopen().LetterSigners(w.ctx, letter); len(got) != 2 {
		t.Errorf("another handle sees %d signatures", len(got))
	}
}
