package kit

import "keepiton/kit/sheet"

// drawCounter is an eclipse: a dark disc before a light of which only a rim is
// left, and on the disc how many days.
func drawCounter(g *page) {
	m, u := g.m, g.u
	floor := g.footer()
	r := min(g.w*0.40, floor*0.30)
	cx, cy := g.w*0.5, m+r*1.07
	switch {
	case g.wide():
		r = (floor - m) * 0.46
		cx, cy = g.w-m-r-20*u, m+r
	case g.p.Shape == Square:
		r = floor * 0.30
		cy = m*0.8 + r
	}
	g.fill(sheet.Circle(cx-r*0.07, cy-r*0.05, r*1.02), g.signal)
	g.fill(sheet.Circle(cx, cy, r), darkOf(g))
	n := g.head(g.p.Number, area{x: cx - r*0.80, y: cy - r*0.56, w: r * 1.60, h: r * 0.80, largest: r * 1.05, least: r * 0.2, lines: 1, align: 0.5, valign: 0.7, colour: paper})
	g.head(g.p.Unit, area{x: cx - r*0.66, y: n.y1 + r*0.10, w: r * 1.32, h: r * 0.36, largest: r * 0.20, least: r * 0.08, lines: 2, align: 0.5, colour: paper})
	if g.wide() {
		g.stack(joined(g.p.Place, g.p.Title), g.p.Words, area{x: m, y: m, w: cx - r - m - 70*u, h: floor - m - 40*u, largest: 110 * u}, g.read)
		return
	}
	y := cy + r + 52*u
	g.stack(joined(g.p.Place, g.p.Title), g.p.Words, area{x: m, y: y, w: g.w - 2*m, h: floor - y - 32*u, largest: 92 * u, align: 0.5, valign: 0.4}, g.read)
}

// darkOf is the colour of what is dark: ink, which on a dark ground is darker
// than the ground.
func darkOf(g *page) sheet.Colour {
	if g.p.Dark {
		return 0x000000
	}
	return ink
}

// joined joins the parts that are not empty, each on its own line.
func joined(parts ...string) string {
	out := ""
	for _, p := range parts {
		if p != "" {
			if out != "" {
				out += "\n"
			}
			out += p
		}
	}
	return out
}
