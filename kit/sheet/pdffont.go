package sheet

import (
	"bytes"
	"crypto/sha256"
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
