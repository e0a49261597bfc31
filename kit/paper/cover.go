package paper

import (
	"keepiton/kit/letters"
	"keepiton/kit/sheet"
)

// Cover is the first page of a paper that is handed over: its title, to whom, and one
// number.
type Cover struct {
	To     string
	ToLang string // of To; empty: the paper's
	Under  string // what kind of thing it is, its days
	Number string
	Unit   string // what the number counts
	Small  string // by which rule, as of when
}

// Sizes on a cover, in units, and where its parts stand.
const (
	coverTitle  = 52.0
	coverTo     = 21.0
	coverNumber = 138.0
	coverTop    = 205.0
	coverCount  = 755.0
)

// cover draws the first page.
func (s *setter) cover() {
	c := s.paper.Cover
	s.open(0)
	wide := width - 2*margin
	size := coverTitle
	lines := s.flow(s.paper.Title, "", letters.Head, size, wide)
	for len(lines) > 5 && size > 20 {
		size *= 0.94
		lines = s.flow(s.paper.Title, "", letters.Head, size, wide)
	}
	y := s.block(lines, coverTop, size, letters.Head, ink, sheet.Heading)
	y += 20
	s.fill(sheet.Rect(margin, y, 96, 5), signal)
	y += 22
	for _, t := range []struct {
		words, lang string
		size        float64
		colour      sheet.Colour
	}{{c.To, c.ToLang, coverTo, ink}, {c.Under, "", headSize, soft}} {
		y = s.block(s.flow(t.words, t.lang, letters.Text, t.size, wide), y, t.size, letters.Text, t.colour, sheet.Paragraph) + 8
	}
	if c.Number == "" {
		return
	}
	size = coverNumber
	for n := s.flow(c.Number, "", letters.Head, size, width*4); len(n) == 1 && n[0].Width*size > wide; {
		size *= 0.95
	}
	s.fill(sheet.Rect(margin, coverCount-26, wide, 2.4), ink)
	y = s.block(s.flow(c.Number, "", letters.Head, size, wide), coverCount-10, size, letters.Head, ink, sheet.Paragraph)
	y = s.block(s.flow(c.Unit, "", letters.Head, coverTo, wide), y+6, coverTo, letters.Head, ink, sheet.Paragraph)
	s.block(s.flow(c.Small, "", letters.Text, headSize, wide), y+8, headSize, letters.Text, soft, sheet.Paragraph)
}

// block draws lines below y and returns where they end.
func (s *setter) block(lines []letters.Line, y, size float64, weight letters.Weight, c sheet.Colour, role sheet.Role) float64 {
	step := size * leading(s.paper.Lang, weight)
	for i, l := range lines {
		s.write(l, margin, width-2*margin, y+step*0.8, size, c, role, i > 0)
		y += step
	}
	return y
}
