package chart

import (
	"fmt"
	"math"
	"strings"
	"time"
)

// LineData is what Lines draws: values of each series at moments in order.
type LineData struct {
	At     []time.Time
	Series []Series
	Yearly bool // label moments by their year in the table
}

// Lines draws series over time, each with a dash and a mark of its own. A
// missing value is a gap in the line: nothing is drawn across it.
func Lines(opt Options, d LineData) Figure {
	l := opt.printer()
	p := &pen{w: barsWidth, rtl: l.Dir() == "rtl"}
	const y0, left = 12.0, 36.0
	base := y0 + barsHeight - 20
	top := 0.0
	for _, s := range d.Series {
		for _, v := range s.Values {
			if !math.IsNaN(v) && !math.IsInf(v, 0) {
				top = math.Max(top, v)
			}
		}
	}
	top = niceMax(top)
	for _, f := range []float64{.5, 1} {
		y := base - f*(base-y0)
		p.line(left, y, p.w, y, "g")
		p.text(left-6, y+4, end, "m v", l.Number(top*f))
	}
	p.text(left-6, base+4, end, "m v", l.Number(0))
	if len(d.At) > 0 {
		axis := timeAxis{from: d.At[0], to: d.At[len(d.At)-1], x0: left + 6, x1: p.w - 8}
		axis.draw(p, l, y0, base)
		for j, s := range d.Series {
			p.series(j, s, d.At, axis, func(v float64) float64 { return base - v/top*(base-y0) })
		}
	}
	height := base + 26
	if len(d.Series) > 1 {
		var entries []swatch
		for j, s := range d.Series {
			entries = append(entries, swatch{class: lineClass(j), words: s.Name})
		}
		height = p.key(height+4, entries)
	}
	return Figure{Width: p.w, Height: height, Table: d.table(opt), opt: opt, body: p.b.String()}
}

func lineClass(j int) string { return fmt.Sprintf("l l%d", j%4) }

func (p *pen) series(j int, s Series, at []time.Time, axis timeAxis, y func(float64) float64) {
	var path strings.Builder
	var marks [][2]float64
	down := false
	for i, t := range at {
		if i >= len(s.Values) || math.IsNaN(s.Values[i]) || math.IsInf(s.Values[i], 0) {
			down = false
			continue
		}
		x, v := p.x(axis.x(t)), y(s.Values[i])
		letter := "M"
		if down {
			letter = "L"
		}
		path.WriteString(letter + num(x) + " " + num(v))
		down = true
		marks = append(marks, [2]float64{x, v})
	}
	fmt.Fprintf(&p.b, `<path class="%s" d="%s"/>`, lineClass(j), path.String())
	const most = 40 // beyond, marks would hide the line
	if len(marks) > most {
		return
	}
	for _, m := range marks {
		fmt.Fprintf(&p.b, `<path class="pt" d="%s"/>`, mark(j, m[0], m[1]))
	}
}

// mark is a circle, square, triangle or diamond around (x, y).
func mark(j int, x, y float64) string {
	const r = 2.8
	a, b, c, d := num(x-r), num(y-r), num(2*r), num(r)
	switch j % 4 {
	case 1:
		return "M" + a + " " + b + "h" + c + "v" + c + "h-" + c + "z"
	case 2:
		return "M" + num(x) + " " + b + "l" + num(r*1.1) + " " + num(1.9*r) + "h-" + num(2.2*r) + "z"
	case 3:
		return "M" + num(x) + " " + b + "l" + d + " " + d + "-" + d + " " + d + "-" + d + "-" + d + "z"
	}
	return "M" + a + " " + num(y) + "a" + d + " " + d + " 0 1 0 " + c + " 0a" + d + " " + d + " 0 1 0-" + c + " 0z"
}

func (d LineData) table(opt Options) Table {
	l := opt.printer()
	t := Table{Head: []string{l.T("chart.date")}, Numbers: true}
	if d.Yearly {
		t.Head[0] = l.T("chart.year")
	}
	for _, s := range d.Series {
		t.Head = append(t.Head, s.Name)
	}
	for i, at := range d.At {
		row := []string{l.Day(at)}
		if d.Yearly {
			row[0] = fmt.Sprint(at.UTC().Year())
		}
		for _, s := range d.Series {
			cell := "–"
			if i < len(s.Values) && !math.IsNaN(s.Values[i]) {
				cell = l.Number(s.Values[i])
			}
			row = append(row, cell)
		}
		t.Rows = append(t.Rows, row)
	}
	return t
}
