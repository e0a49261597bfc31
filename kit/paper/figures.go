package paper

import (
	"slices"

	"keepiton/kit/letters"
	"keepiton/kit/sheet"
)

// Sizes of figures, in units.
const (
	chartHigh  = 84.0
	chartSlots = 42 // the fewest bars that a chart has room for: a few are no blocks
)

// entry sets a row of a table: its name, and its number at the other side, over a
// hairline.
func (s *setter) entry(l *Line, x, w, gap float64, beside func(top, base float64)) {
	size := readSize * s.scale
	numbers := s.flow(l.By, s.paper.Lang, letters.Head, size, w*0.3)
	from := len(s.rows)
	s.add(l.Text, text{size: readSize, x: x, w: w * 0.7, lang: l.Lang, colour: ink, role: sheet.Paragraph}, gap, func(top, base float64) {
		if beside != nil {
			beside(top, base)
		}
		for _, n := range numbers {
			wide := n.Width * size
			s.write(n, x+w-wide, wide, base, size, ink, sheet.Paragraph, false)
		}
	})
	if len(s.rows) == from {
		return
	}
	last := &s.rows[len(s.rows)-1]
	draw, high := last.draw, last.height
	last.height += 2
	last.draw = func(y float64) {
		draw(y)
		s.fill(sheet.Rect(x, y+high+1, w, 0.5), rule)
	}
}

// chart draws bars in reading direction; what they say stands in a line below.
func (s *setter) chart(l *Line, x, w, gap float64, beside func(top, base float64)) {
	high, above := chartHigh*s.scale, gap*s.scale
	most := slices.Max(append([]float64{1}, l.Bars...))
	slot := w / float64(max(len(l.Bars), chartSlots))
	s.rows = append(s.rows, row{height: high + above, keep: true, draw: func(y float64) {
		if beside != nil {
			beside(y+above, y+above+headSize*s.scale*0.9)
		}
		base := y + above + high - 2
		for i, v := range l.Bars {
			if v > 0 {
				bar := max(1, v/most*(high-10))
				s.fill(sheet.Rect(x+float64(i)*slot+slot*0.12, base-bar, slot*0.76, bar), ink)
			}
		}
		s.fill(sheet.Rect(x, base, w, 0.7), ink)
	}})
	s.add(l.Text, text{size: smallSize, x: x, w: w, colour: soft, role: sheet.Paragraph}, 4, nil)
}
