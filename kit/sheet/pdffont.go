package sheet

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"keepiton/kit/letters"
)

// embedded is a face in a document, with the glyphs that are used.
//
// Carriers are empty glyphs behind those of the face. Where one shape stands for
// several characters that read from right to left, such as lam with alef, its
// width is shared out: the shape stands for the last of them and carriers for the
// others, one beside the other. Programs that read a page turn Arabic round
// character by character, and would turn the two within one shape round as well.
type embedded struct {
	number   int // of its object
	face     letters.Face
	table    trueType
	texts    map[uint32]string // what each glyph that is used stands for
	widths   map[uint32]int    // where they differ from the face
	carriers map[carrier]uint32
}

// carrier is an empty glyph: its character and its width.
type carrier struct {
	r     rune
	width int
}

// font returns the face as it is embedded.
func (d *document) font(f letters.Face) *embedded {
	e, ok := d.fonts[f]
	if !ok {
		table, err := parseTrueType(f.Data())
		if err != nil && d.err == nil {
			d.err = fmt.Errorf("embed %s: %w", f.Name(), err)
		}
		e = &embedded{number: d.reserve(), face: f, table: table, texts: map[uint32]string{}, widths: map[uint32]int{}, carriers: map[carrier]uint32{}}
		d.fonts[f] = e
		d.order = append(d.order, f)
	}
	return e
}

// use notes a glyph and returns what is shown for it from left to right, as wide
// together as the glyph. told is false for a glyph that stood for other
// characters before: a font can tell but one meaning.
func (e *embedded) use(g letters.Glyph) (shown []uint32, told bool) {
	runes, width := backwards(g), e.table.width(g.ID)
	text := string(runes)
	shown = []uint32{g.ID}
	if g.RTL && len(runes) > 1 {
		part := width / len(runes)
		e.widths[g.ID] = width - part*(len(runes)-1)
		text = string(runes[0])
		for _, r := range runes[1:] {
			shown = append(shown, e.carrier(r, part))
		}
	}
	old, known := e.texts[g.ID]
	if !known {
		e.texts[g.ID] = text
	}
	return shown, !known || old == text
}

// carrier returns the empty glyph that stands for a character.
func (e *embedded) carrier(r rune, width int) uint32 {
	c := carrier{r, width}
	id, ok := e.carriers[c]
	if !ok {
		id = e.table.count() + uint32(len(e.carriers))
		e.carriers[c] = id
		e.texts[id], e.widths[id] = string(r), width
	}
	return id
}

// width returns the width of a glyph as it is embedded.
func (e *embedded) width(glyph uint32) int {
	if w, ok := e.widths[glyph]; ok {
		return w
	}
	return e.table.width(glyph)
}

// embedFonts writes the fonts, each in the glyphs that were used (9.7).
func (d *document) embedFonts() {
	if d.err != nil {
		return
	}
	for _, f := range d.order {
		e := d.fonts[f]
		used := slices.Sorted(maps.Keys(e.texts))
		file, err := e.subset(used)
		if err != nil {
			d.err = fmt.Errorf("embed %s: %w", f.Name(), err)
			return
		}
		name := subsetTag(file) + "+KeepItOn-" + f.Name()
		stream := d.stream(fmt.Sprintf("/Length1 %d", len(file)), file, true)
		t := e.table
		descriptor := d.object("<</Type/FontDescriptor/FontName/%s/Flags 4/FontBBox[%d %d %d %d]/ItalicAngle 0/Ascent %d/Descent %d/CapHeight 714/StemV 100/FontFile2 %s>>",
			name, t.short("head", 36), t.short("head", 38), t.short("head", 40), t.short("head", 42), t.short("hhea", 4), t.short("hhea", 6), ref(stream))
		var widths strings.Builder
		for _, g := range used {
			fmt.Fprintf(&widths, "%d[%d]", g, e.width(g))
		}
		descendant := d.object("<</Type/Font/Subtype/CIDFontType2/BaseFont/%s/CIDSystemInfo<</Registry(Adobe)/Ordering(Identity)/Supplement 0>>/FontDescriptor %s/DW 0/W[%s]/CIDToGIDMap/Identity>>",
			name, ref(descriptor), widths.String())
		unicode := d.stream("", toUnicode(used, e.texts), true)
		d.set(e.number, "<</Type/Font/Subtype/Type0/BaseFont/%s/Encoding/Identity-H/DescendantFonts[%s]/ToUnicode %s>>", name, ref(descendant), ref(unicode))
	}
}

// subsetTag is six letters that tell subsets of one face apart (9.6.4).
func subsetTag(file []byte) string {
	sum := sha256.Sum256(file)
	tag := make([]byte, 6)
	for i := range tag {
		tag[i] = 'A' + sum[i]%26
	}
	return string(tag)
}

// toUnicode maps glyphs to characters (9.10.3).
func toUnicode(used []uint32, texts map[uint32]string) []byte {
	var b bytes.Buffer
	b.WriteString("/CIDInit/ProcSet findresource begin\n12 dict begin\nbegincmap\n/CIDSystemInfo<</Registry(Adobe)/Ordering(UCS)/Supplement 0>>def\n/CMapName/Adobe-Identity-UCS def\n/CMapType 2 def\n1 begincodespacerange\n<0000><FFFF>\nendcodespacerange\n")
	var told []uint32
	for _, g := range used {
		if texts[g] != "" {
			told = append(told, g)
		}
	}
	for part := range slices.Chunk(told, 100) { // as many as one block may have
		fmt.Fprintf(&b, "%d beginbfchar\n", len(part))
		for _, g := range part {
			fmt.Fprintf(&b, "<%04X><%s>\n", g, utf16Hex(texts[g]))
		}
		b.WriteString("endbfchar\n")
	}
	b.WriteString("endcmap\nCMapName currentdict/CMap defineresource pop\nend\nend\n")
	return b.Bytes()
}

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
