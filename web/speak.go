package web

import (
	"keepiton"
	"keepiton/locale"
)

// speak makes the visit's printer the one that the reader wants: with the digits
// that the address names, pointing out the message that it names, and telling of
// each message where the page is read for that. A file keeps Latin digits: what is
// copied or computed with has them in every language; a drawing is looked at.
func (v *visit) speak() error {
	if system := v.get("digits"); system != "" {
		if with := v.p.Digits(system); with == v.p {
			delete(v.query, "digits")
		} else if v.suffix == "" || v.suffix == "svg" {
			v.p = with
		}
	}
	if key := v.get("message"); key != "" {
		if !v.p.Has(key) {
			delete(v.query, "message")
			return keepiton.Errorf(keepiton.NotFound, "the site has no message of that name")
		}
		v.p = v.p.Pointing(key)
	}
	if note, ok := v.ctx.Value(notingKey{}).(func(string, map[string]string)); ok {
		v.p, v.noting = v.p.Noting(note), true
	}
	return nil
}

// latin is the visit with Latin digits, for what other sites show.
func (v *visit) latin() *visit {
	out := *v
	out.p = v.p.Latin()
	return &out
}

// DigitSwitch leads to the same page in the other digits of its language; nil
// where the language has one kind, and in a copy, whose pages stand once.
func (f *frame) DigitSwitch() *form {
	system := f.p.Lang().Digits
	other := locale.For(f.p.Lang().Tag).Digits(system)
	if f.copy || other.DigitSystem() == "latn" {
		return nil
	}
	if f.p.DigitSystem() == system {
		return &form{f.p.T("nav.digits", "Digits", "0123"), f.with("digits")}
	}
	return &form{f.p.T("nav.digits", "Digits", other.Figures("0123")), f.with("digits", system)}
}
