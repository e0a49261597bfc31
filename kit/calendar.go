package kit

import (
	"strconv"
	"time"

	"keepiton/kit/letters"
	"keepiton/kit/sheet"
	"keepiton/locale"
)

// drawCalendar is the days that were taken: the months of the cuts, each day
// without internet filled in.
func drawCalendar(g *page) {
	m, u := g.m, g.u
	floor := g.footer()
	bottom := floor - 46*u
	if g.wide() {
		w := g.w * 0.355
		g.tally(area{x: m, y: m, w: w - m, h: bottom - m, largest: 200 * u})
		g.months(box{w + 40*u, m, g.w - m, bottom}, 1)
		return
	}
	var top float64
	g.last = g.sheet.Aside(func() { top = g.months(box{m, m + 330*u, g.w - m, bottom}, 1) })
	g.tally(area{x: m, y: m, w: g.w - 2*m, h: top - m - 60*u, largest: 520 * u})
}

// tally sets a place, a number as large as fits, and what it counts.
func (g *page) tally(a area) {
	u := g.u
	y := a.y
	if g.p.Place != "" {
		y = g.kicker(g.p.Place, area{x: a.x, y: a.y, w: a.w, h: 84 * u, largest: 44 * u, lines: 2, colour: g.signal}).y1 + 36*u
	}
	n := g.head(g.p.Number, area{x: a.x, y: y, w: a.w, h: (a.y + a.h - y) * 0.62, largest: a.largest, lines: 1})
	gap := max(24*u, (n.y1-n.y0)*0.14)
	g.stack(g.p.Unit, g.p.Words, area{x: a.x, y: n.y1 + gap, w: a.w, h: a.y + a.h - n.y1 - gap, largest: max(58*u, (n.y1-n.y0)*0.36)}, g.read)
}

// most months that a calendar shows.
const mostMonths = 12

// months draws the months from the first cut to the last, as large as fits, at
// the top of a box or, with valign 1, at its bottom. It returns where they begin.
func (g *page) months(in box, valign float64) float64 {
	pr := locale.For(g.p.Lang)
	first, last := g.span()
	var all []time.Time
	for t := time.Date(first.Year(), first.Month(), 1, 0, 0, 0, 0, time.UTC); t.Before(last) && len(all) < mostMonths; t = t.AddDate(0, 1, 0) {
		all = append(all, t)
	}
	w, h := in.x1-in.x0, in.y1-in.y0
	cell, columns, best := 0.0, 1, 0.0
	for c := 1; c <= len(all); c++ {
		rows := (len(all) + c - 1) / c
		k := min(w/(float64(c)*8-1), h/(float64(rows)*8.2-0.6), 96*g.u)
		// A grid without a hole at its end looks better than one of larger days.
		if v := k * float64(len(all)) / float64(rows*c); v > best {
			cell, columns, best = k, c, v
		}
	}
	rows := (len(all) + columns - 1) / columns
	top := in.y0 + (h-(float64(rows)*8.2-0.6)*cell)*valign
	digits := g.digits()
	for i, month := range all {
		x := in.x0 + float64(i%columns)*8*cell
		y := top + float64(i/columns)*8.2*cell
		name := pr.MonthAlone(month) + " " + strconv.Itoa(month.Year())
		g.kicker(name, area{x: x, y: y, w: 7 * cell, h: cell * 0.8, largest: cell * 0.72, least: cell * 0.3, lines: 1, valign: 0.5})
		shift := (int(month.Weekday()) + 6) % 7 // weeks begin on Monday (ISO 8601)
		for d := month; d.Month() == month.Month(); d = d.AddDate(0, 0, 1) {
			n := d.Day() - 1 + shift
			cx, cy := x+(float64(n%7)+0.5)*cell, y+(float64(n/7)+1.7)*cell
			side := cell * 0.86
			square := sheet.Rounded(cx-side/2, cy-side/2, side, side, side*0.16)
			letter := g.soft
			if g.dark(d) {
				g.fill(square, g.ink)
				letter = g.ground
			} else {
				g.fill(square, g.shade)
			}
			if cell > 24*g.u {
				g.centred(digits[d.Day()], cx, cy, cell*0.40, letter)
			}
		}
	}
	return top
}

// digits sets the numbers of days once.
func (g *page) digits() (out [32]letters.Line) {
	for i := 1; i < 32 && g.err == nil; i++ {
		out[i], g.err = letters.Set(strconv.Itoa(i), letters.Style{Lang: g.p.Lang, Weight: letters.Head})
	}
	return out
}

// centred writes a line with its middle at a place.
func (g *page) centred(l letters.Line, x, y, size float64, c sheet.Colour) {
	if g.rtl {
		x = g.w - x
	}
	g.sheet.Write(l, sheet.Point{X: x - (l.Left+l.Right)/2*size, Y: y + (l.Top+l.Bottom)/2*size}, size, c, sheet.Artwork, false)
}

// span returns when the first cut begins and the last one ends; a cut that goes
// on lasts until the moment that the piece is of.
func (g *page) span() (first, last time.Time) {
	for i, c := range g.p.Cuts {
		if i == 0 || c.From.Before(first) {
			first = c.From
		}
		if c.To.After(last) {
			last = c.To
		}
	}
	return first.UTC(), last.UTC()
}

// dark reports whether any cut touches the UTC day that begins at d.
func (g *page) dark(d time.Time) bool {
	next := d.AddDate(0, 0, 1)
	for _, c := range g.p.Cuts {
		if c.From.Before(next) && c.To.After(d) {
			return true
		}
	}
	return false
}
