package sheet

import "math"

// Point is a place on the sheet.
type Point struct{ X, Y float64 }

// Path is an area within contours, filled by the nonzero rule: a hole runs the
// other way round than what it lies in.
type Path struct {
	ops    []byte // 'M' one point, 'L' one, 'Q' two, 'C' three, 'Z' none
	points []Point
}

// Empty reports whether nothing is in the path.
func (p *Path) Empty() bool { return len(p.ops) == 0 }

// MoveTo begins a contour.
func (p *Path) MoveTo(x, y float64) { p.add('M', Point{x, y}) }

// LineTo goes straight to a point.
func (p *Path) LineTo(x, y float64) { p.add('L', Point{x, y}) }

// QuadTo goes to (x, y) in a quadratic curve.
func (p *Path) QuadTo(cx, cy, x, y float64) { p.add('Q', Point{cx, cy}, Point{x, y}) }

// CubeTo goes to (x, y) in a cubic curve.
func (p *Path) CubeTo(ax, ay, bx, by, x, y float64) {
	p.add('C', Point{ax, ay}, Point{bx, by}, Point{x, y})
}

// Close ends a contour.
func (p *Path) Close() { p.add('Z') }

func (p *Path) add(op byte, at ...Point) {
	p.ops = append(p.ops, op)
	p.points = append(p.points, at...)
}

// Add appends the contours of another path.
func (p *Path) Add(q Path) {
	p.ops = append(p.ops, q.ops...)
	p.points = append(p.points, q.points...)
}

// each calls f for each step with its points.
func (p *Path) each(f func(op byte, at []Point)) {
	i := 0
	for _, op := range p.ops {
		n := count(op)
		f(op, p.points[i:i+n])
		i += n
	}
}

func count(op byte) int {
	switch op {
	case 'M', 'L':
		return 1
	case 'Q':
		return 2
	case 'C':
		return 3
	}
	return 0
}

// Bounds returns a box that holds all points of the path, those that only bend
// its curves included.
func (p *Path) Bounds() (x0, y0, x1, y1 float64) {
	x0, y0, x1, y1 = math.Inf(1), math.Inf(1), math.Inf(-1), math.Inf(-1)
	for _, at := range p.points {
		x0, y0, x1, y1 = min(x0, at.X), min(y0, at.Y), max(x1, at.X), max(y1, at.Y)
	}
	return x0, y0, x1, y1
}

// Matrix is an affine map: x' = A x + C y + E, y' = B x + D y + F.
type Matrix struct{ A, B, C, D, E, F float64 }

// Apply returns the image of a point.
func (m Matrix) Apply(p Point) Point {
	return Point{m.A*p.X + m.C*p.Y + m.E, m.B*p.X + m.D*p.Y + m.F}
}

// Moved returns the path under a map. A map that mirrors turns contours round,
// all of them alike, so that holes stay holes.
func (p Path) Moved(m Matrix) Path {
	out := Path{ops: p.ops, points: make([]Point, len(p.points))}
	for i, at := range p.points {
		out.points[i] = m.Apply(at)
	}
	return out
}
