package chart

import (
	"math"
	"strings"
	"time"
)

// columns joins the points of a panel into what the drawing can tell apart. The
// least and the greatest value of a column are both kept: a fall of one bin is not
// averaged away.
func (d PanelData) columns(one Panel, axis timeAxis) []column {
	most := d.Columns
	if most <= 0 {
		most = int(axis.x1 - axis.x0)
	}
	if one.Step <= 0 || !d.To.After(d.From) {
		return nil
	}
	per := max(1, int(math.Ceil(float64(d.To.Sub(d.From))/float64(one.Step)/float64(most))))
	width := time.Duration(per) * one.Step
	n := int((d.To.Sub(d.From) + width - 1) / width)
	out := make([]column, 0, n)
	for i := range n {
		at := d.From.Add(time.Duration(i) * width)
		first := int(at.Sub(one.From) / one.Step)
		if at.Before(one.From) {
			first = -int((one.From.Sub(at) + one.Step - 1) / one.Step)
		}
		c := join(one.Points, first, first+per)
		c.at, c.x = at, axis.x(at.Add(width/2))
		out = append(out, c)
	}
	return out
}

// join makes a column of the points from one to another; those that are not there
// have no value.
func join(all []Point, from, to int) column {
	c := column{lo: math.Inf(1), hi: math.Inf(-1)}
	known, downs, bins := 0.0, 0, 0
	for i := max(0, from); i < min(to, len(all)); i++ {
		p := all[i]
		bins++
		if p.Has {
			c.has = true
			if p.Value > c.hi {
				c.hi, c.falls = p.Value, false
			}
			if p.Value < c.lo {
				c.lo, c.falls = p.Value, true
			}
		}
		if p.Known {
			known++
			c.expected, c.low, c.high = c.expected+p.Expected, c.low+p.Low, c.high+p.High
		}
		if p.Down {
			downs++
		}
	}
	if known > 0 {
		c.known, c.expected, c.low, c.high = true, c.expected/known, c.low/known, c.high/known
	}
	c.down = !c.has && downs > 0 && 2*downs >= bins
	return c
}

// run is columns of one kind that follow each other.
type run struct{ kind, from, to int }

func runs(cols []column, kind func(column) int) (out []run) {
	for i, c := range cols {
		k := kind(c)
		if n := len(out); n > 0 && out[n-1].kind == k {
			out[n-1].to = i + 1
			continue
		}
		out = append(out, run{k, i, i + 1})
	}
	return out
}

// track is a line, from which the points are left out that lie on the way.
type track struct{ at [][2]float64 }

func (t *track) to(x, y float64) {
	x, y = math.Round(x*10)/10, math.Round(y*10)/10
	n := len(t.at)
	if n > 0 && t.at[n-1] == [2]float64{x, y} {
		return
	}
	if n > 1 && (t.at[n-1][1] == y && t.at[n-2][1] == y || t.at[n-1][0] == x && t.at[n-2][0] == x && (t.at[n-1][1]-t.at[n-2][1])*(y-t.at[n-1][1]) > 0) {
		t.at[n-1] = [2]float64{x, y}
		return
	}
	t.at = append(t.at, [2]float64{x, y})
}

// path writes the line; a single point is a dot, by the round ends of lines.
func (t *track) path() string {
	var b strings.Builder
	for i, p := range t.at {
		switch {
		case i == 0:
			b.WriteString("M" + num(p[0]) + " " + num(p[1]))
		case p[0] == t.at[i-1][0]:
			b.WriteString("V" + num(p[1]))
		case p[1] == t.at[i-1][1]:
			b.WriteString("H" + num(p[0]))
		default:
			b.WriteString("L" + num(p[0]) + " " + num(p[1]))
		}
	}
	if len(t.at) == 1 {
		b.WriteString("h0")
	}
	return b.String()
}

// panelTable gathers the rows of the table beside a drawing of panels: for each
// stretch the lowest value of each panel, and what was expected.
type panelTable struct {
	names []string
	cols  [][]column
}

func (t *panelTable) add(one Panel, cols []column) {
	t.names, t.cols = append(t.names, one.Title), append(t.cols, cols)
}

// panelRows is how many rows the table has at most.
const panelRows = 28

func (t *panelTable) table(opt Options) Table {
	l := opt.printer()
	out := Table{Head: []string{l.T("chart.date")}, Numbers: true}
	most := 0
	for i, name := range t.names {
		out.Head = append(out.Head, name)
		most = max(most, len(t.cols[i]))
	}
	rows := min(panelRows, most)
	for r := range rows {
		row := make([]string, 1, len(t.names)+1)
		for _, cols := range t.cols {
			from, to := r*len(cols)/rows, (r+1)*len(cols)/rows
			cell := "–"
			if from < to {
				if row[0] == "" {
					row[0] = l.DayShort(cols[from].at) + " " + l.Clock(cols[from].at)
				}
				low := math.Inf(1)
				for _, c := range cols[from:to] {
					if c.has {
						low = math.Min(low, c.lo)
					}
				}
				if !math.IsInf(low, 0) {
					cell = l.Number(math.Round(low*100) / 100)
				}
			}
			row = append(row, cell)
		}
		out.Rows = append(out.Rows, row)
	}
	return out
}
