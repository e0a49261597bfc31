package kit

import (
	"strings"
	"unicode"

	"keepiton/kit/letters"
	"keepiton/kit/sheet"
)

// drawAvatar is a picture of an organization within a ring, with the campaign's
// name on a band across it. Networks cut it round: all that matters is within
// the circle.
func drawAvatar(g *page) {
	x, y, r := g.w/2, g.h/2, g.w/2
	g.fill(sheet.Ring(x, y, r*0.84, r*0.95), g.ink)
	band := r * 0.34
	by := y + r*0.36
	switch {
	case g.p.Logo != nil:
		side := r * 0.92
		b := g.p.Logo.Bounds()
		k := min(side/float64(b.Dx()), side/float64(b.Dy()))
		w, h := float64(b.Dx())*k, float64(b.Dy())*k
		g.sheet.Place(g.p.Logo, x-w/2, y-r*0.18-h/2, w, h, g.p.Org)
	case initials(g.p.Org) != "":
		a := area{x: x - r*0.62, y: y - r*0.58, w: r * 1.24, h: r * 0.80, largest: r * 0.98, least: r * 0.2, lines: 1, align: 0.5, valign: 0.5, weight: letters.Head, role: sheet.Artwork, colour: g.ink}
		g.text(initials(g.p.Org), a)
	default:
		fy := y - r*0.30
		for i := range 3 {
			g.fill(sheet.Arc(x, fy, r*(0.20+0.11*float64(i)), r*0.044, 0.61, 0.89), g.ink)
		}
		g.candle(x, by, r*0.80, g.ink, g.signal)
	}
	g.fill(sheet.Rounded(x-r*0.93, by, r*1.86, band, band*0.5), g.signal)
	g.text(hashtag, area{x: x - r*0.78, y: by, w: r * 1.56, h: band, largest: band * 0.80, least: band * 0.3, lines: 1, align: 0.5, valign: 0.5, weight: letters.Head, role: sheet.Heading, colour: g.onSignal()})
}

// onSignal is the colour of letters on the signal colour.
func (g *page) onSignal() sheet.Colour {
	if g.p.Dark {
		return ink
	}
	return paper
}

// initials returns the first letters of the first two words of a name in Latin
// letters, or the first letter of another.
func initials(name string) string {
	var out []rune
	for _, word := range strings.Fields(name) {
		for _, r := range word {
			if unicode.IsLetter(r) {
				out = append(out, unicode.ToUpper(r))
				break
			}
		}
		if len(out) == 2 || len(out) == 1 && !unicode.Is(unicode.Latin, out[0]) {
			break
		}
	}
	return string(out)
}
