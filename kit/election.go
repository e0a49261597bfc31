package kit

import (
	"math"

	"keepiton/kit/sheet"
)

// drawElection is a ballot box with a ballot half in it; what is marked on the
// ballot is a connection.
func drawElection(g *page) {
	m, u := g.m, g.u
	floor := g.footer()
	w := g.w * 0.62
	cx, top := g.w*0.5, floor-w*0.40
	switch {
	case g.wide():
		w = g.w * 0.34
		cx, top = g.w-m-w/2, floor-w*0.46
	case g.p.Shape == Square:
		w = g.w * 0.40
		cx, top = g.w*0.5, floor-w*0.40
	}
	// The ballot stands in the slot, a little aslant.
	bw, bh := w*0.46, w*0.56
	lean := 0.09
	turn := func(p sheet.Path) sheet.Path {
		s, c := math.Sin(lean), math.Cos(lean)
		return p.Moved(sheet.Matrix{A: c, B: s, C: -s, D: c, E: cx, F: top + w*0.03})
	}
	g.fill(turn(sheet.Rect(-bw/2, -bh, bw, bh)), g.ink)
	edge := w * 0.016
	g.fill(turn(sheet.Rect(-bw/2+edge, -bh+edge, bw-2*edge, bh-edge)), paperOf(g))
	for i := range 3 {
		r := bw * (0.11 + 0.13*float64(i))
		g.fill(turn(sheet.Arc(0, -bh*0.52+bw*0.10, r, bw*0.066, 0.625, 0.875)), g.signal)
	}
	g.fill(turn(sheet.Circle(0, -bh*0.52+bw*0.10, bw*0.055)), g.signal)
	// The box covers its foot.
	lid := w * 0.085
	g.fill(sheet.Rect(cx-w*0.56, top, w*1.12, lid), g.ink)
	g.fill(sheet.Rect(cx-w/2, top+lid+edge*0.7, w, floor-top-lid), g.ink)
	g.fill(sheet.Rounded(cx-w*0.30, top+lid*0.36, w*0.60, lid*0.28, lid*0.14), g.ground)
	if g.wide() {
		g.poll(area{x: m, y: m, w: cx - w*0.56 - m - 40*u, h: floor - m - 40*u, largest: 118 * u}, g.read)
		return
	}
	g.poll(area{x: m, y: m, w: g.w - 2*m, h: top + w*0.03 - bh - m - 50*u, largest: 150 * u}, g.read)
}

// poll sets where and when above the heading.
func (g *page) poll(a area, small float64) {
	if g.p.Place != "" {
		at := g.kicker(g.p.Place, area{x: a.x, y: a.y, w: a.w, h: 80 * g.u, largest: 40 * g.u, lines: 2, colour: g.signal})
		a.h -= at.y1 - a.y + 36*g.u
		a.y = at.y1 + 36*g.u
	}
	g.stack(g.p.Title, g.p.Words, a, small)
}

// paperOf is the colour of paper that is drawn: the ground, or lighter than a
// dark one.
func paperOf(g *page) sheet.Colour {
	if g.p.Dark {
		return g.ground.Mix(paper, 0.10)
	}
	return g.ground
}
