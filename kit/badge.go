package kit

import (
	"keepiton/kit/letters"
	"keepiton/kit/sheet"
)

// drawBadge says who belongs to the coalition or supports it, as a label for a
// page or a round seal.
func drawBadge(g *page) {
	if g.p.Shape == Label {
		g.label()
		h := g.h * 0.36
		w := g.toggle(g.h*0.26, (g.h-h)/2, h, g.ink, g.ground)
		x := g.h*0.26 + w + g.h*0.20
		g.text(g.p.Title, area{x: x, y: g.h * 0.16, w: g.w - x - g.h*0.22, h: g.h * 0.68, largest: g.h * 0.30, least: g.h * 0.12, lines: 2, valign: 0.5, weight: letters.Head, role: sheet.Heading, colour: g.ink})
		return
	}
	x, y, r := g.disc()
	h := r * 0.30
	w := h * 1.75
	g.toggle(x-w/2, y-r*0.60, h, g.ink, g.ground)
	at := g.head(g.p.Title, area{x: x - r*0.66, y: y - r*0.20, w: r * 1.32, h: r * 0.62, largest: r * 0.26, least: r * 0.08, align: 0.5, valign: 0.3})
	g.body(g.p.Org, area{x: x - r*0.5, y: max(at.y1, y+r*0.36) + r*0.06, w: r, h: r * 0.24, largest: r * 0.085, least: r * 0.04, lines: 2, align: 0.5, colour: g.signal})
}

// label draws the ground of a label with its edge.
func (g *page) label() {
	g.sheet.Ground = nil
	r, e := g.h*0.12, g.h*0.02
	g.fill(sheet.Rounded(0, 0, g.w, g.h, r), g.ink)
	g.fill(sheet.Rounded(e, e, g.w-2*e, g.h-2*e, r-e), g.ground)
}

// drawDark is a label with how many days somewhere has been dark.
func drawDark(g *page) {
	g.label()
	h := g.h
	width := h * 1.42
	e := h * 0.02
	left := sheet.Rounded(e, e, width, h-2*e, h*0.10)
	left.Add(sheet.Rect(width/2, e, width/2+e, h-2*e))
	g.fill(left, g.signal)
	g.text(g.p.Number, area{x: e + h*0.12, y: h * 0.18, w: width - h*0.24, h: h * 0.64, largest: h * 0.80, least: h * 0.2, lines: 1, align: 0.5, valign: 0.5, weight: letters.Head, role: sheet.Heading, colour: g.onSignal()})
	x := width + h*0.20
	g.text(joined(g.p.Unit, g.p.Place), area{x: x, y: h * 0.14, w: g.w - x - h*0.16, h: h * 0.52, largest: h * 0.235, least: h * 0.10, lines: 2, valign: 0.5, weight: letters.Head, role: sheet.Heading, colour: g.ink})
	g.labelFoot(x)
}

// labelFoot sets the small print along the bottom of a label, or its address where
// there is none.
func (g *page) labelFoot(x float64) {
	h, words := g.h, g.p.Small
	if words == "" {
		words = ltr(g.p.Link)
	}
	g.text(words, area{x: x, y: h * 0.69, w: g.w - x - h*0.16, h: h * 0.21, largest: h * 0.115, least: h * 0.06, lines: 2, valign: 0.5, role: sheet.Paragraph, colour: g.soft})
}

// drawPromise is a label that says what became of a pledge: the campaign's switch,
// on where it was kept and off where it was broken.
func drawPromise(g *page) {
	g.label()
	h := g.h
	x, y, size := h*0.26, h*0.30, h*0.40
	width := size * 1.75
	if g.p.Template == "broken" {
		g.fill(sheet.Rounded(x, y, width, size, size/2), g.signal)
		g.fill(sheet.Circle(x+size/2, y+size/2, size*0.36), g.ground)
	} else {
		g.toggle(x, y, size, g.ink, g.ground)
	}
	x += width + h*0.24
	w := g.w - x - h*0.16
	at := g.text(g.p.Title, area{x: x, y: h * 0.12, w: w, h: h * 0.30, largest: h * 0.25, least: h * 0.10, lines: 1, weight: letters.Head, role: sheet.Heading, colour: g.ink})
	g.text(g.p.Place, area{x: x, y: at.y1 + h*0.05, w: w, h: h*0.66 - at.y1, largest: h * 0.155, least: h * 0.06, lines: 2, role: sheet.Paragraph, colour: g.ink})
	g.labelFoot(x)
}
