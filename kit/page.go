package kit

import (
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

	last, foot sheet.Marks // what is read after the rest

	ground, ink, soft, signal, shade sheet.Colour
}

// bleed is how far a poster goes on beyond its edge, in millimetres: what printers
// ask for who cut it.
const bleed = 3

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
	if size.Millimetres > 0 {
		g.sheet.Bleed = bleed * size.Width / size.Millimetres
	}
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
