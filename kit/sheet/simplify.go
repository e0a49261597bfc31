package sheet

import "math"

// simpler returns the path with two quadratic curves as one where that moves the
// line by less than a distance: letters are drawn for all sizes, and a small
// picture does not need all their points.
func (p *Path) simpler(distance float64) Path {
	var out Path
	var start Point // of the curve that was written last
	var pen Point
	p.each(func(op byte, at []Point) {
		if op == 'Q' && len(out.ops) > 0 && out.ops[len(out.ops)-1] == 'Q' {
			bend := out.points[len(out.points)-2]
			if c, ok := joined(start, bend, pen, at[0], at[1], distance); ok {
				out.points[len(out.points)-2], out.points[len(out.points)-1] = c, at[1]
				pen = at[1]
				return
			}
		}
		start = pen
		out.add(op, at...)
		if len(at) > 0 {
			pen = at[len(at)-1]
		}
	})
	return out
}

// joined returns the bend of the curve from a to e that takes the place of those
// from a over b to c and from c over d to e.
func joined(a, b, c, d, e Point, distance float64) (Point, bool) {
	u, v := Point{b.X - a.X, b.Y - a.Y}, Point{e.X - d.X, e.Y - d.Y}
	w := Point{c.X - b.X, c.Y - b.Y} // into the middle point, and out of it
	z := Point{d.X - c.X, d.Y - c.Y}
	cross := func(p, q Point) float64 { return p.X*q.Y - p.Y*q.X }
	if turn := cross(w, z); math.Abs(turn) > 0.08*math.Hypot(w.X, w.Y)*math.Hypot(z.X, z.Y) {
		return Point{}, false // a corner
	}
	den := cross(u, v)
	if math.Abs(den) < 0.2*math.Hypot(u.X, u.Y)*math.Hypot(v.X, v.Y) {
		return Point{}, false // hardly bent, or bent back
	}
	s := cross(Point{e.X - a.X, e.Y - a.Y}, v) / den
	t := cross(u, Point{e.X - a.X, e.Y - a.Y}) / den
	if s <= 0 || t <= 0 {
		return Point{}, false
	}
	bend := Point{a.X + u.X*s, a.Y + u.Y*s}
	quad := func(p, q, r Point, t float64) Point {
		k := 1 - t
		return Point{k*k*p.X + 2*k*t*q.X + t*t*r.X, k*k*p.Y + 2*k*t*q.Y + t*t*r.Y}
	}
	// Every point of the two is near the one.
	for _, m := range []Point{quad(a, b, c, 0.5), c, quad(c, d, e, 0.5)} {
		nearest := math.Inf(1)
		for i := range 17 {
			q := quad(a, bend, e, float64(i)/16)
			nearest = min(nearest, math.Hypot(q.X-m.X, q.Y-m.Y))
		}
		if nearest > distance {
			return Point{}, false
		}
	}
	return bend, true
}
