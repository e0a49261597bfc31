package kit

import (
	"keepiton/kit/letters"
	"keepiton/kit/sheet"
)

// disc draws the round ground of a sticker, which is cut out along its edge, and
// returns its middle and radius.
func (g *page) disc() (x, y, r float64) {
	g.sheet.Ground = nil
	x, y, r = g.w/2, g.h/2, g.w*0.49
	g.fill(sheet.Circle(x, y, r), g.ground)
	g.fill(sheet.Ring(x, y, r*0.925, r*0.955), g.ink)
	return x, y, r
}

// drawSwitch is a sticker with the campaign's mark: a switch that is on.
func drawSwitch(g *page) {
	x, y, r := g.disc()
	h := r * 0.46
	w := h * 1.75
	g.toggle(x-w/2, y-h/2, h, g.ink, g.ground)
	g.head(g.p.Title, area{x: x - r*0.56, y: y - h/2 - r*0.50, w: r * 1.16, h: r * 0.40, largest: r * 0.33, least: r * 0.08, lines: 2, align: 0.5, valign: 0.8})
	g.kicker(hashtag, area{x: x - r*0.6, y: y + h/2 + r*0.14, w: r * 1.2, h: r * 0.26, largest: r * 0.235, lines: 1, align: 0.5, colour: g.signal})
	if g.p.Org != "" {
		g.body(g.p.Org, area{x: x - r*0.42, y: y + h/2 + r*0.42, w: r * 0.84, h: r * 0.16, largest: r * 0.06, least: r * 0.036, lines: 2, align: 0.5, valign: 0.2})
	}
}

// drawCandle is a sticker with a candle whose light goes out like a signal.
func drawCandle(g *page) {
	x, y, r := g.disc()
	foot := y + r*0.27
	high := r * 0.80
	fy := foot - high*0.78 // middle of the flame
	for i := range 3 {
		radius := r * (0.235 + 0.115*float64(i))
		g.fill(sheet.Arc(x, fy, radius, r*0.046, 0.75-0.135, 0.75+0.135), g.ink)
	}
	g.candle(x, foot, high, g.ink, g.signal)
	g.head(g.p.Title, area{x: x - r*0.62, y: foot + r*0.07, w: r * 1.24, h: r * 0.29, largest: r * 0.24, least: r * 0.07, align: 0.5, valign: 0.3})
	g.kicker(hashtag, area{x: x - r*0.4, y: y + r*0.68, w: r * 0.8, h: r * 0.14, largest: r * 0.12, lines: 1, align: 0.5, colour: g.signal})
}

// drawBubble is a sticker in the shape of a message that did not arrive.
func drawBubble(g *page) {
	g.sheet.Ground = nil
	m, u := 40*g.u, g.u
	b := box{m, g.h * 0.16, g.w - m, g.h * 0.76}
	edge := 16 * u
	tail := func(d float64, c sheet.Colour) {
		var p sheet.Path
		p.MoveTo(g.w*0.64+d, b.y1-60*u)
		p.LineTo(g.w*0.84-d, b.y1-60*u)
		p.LineTo(g.w*0.84-d, b.y1+150*u-d*2.4)
		p.Close()
		g.fill(p, c)
	}
	g.fill(sheet.Rounded(b.x0, b.y0, b.x1-b.x0, b.y1-b.y0, 120*u), g.ink)
	tail(0, g.ink)
	g.fill(sheet.Rounded(b.x0+edge, b.y0+edge, b.x1-b.x0-2*edge, b.y1-b.y0-2*edge, 120*u-edge), g.ground)
	tail(edge, g.ground)
	pad := 84 * u
	g.head(g.p.Title, area{x: b.x0 + pad, y: b.y0 + pad, w: b.x1 - b.x0 - 2*pad, h: b.y1 - b.y0 - 2*pad - 110*u, largest: 230 * u, valign: 0.5})
	line := area{x: b.x0 + pad + 70*u, y: b.y1 - pad - 60*u, w: b.x1 - b.x0 - 2*pad - 70*u, h: 60 * u, largest: 42 * u, lines: 1, valign: 0.5, colour: g.signal}
	g.failed(b.x0+pad+25*u, b.y1-pad-30*u, 25*u)
	line.weight, line.role = letters.Head, sheet.Paragraph
	line.least = 20 * u
	g.text(g.p.Unit, line)
}
