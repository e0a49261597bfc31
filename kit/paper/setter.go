package paper

import (
	"strconv"
	"unicode"

	"keepiton/kit/letters"
	"keepiton/kit/sheet"
)

// One ink, one paper, one signal colour, as on the site's pages (web/style.css).
const (
	ink    sheet.Colour = 0x1d1c1a
	ground sheet.Colour = 0xffffff // printed: no ink for the paper
	soft   sheet.Colour = 0x5d5b56
	rule   sheet.Colour = 0xc9c5bb
	signal sheet.Colour = 0xb3261e
)

// setter sets a paper at a scale. x is the distance from the side where reading
// starts: a page in Arabic is the mirror image of one in English.
type setter struct {
	paper *Paper
	scale float64
	err   error // the first
	sheet *sheet.Sheet
	rows  []row
}

// row is what a page is never broken within.
type row struct {
	height float64
	keep   bool // with the next
	draw   func(y float64)
}

func (s *setter) rtl() bool { return letters.Style{Lang: s.paper.Lang}.RTL() }

// flow sets a paragraph in lines of a width.
func (s *setter) flow(text, lang string, weight letters.Weight, size, w float64) []letters.Line {
	if lang == "" {
		lang = s.paper.Lang
	}
	lines, err := letters.Flow(text, letters.Style{Lang: lang, Weight: weight}, w/size)
	if err != nil && s.err == nil {
		s.err = err
	}
	return lines
}

// leading is from baseline to baseline, in em.
func leading(lang string, weight letters.Weight) float64 {
	l := letters.Style{Lang: lang, Weight: weight}.Leading()
	if weight == letters.Head {
		return l * 1.12
	}
	return l
}

// write draws a line of a column at a baseline, its start at the column's start; a
// line that reads the other way begins at the column's other side.
func (s *setter) write(l letters.Line, x, w, y, size float64, c sheet.Colour, role sheet.Role, next bool) {
	left := x
	if l.RTL {
		left = x + w - l.Width*size
	}
	if s.rtl() { // the column is mirrored, the line is not
		left = width - x - w
		if l.RTL {
			left = width - x - l.Width*size
		}
	}
	s.sheet.Write(l, sheet.Point{X: left, Y: y}, size, c, role, next)
}

func (s *setter) fill(p sheet.Path, c sheet.Colour) {
	if s.rtl() {
		p = p.Moved(sheet.Matrix{A: -1, D: 1, E: width})
	}
	s.sheet.Fill(p, c)
}

// text is a paragraph that is set: its rows, to be put beside a head.
type text struct {
	size, x, w float64
	lang       string
	weight     letters.Weight
	colour     sheet.Colour
	role       sheet.Role
}

// add sets a paragraph below what is there, after a gap.
func (s *setter) add(words string, t text, gap float64, beside func(top, base float64)) {
	lang := t.lang
	switch lang {
	case "":
		lang = s.paper.Lang
	case Undetermined:
		lang = guess(words)
	}
	k := 1.0
	if (letters.Style{Lang: lang}).Script() == letters.Arabic && t.weight == letters.Text {
		k = 1.12 // so that they look as large as Latin ones
	}
	size := t.size * s.scale * k
	lines := s.flow(words, lang, t.weight, size, t.w)
	high := leading(lang, t.weight) * size
	for i, l := range lines {
		above := 0.0
		if i == 0 {
			above = gap * s.scale
		}
		s.rows = append(s.rows, row{high + above, len(lines) > 1 && (i == 0 || i == len(lines)-2), func(y float64) {
			y += above
			if i == 0 && beside != nil {
				beside(y, y+high*0.76)
			}
			s.write(l, t.x, t.w, y+high*0.76, size, t.colour, t.role, i > 0)
		}})
	}
}

// guess returns a language that is written as words are, for words of which nobody
// knows the language: by their first letter.
func guess(words string) string {
	for _, r := range words {
		switch {
		case unicode.Is(unicode.Arabic, r) && unicode.IsLetter(r):
			return "ar"
		case unicode.Is(unicode.Ethiopic, r):
			return "am"
		case unicode.IsLetter(r):
			return "en"
		}
	}
	return "en"
}

// pages lays the rows on pages; with one, what has no room is left out, and whole is
// false.
func (s *setter) pages(one bool) (out []*sheet.Sheet, whole bool) {
	for _, part := range s.paper.Parts {
		s.part(&part)
	}
	if s.paper.Cover != nil && !one {
		s.cover()
		out = append(out, s.sheet)
	}
	y := s.open(len(out) + 1)
	out = append(out, s.sheet)
	for i := 0; i < len(s.rows) && s.err == nil; i++ {
		need, room := s.rows[i].height, bottom
		for j := i; s.rows[j].keep && j+1 < len(s.rows); j++ {
			need += s.rows[j+1].height
		}
		if one && s.paper.More != "" && y+need > bottom-s.moreHeight() && !s.fits(i, y) {
			s.more(y)
			return out, false
		}
		if y+need > room {
			if one {
				return out, false
			}
			y = s.open(len(out) + 1)
			out = append(out, s.sheet)
		}
		s.rows[i].draw(y)
		y += s.rows[i].height
	}
	if len(out) > 1 {
		for i, page := range out {
			s.sheet = page
			s.number(i+1, len(out))
		}
	}
	return out, true
}

// fits reports whether the rows from i on have room below y.
func (s *setter) fits(i int, y float64) bool {
	for _, r := range s.rows[i:] {
		y += r.height
	}
	return y <= bottom
}

func (s *setter) moreHeight() float64 { return readSize * s.scale * 3.4 }

// more says where to read on.
func (s *setter) more(y float64) {
	rows := s.rows
	s.rows = nil
	s.add(s.paper.More, text{size: readSize, x: margin, w: width - 2*margin, weight: letters.Head, colour: ink, role: sheet.Paragraph}, 8, nil)
	for _, r := range s.rows {
		r.draw(y)
		y += r.height
	}
	s.rows = rows
}

// number writes which page of how many it is.
func (s *setter) number(n, of int) {
	for _, l := range s.flow(strconv.Itoa(n)+" / "+strconv.Itoa(of), "en", letters.Text, footSize, 90) {
		x := width - margin - l.Width*footSize
		if s.rtl() {
			x = margin
		}
		s.sheet.Write(l, sheet.Point{X: x, Y: height - 30}, footSize, soft, sheet.Artwork, false)
	}
}
