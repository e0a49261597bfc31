package letters

import (
	"slices"

	"golang.org/x/text/unicode/bidi"
)

// sequence is an isolating run sequence (BD13): the places of its characters,
// the classes at its ends (X10) and its own direction.
type sequence struct {
	at       []int
	sos, eos bidi.Class
	own      bidi.Class // L or R: the embedding direction
}

func direction(level uint8) bidi.Class {
	if level%2 == 1 {
		return bidi.R
	}
	return bidi.L
}

// sequences splits the paragraph into isolating run sequences (X10).
func (p *paragraph) sequences() []sequence {
	var runs [][]int
	runOf := make([]int, len(p.text))
	last := -1
	for i := range p.text {
		if removed(p.given[i]) {
			continue
		}
		if last < 0 || p.levels[i] != p.levels[last] {
			runs = append(runs, nil)
		}
		last = i
		runOf[i] = len(runs) - 1
		runs[len(runs)-1] = append(runs[len(runs)-1], i)
	}
	var out []sequence
	for _, run := range runs {
		if first := run[0]; p.given[first] == bidi.PDI && p.opener[first] >= 0 {
			continue // goes on from the run with its initiator
		}
		at := slices.Clone(run)
		end := at[len(at)-1]
		for opensIsolate(p.given[end]) && p.pdi[end] >= 0 {
			at = append(at, runs[runOf[p.pdi[end]]]...)
			end = at[len(at)-1]
		}
		level, before, after := p.levels[at[0]], p.base, p.base
		for i := at[0] - 1; i >= 0; i-- {
			if !removed(p.given[i]) {
				before = p.levels[i]
				break
			}
		}
		if !opensIsolate(p.given[end]) {
			for i := end + 1; i < len(p.text); i++ {
				if !removed(p.given[i]) {
					after = p.levels[i]
					break
				}
			}
		}
		out = append(out, sequence{at: at, sos: direction(max(level, before)), eos: direction(max(level, after)), own: direction(level)})
	}
	return out
}

// weak applies the rules W1 to W7.
func (p *paragraph) weak(seq sequence) {
	c := p.classes
	before, strong := seq.sos, seq.sos // class of the character before; last of L, R, AL
	for _, i := range seq.at {
		if c[i] == bidi.NSM { // W1
			if opensIsolate(before) || before == bidi.PDI {
				c[i] = bidi.ON
			} else {
				c[i] = before
			}
		}
		before = c[i]
		switch c[i] {
		case bidi.L, bidi.R, bidi.AL:
			strong = c[i]
		case bidi.EN: // W2
			if strong == bidi.AL {
				c[i] = bidi.AN
			}
		}
	}
	for _, i := range seq.at { // W3
		if c[i] == bidi.AL {
			c[i] = bidi.R
		}
	}
	for n, i := range seq.at { // W4
		if n == 0 || n == len(seq.at)-1 {
			continue
		}
		a, b := c[seq.at[n-1]], c[seq.at[n+1]]
		if a == b && (c[i] == bidi.CS && (a == bidi.EN || a == bidi.AN) || c[i] == bidi.ES && a == bidi.EN) {
			c[i] = a
		}
	}
	for n := 0; n < len(seq.at); { // W5
		end := n
		for end < len(seq.at) && c[seq.at[end]] == bidi.ET {
			end++
		}
		if end > n && (n > 0 && c[seq.at[n-1]] == bidi.EN || end < len(seq.at) && c[seq.at[end]] == bidi.EN) {
			for _, i := range seq.at[n:end] {
				c[i] = bidi.EN
			}
		}
		n = max(end, n+1)
	}
	strong = seq.sos
	for _, i := range seq.at {
		switch c[i] {
		case bidi.ET, bidi.ES, bidi.CS: // W6
			c[i] = bidi.ON
		case bidi.L, bidi.R:
			strong = c[i]
		case bidi.EN: // W7
			if strong == bidi.L {
				c[i] = bidi.L
			}
		}
	}
}
