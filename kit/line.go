package kit

import (
	"math"

	"keepiton/kit/letters"
	"keepiton/kit/sheet"
)

// drawLine is the line that stops: a signal runs in from the edge where reading
// starts, and ends in the middle of the page.
func drawLine(g *page) {
	m := g.m
	y := g.h * 0.56
	if g.p.Shape == Wide {
		y = g.h * 0.60
	}
	end, amp, wave := g.w*0.62, g.h*0.055, g.w*0.085
	var at []sheet.Point
	for x := -m; x <= end; x += 2 {
		fade := 1.0
		if rest := end - x; rest < wave*1.5 {
			fade = rest / (wave * 1.5)
		}
		at = append(at, sheet.Point{X: x, Y: y + amp*fade*math.Sin(2*math.Pi*(x-end)/wave)})
	}
	thick := min(g.w, g.h) * 0.014
	g.fill(sheet.Stroke(at, thick, false), g.ink)
	g.fill(sheet.Circle(end, y, thick*1.9), g.signal)
	g.text(g.p.Title, area{x: m, y: m, w: g.w - 2*m, h: y - amp - 2*m, largest: g.w * 0.16, least: g.w * 0.035, weight: letters.Head, role: sheet.Heading, colour: g.ink})
	foot := g.foot()
	g.text(g.p.Words, area{x: m, y: y + amp + m*0.8, w: (g.w - 2*m) * 0.8, h: foot - y - amp - 1.6*m, largest: g.w * 0.036, least: g.w * 0.018, colour: g.ink, role: sheet.Paragraph})
}

// foot draws the mark, who speaks and the small print at the bottom, and
// returns where it begins.
func (g *page) foot() float64 {
	m := g.m
	size := min(g.w, g.h) * 0.05
	top := g.h - m - size
	g.text("#KeepItOn", area{x: m, y: top, w: g.w * 0.5, h: size, largest: size, least: size / 2, weight: letters.Head, colour: g.ink, role: sheet.Paragraph, valign: 1})
	g.text(g.p.Small, area{x: g.w * 0.45, y: top, w: g.w*0.55 - m, h: size, largest: size * 0.36, least: size * 0.2, colour: g.soft, role: sheet.Paragraph, align: 1, valign: 1})
	return top
}
