package sheet

import (
	"encoding/binary"
	"errors"
	"maps"
	"slices"
)

// trueType is a font file cut into its tables (OpenType 1.9, "Organization of an
// OpenType font").
type trueType map[string][]byte

var errFont = errors.New("the font is not as it was made")

func parseTrueType(data []byte) (trueType, error) {
	t := trueType{}
	if len(data) < 12 {
		return nil, errFont
	}
	for i := range int(binary.BigEndian.Uint16(data[4:])) {
		at := 12 + 16*i
		if at+16 > len(data) {
			return nil, errFont
		}
		from, n := binary.BigEndian.Uint32(data[at+8:]), binary.BigEndian.Uint32(data[at+12:])
		if uint64(from)+uint64(n) > uint64(len(data)) {
			return nil, errFont
		}
		t[string(data[at:at+4])] = data[from : from+n]
	}
	for name, least := range map[string]int{"head": 54, "hhea": 36, "maxp": 32, "hmtx": 4, "loca": 4, "glyf": 0} {
		if len(t[name]) < least {
			return nil, errFont
		}
	}
	return t, nil
}

func (t trueType) short(table string, at int) int16 {
	return int16(binary.BigEndian.Uint16(t[table][at:]))
}

// count returns how many glyphs the font has.
func (t trueType) count() uint32 { return uint32(binary.BigEndian.Uint16(t["maxp"][4:])) }

// width returns the advance of a glyph in units.
func (t trueType) width(glyph uint32) int {
	n := uint32(binary.BigEndian.Uint16(t["hhea"][34:])) // number of full metrics; later glyphs repeat the last
	return int(binary.BigEndian.Uint16(t["hmtx"][4*min(glyph, n-1):]))
}

// glyph returns the outline of a glyph as the file has it.
func (t trueType) glyph(n uint32) ([]byte, error) {
	at := func(i uint32) uint32 {
		if t.short("head", 50) == 0 {
			return 2 * uint32(binary.BigEndian.Uint16(t["loca"][2*i:]))
		}
		return binary.BigEndian.Uint32(t["loca"][4*i:])
	}
	if n >= t.count() {
		return nil, nil // a carrier
	}
	from, to := at(n), at(n+1)
	if from > to || uint64(to) > uint64(len(t["glyf"])) {
		return nil, errFont
	}
	return t["glyf"][from:to], nil
}

// parts returns the glyphs that a composite glyph is made of (glyf table,
// "Composite glyph description").
func parts(glyph []byte) []uint32 {
	if len(glyph) < 10 || int16(binary.BigEndian.Uint16(glyph)) >= 0 {
		return nil
	}
	const words, scale, more, xy, twoByTwo = 0x1, 0x8, 0x20, 0x40, 0x80
	var out []uint32
	for at := 10; at+4 <= len(glyph); {
		flags := binary.BigEndian.Uint16(glyph[at:])
		out = append(out, uint32(binary.BigEndian.Uint16(glyph[at+2:])))
		at += 6
		if flags&words != 0 {
			at += 2
		}
		switch {
		case flags&scale != 0:
			at += 2
		case flags&xy != 0:
			at += 4
		case flags&twoByTwo != 0:
			at += 8
		}
		if flags&more == 0 {
			break
		}
	}
	return out
}

// subset returns a font file with the outlines of the glyphs alone. Glyphs keep
// their numbers; those that are not used are empty.
func (e *embedded) subset(used []uint32) ([]byte, error) {
	t := e.table
	keep := map[uint32]bool{0: true}
	queue := append([]uint32{0}, used...)
	for len(queue) > 0 {
		n := queue[0]
		queue = queue[1:]
		keep[n] = true
		g, err := t.glyph(n)
		if err != nil {
			return nil, err
		}
		for _, p := range parts(g) {
			if !keep[p] {
				queue = append(queue, p)
			}
		}
	}
	count := slices.Max(slices.Collect(maps.Keys(keep))) + 1
	var glyf, loca, hmtx []byte
	for n := range count {
		loca = binary.BigEndian.AppendUint32(loca, uint32(len(glyf)))
		if !keep[n] {
			hmtx = append(hmtx, 0, 0, 0, 0)
			continue
		}
		g, err := t.glyph(n)
		if err != nil {
			return nil, err
		}
		glyf = append(glyf, g...)
		for len(glyf)%4 != 0 {
			glyf = append(glyf, 0)
		}
		hmtx = binary.BigEndian.AppendUint16(hmtx, uint16(e.width(n)))
		hmtx = append(hmtx, t.bearing(n)...)
	}
	loca = binary.BigEndian.AppendUint32(loca, uint32(len(glyf)))
	head, hhea, maxp := slices.Clone(t["head"]), slices.Clone(t["hhea"]), slices.Clone(t["maxp"])
	binary.BigEndian.PutUint32(head[8:], 0)
	binary.BigEndian.PutUint16(head[50:], 1)
	binary.BigEndian.PutUint16(hhea[34:], uint16(count))
	binary.BigEndian.PutUint16(maxp[4:], uint16(count))
	return assemble([]string{"glyf", "head", "hhea", "hmtx", "loca", "maxp"}, [][]byte{glyf, head, hhea, hmtx, loca, maxp}), nil
}

// bearing returns the left side bearing of a glyph, two bytes.
func (t trueType) bearing(glyph uint32) []byte {
	if glyph >= t.count() {
		return []byte{0, 0}
	}
	n := uint32(binary.BigEndian.Uint16(t["hhea"][34:]))
	if glyph < n {
		return t["hmtx"][4*glyph+2 : 4*glyph+4]
	}
	at := 4*n + 2*(glyph-n)
	return t["hmtx"][at : at+2]
}

// assemble writes tables, which are in the order of their names, as a font file.
func assemble(names []string, tables [][]byte) []byte {
	sum := func(b []byte) (s uint32) {
		for i := 0; i < len(b); i += 4 {
			var word [4]byte
			copy(word[:], b[i:])
			s += binary.BigEndian.Uint32(word[:])
		}
		return s
	}
	n := len(names)
	out := binary.BigEndian.AppendUint32(nil, 0x00010000)
	search := 1
	shift := 0
	for search*2 <= n {
		search, shift = search*2, shift+1
	}
	for _, v := range []int{n, search * 16, shift, (n - search) * 16} {
		out = binary.BigEndian.AppendUint16(out, uint16(v))
	}
	at, headAt := 12+16*n, 0
	for i, name := range names {
		if name == "head" {
			headAt = at
		}
		out = append(out, name...)
		for _, v := range []uint32{sum(tables[i]), uint32(at), uint32(len(tables[i]))} {
			out = binary.BigEndian.AppendUint32(out, v)
		}
		at += (len(tables[i]) + 3) &^ 3
	}
	for _, b := range tables {
		out = append(out, b...)
		for len(out)%4 != 0 {
			out = append(out, 0)
		}
	}
	binary.BigEndian.PutUint32(out[headAt+8:], 0xB1B0AFBA-sum(out)) // checksumAdjustment of the head table
	return out
}
