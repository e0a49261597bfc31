package chart

import (
	"math"
	"slices"
	"strings"

	"keepiton/locale"
)

// panelBox is where a panel is drawn.
type panelBox struct{ y0, base, top, col float64 }

func (b panelBox) y(v float64) float64 {
	return b.base - math.Min(1, math.Max(0, v/b.top))*(b.base-b.y0)
}

// label writes a number of the axis, in the unit of its end.
func (b panelBox) label(l *locale.Printer, f float64, percent bool) string {
	if percent {
		return l.Percent(b.top * f / 100)
	}
	for _, unit := range []struct {
		from, is float64
		sign     string
	}{{1e9, 1e9, "G"}, {1e6, 1e6, "M"}, {1e4, 1e3, "k"}} {
		if b.top >= unit.from && f > 0 {
			return l.Number(b.top*f/unit.is) + unit.sign
		}
	}
	return l.Number(b.top * f)
}

// panel draws one series: gaps below, then the band, the baseline, the value, and
// the brackets.
func (p *pen) panel(id string, one Panel, cols []column, box panelBox, axis timeAxis, marks []Stretch, opt Options) {
	l := opt.printer()
	for _, t := range timeTicks(l, axis.from, axis.to) {
		x := axis.x(t.at)
		p.line(x, box.y0, x, box.base, "g")
	}
	for _, f := range []float64{.5, 1} {
		y := box.y(f * box.top)
		p.line(panelLeft, y, axis.x1, y, "g")
		p.text(panelLeft-5, y+4, end, "m v", box.label(l, f, one.Percent))
	}
	p.text(panelLeft-5, box.base+4, end, "m v", box.label(l, 0, one.Percent))
	for _, run := range runs(cols, func(c column) int {
		switch {
		case c.has:
			return 0
		case c.down:
			return 2
		}
		return 1
	}) {
		if run.kind > 0 {
			paint := "#" + id + [...]string{"", "-g", "-n"}[run.kind]
			p.rect(cols[run.from].x-box.col/2, box.y0, float64(run.to-run.from)*box.col, box.base-box.y0, paint)
		}
	}
	for _, run := range runs(cols, func(c column) int { return bit(c.known) }) {
		if run.kind == 0 {
			continue
		}
		part := cols[run.from:run.to]
		var band, line track
		for _, c := range part {
			band.to(p.x(c.x), box.y(c.high))
			line.to(p.x(c.x), box.y(c.expected))
		}
		for _, c := range slices.Backward(part) {
			band.to(p.x(c.x), box.y(c.low))
		}
		p.b.WriteString(`<path class="c1" d="` + band.path() + `z"/><path class="l l1 th" d="` + line.path() + `"/>`)
	}
	var value strings.Builder
	for _, run := range runs(cols, func(c column) int { return bit(c.has) }) {
		if run.kind == 0 {
			continue
		}
		var line track
		for _, c := range cols[run.from:run.to] {
			first, second := c.lo, c.hi
			if c.falls {
				first, second = second, first
			}
			line.to(p.x(c.x), box.y(first))
			line.to(p.x(c.x), box.y(second))
		}
		value.WriteString(line.path())
	}
	p.b.WriteString(`<path class="l th" d="` + value.String() + `"/>`)
	p.line(panelLeft, box.base, axis.x1, box.base, "x")
	for _, m := range marks {
		p.bracket(m, box.y0-4, axis)
	}
}

// bracket draws a stretch above a panel: with an end at each side, or an arrow
// where it goes on.
func (p *pen) bracket(m Stretch, y float64, axis timeAxis) {
	if !m.To.IsZero() && !m.To.After(axis.from) || !m.From.Before(axis.to) {
		return
	}
	x1, x2, goes := axis.x(m.From), axis.x1, m.To.IsZero() || m.To.After(axis.to)
	if !goes {
		x2 = math.Max(axis.x(m.To), x1+1)
	}
	var b strings.Builder
	b.WriteString("M" + num(p.x(x1)) + " " + num(y+4))
	if m.From.Before(axis.from) {
		b.Reset()
		b.WriteString("M" + num(p.x(x1)) + " " + num(y))
	} else {
		b.WriteString("V" + num(y))
	}
	b.WriteString("H" + num(p.x(x2)))
	if goes {
		b.WriteString("M" + num(p.x(x2-4)) + " " + num(y-3) + "L" + num(p.x(x2)) + " " + num(y) + "L" + num(p.x(x2-4)) + " " + num(y+3))
	} else {
		b.WriteString("V" + num(y+4))
	}
	p.b.WriteString(`<path class="dks" d="` + b.String() + `"/>`)
}

func bit(b bool) int {
	if b {
		return 1
	}
	return 0
}
