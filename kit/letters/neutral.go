package letters

import (
	"cmp"
	"slices"

	"golang.org/x/text/unicode/bidi"
)

// side returns the direction that a character has for the neutrals beside it,
// in which numbers count as R (N0, N1), or ON.
func side(c bidi.Class) bidi.Class {
	switch c {
	case bidi.L:
		return bidi.L
	case bidi.R, bidi.EN, bidi.AN:
		return bidi.R
	}
	return bidi.ON
}

// brackets applies the rule N0.
func (p *paragraph) brackets(seq sequence) {
	for _, pair := range p.pairs(seq) {
		inside := bidi.ON
		for _, i := range seq.at[pair[0]+1 : pair[1]] {
			if s := side(p.classes[i]); s == seq.own {
				inside = s
				break
			} else if s != bidi.ON {
				inside = s
			}
		}
		if inside == bidi.ON {
			continue
		}
		if inside != seq.own {
			context := seq.sos
			for n := pair[0] - 1; n >= 0; n-- {
				if s := side(p.classes[seq.at[n]]); s != bidi.ON {
					context = s
					break
				}
			}
			if context != inside {
				inside = seq.own
			}
		}
		for _, n := range pair {
			p.classes[seq.at[n]] = inside
			for n++; n < len(seq.at) && p.given[seq.at[n]] == bidi.NSM; n++ {
				p.classes[seq.at[n]] = inside
			}
		}
	}
}

// pairs returns the places in seq of matching brackets (BD16), in the order of
// their openers.
func (p *paragraph) pairs(seq sequence) [][2]int {
	type opened struct {
		r rune
		n int
	}
	var stack []opened
	var out [][2]int
	for n, i := range seq.at {
		props, _ := bidi.LookupRune(p.text[i])
		if p.classes[i] != bidi.ON || !props.IsBracket() {
			continue
		}
		if props.IsOpeningBracket() {
			if len(stack) == brackets {
				break
			}
			stack = append(stack, opened{closing(p.text[i]), n})
			continue
		}
		for k := len(stack) - 1; k >= 0; k-- {
			if stack[k].r == canonical(p.text[i]) {
				out = append(out, [2]int{stack[k].n, n})
				stack = stack[:k]
				break
			}
		}
	}
	slices.SortStableFunc(out, func(a, b [2]int) int { return cmp.Compare(a[0], b[0]) })
	return out
}

// closing returns the bracket that closes r.
func closing(r rune) rune {
	mirrored := []rune(bidi.ReverseString(string(r)))
	return canonical(mirrored[0])
}

// canonical maps the angle brackets of U+2329 and U+232A to those that they are
// equivalent to.
func canonical(r rune) rune {
	switch r {
	case '\u2329':
		return '\u3008'
	case '\u232a':
		return '\u3009'
	}
	return r
}

// neutrals applies the rules N1 and N2.
func (p *paragraph) neutrals(seq sequence) {
	before := seq.sos
	for n := 0; n < len(seq.at); {
		if !neutral(p.classes[seq.at[n]]) {
			before = side(p.classes[seq.at[n]])
			n++
			continue
		}
		end := n
		for end < len(seq.at) && neutral(p.classes[seq.at[end]]) {
			end++
		}
		after := seq.eos
		if end < len(seq.at) {
			after = side(p.classes[seq.at[end]])
		}
		to := seq.own
		if before == after {
			to = before
		}
		for _, i := range seq.at[n:end] {
			p.classes[i] = to
		}
		n = end
	}
}
