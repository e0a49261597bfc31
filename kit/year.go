package kit

import (
	"cmp"
	"slices"
	"time"

	"keepiton/kit/sheet"
	"keepiton/locale"
)

// drawYear is a year as one square a day, the days dark on which the internet was
// cut somewhere.
func drawYear(g *page) {
	m, u := g.m, g.u
	floor := g.footer()
	bottom := floor - 46*u
	if g.wide() {
		w := g.w*0.38 - m
		at := g.head(g.p.Title, area{x: m, y: m, w: w, h: 130 * u, largest: 170 * u, lines: 1})
		n := g.head(g.p.Number, area{x: m, y: at.y1 + 44*u, w: w, h: 110 * u, largest: 120 * u, lines: 1, colour: g.signal})
		g.stack(g.p.Unit, g.p.Words, area{x: m, y: n.y1 + 24*u, w: w, h: bottom - n.y1 - 24*u, largest: 54 * u}, g.read)
		g.days(box{m + w + 50*u, m, g.w - m, bottom})
		return
	}
	var top float64
	g.last = g.sheet.Aside(func() { top = g.days(box{m, m, g.w - m, bottom}) })
	room := top - m - 60*u
	at := g.head(g.p.Title, area{x: m, y: m, w: g.w - 2*m, h: room * 0.36, largest: 400 * u, lines: 1})
	gap := (at.y1 - at.y0) * 0.22
	n := g.head(g.p.Number, area{x: m, y: at.y1 + gap, w: g.w * 0.6, h: room * 0.36, largest: (at.y1 - at.y0) * 1.4, lines: 1, colour: g.signal})
	g.head(g.p.Unit, area{x: n.x1 + 34*u, y: n.y0, w: g.w - m - n.x1 - 34*u, h: n.y1 - n.y0, largest: (n.y1 - n.y0) * 0.5, lines: 2, valign: 1})
	g.body(g.p.Words, area{x: m, y: n.y1 + gap, w: g.w - 2*m, h: top - n.y1 - gap - 40*u, largest: 40 * u})
}

// days draws the days of the year in which the first cut begins, a row for each
// month, at the bottom of a box, and returns where they begin.
func (g *page) days(in box) float64 {
	pr := locale.For(g.p.Lang)
	first, _ := g.span()
	label := 0.0
	if !g.wide() {
		label = 120 * g.u
	}
	cell := min((in.x1-in.x0-label)/31, (in.y1-in.y0)/12)
	top := in.y1 - 12*cell
	side := cell * 0.80
	var dark, light sheet.Path
	for d := time.Date(first.Year(), 1, 1, 0, 0, 0, 0, time.UTC); d.Year() == first.Year(); d = d.AddDate(0, 0, 1) {
		row := top + float64(d.Month()-1)*cell
		if d.Day() == 1 && label > 0 {
			g.body(pr.MonthAlone(d), area{x: in.x0, y: row, w: label - 14*g.u, h: side, largest: cell * 0.72, least: cell * 0.3, lines: 1, valign: 0.5, colour: g.soft})
		}
		square := sheet.Rounded(in.x0+label+float64(d.Day()-1)*cell, row, side, side, side*0.14)
		if g.dark(d) {
			dark.Add(square)
		} else {
			light.Add(square)
		}
	}
	g.fill(light, g.shade)
	g.fill(dark, g.ink)
	return top
}

func sortCuts(cuts []Cut) []Cut {
	out := slices.Clone(cuts)
	slices.SortStableFunc(out, func(a, b Cut) int { return cmp.Or(a.From.Compare(b.From), a.To.Compare(b.To)) })
	return out
}
