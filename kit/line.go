package kit

import (
	"math"

	"keepiton/kit/sheet"
)

// drawLine is the line that stops: a signal runs in from the edge where reading
// starts and ends at a dot in the middle of the page; after it there is silence.
func drawLine(g *page) {
	m, u := g.m, g.u
	floor := g.footer()
	y, amp, wave, end := floor*0.56, 92*u, 96*u, g.w*0.60
	if g.wide() {
		y, amp, wave, end = floor*0.575, 58*u, 84*u, g.w*0.56
	}
	thick := 17 * u
	var at []sheet.Point
	for x := -wave; x < end; x += 2 {
		rise := math.Min(1, (end-x)/(2.2*wave))
		at = append(at, sheet.Point{X: x, Y: y + amp*rise*rise*math.Sin(2*math.Pi*(x-end)/wave)})
	}
	at = append(at, sheet.Point{X: end, Y: y})
	g.fill(sheet.Stroke(at, thick, false), g.ink)
	for x := end + 62*u; x < g.w+34*u; x += 34 * u {
		g.fill(sheet.Circle(x, y, 4.5*u), g.soft)
	}
	g.fill(sheet.Circle(end, y, 26*u), g.signal)
	g.head(g.p.Title, area{x: m, y: m, w: g.w - 2*m, h: y - amp - m - 50*u, largest: 200 * u})
	from := y + amp + 50*u
	if g.wide() {
		from = y + amp + 32*u
	}
	g.body(g.p.Words, area{x: m, y: from, w: min(g.w-2*m, 860*u), h: floor - from - 24*u, largest: 38 * u})
}
