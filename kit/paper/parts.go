package paper

import (
	"keepiton/kit/letters"
	"keepiton/kit/sheet"
)

// part sets one part: its head beside its first line.
func (s *setter) part(p *Part) {
	x := margin + rail
	if p.Head == "" {
		x = margin
	}
	w, first, from := width-margin-x, true, len(s.rows)
	for _, l := range p.Lines {
		var beside func(top, base float64)
		gap := 4.5
		if first {
			gap = 15
			beside = func(top, base float64) { s.head(p.Head, top, base) }
		}
		s.line(&l, x, w, gap, beside)
		first = false
	}
	if p.Head == "" || len(s.rows) == from {
		return
	}
	// A long head may stand lower than a short text: the next part waits for it.
	have := 0.0
	for _, r := range s.rows[from:] {
		have += r.height
	}
	heads := s.flow(p.Head, "", letters.Head, headSize*s.scale, rail-16)
	if need := float64(len(heads)) * headSize * s.scale * leading(s.paper.Lang, letters.Head); have-15*s.scale < need {
		s.rows[len(s.rows)-1].height += need - have + 15*s.scale
	}
}

// line sets one paragraph of a part.
func (s *setter) line(l *Line, x, w, gap float64, beside func(top, base float64)) {
	switch l.Kind {
	case Entry:
		s.entry(l, x, w, gap, beside)
		return
	case Chart:
		s.chart(l, x, w, gap, beside)
		return
	}
	t := text{size: readSize, x: x, w: w, lang: l.Lang, colour: ink, role: sheet.Paragraph}
	switch l.Kind {
	case Lead:
		t.size = leadSize
	case Small:
		t.size, t.colour = smallSize, soft
	case Point:
		t.x, t.w = x+14*s.scale, w-14*s.scale
		head := beside
		beside = func(top, base float64) {
			if head != nil {
				head(top, base)
			}
			s.fill(sheet.Circle(x+4*s.scale, base-readSize*s.scale*0.3, 2*s.scale), signal)
		}
	case Quote:
		t.x, t.w = x+14*s.scale, w-14*s.scale
	}
	from := len(s.rows)
	s.add(l.Text, t, gap, beside)
	if l.Kind != Quote {
		return
	}
	if l.By != "" {
		by := t
		by.size, by.colour, by.lang = smallSize, soft, ""
		s.add(l.By, by, 0, nil)
	}
	for i := range s.rows[from:] { // a stroke at the side, as long as the words
		r := &s.rows[from+i]
		draw, high := r.draw, r.height
		above := 0.0
		if i == 0 {
			above = gap * s.scale
		}
		r.draw = func(y float64) {
			s.fill(sheet.Rect(x+2*s.scale, y+above, 2.4*s.scale, high-above+0.3), signal)
			draw(y)
		}
		r.keep = i < len(s.rows[from:])-1
	}
}

// head sets the name of a part in its own column, with a hairline above.
func (s *setter) head(words string, top, base float64) {
	size := headSize * s.scale
	if words == "" {
		return
	}
	s.fill(sheet.Rect(margin, top-5*s.scale, width-2*margin, 0.7), rule)
	for i, l := range s.flow(words, "", letters.Head, size, rail-16) {
		s.write(l, margin, rail-16, base+float64(i)*size*leading(s.paper.Lang, letters.Head), size, ink, sheet.Heading, i > 0)
	}
}

// open begins a page: the band, the mark, on the first the title, and the foot. It
// returns where the text goes on.
func (s *setter) open(n int) float64 {
	p := s.paper
	white := ground
	s.sheet = &sheet.Sheet{Width: width, Height: height, Millimetres: millimetres, Ground: &white, About: p.About}
	s.sheet.About.Lang, s.sheet.About.Words = p.Lang, p.words()
	y := margin
	if p.Band != "" {
		lines := s.flow(p.Band, "", letters.Head, 14, width-2*margin)
		high := float64(len(lines)) * 14 * leading(p.Lang, letters.Head)
		s.fill(sheet.Rect(0, 0, width, high+26), signal)
		for i, l := range lines {
			s.write(l, margin, width-2*margin, 24+float64(i)*14*leading(p.Lang, letters.Head), 14, ground, sheet.Paragraph, i > 0)
		}
		y = max(y, high+46)
	}
	y = s.top(y)
	if n == 1 {
		y = s.title(y)
	}
	s.foot()
	return y
}

// top draws the campaign's mark, a switch that is on, and what kind of paper it is.
func (s *setter) top(y float64) float64 {
	const high = 17.0
	s.fill(sheet.Rounded(margin, y, high*1.75, high, high/2), ink)
	s.fill(sheet.Circle(margin+high*1.75-high/2, y+high/2, high*0.36), ground)
	x := margin + high*1.75 + 7
	for _, l := range s.flow("#KeepItOn", "en", letters.Head, 18, 200) {
		at := x
		if s.rtl() {
			at = width - x - l.Width*18
		}
		s.sheet.Write(l, sheet.Point{X: at, Y: y + 14.6}, 18, ink, sheet.Paragraph, false)
	}
	for _, l := range s.flow(s.paper.Kicker, "", letters.Head, 13, 320) {
		s.write(l, width-margin-l.Width*13, l.Width*13, y+14.2, 13, soft, sheet.Paragraph, false)
	}
	s.fill(sheet.Rect(margin, y+28, width-2*margin, 2.4), ink)
	return y + 40
}

// title sets the title and what stands below it.
func (s *setter) title(y float64) float64 {
	size := titleSize * max(s.scale, 0.86)
	lines := s.flow(s.paper.Title, "", letters.Head, size, width-2*margin)
	for len(lines) > 2 && size > 16 {
		size *= 0.95
		lines = s.flow(s.paper.Title, "", letters.Head, size, width-2*margin)
	}
	step := size * leading(s.paper.Lang, letters.Head)
	for i, l := range lines {
		y += step
		s.write(l, margin, width-2*margin, y-size*0.1, size, ink, sheet.Heading, i > 0)
	}
	y += 4
	for i, under := range s.paper.Under {
		for _, l := range s.flow(under, "", letters.Text, headSize, width-2*margin) {
			y += headSize * leading(s.paper.Lang, letters.Text)
			s.write(l, margin, width-2*margin, y, headSize, soft, sheet.Paragraph, i > 0)
		}
	}
	return y + 6
}

// foot sets the small print.
func (s *setter) foot() {
	high := footSize * leading(s.paper.Lang, letters.Text)
	y := height - 44.0
	s.fill(sheet.Rect(margin, bottom+12, width-2*margin, 0.7), rule)
	n := 0
	for _, words := range s.paper.Foot {
		for _, l := range s.flow(words, "", letters.Text, footSize, width-2*margin) {
			s.write(l, margin, width-2*margin, y+float64(n)*high-4, footSize, soft, sheet.Paragraph, n > 0)
			n++
		}
	}
}
