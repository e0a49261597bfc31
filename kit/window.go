package kit

import "keepiton/kit/sheet"

// drawWindow is a city in the dark: a wall of windows, and one in which a candle
// burns.
func drawWindow(g *page) {
	m, u := g.m, g.u
	floor := g.footer()
	columns, rows := 7, 5
	wall := box{0, 0, g.w, g.h * 0.52}
	switch {
	case g.wide():
		columns, rows = 5, 4
		wall = box{g.w * 0.56, 0, g.w, floor - 40*u}
	case g.p.Shape == Square:
		columns, rows = 7, 4
		wall.y1 = g.h * 0.44
	}
	night, glass := ink, ink.Mix(paper, 0.13)
	if g.p.Dark {
		night, glass = ink.Mix(paper, 0.10), ink
	}
	// It goes on beyond the edges that it reaches.
	over := g.sheet.Bleed
	if !g.wide() {
		g.fill(sheet.Rect(-over, -over, g.w+2*over, wall.y1+over), night)
	} else {
		g.fill(sheet.Rect(wall.x0, wall.y0, wall.x1-wall.x0, wall.y1-wall.y0), night)
	}
	cw, ch := (wall.x1-wall.x0)/(float64(columns)+0.4), (wall.y1-wall.y0)/(float64(rows)+0.25)
	for r := range rows {
		for c := range columns {
			x := wall.x0 + cw*(float64(c)+0.2+0.21)
			y := wall.y0 + ch*(float64(r)+0.25)
			w, h := cw*0.58, ch*0.75
			if r == (rows-1)*3/4 && c == columns-2 {
				g.fill(sheet.Rect(x, y, w, h), paper)
				g.candle(x+w*0.5, y+h, h*0.86, ink, signal)
				continue
			}
			g.fill(sheet.Rect(x, y, w, h), glass)
		}
	}
	if g.wide() {
		g.stack(g.p.Title, g.p.Words, area{x: m, y: m, w: wall.x0 - m - 50*u, h: floor - m - 40*u, largest: 130 * u}, g.read)
		return
	}
	g.stack(g.p.Title, g.p.Words, area{x: m, y: wall.y1 + 50*u, w: g.w - 2*m, h: floor - wall.y1 - 84*u, largest: 150 * u}, g.read)
}

// candle draws a candle that stands on (x, y), with its flame.
func (g *page) candle(x, y, height float64, wax, flame sheet.Colour) {
	w := height * 0.24
	body := height * 0.56
	g.fill(sheet.Rect(x-w/2, y-body, w, body), wax)
	g.fill(sheet.Rect(x-height*0.012, y-body-height*0.08, height*0.024, height*0.09), wax)
	g.fill(flameShape(x, y-body-height*0.045, height*0.40), flame)
}

// flameShape is a flame whose foot is at (x, y).
func flameShape(x, y, height float64) sheet.Path {
	w := height * 0.29
	var p sheet.Path
	p.MoveTo(x, y-height)
	p.CubeTo(x+w*0.35, y-height*0.70, x+w, y-height*0.50, x+w, y-height*0.28)
	p.CubeTo(x+w, y-height*0.10, x+w*0.55, y, x, y)
	p.CubeTo(x-w*0.55, y, x-w, y-height*0.10, x-w, y-height*0.28)
	p.CubeTo(x-w, y-height*0.50, x-w*0.35, y-height*0.70, x, y-height)
	p.Close()
	return p
}
