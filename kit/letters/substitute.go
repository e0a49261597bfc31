package letters

import "slices"

// substitute applies one lookup of GSUB at a glyph and returns where to go on, or
// i where it did nothing.
func (r *run) substitute(n, i, depth int) int {
	l := &r.gsub.lookups[n]
	for _, s := range l.subtables {
		place := covered(s.at(2), r.glyphs[i].id)
		if l.kind != 6 && place < 0 {
			continue
		}
		switch {
		case l.kind == 1 && s.u16(0) == 1: // Single Substitution Format 1
			r.glyphs[i].id += uint16(s.u16(4))
			return i + 1
		case l.kind == 1: // Single Substitution Format 2
			r.glyphs[i].id = uint16(s.u16(6 + 2*place))
			return i + 1
		case l.kind == 4: // Ligature Substitution Format 1
			if r.ligate(l, s.at(6+2*place), i) {
				return i + 1
			}
		case l.kind == 6 && s.u16(0) == 3:
			if next := r.substituteChain(l, s, i, depth); next > i {
				return next
			}
		}
	}
	return i
}

// substituteChain applies what a context asks for and returns where to go on.
func (r *run) substituteChain(l *lookup, s table, i, depth int) int {
	input, actions := r.chain(l, s, i)
	if input == nil || depth >= nested {
		return i
	}
	for k := range actions.u16(0) {
		sequence, lookup := actions.u16(2+4*k), actions.u16(4+4*k)
		if sequence >= len(input) || lookup >= len(r.gsub.lookups) {
			continue
		}
		before := len(r.glyphs)
		r.substitute(lookup, input[sequence], depth+1)
		for m := sequence + 1; m < len(input); m++ {
			input[m] -= before - len(r.glyphs) // what a ligature took away
		}
	}
	return max(input[len(input)-1]+1, i+1)
}

// ligate makes the first ligature of a set that stands at i.
func (r *run) ligate(l *lookup, set table, i int) bool {
	for k := range set.u16(0) {
		lig := set.at(2 + 2*k)
		n := lig.u16(2)
		at := []int{i}
		for c := 1; c < n; c++ {
			p := r.next(l, at[c-1])
			if p < 0 || int(r.glyphs[p].id) != lig.u16(4+2*(c-1)) || slices.ContainsFunc(r.glyphs[at[c-1]+1:p+1], func(g shaped) bool { return g.wall }) {
				break
			}
			at = append(at, p)
		}
		if len(at) == n {
			r.join(at, uint16(lig.u16(0)))
			return true
		}
	}
	return false
}

// join puts a ligature in the place of its first glyph. Marks that stood between
// its parts follow it and remember to which part they belong.
func (r *run) join(at []int, glyph uint16) {
	first := &r.glyphs[at[0]]
	marks := true // a ligature of marks is a mark of the part that they stood on
	for _, p := range at {
		marks = marks && class(r.gdef.classes, r.glyphs[p].id) == classMark
	}
	id, component := first.ligature, first.component
	if !marks {
		r.ligatures++
		id, component = r.ligatures, 0
	}
	parts := 0
	for k, p := range at {
		parts += max(1, r.glyphs[p].components)
		end := len(r.glyphs)
		if k+1 < len(at) {
			end = at[k+1]
		}
		if marks {
			continue
		}
		for m := p + 1; m < end; m++ {
			g := &r.glyphs[m]
			if class(r.gdef.classes, g.id) != classMark {
				break
			}
			if k+1 == len(at) && g.ligature == 0 {
				continue // a mark behind the ligature belongs to its last part anyway
			}
			g.component = parts - max(1, r.glyphs[p].components) + max(1, g.component)
			g.ligature = id
		}
	}
	var text []rune
	for _, p := range at {
		text = append(text, r.glyphs[p].text...)
	}
	first.id, first.text, first.ligature, first.component = glyph, text, id, component
	if !marks {
		first.components = parts
	}
	for k := len(at) - 1; k > 0; k-- {
		r.glyphs = slices.Delete(r.glyphs, at[k], at[k]+1)
	}
}
