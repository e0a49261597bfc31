package kit

import "keepiton/kit/sheet"

// drawPhone is a telephone as a dark window: no bars, and what is left on its
// screen are the words.
func drawPhone(g *page) {
	m, u := g.m, g.u
	floor := g.footer()
	w := g.w * 0.66
	x := (g.w - w) / 2
	top, cut := g.h*0.27, floor-3*u
	switch {
	case g.wide():
		w = g.w * 0.36
		x, top = g.w-m-w, m
	case g.p.Shape == Square:
		w = g.w * 0.62
		x, top = (g.w-w)/2, g.h*0.25
	}
	if g.wide() {
		g.body(g.p.Words, area{x: m, y: m, w: x - m - 60*u, h: floor - m - 40*u, largest: 44 * u, valign: 0.5})
	} else {
		g.body(g.p.Words, area{x: m, y: m, w: g.w - 2*m, h: top - m - 40*u, largest: 46 * u})
	}
	body, screen, on := ink, ink.Mix(paper, 0.10), paper
	if g.p.Dark {
		body, screen, on = paper, ink, paper
	}
	r, edge := w*0.10, w*0.035
	g.fill(halfRounded(x, top, w, cut-top, r), body)
	sx, sy, sw, sh := x+edge, top+edge, w-2*edge, cut-top-edge
	g.fill(halfRounded(sx, sy, sw, sh, r-edge), screen)
	// The status line: a clock that goes on, and bars that are empty.
	line := w * 0.05
	by := sy + line*1.3
	for i := range 4 {
		h := line * (0.4 + 0.2*float64(i))
		g.fill(sheet.Rounded(sx+sw-line*(4.6-0.75*float64(i)), by+line-h, line*0.5, h, line*0.08), on.Mix(screen, 0.72))
	}
	g.fill(sheet.Stroke([]sheet.Point{{X: sx + sw - line*4.7, Y: by + line*1.05}, {X: sx + sw - line*1.7, Y: by - line*0.05}}, line*0.16, true), glow)
	g.fill(sheet.Rounded(sx+line*1.4, by+line*0.25, line*2.2, line*0.5, line*0.25), on.Mix(screen, 0.72))
	inner := sw * 0.085
	g.head(g.p.Title, area{x: sx + inner, y: by + line*2.4, w: sw - 2*inner, h: cut - by - line*4.6, largest: 170 * u, valign: 0.42, colour: on})
}

// halfRounded is a rectangle with round corners at its top.
func halfRounded(x, y, w, h, r float64) sheet.Path {
	p := sheet.Rounded(x, y, w, 2*r+1, r)
	p.Add(sheet.Rect(x, y+r, w, h-r))
	return p
}
