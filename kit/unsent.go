package kit

import (
	"strings"

	"keepiton/kit/letters"
	"keepiton/kit/sheet"
)

// drawUnsent is the messages that did not arrive: each line of the title is one,
// on the side where one's own messages stand, with the mark of failure beside it.
func drawUnsent(g *page) {
	m, u := g.m, g.u
	floor := g.footer()
	size, most, room := 112*u, g.w-2*m-90*u, floor-m-300*u
	if g.wide() {
		size, most, room = 84*u, g.w*0.60-m, floor-m-100*u
	}
	var said []message
	for ; ; size *= 0.94 {
		var high float64
		said, high = g.messages(size, most)
		if g.err != nil {
			return
		}
		if high <= room || size < 30*u {
			break
		}
	}
	y := m
	for _, s := range said {
		x := g.w - m - s.w
		g.bubble(x, y, s.w, s.h, min(size*0.5, s.h/2), g.ink)
		g.put(s.block, area{x: x + s.pad, y: y, w: s.w, h: s.h, valign: 0.5, role: sheet.Heading, colour: g.ground})
		r := size * 0.30
		g.failed(x-r-20*u, y+s.h/2, r)
		y += s.h + size*0.28
	}
	at := g.body(g.p.Unit, area{x: m, y: y + 2*u, w: g.w - 2*m, h: 60 * u, largest: 32 * u, lines: 1, align: 1, colour: g.signal})
	if g.wide() {
		g.body(g.p.Words, area{x: m, y: m, w: g.w*0.29 - m*0.5, h: floor - m - 40*u, largest: 34 * u})
		return
	}
	g.body(g.p.Words, area{x: m, y: at.y1 + 30*u, w: min(g.w-2*m, 780*u), h: floor - at.y1 - 72*u, largest: 40 * u, valign: 1})
}

// message is one line of the title in its bubble.
type message struct {
	block     letters.Block
	w, h, pad float64
}

// messages sets each line of the title in letters of a size and returns how high
// they are together.
func (g *page) messages(size, most float64) (out []message, high float64) {
	pad := size * 0.42
	for line := range strings.Lines(g.p.Title) {
		if line = strings.TrimSpace(line); line == "" {
			continue
		}
		b, err := g.fit(line, area{w: most - 2*pad, h: size * 4, largest: size, least: size * 0.3, lines: 4, weight: letters.Head})
		if err != nil {
			g.err = err
			return nil, 0
		}
		// A bubble is as high as its lines are, whichever letters stand on them, but
		// for those that reach far.
		h := max(b.Size*(0.76+float64(len(b.Lines)-1)*b.Leading)+1.7*pad, b.Height()+1.15*pad)
		out = append(out, message{b, b.Width() + 2*pad, h, pad})
		high += h + size*0.28
	}
	return out, high
}

// bubble draws a message of one's own: round corners, but for the one that
// points at the hand that wrote it.
func (g *page) bubble(x, y, w, h, r float64, c sheet.Colour) {
	p := sheet.Rounded(x, y, w, h, r)
	p.Add(sheet.Rounded(x+w-r, y+h-r, r, r, r*0.18))
	g.fill(p, c)
}

// failed draws a disc with an exclamation mark.
func (g *page) failed(x, y, r float64) {
	g.fill(sheet.Circle(x, y, r), g.signal)
	g.fill(sheet.Rounded(x-r*0.13, y-r*0.58, r*0.26, r*0.72, r*0.12), g.ground)
	g.fill(sheet.Circle(x, y+r*0.46, r*0.17), g.ground)
}
