package letters

import (
	"slices"

	"golang.org/x/text/unicode/bidi"
)

// Limits of UAX 9: max_depth (BD2), and how many open brackets are kept (BD16).
const (
	deepest  = 125
	brackets = 63
)

// removed reports the classes that rule X9 takes out of the text.
func removed(c bidi.Class) bool {
	switch c {
	case bidi.RLE, bidi.LRE, bidi.RLO, bidi.LRO, bidi.PDF, bidi.BN:
		return true
	}
	return false
}

func opensIsolate(c bidi.Class) bool { return c == bidi.LRI || c == bidi.RLI || c == bidi.FSI }

// neutral reports the classes that UAX 9 calls NI from rule N0 on.
func neutral(c bidi.Class) bool {
	switch c {
	case bidi.B, bidi.S, bidi.WS, bidi.ON, bidi.LRI, bidi.RLI, bidi.FSI, bidi.PDI:
		return true
	}
	return false
}

// paragraph is one text while its levels are found.
type paragraph struct {
	text    []rune
	given   []bidi.Class // as the characters have it
	classes []bidi.Class // as the rules have changed it
	levels  []uint8
	base    uint8
	pdi     []int // matching PDI of an isolate initiator, or -1 (BD9)
	opener  []int // matching initiator of a PDI, or -1
}

// levels returns the embedding level of each character of a paragraph (UAX 9,
// P1 to I2) that reads from right to left if rtl is set. Characters that X9
// removes have the level of what stands before them.
//
// The go-text module finds the runs of a text, but joins two of them that have
// the same direction on different levels, such as the digits and the Latin word
// in the French line "حملة 2026 KeepItOn", which then stand in the wrong order.
func levels(text []rune, rtl bool) []uint8 {
	p := &paragraph{text: text, levels: make([]uint8, len(text))}
	if rtl {
		p.base = 1
	}
	p.given = make([]bidi.Class, len(text))
	for i, r := range text {
		props, _ := bidi.LookupRune(r)
		p.given[i] = props.Class()
	}
	p.classes = slices.Clone(p.given)
	p.matchIsolates()
	p.explicit()
	for _, seq := range p.sequences() {
		p.weak(seq)
		p.brackets(seq)
		p.neutrals(seq)
		p.implicit(seq)
	}
	last := p.base
	for i := range p.levels {
		if removed(p.given[i]) {
			p.levels[i] = last
		}
		last = p.levels[i]
	}
	p.blanks()
	return p.levels
}

// matchIsolates finds the pairs of isolate initiators and PDIs (BD9).
func (p *paragraph) matchIsolates() {
	p.pdi, p.opener = make([]int, len(p.text)), make([]int, len(p.text))
	var open []int
	for i, c := range p.given {
		p.pdi[i], p.opener[i] = -1, -1
		switch {
		case opensIsolate(c):
			open = append(open, i)
		case c == bidi.PDI && len(open) > 0:
			j := open[len(open)-1]
			open = open[:len(open)-1]
			p.pdi[j], p.opener[i] = i, j
		}
	}
}

// firstStrong returns the level that the text from i to the end asks for (P2,
// P3), or 0.
func (p *paragraph) firstStrong(i, end int) uint8 {
	for ; i < end; i++ {
		switch c := p.given[i]; {
		case c == bidi.L:
			return 0
		case c == bidi.R || c == bidi.AL:
			return 1
		case opensIsolate(c):
			if p.pdi[i] < 0 {
				return 0
			}
			i = p.pdi[i]
		}
	}
	return 0
}

// explicit applies the rules X1 to X8.
func (p *paragraph) explicit() {
	type status struct {
		level    uint8
		override bidi.Class // ON for none
		isolate  bool
	}
	stack := []status{{p.base, bidi.ON, false}}
	overIsolates, overEmbeddings, validIsolates := 0, 0, 0
	top := func() *status { return &stack[len(stack)-1] }
	set := func(i int) {
		p.levels[i] = top().level
		if top().override != bidi.ON {
			p.classes[i] = top().override
		}
	}
	next := func(rtl bool) uint8 {
		if rtl {
			return (top().level + 1) | 1
		}
		return (top().level + 2) &^ 1
	}
	for i, c := range p.given {
		switch c {
		case bidi.RLE, bidi.LRE, bidi.RLO, bidi.LRO:
			p.levels[i] = top().level
			n := next(c == bidi.RLE || c == bidi.RLO)
			if n > deepest || overIsolates > 0 || overEmbeddings > 0 {
				if overIsolates == 0 {
					overEmbeddings++
				}
				continue
			}
			override := bidi.ON
			switch c {
			case bidi.RLO:
				override = bidi.R
			case bidi.LRO:
				override = bidi.L
			}
			stack = append(stack, status{n, override, false})
		case bidi.LRI, bidi.RLI, bidi.FSI:
			set(i)
			rtl := c == bidi.RLI
			if c == bidi.FSI {
				end := p.pdi[i]
				if end < 0 {
					end = len(p.text)
				}
				rtl = p.firstStrong(i+1, end) == 1
			}
			n := next(rtl)
			if n > deepest || overIsolates > 0 || overEmbeddings > 0 {
				overIsolates++
				continue
			}
			validIsolates++
			stack = append(stack, status{n, bidi.ON, true})
		case bidi.PDI:
			switch {
			case overIsolates > 0:
				overIsolates--
			case validIsolates > 0:
				overEmbeddings = 0
				for !top().isolate {
					stack = stack[:len(stack)-1]
				}
				stack = stack[:len(stack)-1]
				validIsolates--
			}
			set(i)
		case bidi.PDF:
			p.levels[i] = top().level
			switch {
			case overIsolates > 0:
			case overEmbeddings > 0:
				overEmbeddings--
			case !top().isolate && len(stack) > 1:
				stack = stack[:len(stack)-1]
			}
		case bidi.B:
			p.levels[i] = p.base
		case bidi.BN:
			p.levels[i] = top().level
		default:
			set(i)
		}
	}
}

// implicit applies the rules I1 and I2.
func (p *paragraph) implicit(seq sequence) {
	for _, i := range seq.at {
		switch c := p.classes[i]; {
		case p.levels[i]%2 == 0 && c == bidi.R:
			p.levels[i]++
		case p.levels[i]%2 == 0 && (c == bidi.AN || c == bidi.EN):
			p.levels[i] += 2
		case p.levels[i]%2 == 1 && (c == bidi.L || c == bidi.AN || c == bidi.EN):
			p.levels[i]++
		}
	}
}

// blanks applies the rule L1 to a paragraph that is one line.
func (p *paragraph) blanks() {
	trailing := true
	for i := len(p.text) - 1; i >= 0; i-- {
		switch c := p.given[i]; {
		case c == bidi.S || c == bidi.B:
			p.levels[i], trailing = p.base, true
		case c == bidi.WS || opensIsolate(c) || c == bidi.PDI || removed(c):
			if trailing {
				p.levels[i] = p.base
			}
		default:
			trailing = false
		}
	}
}
