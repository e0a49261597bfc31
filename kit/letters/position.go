package letters

import "math/bits"

// position applies one lookup of GPOS at a glyph and returns where to go on, or i
// where it did nothing.
func (r *run) position(n, i, depth int) int {
	l := &r.gpos.lookups[n]
	for _, s := range l.subtables {
		place := covered(s.at(2), r.glyphs[i].id)
		if l.kind != 8 && place < 0 {
			continue
		}
		switch l.kind {
		case 1:
			format := s.u16(4)
			at := 6
			if s.u16(0) == 2 {
				at = 8 + place*size(format)
			}
			r.move(i, s, at, format)
			return i + 1
		case 2:
			if next, ok := r.pair(l, s, place, i); ok {
				return next
			}
		case 4:
			if r.onBase(s, place, i) {
				return i + 1
			}
		case 5:
			if r.onLigature(s, place, i) {
				return i + 1
			}
		case 6:
			if r.onMark(l, s, place, i) {
				return i + 1
			}
		case 8:
			if next := r.positionChain(l, s, i, depth); next > i {
				return next
			}
		}
	}
	return i
}

// size returns how many bytes a value record has ("ValueRecord").
func size(format int) int { return 2 * bits.OnesCount(uint(format)) }

// move applies a value record. Device tables are for hinting and for fonts that
// vary.
func (r *run) move(i int, s table, at, format int) {
	g := &r.glyphs[i]
	for bit, field := range []*int{&g.x, &g.y, &g.advance} {
		if format&(1<<bit) != 0 {
			*field += s.i16(at)
			at += 2
		}
	}
}

// pair applies a pair adjustment between i and the glyph after it.
func (r *run) pair(l *lookup, s table, place, i int) (next int, ok bool) {
	j := r.next(l, i)
	if j < 0 {
		return i, false
	}
	first, second := s.u16(4), s.u16(6)
	var at int
	if s.u16(0) == 1 {
		set := s.at(10 + 2*place)
		record := 2 + size(first) + size(second)
		low, high := 0, set.u16(0)
		at = -1
		for low < high {
			mid := (low + high) / 2
			switch g := set.u16(2 + record*mid); {
			case int(r.glyphs[j].id) < g:
				high = mid
			case int(r.glyphs[j].id) > g:
				low = mid + 1
			default:
				at, low = 2+record*mid+2, high
			}
		}
		if at < 0 {
			return i, false
		}
		s = set
	} else {
		c1, c2 := class(s.at(8), r.glyphs[i].id), class(s.at(10), r.glyphs[j].id)
		n1, n2 := s.u16(12), s.u16(14)
		if c1 >= n1 || c2 >= n2 {
			return i, false
		}
		at = 16 + (c1*n2+c2)*(size(first)+size(second))
	}
	r.move(i, s, at, first)
	r.move(j, s, at+size(first), second)
	if second != 0 {
		j++
	}
	return j, true
}

// anchor reads a place ("Anchor table").
func anchor(t table) (x, y int) { return t.i16(2), t.i16(4) }

// attach puts a mark, by one of its own places, on a place of the glyph at base.
func (r *run) attach(mark, base int, marks table, place int, on table) {
	own := marks.at(2 + 4*place + 2)
	x, y := anchor(on)
	mx, my := anchor(own)
	g := &r.glyphs[mark]
	g.x, g.y, g.base = x-mx, y-my, mark-base
}

// onBase puts a mark on the letter before it ("MarkToBase Attachment").
func (r *run) onBase(s table, place, i int) bool {
	j := r.before(&lookup{flags: ignoreMarks}, i)
	if j < 0 {
		return false
	}
	base := covered(s.at(4), r.glyphs[j].id)
	if base < 0 {
		return false
	}
	marks, bases := s.at(8), s.at(10)
	on := bases.at(2 + 2*(base*s.u16(6)+marks.u16(2+4*place)))
	if len(on) == 0 {
		return false
	}
	r.attach(i, j, marks, place, on)
	return true
}

// onLigature puts a mark on its part of the ligature before it ("MarkToLigature
// Attachment").
func (r *run) onLigature(s table, place, i int) bool {
	j := r.before(&lookup{flags: ignoreMarks}, i)
	if j < 0 {
		return false
	}
	lig := covered(s.at(4), r.glyphs[j].id)
	if lig < 0 {
		return false
	}
	marks, ligature := s.at(8), s.at(10).at(2+2*lig)
	n := ligature.u16(0)
	if n == 0 {
		return false
	}
	part := n - 1
	if m := r.glyphs[i]; m.ligature != 0 && m.ligature == r.glyphs[j].ligature && m.component > 0 {
		part = min(n, m.component) - 1
	}
	on := ligature.at(2 + 2*(part*s.u16(6)+marks.u16(2+4*place)))
	if len(on) == 0 {
		return false
	}
	r.attach(i, j, marks, place, on)
	return true
}

// onMark puts a mark on the mark before it ("MarkToMark Attachment"), if both are
// of one letter.
func (r *run) onMark(l *lookup, s table, place, i int) bool {
	plain := *l
	plain.flags &^= ignoreBases | ignoreLigatures | ignoreMarks
	j := r.before(&plain, i)
	if j < 0 || class(r.gdef.classes, r.glyphs[j].id) != classMark {
		return false
	}
	a, b := r.glyphs[i], r.glyphs[j]
	same := a.ligature == b.ligature && (a.ligature == 0 || a.component == b.component) ||
		a.ligature != b.ligature && (a.ligature > 0 && a.component == 0 || b.ligature > 0 && b.component == 0)
	if !same {
		return false
	}
	other := covered(s.at(4), b.id)
	if other < 0 {
		return false
	}
	marks, others := s.at(8), s.at(10)
	on := others.at(2 + 2*(other*s.u16(6)+marks.u16(2+4*place)))
	if len(on) == 0 {
		return false
	}
	r.attach(i, j, marks, place, on)
	return true
}

// positionChain applies what a context asks for and returns where to go on.
func (r *run) positionChain(l *lookup, s table, i, depth int) int {
	input, actions := r.chain(l, s, i)
	if input == nil || depth >= nested {
		return i
	}
	for k := range actions.u16(0) {
		sequence, lookup := actions.u16(2+4*k), actions.u16(4+4*k)
		if sequence < len(input) && lookup < len(r.gpos.lookups) {
			r.position(lookup, input[sequence], depth+1)
		}
	}
	return input[len(input)-1] + 1
}

// settle gives marks no width and the place of what they are attached to, whose
// own place and the widths between them are known now.
func (r *run) settle() {
	for i := range r.glyphs {
		if class(r.gdef.classes, r.glyphs[i].id) == classMark {
			r.glyphs[i].advance = 0
		}
	}
	for i := range r.glyphs {
		g := &r.glyphs[i]
		if g.base == 0 {
			continue
		}
		j := i - g.base
		g.x, g.y = g.x+r.glyphs[j].x, g.y+r.glyphs[j].y
		if r.backward {
			for k := j + 1; k <= i; k++ {
				g.x += r.glyphs[k].advance
			}
		} else {
			for k := j; k < i; k++ {
				g.x -= r.glyphs[k].advance
			}
		}
	}
}
