package kit

import (
	"math"

	"keepiton/kit/sheet"
)

// drawBanner is the head of a profile: a signal that runs from edge to edge and
// does not stop.
func drawBanner(g *page) {
	m, u := g.m, g.u
	y, amp, wave := g.h*0.72, g.h*0.105, 118*u
	var at []sheet.Point
	for x := -wave; x <= g.w+wave; x += 2 {
		// It is quiet below the words and loud where they end.
		rise := 0.20 + 0.80/(1+math.Exp(-(x-g.w*0.50)/(70*u)))
		at = append(at, sheet.Point{X: x, Y: y - amp*rise*math.Sin(2*math.Pi*x/wave)})
	}
	g.fill(sheet.Stroke(at, 17*u, false), g.ink)
	row := 56 * u
	end := g.w - m - g.markWidth(row)
	g.mark(end, m, row, g.ink, g.ground)
	g.stack(g.p.Title, g.p.Words, area{x: m, y: m, w: end - m - 60*u, h: y - amp*0.3 - m - 44*u, largest: 210 * u}, g.read)
	g.logo(g.w-m, m+row+30*u, 260*u, 90*u)
}
