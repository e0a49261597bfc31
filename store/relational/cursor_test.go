package relational

import (
	"testing"

	"keepiton"
	"keepiton/store"
)

func FuzzParseCursor(f *testing.F) {
	for _, sort := range sorts {
		f.Add(cursor{sort, true, position{-12, 1 << 61}}.String(), string(sort))
	}
	f.Add(changesCursor(77), "changes")
	f.Fuzz(func(t *testing.T, text, sort string) {
		c, err := parseCursor(text, store.Sort(sort))
		if err == nil && c.String() != text {
			t.Errorf("%q reads as %+v, which is written %q", text, c, c.String())
		}
		if err != nil && keepiton.CodeOf(err) != keepiton.Invalid {
			t.Errorf("%q: %v", text, err)
		}
		if seq, err := parseChangesCursor(text); err == nil && text != "" && changesCursor(seq) != text {
			t.Errorf("%q reads as %d, which is written %q", text, seq, changesCursor(seq))
		}
	})
}
