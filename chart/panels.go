package chart

import (
	"math"
	"time"
)

// PanelData is what Panels draws: series of measurements above one another, over
// one axis of time.
type PanelData struct {
	From, To time.Time
	Marks    []Stretch // bracketed in every panel: the episodes of a disruption
	Marked   string    // what they are; empty: told as a disruption
	Panels   []Panel
	Columns  int // at most so many stretches are told apart; 0: as many as the drawing is wide
}

// Stretch is a stretch of time; a zero To says that it goes on.
type Stretch struct{ From, To time.Time }

// Panel is one series: Points[i] begins at From + i·Step.
type Panel struct {
	Title   string
	From    time.Time
	Step    time.Duration
	Points  []Point
	Percent bool // values are percent
	// Cap cuts off what rises over so many times what was expected at the most, so that
	// a spike does not press falls flat; 0: nothing is cut off.
	Cap float64
}

// Point is one bin of a panel. A bin without a value is a gap, and is drawn as one:
// nothing is drawn across it.
type Point struct {
	Value, Expected, Low, High float64
	Has                        bool // there is a value
	Known                      bool // something was expected
	Down                       bool // there is none because the source was down
}

// column is the points that fall into one step of the drawing.
type column struct {
	x                   float64
	lo, hi              float64 // least and greatest value
	falls               bool    // the greatest came first
	has, known, down    bool
	expected, low, high float64 // means
	at                  time.Time
}

const (
	panelLeft   = 40.0
	panelHeight = 84.0
	panelHead   = 24.0
)

// Panels draws series with what was expected of them.
func Panels(opt Options, d PanelData) Figure {
	l := opt.printer()
	id := idOf(opt)
	p := &pen{w: barsWidth, rtl: l.Dir() == "rtl"}
	axis := timeAxis{from: d.From, to: d.To, x0: panelLeft, x1: p.w - 4}
	p.hatch(id+"-g", "g hg", 45)
	p.dots(id + "-n")
	y := 4.0
	t := panelTable{names: make([]string, 0, len(d.Panels))}
	var gaps, downs, known bool
	for _, one := range d.Panels {
		cols := d.columns(one, axis)
		top, high := 0.0, 0.0
		for _, c := range cols {
			if c.has {
				top = math.Max(top, c.hi)
			}
			if c.known {
				high = math.Max(high, c.high)
			}
			gaps, downs, known = gaps || !c.has && !c.down, downs || c.down, known || c.known
		}
		if top = math.Max(top, high); one.Cap > 0 && high > 0 {
			top = math.Min(top, one.Cap*high)
		}
		box := panelBox{y0: y + panelHead, base: y + panelHead + panelHeight, top: niceMax(math.Min(top, 1e300)), col: (axis.x1 - axis.x0) / math.Max(1, float64(len(cols)))}
		p.text(0, y+13, start, "t", one.Title)
		p.panel(id, one, cols, box, axis, d.Marks, opt)
		t.add(one, cols)
		y = box.base + 8
	}
	axis.draw(p, l, y-8, y-8)
	f := Figure{Width: p.w, Height: y + 16, opt: opt, css: PanelCSS, body: p.b.String(), Table: t.table(opt)}
	f.legend = append(f.legend, swatch{class: "l", words: l.T("chart.value")})
	if known {
		f.legend = append(f.legend, swatch{class: "l l1", words: l.T("chart.expected")}, swatch{paint: "c1", words: l.T("chart.normal")})
	}
	if gaps {
		f.legend = append(f.legend, swatch{paint: "#" + id + "-g", words: l.T("chart.gap")})
	}
	if downs {
		f.legend = append(f.legend, swatch{paint: "#" + id + "-n", words: l.T("chart.down")})
	}
	if len(d.Marks) > 0 {
		if d.Marked == "" {
			d.Marked = l.T("chart.episode")
		}
		f.legend = append(f.legend, swatch{class: "dks", words: d.Marked})
	}
	return f
}
