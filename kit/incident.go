package kit

import (
	"math"
	"time"

	"keepiton/kit/sheet"
	"keepiton/locale"
)

// drawIncident is a share card of one incident: place, what happened, how long,
// and the time as a cable with gaps where it was cut.
func drawIncident(g *page) {
	m, u := g.m, g.u
	floor := g.footer()
	band := 118 * u
	if len(g.p.Cuts) == 0 {
		band = 0
	}
	free := floor - band - 44*u
	place := g.kicker(g.p.Place, area{x: m, y: m, w: g.w - 2*m, h: 90 * u, largest: 50 * u, lines: 2, colour: g.signal})
	y := place.y1 + 28*u
	at := area{x: m, y: free - 190*u, w: g.w - 2*m, h: 190 * u, largest: 230 * u, valign: 1}
	if g.wide() {
		at = area{x: g.w * 0.66, y: y, w: g.w*0.34 - m, h: free - y, largest: 230 * u}
	}
	var n box
	amount := g.sheet.Aside(func() { n = g.amount(at) })
	if g.wide() {
		g.stack(g.p.Title, g.p.Words, area{x: m, y: y, w: n.x0 - m - 60*u, h: free - y, largest: 112 * u}, g.read)
	} else {
		g.stack(g.p.Title, g.p.Words, area{x: m, y: y, w: g.w - 2*m, h: n.y0 - y - 50*u, largest: 140 * u}, g.read)
	}
	g.sheet.Put(amount)
	if band > 0 {
		g.timeline(floor-band+6*u, 24*u)
	}
}

// amount sets the number large, with what it counts below it on a page that lies and
// beside it on one that stands, and returns where they stand.
func (g *page) amount(a area) box {
	u := g.u
	if g.p.Number == "" {
		return box{a.x + a.w, a.y + a.h, a.x + a.w, a.y + a.h}
	}
	if g.wide() {
		n := g.head(g.p.Number, area{x: a.x, y: a.y, w: a.w, h: a.h * 0.62, largest: a.largest, lines: 1, align: 1})
		unit := g.head(g.p.Unit, area{x: a.x, y: n.y1 + 24*u, w: a.w, h: a.y + a.h - n.y1 - 24*u, largest: 46 * u, lines: 2, align: 1})
		return box{min(n.x0, unit.x0), n.y0, n.x1, unit.y1}
	}
	n := g.head(g.p.Number, area{x: a.x, y: a.y, w: a.w * 0.7, h: a.h, largest: a.largest, lines: 1, valign: 1})
	g.head(g.p.Unit, area{x: n.x1 + 30*u, y: n.y0, w: a.x + a.w - n.x1 - 30*u, h: n.y1 - n.y0, largest: 64 * u, lines: 2, valign: 1})
	return n
}

// timeline draws the time around the cuts as a cable from edge to edge, as long
// as it was: whole where there was internet, a dotted gap where there was none.
func (g *page) timeline(y, t float64) {
	pr := locale.For(g.p.Lang)
	first, last := g.span()
	span := last.Sub(first)
	if span <= 0 {
		return
	}
	before := time.Duration(float64(span) * 0.42)
	begin, end := first.Add(-before), last.Add(before)
	x := func(at time.Time) float64 { return g.w * float64(at.Sub(begin)) / float64(end.Sub(begin)) }
	on := -t
	for _, c := range sortCuts(g.p.Cuts) {
		from, to := x(c.From), x(c.To)
		if from > on {
			g.fill(sheet.Rect(on, y, from-on, t), g.ink)
		}
		n := max(1, math.Round((to-from)/(t*1.15)))
		for i := range int(n) {
			g.fill(sheet.Circle(from+(to-from)*(float64(i)+0.5)/n, y+t/2, t*0.24), g.signal)
		}
		on = max(on, to)
	}
	g.fill(sheet.Rect(on, y, g.w+t-on, t), g.ink)
	// When it began and ended, then what else has room.
	var taken []box
	label := func(at time.Time, end bool) {
		a := area{x: x(at), y: y + t + 16*g.u, w: 260 * g.u, h: 34 * g.u, largest: 24 * g.u, lines: 1}
		if end {
			a.x, a.align = a.x-a.w, 1
			at = at.Add(-time.Nanosecond) // the last day without internet
		}
		b, err := g.fit(pr.DayShort(at), g.bodied(a))
		if err != nil {
			g.err = err
			return
		}
		x0 := a.x + (a.w-b.Width())*a.align
		for _, o := range taken {
			if x0 < o.x1+16*g.u && o.x0 < x0+b.Width()+16*g.u {
				return
			}
		}
		taken = append(taken, g.put(b, g.bodied(a)))
	}
	label(first, false)
	label(last, true)
	for _, c := range sortCuts(g.p.Cuts) {
		label(c.From, false)
		label(c.To, true)
	}
}
