package sheet

import "math"

// kappa puts the control points of a cubic that draws a quarter of a circle.
const kappa = 0.5522847498

// Rect returns a rectangle.
func Rect(x, y, w, h float64) Path {
	var p Path
	p.MoveTo(x, y)
	p.LineTo(x+w, y)
	p.LineTo(x+w, y+h)
	p.LineTo(x, y+h)
	p.Close()
	return p
}

// Rounded returns a rectangle whose corners have the radius r.
func Rounded(x, y, w, h, r float64) Path {
	r = min(r, w/2, h/2)
	k := r * (1 - kappa)
	var p Path
	p.MoveTo(x+r, y)
	p.LineTo(x+w-r, y)
	p.CubeTo(x+w-k, y, x+w, y+k, x+w, y+r)
	p.LineTo(x+w, y+h-r)
	p.CubeTo(x+w, y+h-k, x+w-k, y+h, x+w-r, y+h)
	p.LineTo(x+r, y+h)
	p.CubeTo(x+k, y+h, x, y+h-k, x, y+h-r)
	p.LineTo(x, y+r)
	p.CubeTo(x, y+k, x+k, y, x+r, y)
	p.Close()
	return p
}

// Circle returns a disc.
func Circle(x, y, r float64) Path { return Rounded(x-r, y-r, 2*r, 2*r, r) }

// Reversed returns the path with its contours running the other way round, to
// be a hole in another.
func (p Path) Reversed() Path {
	var out Path
	var contour []struct {
		op byte
		at []Point
	}
	flush := func() {
		if len(contour) == 0 {
			return
		}
		end := contour[len(contour)-1].at
		last := end[len(end)-1]
		out.MoveTo(last.X, last.Y)
		for i := len(contour) - 1; i > 0; i-- {
			at, before := contour[i].at, contour[i-1].at
			to := before[len(before)-1]
			switch contour[i].op {
			case 'L':
				out.LineTo(to.X, to.Y)
			case 'Q':
				out.QuadTo(at[0].X, at[0].Y, to.X, to.Y)
			case 'C':
				out.CubeTo(at[1].X, at[1].Y, at[0].X, at[0].Y, to.X, to.Y)
			}
		}
		out.Close()
		contour = contour[:0]
	}
	p.each(func(op byte, at []Point) {
		switch op {
		case 'Z':
			flush()
		case 'M':
			flush()
			fallthrough
		default:
			contour = append(contour, struct {
				op byte
				at []Point
			}{op, at})
		}
	})
	flush()
	return out
}

// Ring returns the area between two circles.
func Ring(x, y, inner, outer float64) Path {
	p := Circle(x, y, outer)
	p.Add(Circle(x, y, inner).Reversed())
	return p
}

// Arc returns a band of a ring with round ends, from one angle to another in
// turns: 0 is to the right, a quarter is down.
func Arc(x, y, radius, width, from, to float64) Path {
	n := max(2, int(math.Ceil(math.Abs(to-from)*48)))
	at := make([]Point, n+1)
	for i := range at {
		a := 2 * math.Pi * (from + (to-from)*float64(i)/float64(n))
		at[i] = Point{x + radius*math.Cos(a), y + radius*math.Sin(a)}
	}
	return Stroke(at, width, true)
}

// Stroke returns a line of a width through the points, its corners round, its
// ends round or cut straight. It is one contour that goes there on one side and
// back on the other, so it suits lines that bend less than their width.
func Stroke(at []Point, width float64, round bool) Path {
	var p Path
	if len(at) < 2 {
		if len(at) == 1 && round {
			return Circle(at[0].X, at[0].Y, width/2)
		}
		return p
	}
	h := width / 2
	normals := make([]Point, len(at))
	for i := range at {
		a, b := at[max(i-1, 0)], at[min(i+1, len(at)-1)]
		dx, dy := b.X-a.X, b.Y-a.Y
		if l := math.Hypot(dx, dy); l > 0 {
			normals[i] = Point{-dy / l, dx / l}
		}
	}
	last := len(at) - 1
	for i, q := range at {
		n := normals[i]
		if i == 0 {
			p.MoveTo(q.X-n.X*h, q.Y-n.Y*h)
		} else {
			p.LineTo(q.X-n.X*h, q.Y-n.Y*h)
		}
	}
	cap := func(q, n Point, dir float64) { // half a circle from -n to +n
		t := Point{n.Y * dir, -n.X * dir}
		k := kappa * h
		p.CubeTo(q.X-n.X*h*dir+t.X*k, q.Y-n.Y*h*dir+t.Y*k, q.X+t.X*h-n.X*k*dir, q.Y+t.Y*h-n.Y*k*dir, q.X+t.X*h, q.Y+t.Y*h)
		p.CubeTo(q.X+t.X*h+n.X*k*dir, q.Y+t.Y*h+n.Y*k*dir, q.X+n.X*h*dir+t.X*k, q.Y+n.Y*h*dir+t.Y*k, q.X+n.X*h*dir, q.Y+n.Y*h*dir)
	}
	if round {
		cap(at[last], normals[last], 1)
	}
	for i := last; i >= 0; i-- {
		p.LineTo(at[i].X+normals[i].X*h, at[i].Y+normals[i].Y*h)
	}
	if round {
		cap(at[0], normals[0], -1)
	}
	p.Close()
	return p
}

// Outline returns the lines between the points of the contours as an area of a
// width. Curves are taken for the straight lines between their ends.
func (p *Path) Outline(width float64) Path {
	var out Path
	var at []Point
	flush := func(closed bool) {
		if closed && len(at) > 2 {
			at = append(at, at[0])
		}
		for i := 1; i < len(at); i++ {
			out.Add(Stroke(at[i-1:i+1], width, false))
		}
		at = nil
	}
	p.each(func(op byte, q []Point) {
		switch op {
		case 'Z':
			flush(true)
		case 'M':
			flush(false)
			fallthrough
		default:
			at = append(at, q[len(q)-1])
		}
	})
	flush(false)
	return out
}
