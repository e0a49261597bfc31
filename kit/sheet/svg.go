package sheet

import (
	"bytes"
	"encoding/base64"
	"encoding/xml"
	"fmt"
	"image/png"
	"io"
	"math"
	"strconv"
	"strings"

	"keepiton/kit/letters"
)

// How many steps of an SVG's coordinates make one unit of the sheet: a tenth of
// a pixel on screens and a fiftieth of a millimetre on A4, or coarser where the
// file is to be small.
const (
	fineness       = 10
	coarseFineness = 2.6
)

// WriteSVG writes the sheet as an SVG 1.1 document without scripts, fonts or
// links to other files. Text is drawn as outlines and told in title and desc.
func (s *Sheet) WriteSVG(w io.Writer) error {
	var b bytes.Buffer
	unit := ""
	width, height := s.Width, s.Height
	if s.Millimetres > 0 {
		unit = "mm"
		width, height = s.Millimetres, s.Millimetres*s.Height/s.Width
	}
	v := svg{fine: fineness}
	more, title, desc := `aria-labelledby="T D"`, ` id="T"`, ` id="D"`
	if s.Small {
		v.fine, v.small, v.inherited = coarseFineness, true, s.mostly()
		more, title, desc = fmt.Sprintf(`fill="%s"`, hex(v.inherited)), "", ""
	}
	fmt.Fprintf(&b, `<svg xmlns="http://www.w3.org/2000/svg" xml:lang="%s" viewBox="0 0 %d %d" width="%s%s" height="%s%s" role="img" %s>`,
		escape(s.About.Lang), v.n(s.Width), v.n(s.Height), number(width, 2), unit, number(height, 2), unit, more)
	about := s.About.Description
	if s.Small && s.About.Source != "" { // what stands on the pages of others says where it is from, in words that programs show
		about += " " + s.About.Source
	}
	fmt.Fprintf(&b, "\n<title%s>%s</title>\n<desc%s>%s</desc>\n", title, escape(s.About.Title), desc, escape(about))
	s.metadata(&b)
	if s.Small {
		v.share(&b, s)
	}
	if s.Ground != nil {
		fmt.Fprintf(&b, "<path fill=\"%s\" d=\"M0 0h%dv%dH0z\"/>\n", hex(*s.Ground), v.n(s.Width), v.n(s.Height))
	}
	for _, m := range s.marks {
		switch {
		case m.path != nil:
			fmt.Fprintf(&b, "<path%s d=\"%s\"/>\n", v.fill(m.colour), v.data(m.path))
		case m.text != nil:
			v.text(&b, m.text, m.colour)
		case m.image != nil:
			var img bytes.Buffer
			if err := png.Encode(&img, m.image.image); err != nil {
				return fmt.Errorf("picture in SVG: %w", err)
			}
			fmt.Fprintf(&b, "<image x=\"%d\" y=\"%d\" width=\"%d\" height=\"%d\" preserveAspectRatio=\"none\" href=\"data:image/png;base64,%s\"/>\n",
				v.n(m.image.x), v.n(m.image.y), v.n(m.image.w), v.n(m.image.h), base64.StdEncoding.EncodeToString(img.Bytes()))
		}
	}
	b.WriteString("</svg>\n")
	_, err := w.Write(b.Bytes())
	return err
}

// svg holds how a document is written.
type svg struct {
	fine   float64
	small  bool
	shared map[shape]string // ids of the shapes that are written once

	inherited Colour // what a small document is drawn in, but for what says otherwise
}

// fill writes a colour as an attribute.
func (v *svg) fill(c Colour) string {
	if v.small && c == v.inherited {
		return ""
	}
	return fmt.Sprintf(` fill="%s"`, hex(c))
}

// mostly returns the colour of most marks.
func (s *Sheet) mostly() Colour {
	counts := map[Colour]int{}
	var best Colour
	for _, m := range s.marks {
		if counts[m.colour]++; counts[m.colour] > counts[best] {
			best = m.colour
		}
	}
	return best
}

// shape is a glyph in a size.
type shape struct {
	face letters.Face
	id   uint32
	size float64
}

// n returns a coordinate in the steps of the document.
func (v *svg) n(x float64) int { return int(math.Round(x * v.fine)) }

// plain reports whether a line is written in letters of the reader's system.
func (v *svg) plain(t *text) bool {
	return v.small && t.role == Paragraph && strings.IndexFunc(address(t.line.Text), func(r rune) bool { return r < ' ' || r > '~' }) < 0
}

// address returns a text without the marks that keep it together.
func address(s string) string { return strings.Trim(s, "\u2066\u2069") }

// share writes the glyphs that stand on the sheet so often that it pays.
func (v *svg) share(b *bytes.Buffer, s *Sheet) {
	v.shared = map[shape]string{}
	var order []shape
	counts := map[shape]int{}
	for _, m := range s.marks {
		if m.text == nil || v.plain(m.text) {
			continue
		}
		for _, g := range m.text.line.Glyphs {
			key := shape{g.Face, g.ID, m.text.size}
			if counts[key]++; counts[key] == 1 {
				order = append(order, key)
			}
		}
	}
	b.WriteString("<defs>")
	for _, key := range order {
		at := text{size: key.size}
		p := at.glyphOutline(letters.Glyph{Face: key.face, ID: key.id})
		d := v.data(&p)
		const element, use = len(`<path id="a" d=""/>`), len(`<use href="#a" x="1000"/>`)
		if n := counts[key]; (n-1)*len(d) > element+n*use {
			id := strconv.FormatInt(int64(len(v.shared)+10), 36) // a, b, c …
			v.shared[key] = id
			fmt.Fprintf(b, `<path id="%s" d="%s"/>`, id, d)
		}
	}
	b.WriteString("</defs>\n")
}

// text writes a line as one path, and beside it what stands elsewhere as well. In
// a small file an address, which every system has letters for, is written as it
// is, as wide as its outlines would be.
func (v *svg) text(b *bytes.Buffer, t *text, colour Colour) {
	if v.plain(t) {
		fmt.Fprintf(b, `<text%s x="%d" y="%d" font-family="sans-serif" font-size="%d" textLength="%d">%s</text>`+"\n",
			v.fill(colour), v.n(t.at.X), v.n(t.at.Y), v.n(t.size), v.n(t.line.Width*t.size), escape(address(t.line.Text)))
		return
	}
	var own Path
	var uses strings.Builder
	for _, g := range t.line.Glyphs {
		if id, ok := v.shared[shape{g.Face, g.ID, t.size}]; ok {
			fmt.Fprintf(&uses, `<use href="#%s" x="%d"`, id, v.n(t.at.X+g.X*t.size))
			if dy := v.n(t.at.Y-g.Y*t.size) - v.n(t.at.Y); dy != 0 {
				fmt.Fprintf(&uses, ` y="%d"`, dy)
			}
			uses.WriteString("/>")
			continue
		}
		own.Add(t.glyphOutline(g))
	}
	if uses.Len() == 0 {
		fmt.Fprintf(b, "<path%s d=\"%s\"/>\n", v.fill(colour), v.data(&own))
		return
	}
	if !own.Empty() {
		fmt.Fprintf(b, `<path%s d="%s"/>`, v.fill(colour), v.data(&own))
	}
	fmt.Fprintf(b, `<g%s transform="translate(0 %d)">%s</g>`+"\n", v.fill(colour), v.n(t.at.Y), uses.String())
}

// metadata states title, source and licence in RDF, as Dublin Core and Creative
// Commons name them, or in plain words where the file is to be small.
func (s *Sheet) metadata(b *bytes.Buffer) {
	if s.Small {
		fmt.Fprintf(b, "<metadata>%s %s</metadata>\n", escape(s.About.LicenseName), escape(s.About.License))
		return
	}
	b.WriteString(`<metadata><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:cc="http://creativecommons.org/ns#"><cc:Work rdf:about="">`)
	for _, e := range []struct{ name, value string }{{"title", s.About.Title}, {"creator", s.About.Creator}, {"source", s.About.Source}, {"rights", s.About.LicenseName}} {
		if e.value != "" {
			fmt.Fprintf(b, "<dc:%s>%s</dc:%s>", e.name, escape(e.value), e.name)
		}
	}
	fmt.Fprintf(b, `<cc:license rdf:resource="%s"/></cc:Work></rdf:RDF></metadata>`+"\n", escape(s.About.License))
}

func number(v float64, places int) string {
	k := math.Pow10(places)
	return strconv.FormatFloat(math.Round(v*k)/k, 'f', -1, 64)
}

func hex(c Colour) string { return fmt.Sprintf("#%06x", uint32(c)) }

// escape makes text safe in XML; characters that XML does not allow become
// U+FFFD.
func escape(s string) string {
	var b bytes.Buffer
	xml.EscapeText(&b, []byte(s)) // a buffer does not fail
	return b.String()
}
