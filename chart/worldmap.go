package chart

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"strings"

	"keepiton/geo"
	"keepiton/locale"
)

// MapData is what WorldMap draws.
type MapData struct {
	Counts map[string]int           // by ISO 3166-1 code; countries without one count as none recorded
	Dark   map[string]bool          // countries with a shutdown that goes on
	Href   func(code string) string // where a country leads; nil for no links
	What   string                   // heading of the counts in the table, such as "Incidents"
	Sample bool                     // draw the made-up countries of the sample world
}

// WorldMap draws counts by country in four steps of lightness, with a ring on
// each country that is dark now. Small states are dots. Countries are links,
// left out of the tab order: a list of countries always stands beside the map.
// Its key stands below, see Figure.Key, together with the message
// geo.BordersKey.
func WorldMap(opt Options, d MapData) Figure {
	l := opt.printer()
	world := geo.Outline()
	shapes := world.Shapes
	if d.Sample {
		shapes = append(slices.Clone(shapes), world.MadeUp...)
	}
	most := 0
	for _, n := range d.Counts {
		most = max(most, n)
	}
	breaks := classBreaks(most)
	p := &pen{w: float64(world.Width)}
	// One group for each class; the countries without a count are one path.
	var rest strings.Builder
	groups := make([][]geo.Shape, 5)
	for _, s := range shapes {
		if c := class(d.Counts[s.Code], breaks); c > 0 {
			groups[c] = append(groups[c], s)
		} else if !s.Dot {
			rest.WriteString(s.Path)
		}
	}
	links := false
	fmt.Fprintf(&p.b, `<g class="q"><path class="c0" d="%s"/>`, rest.String())
	for c, group := range groups {
		if len(group) == 0 {
			continue
		}
		fmt.Fprintf(&p.b, `<g class="c%d">`, c)
		for _, s := range group {
			links = d.country(p, l, s) || links
		}
		p.b.WriteString("</g>")
	}
	p.b.WriteString("</g>")
	var dark [][2]float64
	for _, s := range shapes {
		if d.Dark[s.Code] {
			dark = append(dark, [2]float64{float64(s.X), float64(s.Y)})
		}
	}
	if len(dark) > 0 {
		p.rings(dark...)
	}
	return Figure{
		Width: float64(world.Width), Height: float64(world.Height), Table: d.table(l), class: "map", opt: opt,
		links: links, body: p.b.String(), legend: mapKey(l, breaks, most, len(dark) > 0),
	}
}

// country draws one country and reports whether it is a link.
func (d MapData) country(p *pen, l *locale.Printer, s geo.Shape) bool {
	href := ""
	if d.Href != nil {
		href = d.Href(s.Code)
	}
	linked := safeHref(href)
	if linked {
		p.link(href, geo.Name(s.Code, l.Lang().Tag)+": "+l.Number(d.Counts[s.Code]))
	}
	if s.Dot {
		fmt.Fprintf(&p.b, `<circle cx="%d" cy="%d" r="3"/>`, s.X, s.Y)
	} else {
		fmt.Fprintf(&p.b, `<path d="%s"/>`, s.Path)
	}
	if linked {
		p.unlink()
	}
	return linked
}

// classBreaks returns the least counts of the classes above none: four at
// most, growing by a factor, because a few countries have most shutdowns.
func classBreaks(most int) []int {
	if most <= 4 {
		return []int{1, 2, 3, 4}[:max(most, 0)]
	}
	out := []int{1}
	for i := 1.0; i <= 3; i++ {
		b := roundBreak(math.Pow(float64(most), i/4))
		if b > out[len(out)-1] {
			out = append(out, b)
		}
	}
	return out
}

// roundBreak rounds down to 1, 2, 3 or 5 times a power of ten, and not below 2.
func roundBreak(v float64) int {
	base := math.Pow(10, math.Floor(math.Log10(v)))
	for _, m := range []float64{5, 3, 2} {
		if m*base <= v {
			return int(m * base)
		}
	}
	return max(2, int(base))
}

// class returns the step of lightness of a count, 0 for none to 4.
func class(n int, breaks []int) int {
	i := 0
	for i < len(breaks) && n >= breaks[i] {
		i++
	}
	if len(breaks) > 0 && i > 0 {
		i += 4 - len(breaks) // the highest class is always the darkest
	}
	return i
}

func mapKey(l *locale.Printer, breaks []int, most int, dark bool) []swatch {
	out := []swatch{{paint: "c0", words: l.T("chart.none")}}
	for i, b := range breaks {
		var words string
		switch {
		case i == len(breaks)-1 && most > b:
			words = l.T("chart.or_more", "From", b)
		case i == len(breaks)-1 || breaks[i+1] == b+1:
			words = l.Number(b)
		default:
			words = l.T("chart.between", "From", b, "To", breaks[i+1]-1)
		}
		out = append(out, swatch{paint: fmt.Sprintf("c%d", class(b, breaks)), words: words})
	}
	if dark {
		out = append(out, swatch{paint: ringed, words: l.T("chart.dark")})
	}
	return out
}

func (d MapData) table(l *locale.Printer) Table {
	what := d.What
	if what == "" {
		what = l.T("chart.count")
	}
	t := Table{Head: []string{l.T("chart.country"), what}, Numbers: true}
	type row struct {
		name string
		n    int
	}
	var rows []row
	for code, n := range d.Counts {
		if n > 0 {
			rows = append(rows, row{geo.Name(code, l.Lang().Tag), n})
		}
	}
	slices.SortStableFunc(rows, func(a, b row) int { return cmp.Or(b.n-a.n, cmp.Compare(a.name, b.name)) })
	for _, r := range rows {
		t.Rows = append(t.Rows, []string{r.name, l.Number(r.n)})
	}
	return t
}
