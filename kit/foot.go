package kit

import (
	"keepiton/kit/letters"
	"keepiton/kit/sheet"
)

// hashtag is the campaign's name, the same in every language.
const hashtag = "#KeepItOn"

// toggle draws a switch that is on, of a height, from x on, and returns its
// width. It is the campaign's mark: what the name says.
func (g *page) toggle(x, y, height float64, body, knob sheet.Colour) float64 {
	width := height * 1.75
	g.fill(sheet.Rounded(x, y, width, height, height/2), body)
	g.fill(sheet.Circle(x+width-height/2, y+height/2, height*0.36), knob)
	return width
}

// markWidth is how wide the mark is at a height.
func (g *page) markWidth(height float64) float64 {
	b, err := g.fit(hashtag, area{w: height * 9, h: height * 1.4, largest: height * 1.26, least: height / 2, lines: 1, weight: letters.Head})
	if err != nil && g.err == nil {
		g.err = err
	}
	return height*(1.75+0.36) + b.Width()
}

// mark draws the switch and the campaign's name on a baseline box of a height,
// and returns its width.
func (g *page) mark(x, y, height float64, body, knob sheet.Colour) float64 {
	w := g.toggle(x, y, height, body, knob)
	gap := height * 0.36
	at := g.text(hashtag, area{x: x + w + gap, y: y - height*0.2, w: height * 9, h: height * 1.4, largest: height * 1.26, least: height / 2, lines: 1, valign: 0.5, weight: letters.Head, colour: body, role: sheet.Paragraph})
	return at.x1 - x
}

// footer draws who speaks, the campaign's mark and the small print along the
// bottom, and returns the y above which the page is free. It is read last.
func (g *page) footer() (top float64) {
	g.foot = g.sheet.Aside(func() { top = g.drawFooter() })
	return top
}

func (g *page) drawFooter() float64 {
	u, m := g.u, g.m
	bottom, size := g.h-m, 17*u
	if g.wide() {
		bottom, size = g.h-m*0.8, 20*u
	}
	var at box
	small := g.sheet.Aside(func() {
		at = g.body(g.p.Small, area{x: m, y: bottom - 60*u, w: g.w - 2*m, h: 60 * u, largest: size, least: 11 * u, lines: 3, valign: 1, colour: g.soft})
	})
	if g.p.Small != "" {
		bottom = at.y0 - 20*u
	}
	row := 40 * u
	top := bottom - row*1.5 - 18*u
	g.fill(sheet.Rect(m, top, g.w-2*m, 3*u), g.ink)
	g.mark(m, bottom-row, row, g.ink, g.ground)
	logo := g.logo(g.w-m, bottom-row*1.5, 240*u, row*1.5)
	speaker := joined(g.p.Org, ltr(g.p.Link))
	g.body(speaker, area{x: m + 380*u, y: bottom - row*1.4, w: g.w - 2*m - 380*u - logo, h: row * 1.4, largest: 22 * u, least: 12 * u, lines: 3, align: 1, valign: 1, leading: 1.3})
	g.sheet.Put(small)
	return top
}

// ltr keeps an address together where the page reads from right to left.
func ltr(address string) string {
	if address == "" {
		return ""
	}
	return "\u2066" + address + "\u2069"
}

// logo places the organization's logo with its right edge in reading direction
// at x1 within a height, and returns the room that it takes with a gap.
func (g *page) logo(x1, y, most, height float64) float64 {
	if g.p.Logo == nil {
		return 0
	}
	b := g.p.Logo.Bounds()
	k := min(most/float64(b.Dx()), height/float64(b.Dy()))
	w, h := float64(b.Dx())*k, float64(b.Dy())*k
	x := x1 - w
	if g.rtl {
		x = g.w - x1
	}
	g.sheet.Place(g.p.Logo, x, y+(height-h)/2, w, h, g.p.Org)
	return w + 20*g.u
}
