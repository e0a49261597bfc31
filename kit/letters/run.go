package letters

// shaped is a glyph on its way from characters to a place on a line.
type shaped struct {
	id   uint16
	text []rune // what it stands for
	at   int    // place of the first of them
	form form   // of a letter that joins
	wall bool   // no ligature reaches over what stood before it, a zero width non-joiner

	// Of which ligature it is a part, and which: 0 is none.
	ligature, component int
	components          int // of a ligature itself

	advance, x, y int
	base          int // glyph that a mark is attached to, as a distance back; 0 is none
}

// run is a run of glyphs in one face while rules are applied to them, in the
// order in which their characters are read.
type run struct {
	*font
	glyphs    []shaped
	backward  bool // it reads from right to left
	ligatures int  // that were made
}

// ignored reports whether a lookup looks past a glyph ("lookupFlag bit
// enumeration").
func (r *run) ignored(l *lookup, i int) bool {
	c := class(r.gdef.classes, r.glyphs[i].id)
	switch {
	case c == classBase && l.flags&ignoreBases != 0, c == classLigature && l.flags&ignoreLigatures != 0:
		return true
	case c != classMark:
		return false
	case l.flags&ignoreMarks != 0:
		return true
	case l.flags&useMarkFilter != 0:
		return covered(l.filter, r.glyphs[i].id) < 0
	case l.flags>>8 != 0:
		return class(r.gdef.attach, r.glyphs[i].id) != l.flags>>8
	}
	return false
}

// next returns the place of the glyph after i that a lookup sees, or -1.
func (r *run) next(l *lookup, i int) int {
	for i++; i < len(r.glyphs); i++ {
		if !r.ignored(l, i) {
			return i
		}
	}
	return -1
}

// before returns the place of the glyph before i that a lookup sees, or -1.
func (r *run) before(l *lookup, i int) int {
	for i--; i >= 0; i-- {
		if !r.ignored(l, i) {
			return i
		}
	}
	return -1
}

// nested is how deep rules may call others.
const nested = 8

// apply applies a lookup to the whole run. only tells which glyphs it is for.
func (r *run) apply(l layout, lookup int, only form, one func(lookup, i, depth int) (next int)) {
	for i := 0; i < len(r.glyphs); {
		if only != anyForm && r.glyphs[i].form != only || r.ignored(&l.lookups[lookup], i) {
			i++
			continue
		}
		if n := one(lookup, i, 0); n > i {
			i = n
		} else {
			i++
		}
	}
}

// chain matches a chained context in format 3 at i ("Chained Sequence Context
// Format 3") and returns the places of its input, and where its actions stand.
func (r *run) chain(l *lookup, s table, i int) (input []int, actions table) {
	at := 2
	backtrack := s.u16(at)
	behind := at + 2
	at = behind + 2*backtrack
	n := s.u16(at)
	if n == 0 {
		return nil, nil
	}
	in := at + 2
	at = in + 2*n
	lookahead := s.u16(at)
	ahead := at + 2
	at = ahead + 2*lookahead
	p := i
	for k := range n {
		if k > 0 {
			p = r.next(l, p)
		}
		if p < 0 || covered(s.at(in+2*k), r.glyphs[p].id) < 0 {
			return nil, nil
		}
		input = append(input, p)
	}
	for k := range lookahead {
		if p = r.next(l, p); p < 0 || covered(s.at(ahead+2*k), r.glyphs[p].id) < 0 {
			return nil, nil
		}
	}
	p = i
	for k := range backtrack {
		if p = r.before(l, p); p < 0 || covered(s.at(behind+2*k), r.glyphs[p].id) < 0 {
			return nil, nil
		}
	}
	return input, s.from(at)
}
