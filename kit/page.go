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
	glow   sheet.Colour = 0xf2543f // the same on ink
)

// page is a piece while it is drawn. Coordinates run in reading direction: x is
// the distance from the side where reading starts, so that a page in Arabic is
// the mirror image of one in English.
type page struct {
	sheet *sheet.Sheet
	p     Piece
	w, h  float64
	m     float64 // margin
	rtl   bool
	err   error // the first

	ground, ink, soft, signal, shade sheet.Colour
}

func newPage(p Piece) *page {
	size := p.Shape.Size()
	g := &page{p: p, w: size.Width, h: size.Height, sheet: &sheet.Sheet{Width: size.Width, Height: size.Height, Millimetres: size.Millimetres}}
	g.rtl = letters.Style{Lang: p.Lang}.RTL()
	g.m = min(g.w, g.h) * 0.075
	g.ground, g.ink, g.signal = paper, ink, signal
	if p.Dark {
		g.ground, g.ink, g.signal = ink, paper, glow
	}
	g.soft = g.ink.Mix(g.ground, 0.36)
	g.shade = g.ground.Mix(g.ink, 0.09)
	g.sheet.Ground = &g.ground
	return g
}

// fill draws an area that is mirrored with the page.
func (g *page) fill(p sheet.Path, c sheet.Colour) {
	if g.rtl {
		p = p.Moved(sheet.Matrix{A: -1, D: 1, E: g.w})
	}
	g.sheet.Fill(p, c)
}

// area is where a text goes: its corner at the side where reading starts, and
// the sizes it may take.
type area struct {
	x, y, w, h     float64
	largest, least float64
	lines          int
	weight         letters.Weight
	align          float64 // 0 start, 0.5 middle, 1 end
	valign         float64 // 0 top, 0.5 middle, 1 bottom
	role           sheet.Role
	colour         sheet.Colour
}

// text sets words within an area and returns the top and bottom of their ink.
// No words take no room: top and bottom are the top of the area.
func (g *page) text(words string, a area) (top, bottom float64) {
	words = strings.TrimSpace(words)
	if words == "" || g.err != nil {
		return a.y, a.y
	}
	b, err := letters.Fit(words, letters.Style{Lang: g.p.Lang, Weight: a.weight}, letters.Box{Width: a.w, Height: a.h, Largest: a.largest, Least: a.least, Lines: a.lines})
	if err != nil {
		g.err = err
		return a.y, a.y
	}
	if len(b.Lines) == 0 {
		return a.y, a.y
	}
	height := b.Height()
	top = a.y + (a.h-height)*a.valign
	base := top + b.Lines[0].Top*b.Size
	for i, l := range b.Lines {
		// Ink, and not the blank beside it, stands on the edge; an opening
		// quotation mark hangs out.
		inkWidth := (l.Right - l.Left) * b.Size
		hang := l.Hang * b.Size
		start := a.x - hang + (a.w-inkWidth+hang)*a.align
		left := start - l.Left*b.Size
		if g.rtl {
			left = g.w - start - l.Right*b.Size
		}
		g.sheet.Write(l, sheet.Point{X: left, Y: base + float64(i)*b.Leading*b.Size}, b.Size, a.colour, a.role, i > 0)
	}
	return top, top + height
}
