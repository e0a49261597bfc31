package kit

import (
	"math"

	"keepiton/kit/sheet"
)

// drawExam is a clock with the hours cut out of it in which there is no
// internet.
func drawExam(g *page) {
	m, u := g.m, g.u
	floor := g.footer()
	if g.wide() {
		r := (floor - m - 30*u) * 0.48
		cx := g.w - m - r - 10*u
		g.clock(cx, m+r, r)
		g.poll(area{x: m, y: m, w: cx - r - m - 60*u, h: floor - m - 40*u, largest: 118 * u}, g.read)
		return
	}
	r := min(g.w*0.33, (floor-m)*0.265)
	if g.p.Shape == Square {
		// The words stand beside the clock.
		r = floor * 0.235
		cx, cy := g.w-m-r, floor-44*u-r
		g.clock(cx, cy, r)
		words := g.p.Words
		g.p.Words = ""
		g.poll(area{x: m, y: m, w: g.w - 2*m, h: cy - r - m - 50*u, largest: 150 * u}, g.read)
		g.body(words, area{x: m, y: cy - r, w: cx - r - m - 56*u, h: 2 * r, largest: 36 * u, valign: 1})
		return
	}
	cy := floor - 52*u - r
	g.clock(g.w/2, cy, r)
	g.poll(area{x: m, y: m, w: g.w - 2*m, h: cy - r - m - 50*u, largest: 128 * u}, g.read)
}

// clock draws a dial of twelve hours, not mirrored in any language, with the
// hours of the first cut as a dark sector; from five to eight where there is
// none.
func (g *page) clock(x, y, r float64) {
	from, to := 5.0, 8.0
	if len(g.p.Cuts) > 0 {
		a, b := g.p.Cuts[0].From.UTC(), g.p.Cuts[0].To.UTC()
		if hours := b.Sub(a).Hours(); hours > 0 && hours <= 12 {
			from = float64(a.Hour()) + float64(a.Minute())/60
			to = from + hours
		}
	}
	g.stamp(sheet.Ring(0, 0, r*0.93, r), x, y, 1, g.ink)
	angle := func(h float64) float64 { return h/12 - 0.25 } // in turns, twelve o'clock up
	for h := range 12 {
		a := 2 * math.Pi * angle(float64(h))
		in, out := r*0.80, r*0.86
		if h%3 == 0 {
			in = r * 0.74
		}
		g.stamp(sheet.Stroke([]sheet.Point{{X: in * math.Cos(a), Y: in * math.Sin(a)}, {X: out * math.Cos(a), Y: out * math.Sin(a)}}, r*0.028, false), x, y, 1, g.ink)
	}
	g.stamp(sector(r*0.66, angle(from), angle(to)), x, y, 1, g.signal)
	for _, h := range []struct{ at, length, width float64 }{{from, 0.66, 0.05}, {0, 0.66, 0.034}} {
		a := 2 * math.Pi * angle(h.at)
		if h.length == 0 {
			continue
		}
		g.stamp(sheet.Stroke([]sheet.Point{{}, {X: r * h.length * math.Cos(a), Y: r * h.length * math.Sin(a)}}, r*h.width, true), x, y, 1, g.ink)
	}
	g.stamp(sheet.Circle(0, 0, r*0.06), x, y, 1, g.ink)
}

// sector is a slice of a disc around the origin between two angles in turns.
func sector(r, from, to float64) sheet.Path {
	var p sheet.Path
	p.MoveTo(0, 0)
	n := int(math.Ceil((to-from)*96)) + 1
	for i := range n + 1 {
		a := 2 * math.Pi * (from + (to-from)*float64(i)/float64(n))
		p.LineTo(r*math.Cos(a), r*math.Sin(a))
	}
	p.Close()
	return p
}
