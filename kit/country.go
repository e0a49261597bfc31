package kit

import (
	"cmp"
	"slices"
	"strconv"
	"strings"

	"keepiton/geo"
	"keepiton/kit/sheet"
	"keepiton/locale"
)

// drawCountry is a country's shape, the parts dark where the internet was cut.
func drawCountry(g *page) {
	m, u := g.m, g.u
	g.p.Small = strings.TrimSpace(g.p.Small + " " + locale.For(g.p.Lang).T(geo.BordersKey))
	floor := g.footer()
	if g.wide() {
		w := g.w*0.50 - m - 50*u
		g.country(box{g.w * 0.50, m, g.w - m, floor - 40*u})
		place := g.head(g.p.Place, area{x: m, y: m, w: w, h: 150 * u, largest: 88 * u, lines: 2})
		n := g.head(g.p.Number, area{x: m, y: place.y1 + 56*u, w: w * 0.6, h: 150 * u, largest: 190 * u, lines: 1, colour: g.signal})
		x := n.x1 + 26*u
		g.head(g.p.Unit, area{x: x, y: n.y0, w: m + w - x, h: n.y1 - n.y0, largest: 54 * u, lines: 3, valign: 1})
		g.body(g.p.Words, area{x: m, y: n.y1 + 40*u, w: w, h: floor - n.y1 - 70*u, largest: g.read})
		return
	}
	place := g.head(g.p.Place, area{x: m, y: m, w: g.w - 2*m, h: 190 * u, largest: 120 * u, lines: 2})
	bottom := floor - 46*u
	if g.p.Shape == Square {
		w := g.w*0.36 - m
		n := g.head(g.p.Number, area{x: m, y: place.y1 + 90*u, w: w, h: 190 * u, largest: 230 * u, lines: 1, colour: g.signal})
		g.stack(g.p.Unit, g.p.Words, area{x: m, y: n.y1 + 30*u, w: w, h: bottom - n.y1 - 30*u, largest: 58 * u}, g.read)
		g.country(box{m + w + 40*u, place.y1 + 60*u, g.w - m, bottom})
		return
	}
	var words box
	g.last = g.sheet.Aside(func() {
		words = g.body(g.p.Words, area{x: m, y: bottom - 110*u, w: g.w - 2*m, h: 110 * u, largest: 36 * u, lines: 3, valign: 1})
	})
	y := words.y0
	if g.p.Words != "" {
		y -= 40 * u
	}
	n := g.head(g.p.Number, area{x: m, y: y - 160*u, w: g.w * 0.6, h: 160 * u, largest: 220 * u, lines: 1, valign: 1, colour: g.signal})
	g.head(g.p.Unit, area{x: n.x1 + 28*u, y: n.y0, w: g.w - m - n.x1 - 28*u, h: n.y1 - n.y0, largest: 66 * u, lines: 2, valign: 1})
	g.country(box{m, place.y1 + 44*u, g.w - m, n.y0 - 44*u})
}

// country draws the map as large as fits, in the middle. Maps are not mirrored. A
// small state, of which we have no drawing, is a dot within a ring.
func (g *page) country(in box) {
	shape, _ := geo.CountryOutline(g.p.Country)
	w, h := in.x1-in.x0, in.y1-in.y0
	if w <= 0 || h <= 0 {
		return
	}
	// Without a number and a region there is nothing that red would stand for.
	colour, quiet := g.signal, g.p.Number == "" && len(g.p.Regions) == 0
	if quiet {
		colour = g.soft
	}
	parts := make([]region, 0, len(shape.Parts))
	x0, y0, x1, y1 := 1e9, 1e9, -1e9, -1e9
	for _, part := range shape.Parts {
		p := outline(part.Path)
		if p.Empty() {
			continue
		}
		a, b, c, d := p.Bounds()
		x0, y0, x1, y1 = min(x0, a), min(y0, b), max(x1, c), max(y1, d)
		marked := len(g.p.Regions) == 0 || slices.Contains(g.p.Regions, part.Code) ||
			slices.ContainsFunc(part.Covers, func(c string) bool { return slices.Contains(g.p.Regions, c) })
		parts = append(parts, region{p, marked, (c - a) * (d - b)})
	}
	// A map on which nothing is marked would say that nothing happened.
	if !slices.ContainsFunc(parts, func(r region) bool { return r.marked }) {
		x, y, r := (in.x0+in.x1)/2, (in.y0+in.y1)/2, min(w, h)*0.3
		g.fill(sheet.Ring(x, y, r*0.86, r), colour)
		g.fill(sheet.Circle(x, y, r*0.52), colour)
		return
	}
	// What lies within another part is drawn over it.
	slices.SortStableFunc(parts, func(a, b region) int { return cmp.Compare(b.size, a.size) })
	k := min(w/(x1-x0), h/(y1-y0))
	cx, cy := (in.x0+in.x1)/2, (in.y0+in.y1)/2
	move := sheet.Matrix{A: 1, D: 1, E: -(x0 + x1) / 2, F: -(y0 + y1) / 2}
	for _, r := range parts {
		c := g.ink.Mix(g.ground, 0.80)
		if r.marked && !quiet {
			c = colour
		}
		p := r.path.Moved(move)
		g.stamp(p, cx, cy, k, c)
		g.stamp(p.Outline(1.7*g.u/k), cx, cy, k, g.ground)
	}
}

// region is a part of a country as it is drawn.
type region struct {
	path   sheet.Path
	marked bool
	size   float64
}

// outline reads the path data of package geo: M with a place, l with steps, z.
func outline(data string) sheet.Path {
	var p sheet.Path
	var x, y float64
	for len(data) > 0 {
		op := data[0]
		end := strings.IndexAny(data[1:], "Mlz") + 1
		if end == 0 {
			end = len(data)
		}
		n := numbers(data[1:end])
		data = data[end:]
		switch op {
		case 'z':
			p.Close()
		case 'M':
			for i := 0; i+1 < len(n); i += 2 {
				x, y = n[i], n[i+1]
				p.MoveTo(x, y)
			}
		case 'l':
			for i := 0; i+1 < len(n); i += 2 {
				x, y = x+n[i], y+n[i+1]
				p.LineTo(x, y)
			}
		}
	}
	return p
}

func numbers(s string) (out []float64) {
	for _, f := range strings.Fields(strings.ReplaceAll(s, "-", " -")) {
		n, err := strconv.ParseFloat(f, 64)
		if err != nil {
			return out
		}
		out = append(out, n)
	}
	return out
}
