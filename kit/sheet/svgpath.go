package sheet

import (
	"strconv"
	"strings"
)

// data writes a path as SVG path data in relative steps. A curve that goes on
// smoothly from the one before, as most of a letter's do, need not say its bend;
// one step of difference is not seen.
func (v *svg) data(p *Path) string {
	if v.small {
		p = ptr(p.simpler(0.8 / v.fine))
	}
	var b strings.Builder
	var x, y, startX, startY int // where the pen is, and where the contour began
	var bendX, bendY int         // of the curve before, from the pen; 0 for none
	var last byte
	emit := func(op byte, n ...int) {
		if op != last || op == 'm' || op == 'z' {
			b.WriteByte(op)
			last = op
		} else if n[0] >= 0 {
			b.WriteByte(' ')
		}
		for i, d := range n {
			if i > 0 && d >= 0 {
				b.WriteByte(' ')
			}
			b.WriteString(strconv.Itoa(d))
		}
	}
	p.each(func(op byte, at []Point) {
		var n []int
		for _, q := range at {
			n = append(n, v.n(q.X)-x, v.n(q.Y)-y)
		}
		switch op {
		case 'Z':
			emit('z')
			x, y = startX, startY
			return
		case 'L':
			switch {
			case n[0] == 0 && n[1] == 0:
				return
			case n[1] == 0:
				emit('h', n[0])
			case n[0] == 0:
				emit('v', n[1])
			default:
				emit('l', n...)
			}
		case 'Q':
			if n[2] == 0 && n[3] == 0 && n[0] == 0 && n[1] == 0 {
				return
			}
			ax, ay := n[0], n[1]
			if smooth := (last == 'q' || last == 't') && near(bendX, ax) && near(bendY, ay); smooth {
				ax, ay = bendX, bendY
				emit('t', n[2:]...)
			} else {
				emit('q', n...)
			}
			bendX, bendY = n[2]-ax, n[3]-ay
		default:
			emit(op|0x20, n...)
		}
		x, y = x+n[len(n)-2], y+n[len(n)-1]
		if op == 'M' {
			startX, startY = x, y
		}
	})
	return b.String()
}

func ptr(p Path) *Path { return &p }

func near(a, b int) bool { return a-b <= 1 && b-a <= 1 }
