package kit

import (
	"strings"

	"keepiton/kit/letters"
	"keepiton/kit/sheet"
)

// One ink, one paper, one signal colour, as on the site's pages (web/style.css).
const (
	ink    sheet.Colour = 0x1d1c1a
	paper  sheet.Colour = 0xfdfcf9
	signal sheet.Colour = 0xb3261e // cut off now
	glow   sheet.Colour = 0xff5c45 // the same on ink
)

// page is a piece while it is drawn. Coordinates run in reading direction: x is
// the distance from the side where reading starts, so that a page in Arabic is
// the mirror image of one in English.
type page struct {
	sheet *sheet.Sheet
	p     Piece
	w, h  float64
	m     float64 // margin
	u     float64 // a thousandth of what the eye takes for the width of the page
	read  float64 // size of letters that are read with ease
	rtl   bool
	err   error // the first

	ground, ink, soft, signal, shade sheet.Colour
}

func newPage(p Piece) *page {
	size := p.Shape.Size()
	g := &page{p: p, w: size.Width, h: size.Height, sheet: &sheet.Sheet{Width: size.Width, Height: size.Height, Millimetres: size.Millimetres}}
	g.rtl = letters.Style{Lang: p.Lang}.RTL()
	g.u = g.w / 1000
	switch p.Shape {
	case Wide:
		g.u = 0.84
	case Strip:
		g.u = 0.80
	case Label:
		g.u = 0.30
	}
	g.m, g.read = 72*g.u, 36*g.u
	if p.Shape == Wide || p.Shape == Strip {
		g.read = 40 * g.u
	}
	g.colours(p.Dark)
	g.sheet.Ground = &g.ground
	g.sheet.Small = p.Shape == Label
	return g
}

// colours sets the palette for a light or a dark ground.
func (g *page) colours(dark bool) {
	g.ground, g.ink, g.signal = paper, ink, signal
	if dark {
		g.ground, g.ink, g.signal = ink, paper, glow
	}
	g.soft = g.ink.Mix(g.ground, 0.34)
	g.shade = g.ground.Mix(g.ink, 0.10)
}

// wide reports whether the page lies rather than stands.
func (g *page) wide() bool { return g.w > g.h*1.3 }

// fill draws an area that is mirrored with the page.
func (g *page) fill(p sheet.Path, c sheet.Colour) {
	if g.rtl {
		p = p.Moved(sheet.Matrix{A: -1, D: 1, E: g.w})
	}
	g.sheet.Fill(p, c)
}

// stamp draws an area around the origin at a place of the page, the same way
// round in every language: clocks and maps are not mirrored.
func (g *page) stamp(p sheet.Path, x, y, scale float64, c sheet.Colour) {
	if g.rtl {
		x = g.w - x
	}
	g.sheet.Fill(p.Moved(sheet.Matrix{A: scale, D: scale, E: x, F: y}), c)
}

// area is where a text goes: its corner at the side where reading starts, and
// the sizes it may take.
type area struct {
	x, y, w, h     float64
	largest, least float64
	lines          int
	weight         letters.Weight
	leading        float64
	align          float64 // 0 start, 0.5 middle, 1 end
	valign         float64 // 0 top, 0.5 middle, 1 bottom
	role           sheet.Role
	colour         sheet.Colour
}

// box is where the ink of something stands, in reading direction.
type box struct{ x0, y0, x1, y1 float64 }

// script returns how much larger letters of the language are set than Latin
// ones of the same size, so that they look as large.
func (a area) script(lang string) float64 {
	if (letters.Style{Lang: lang}).Script() == letters.Arabic && a.weight == letters.Text {
		return 1.12
	}
	return 1
}

// fit sets words as large as an area allows.
// Words in which somebody broke lines keep these lines, unless they would come
// out small.
func (g *page) fit(words string, a area) (letters.Block, error) {
	k := a.script(g.p.Lang)
	if n := strings.Count(words, "\n"); n > 0 && a.weight == letters.Head && a.lines == 0 {
		b, err := letters.Fit(words, letters.Style{Lang: g.p.Lang, Weight: a.weight},
			letters.Box{Width: a.w, Height: a.h, Largest: a.largest * k, Least: max(a.least, a.largest*0.45), Lines: n + 1, Leading: a.leading})
		if err == nil {
			return b, nil
		}
	}
	return letters.Fit(words, letters.Style{Lang: g.p.Lang, Weight: a.weight},
		letters.Box{Width: a.w, Height: a.h, Largest: a.largest * k, Least: a.least, Lines: a.lines, Leading: a.leading})
}

// put draws words that were set, and returns where their ink stands. Nothing
// takes no room.
func (g *page) put(b letters.Block, a area) box {
	if len(b.Lines) == 0 {
		return box{a.x, a.y + a.h*a.valign, a.x, a.y + a.h*a.valign}
	}
	height := b.Height()
	top := a.y + (a.h-height)*a.valign
	base := top + b.Lines[0].Top*b.Size
	out := box{g.w, top, 0, top + height}
	for i, l := range b.Lines {
		// Ink, and not the blank beside it, stands on the edge; an opening
		// quotation mark and the hook of a j hang out.
		blank, inkWidth := max(0, l.Left), l.Right-max(0, l.Left)
		if l.RTL {
			blank, inkWidth = max(0, l.Width-l.Right), l.Width-l.Left-max(0, l.Width-l.Right)
		}
		inkWidth *= b.Size
		hang := l.Hang * b.Size
		start := a.x - hang + (a.w-inkWidth+hang)*a.align
		left := start - blank*b.Size
		if l.RTL {
			left = g.w - start + (blank-l.Width)*b.Size
		}
		g.sheet.Write(l, sheet.Point{X: left, Y: base + float64(i)*b.Leading*b.Size}, b.Size, a.colour, a.role, i > 0)
		out.x0, out.x1 = min(out.x0, start), max(out.x1, start+inkWidth)
	}
	return out
}

// text sets words within an area and returns where their ink stands.
func (g *page) text(words string, a area) box {
	none := box{a.x, a.y + a.h*a.valign, a.x, a.y + a.h*a.valign}
	words = strings.TrimSpace(words)
	if words == "" || g.err != nil {
		return none
	}
	b, err := g.fit(words, a)
	if err != nil {
		g.err = err
		return none
	}
	return g.put(b, a)
}

// headed fills in how words are set that are read first.
func (g *page) headed(a area) area {
	a.weight, a.role = letters.Head, sheet.Heading
	if a.colour == 0 {
		a.colour = g.ink
	}
	if a.least == 0 {
		a.least = a.largest * 0.2
	}
	return a
}

// bodied fills in how words are set that are read.
func (g *page) bodied(a area) area {
	a.role = sheet.Paragraph
	if a.colour == 0 {
		a.colour = g.ink
	}
	if a.least == 0 {
		a.least = 15 * g.u
	}
	return a
}

func (g *page) head(words string, a area) box { return g.text(words, g.headed(a)) }

func (g *page) body(words string, a area) box { return g.text(words, g.bodied(a)) }

// stack sets a heading and words below it in one area, the heading as large as
// leaves the words room in letters that are read with ease. largest is the
// heading's, small the words'.
func (g *page) stack(title, words string, a area, small float64) box {
	title, words = strings.TrimSpace(title), strings.TrimSpace(words)
	none := box{a.x, a.y + a.h*a.valign, a.x, a.y + a.h*a.valign}
	if g.err != nil {
		return none
	}
	for size := a.largest; ; size *= 0.93 {
		part := size / a.largest
		last := part < 0.2 || size < small
		head, body := g.headed(a), g.bodied(a)
		head.largest, head.least, head.leading = size, a.largest*0.16, a.leading
		body.largest, body.leading = small, 0
		body.w = min(a.w, small*24)
		switch { // the smaller the heading has become, the smaller the words may be
		case last:
			body.least = small * 0.42
		case part > 0.62:
			body.least = small * 0.84
		case part > 0.42:
			body.least = small * 0.68
		default:
			body.least = small * 0.42
		}
		h, err := g.fit(title, head)
		if err != nil {
			g.err = err
			return none
		}
		gap := 0.0
		if title != "" && words != "" {
			gap = max(small*1.0, h.Size*0.36)
		}
		body.h = a.h - h.Height() - gap
		w, err := g.fit(words, body)
		if err != nil && !last {
			continue
		}
		if err != nil {
			g.err = err
			return none
		}
		rest := a.h - h.Height() - gap - w.Height()
		head.y += rest * a.valign
		head.valign, body.valign = 0, 0
		out := g.put(h, head)
		if title == "" {
			out = box{a.x, head.y, a.x, head.y}
		}
		body.y, body.x = out.y1+gap, a.x+(a.w-body.w)*a.align
		under := g.put(w, body)
		return box{min(out.x0, under.x0), out.y0, max(out.x1, under.x1), under.y1}
	}
}
