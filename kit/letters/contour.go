package letters

// Segment is one step of an outline, in units of the face, y upwards. Op is 'M'
// or 'L' with one point, or 'Q' with two.
type Segment struct {
	Op     byte
	Points [2][2]float32
}

// deepest nesting of composite glyphs; ours have two levels.
const mostNested = 6

// Outline returns the contours of a glyph, to be filled by the nonzero rule.
// Each contour is closed by the next 'M' or the end.
func Outline(f Face, glyph uint32) []Segment {
	return f.font().segments(uint16(glyph), [6]float32{1, 0, 0, 1, 0, 0}, 0)
}

// segments returns the contours under an affine map (glyf table): x' = m0 x + m2 y
// + m4, y' = m1 x + m3 y + m5.
func (f *font) segments(glyph uint16, m [6]float32, depth int) []Segment {
	g := f.outline(glyph)
	switch {
	case len(g) < 10 || depth > mostNested:
		return nil
	case g.i16(0) < 0:
		return f.composite(g, m, depth)
	}
	return contours(g, m)
}

// composite puts a glyph together from others ("Composite glyph description").
// Parts are placed by offsets; none of our fonts matches points.
func (f *font) composite(g table, m [6]float32, depth int) (out []Segment) {
	const words, offsets, scale, more, both, twoByTwo = 0x1, 0x2, 0x8, 0x20, 0x40, 0x80
	f2dot14 := func(at int) float32 { return float32(g.i16(at)) / (1 << 14) }
	for at := 10; at+4 <= len(g); {
		flags, part := g.u16(at), uint16(g.u16(at+2))
		at += 4
		p := [6]float32{1, 0, 0, 1, 0, 0}
		if flags&words != 0 {
			p[4], p[5] = float32(g.i16(at)), float32(g.i16(at+2))
			at += 4
		} else {
			p[4], p[5] = float32(int8(g.u16(at)>>8)), float32(int8(g.u16(at)))
			at += 2
		}
		if flags&offsets == 0 {
			p[4], p[5] = 0, 0
		}
		switch {
		case flags&scale != 0:
			p[0], p[3] = f2dot14(at), f2dot14(at)
			at += 2
		case flags&both != 0:
			p[0], p[3] = f2dot14(at), f2dot14(at+2)
			at += 4
		case flags&twoByTwo != 0:
			p[0], p[1], p[2], p[3] = f2dot14(at), f2dot14(at+2), f2dot14(at+4), f2dot14(at+6)
			at += 8
		}
		out = append(out, f.segments(part, [6]float32{
			m[0]*p[0] + m[2]*p[1], m[1]*p[0] + m[3]*p[1],
			m[0]*p[2] + m[2]*p[3], m[1]*p[2] + m[3]*p[3],
			m[0]*p[4] + m[2]*p[5] + m[4], m[1]*p[4] + m[3]*p[5] + m[5],
		}, depth+1)...)
		if flags&more == 0 {
			break
		}
	}
	return out
}

// contours reads a simple glyph ("Simple glyph description").
func contours(g table, m [6]float32) (out []Segment) {
	const on, shortX, shortY, repeat, sameX, sameY = 0x1, 0x2, 0x4, 0x8, 0x10, 0x20
	n := g.i16(0)
	points := g.u16(10+2*(n-1)) + 1
	at := 10 + 2*n
	at += 2 + g.u16(at) // instructions
	flags := make([]byte, 0, points)
	for len(flags) < points && at < len(g) {
		flag := g[at]
		at++
		flags = append(flags, flag)
		if flag&repeat != 0 && at < len(g) {
			for k := g[at]; k > 0 && len(flags) < points; k-- {
				flags = append(flags, flag)
			}
			at++
		}
	}
	if len(flags) < points {
		return nil
	}
	axis := func(short, same byte) []int {
		values := make([]int, points)
		v := 0
		for i, flag := range flags {
			switch {
			case flag&short != 0:
				d := g.u16(at) >> 8
				if at == len(g)-1 {
					d = int(g[at])
				}
				if at++; flag&same == 0 {
					d = -d
				}
				v += d
			case flag&same == 0:
				v += g.i16(at)
				at += 2
			}
			values[i] = v
		}
		return values
	}
	xs, ys := axis(shortX, sameX), axis(shortY, sameY)
	place := func(x, y float32) [2]float32 { return [2]float32{m[0]*x + m[2]*y + m[4], m[1]*x + m[3]*y + m[5]} }
	start := 0
	for c := range n {
		end := g.u16(10 + 2*c)
		if end >= points || end < start {
			return out
		}
		out = append(out, contour(flags[start:end+1], xs[start:end+1], ys[start:end+1], place)...)
		start = end + 1
	}
	return out
}

// contour turns points into steps. Between two points off the line lies one on
// it, in the middle.
func contour(flags []byte, xs, ys []int, place func(x, y float32) [2]float32) (out []Segment) {
	n := len(flags)
	on := func(i int) bool { return flags[i%n]&1 != 0 }
	at := func(i int) (x, y float32) { return float32(xs[i%n]), float32(ys[i%n]) }
	middle := func(i, j int) [2]float32 {
		ax, ay := at(i)
		bx, by := at(j)
		return place((ax+bx)/2, (ay+by)/2)
	}
	first := 0
	for first < n && !on(first) {
		first++
	}
	var start [2]float32
	if first == n { // none on the line
		first = 0
		start = middle(n-1, 0)
	} else {
		start = place(at(first))
		first++
	}
	out = append(out, Segment{Op: 'M', Points: [2][2]float32{start}})
	last := first + n
	if on(first + n - 1) {
		last-- // the point where the contour began
	}
	for i := first; i < last; i++ {
		if on(i) {
			out = append(out, Segment{Op: 'L', Points: [2][2]float32{place(at(i))}})
			continue
		}
		to := start
		switch {
		case i+1 >= last:
		case on(i + 1):
			to = place(at(i + 1))
		default:
			to = middle(i, i+1)
		}
		out = append(out, Segment{Op: 'Q', Points: [2][2]float32{place(at(i)), to}})
		if i+1 < last && on(i+1) {
			i++
		}
	}
	return out
}
