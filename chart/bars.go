package chart

import (
	"fmt"
	"math"
	"strings"
)

// Series is a named row of values, one for each label; NaN is "no value",
// which is not zero.
type Series struct {
	Name   string
	Values []float64
}

// BarData is what Bars draws: a bar for each label, the series stacked.
type BarData struct {
	Labels  []string
	Hrefs   []string // for each label, where its bar leads; may be empty
	Series  []Series // at most four are told apart
	Head    string   // heading of the labels in the table; "Year" when empty
	Partial bool     // the last label is a period that still runs: its bar is hatched
}

const (
	barsWidth  = 360.0
	barsHeight = 170.0
	barSlot    = 30.0
	widest     = 64.0 // of a bar
)

// Bars draws values as upright bars with their totals above them.
func Bars(opt Options, d BarData) Figure {
	l := opt.printer()
	n := len(d.Labels)
	p := &pen{w: math.Max(barsWidth, float64(n)*barSlot), rtl: l.Dir() == "rtl"}
	id := idOf(opt)
	stacked := len(d.Series) > 1
	if stacked || d.Partial {
		p.hatch(id+"-h", "hp", 45)
	}
	if len(d.Series) > 3 {
		p.dots(id + "-p")
	}
	paints := []string{"s0", "#" + id + "-h", "s2", "#" + id + "-p"}
	top := 0.0
	for i := range n {
		total, _ := d.total(i)
		top = math.Max(top, total)
	}
	const y0 = 20.0
	base := y0 + barsHeight - 20
	slot := p.w / math.Max(float64(n), 1)
	links := false
	for i, label := range d.Labels {
		total, known := d.total(i)
		href := ""
		if i < len(d.Hrefs) && safeHref(d.Hrefs[i]) {
			href, links = d.Hrefs[i], true
			p.link(href, label+": "+l.Number(total))
		}
		x, w := math.Round((float64(i)+.16)*slot), math.Round(.68*slot) // whole units: crisp, and fewer bytes
		if w > widest {                                                 // few bars are no blocks
			x, w = math.Round((float64(i)+.5)*slot-widest/2), widest
		}
		y := base
		for j, s := range d.Series {
			if i >= len(s.Values) || !(s.Values[i] > 0) {
				continue
			}
			h := s.Values[i] / math.Max(top, 1e-9) * (base - y0)
			h = math.Max(math.Round(h), 1)
			paint := paints[j%len(paints)]
			if d.Partial && i == n-1 && !stacked {
				paint = "#" + id + "-h"
			}
			y -= h
			p.rect(x, y, w, h, paint)
			if strings.HasPrefix(paint, "#") {
				p.rect(x, y, w, h, "o")
			}
		}
		value := "–"
		if known {
			value = l.Number(total)
		}
		p.text(x+w/2, y-5, middle, "v", value)
		p.text(x+w/2, base+16, middle, "m v", label)
		if href != "" {
			p.unlink()
		}
	}
	p.line(0, base, p.w, base, "x")
	height := base + 24
	switch {
	case stacked:
		var entries []swatch
		for j, s := range d.Series {
			entries = append(entries, swatch{paint: paints[j%len(paints)], words: s.Name})
		}
		height = p.key(height+4, entries)
	case d.Partial && n > 0:
		height = p.key(height+4, []swatch{{paint: "#" + id + "-h", words: l.T("chart.partial", "Label", d.Labels[n-1])}})
	}
	return Figure{Width: p.w, Height: height, Table: d.table(opt), opt: opt, links: links, body: p.b.String()}
}

// total sums what is known at label i.
func (d BarData) total(i int) (sum float64, known bool) {
	for _, s := range d.Series {
		if i < len(s.Values) && !math.IsNaN(s.Values[i]) {
			sum += s.Values[i]
			known = true
		}
	}
	return sum, known
}

func (d BarData) table(opt Options) Table {
	l := opt.printer()
	head := d.Head
	if head == "" {
		head = l.T("chart.year")
	}
	t := Table{Head: []string{head}, Numbers: true}
	for _, s := range d.Series {
		t.Head = append(t.Head, s.Name)
	}
	if len(d.Series) > 1 {
		t.Head = append(t.Head, l.T("chart.total"))
	}
	for i, label := range d.Labels {
		row := []string{label}
		for _, s := range d.Series {
			cell := "–"
			if i < len(s.Values) && !math.IsNaN(s.Values[i]) {
				cell = l.Number(s.Values[i])
			}
			row = append(row, cell)
		}
		if len(d.Series) > 1 {
			total, _ := d.total(i)
			row = append(row, l.Number(total))
		}
		t.Rows = append(t.Rows, row)
	}
	return t
}

// String names the figure in a test's failure.
func (f Figure) String() string { return fmt.Sprintf("figure %s %q", f.id(), f.opt.Title) }
