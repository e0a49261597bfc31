package kit

import (
	"math"

	"keepiton/kit/sheet"
)

// drawCable is the campaign's sign made of four cables, one of them severed.
func drawCable(g *page) {
	m, u := g.m, g.u
	floor := g.footer()
	size := min(g.w-2*m, (floor-m)*0.58)
	x, y := g.w*0.5, m+size*0.52
	switch {
	case g.wide():
		size = floor - m - 30*u
		x, y = g.w-m-size*0.54, m+size*0.5
	case g.p.Shape == Square:
		size = floor * 0.52
		y = m*0.9 + size*0.5
	}
	g.hash(x, y, size)
	if g.wide() {
		g.stack(g.p.Title, g.p.Words, area{x: m, y: m, w: x - size*0.54 - m - 50*u, h: floor - m - 40*u, largest: 140 * u}, g.read)
		return
	}
	top := y + size*0.5 + 56*u
	g.stack(g.p.Title, g.p.Words, area{x: m, y: top, w: g.w - 2*m, h: floor - top - 40*u, largest: 150 * u, valign: 0.6}, g.read)
}

// hash draws the sign around (x, y). The lower bar is cut between the uprights.
func (g *page) hash(x, y, size float64) {
	t := size * 0.118
	at := func(px, py float64) sheet.Point { return sheet.Point{X: x + px*size, Y: y + py*size} }
	bar := func(a, b sheet.Point) { g.fill(sheet.Stroke([]sheet.Point{a, b}, t, true), g.ink) }
	bar(at(-0.44, -0.17), at(0.47, -0.17))
	// The severed bar: what is left of it, and the end that has come down.
	const fall = 0.13 // in radians
	cut, hinge := at(-0.095, 0.17), at(0.46, 0.17)
	end := sheet.Point{X: hinge.X - 0.385*size*math.Cos(fall), Y: hinge.Y + 0.385*size*math.Sin(fall)}
	for _, piece := range [][2]sheet.Point{{at(-0.47, 0.17), cut}, {hinge, end}} {
		g.fill(sheet.Stroke(piece[:], t, false), g.ink)
		g.fill(sheet.Circle(piece[0].X, piece[0].Y, t/2), g.ink)
	}
	for i, bend := range []float64{-1.1, 0.15, 1.2} {
		off := (float64(i) - 1) * t * 0.30
		c := g.ink
		if i == 1 {
			c = g.signal
		}
		g.strand(cut.X-t*0.1, cut.Y+off, 0, bend, t, c)
		g.strand(end.X+t*0.1-off*math.Sin(fall), end.Y+off*math.Cos(fall), math.Pi-fall, -bend, t, c)
	}
	bar(at(0.305, -0.48), at(0.145, 0.48))
	bar(at(-0.145, -0.48), at(-0.305, 0.48))
}

// strand draws one wire that comes out of a cable at a place in a direction and
// bends.
func (g *page) strand(x, y, direction, bend, t float64, c sheet.Colour) {
	at := []sheet.Point{{X: x, Y: y}}
	a := direction
	for range 10 {
		last := at[len(at)-1]
		at = append(at, sheet.Point{X: last.X + t*0.075*math.Cos(a), Y: last.Y + t*0.075*math.Sin(a)})
		a += bend * 0.10
	}
	g.fill(sheet.Stroke(at, t*0.17, true), c)
}
