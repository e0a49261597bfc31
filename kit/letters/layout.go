package letters

import "slices"

// gdef tells what kind of thing each glyph is (GDEF table).
type gdef struct {
	classes, attach table   // class definitions
	sets            []table // coverages of mark glyph sets
}

// Classes of GDEF.
const (
	classBase = iota + 1
	classLigature
	classMark
)

func readGDEF(t table) (g gdef) {
	g.classes, g.attach = t.at(4), t.at(10)
	if t.u16(2) >= 2 { // version 1.2
		sets := t.at(12)
		for i := range sets.u16(2) {
			g.sets = append(g.sets, sets.from(sets.u32(4+4*i)))
		}
	}
	return g
}

// covered returns the place of a glyph in a coverage table, or -1.
func covered(t table, glyph uint16) int {
	low, high := 0, t.u16(2)
	for low < high {
		mid := (low + high) / 2
		if t.u16(0) == 1 {
			switch g := t.u16(4 + 2*mid); {
			case int(glyph) < g:
				high = mid
			case int(glyph) > g:
				low = mid + 1
			default:
				return mid
			}
			continue
		}
		switch start, end := t.u16(4+6*mid), t.u16(6+6*mid); {
		case int(glyph) < start:
			high = mid
		case int(glyph) > end:
			low = mid + 1
		default:
			return t.u16(8+6*mid) + int(glyph) - start
		}
	}
	return -1
}

// class returns the class of a glyph in a class definition table.
func class(t table, glyph uint16) int {
	switch t.u16(0) {
	case 1:
		if i := int(glyph) - t.u16(2); i >= 0 && i < t.u16(4) {
			return t.u16(6 + 2*i)
		}
	case 2:
		low, high := 0, t.u16(2)
		for low < high {
			mid := (low + high) / 2
			switch start, end := t.u16(4+6*mid), t.u16(6+6*mid); {
			case int(glyph) < start:
				high = mid
			case int(glyph) > end:
				low = mid + 1
			default:
				return t.u16(8 + 6*mid)
			}
		}
	}
	return 0
}

// layout is a GSUB or GPOS table: rules, and which of them a script, a language
// and a feature ask for.
type layout struct {
	scripts, features table
	lookups           []lookup
}

// lookup is one set of rules.
type lookup struct {
	kind      int
	flags     int
	filter    table // coverage of the marks that are looked at, where the flags say so
	subtables []table
}

// Flags of a lookup ("lookupFlag bit enumeration").
const (
	ignoreBases     = 0x2
	ignoreLigatures = 0x4
	ignoreMarks     = 0x8
	useMarkFilter   = 0x10
)

// readLayout reads a table; extension is the kind of lookup whose subtables only
// say where the true ones are.
func readLayout(t table, extension int, g gdef) (l layout) {
	l.scripts, l.features = t.at(4), t.at(6)
	list := t.at(8)
	for i := range list.u16(0) {
		lt := list.at(2 + 2*i)
		k := lookup{kind: lt.u16(0), flags: lt.u16(2)}
		n := lt.u16(4)
		for i := range n {
			s := lt.at(6 + 2*i)
			if lt.u16(0) == extension {
				k.kind = s.u16(2)
				s = s.from(s.u32(4))
			}
			k.subtables = append(k.subtables, s)
		}
		if set := lt.u16(6 + 2*n); k.flags&useMarkFilter != 0 && set < len(g.sets) {
			k.filter = g.sets[set]
		}
		l.lookups = append(l.lookups, k)
	}
	return l
}

// rules returns the lookups of features for a script and a language, in the order
// in which they stand, each once.
func (l layout) rules(script, language string, features ...string) (out []int) {
	system := l.system(script, language)
	add := func(index int) {
		record := 2 + 6*index
		if record+6 > len(l.features) || !slices.Contains(features, string(l.features[record:record+4])) {
			return
		}
		f := l.features.at(record + 4)
		for i := range f.u16(2) {
			if n := f.u16(4 + 2*i); n < len(l.lookups) {
				out = append(out, n)
			}
		}
	}
	if required := system.u16(2); len(system) > 0 && required != 0xffff {
		add(required)
	}
	for i := range system.u16(4) {
		add(system.u16(6 + 2*i))
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// system returns the table of a language, or of the script's default.
func (l layout) system(script, language string) table {
	find := func(t table, count int, tag string) table {
		for i := range t.u16(count) {
			record := count + 2 + 6*i
			if record+6 <= len(t) && string(t[record:record+4]) == tag {
				return t.at(record + 4)
			}
		}
		return nil
	}
	s := find(l.scripts, 0, script)
	if s == nil {
		s = find(l.scripts, 0, "DFLT")
	}
	if language != "" {
		if t := find(s, 2, language); t != nil {
			return t
		}
	}
	return s.at(0)
}
