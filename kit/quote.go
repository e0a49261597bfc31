package kit

import (
	"keepiton/kit/letters"
	"keepiton/kit/sheet"
)

// opening is the mark with which each language opens what somebody said. That of
// Arabic is turned round by its direction.
var opening = map[string]string{"en": "“", "pt": "“", "fr": "«", "es": "«", "ca": "«", "ar": "«", "am": "«"}

// drawQuote is what somebody said: a mark that is seen from afar, the words, and
// who said them.
func drawQuote(g *page) {
	m, u := g.m, g.u
	floor := g.footer()
	size := 330 * u
	if g.wide() {
		size = 240 * u
	}
	mark := opening[g.p.Lang]
	if mark == "" {
		mark = "“"
	}
	at := g.text(mark, area{x: m, y: m, w: size, h: size, largest: size, least: size / 2, weight: letters.Head, colour: g.signal, role: sheet.Artwork})
	y := at.y1 + 44*u
	if g.wide() {
		g.said(at.x1+50*u, m, g.w-at.x1-50*u-m, floor-m-50*u, 124*u)
		return
	}
	g.said(m, y, g.w-2*m, floor-y-50*u, 150*u)
}

// said sets the words of a quotation and who said them.
func (g *page) said(x, y, w, h, largest float64) {
	by := 0.0
	if g.p.Place != "" {
		by = 70 * g.u
	}
	at := g.head(g.p.Title, area{x: x, y: y, w: w, h: h - by, largest: largest, leading: letters.Style{Lang: g.p.Lang, Weight: letters.Head}.Leading() * 1.05})
	if g.p.Place != "" {
		y := at.y1 + max(34*g.u, largest*0.34)
		g.fill(sheet.Rect(x, y+12*g.u, 44*g.u, 4*g.u), g.signal)
		g.body(g.p.Place, area{x: x + 62*g.u, y: y - 6*g.u, w: w - 62*g.u, h: 44 * g.u, largest: 36 * g.u, lines: 1, valign: 0.5})
	}
}
