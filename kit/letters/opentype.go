package letters

import (
	"encoding/binary"
	"errors"
	"sync"
)

// table is a piece of a font file (OpenType 1.9). Reading beyond its end gives
// zeros: the fonts are our own, and a damaged one is found when it is loaded.
type table []byte

func (t table) u16(at int) int {
	if at < 0 || at+2 > len(t) {
		return 0
	}
	return int(binary.BigEndian.Uint16(t[at:]))
}

func (t table) i16(at int) int { return int(int16(t.u16(at))) }

func (t table) u32(at int) int { return t.u16(at)<<16 | t.u16(at+2) }

// from returns the table that begins at an offset; empty for offset 0, which
// means that there is none.
func (t table) from(offset int) table {
	if offset <= 0 || offset > len(t) {
		return nil
	}
	return t[offset:]
}

// at returns the table whose offset of 16 bits stands at a place.
func (t table) at(place int) table { return t.from(t.u16(place)) }

// font is a face that is read.
type font struct {
	glyf, loca, hmtx table
	longLoca         bool
	metrics          int // entries of hmtx with an advance of their own
	glyphs           int
	cmap             map[rune]uint16
	gdef             gdef
	gsub, gpos       layout
	plans            sync.Map // of planKey
}

var errFont = errors.New("the font is not as it was made")

// readFont reads a TrueType file.
func readFont(data []byte) (*font, error) {
	file := table(data)
	tables := map[string]table{}
	for i := range file.u16(4) {
		record := 12 + 16*i
		if record+16 > len(data) {
			return nil, errFont
		}
		from, n := file.u32(record+8), file.u32(record+12)
		if from+n > len(data) {
			return nil, errFont
		}
		tables[string(data[record:record+4])] = file[from : from+n]
	}
	head, hhea, maxp := tables["head"], tables["hhea"], tables["maxp"]
	f := &font{
		glyf: tables["glyf"], loca: tables["loca"], hmtx: tables["hmtx"],
		longLoca: head.u16(50) == 1, metrics: hhea.u16(34), glyphs: maxp.u16(4),
		cmap: readCmap(tables["cmap"]), gdef: readGDEF(tables["GDEF"]),
	}
	f.gsub, f.gpos = readLayout(tables["GSUB"], 7, f.gdef), readLayout(tables["GPOS"], 9, f.gdef)
	if head.u16(18) != PerEm || f.metrics == 0 || f.glyphs == 0 || len(f.cmap) == 0 || len(f.glyf) == 0 {
		return nil, errFont
	}
	return f, nil
}

// readCmap returns the glyph of each character, of the subtables for Unicode
// (cmap table, formats 4 and 12).
func readCmap(t table) map[rune]uint16 {
	out := map[rune]uint16{}
	for i := range t.u16(2) {
		record := 4 + 8*i
		if platform, encoding := t.u16(record), t.u16(record+2); platform != 0 && (platform != 3 || encoding != 1 && encoding != 10) {
			continue
		}
		s := t.from(t.u32(record + 4))
		switch s.u16(0) {
		case 4:
			n := s.u16(6) // twice the number of segments
			for seg := 0; seg < n; seg += 2 {
				end, start := s.u16(14+seg), s.u16(16+n+seg)
				delta, offset := s.u16(16+2*n+seg), s.u16(16+3*n+seg)
				for c := start; c <= end && c < 0xffff; c++ {
					g := c
					if offset != 0 {
						if g = s.u16(16 + 3*n + seg + offset + 2*(c-start)); g == 0 {
							continue
						}
					}
					if g = (g + delta) & 0xffff; g != 0 {
						out[rune(c)] = uint16(g)
					}
				}
			}
		case 12:
			for group := range s.u32(12) {
				at := 16 + 12*group
				start, end, glyph := s.u32(at), s.u32(at+4), s.u32(at+8)
				for c := start; c <= end && c-start < 0x10000; c++ {
					out[rune(c)] = uint16(glyph + c - start)
				}
			}
		}
	}
	return out
}

// advance returns the advance of a glyph.
func (f *font) advance(glyph uint16) int {
	return f.hmtx.u16(4 * min(int(glyph), f.metrics-1))
}

// outline returns the description of a glyph; empty for a blank.
func (f *font) outline(glyph uint16) table {
	var from, to int
	if f.longLoca {
		from, to = f.loca.u32(4*int(glyph)), f.loca.u32(4*int(glyph)+4)
	} else {
		from, to = 2*f.loca.u16(2*int(glyph)), 2*f.loca.u16(2*int(glyph)+2)
	}
	if from >= to || to > len(f.glyf) {
		return nil
	}
	return f.glyf[from:to]
}

// bounds returns the box of a glyph's ink; ok is false for a blank.
func (f *font) bounds(glyph uint16) (x0, y0, x1, y1 int, ok bool) {
	g := f.outline(glyph)
	return g.i16(2), g.i16(4), g.i16(6), g.i16(8), len(g) >= 10
}
