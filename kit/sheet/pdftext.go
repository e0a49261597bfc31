package sheet

import (
	"fmt"
	"math"
	"slices"
	"unicode"

	"keepiton/kit/letters"
)

// text draws a line. Lines that go on belong to the element of the line before.
func (c *content) text(t *text, colour Colour) {
	if !t.next || t.role != c.role {
		c.flush()
	}
	c.role = t.role
	if t.role == Artwork {
		c.b.WriteString("/Artifact BMC\n")
	} else {
		c.open = append(c.open, c.mark(string(t.role)))
	}
	c.set(colour)
	c.b.WriteString("BT\n")
	var marks Path
	for i := 0; i < len(t.line.Glyphs); {
		end := i + 1
		for end < len(t.line.Glyphs) && t.line.Glyphs[end].Face == t.line.Glyphs[i].Face {
			end++
		}
		c.glyphs(t, t.line.Glyphs[i:end], &marks)
		i = end
	}
	c.b.WriteString("ET\n")
	c.path(&marks)
	c.b.WriteString("EMC\n")
}

// glyphs shows glyphs of one face (9.4.3). What an advance differs from the
// face's own width is written between them. Marks above and below letters are
// left to be drawn as areas: programs take what does not stand on the line for
// another line. A carrier tells what the mark is.
func (c *content) glyphs(t *text, run []letters.Glyph, marks *Path) {
	f := c.doc.font(run[0].Face)
	c.uses[run[0].Face] = true
	fmt.Fprintf(&c.b, "/F%d %s Tf 1 0 0 -1 %s %s Tm\n[", run[0].Face, number(t.size, 4), number(t.at.X+run[0].X*t.size, 3), number(t.at.Y, 3))
	at := run[0].X
	for _, g := range run {
		if g.Advance == 0 {
			marks.Add(t.glyphOutline(g))
			for _, r := range backwards(g) {
				fmt.Fprintf(&c.b, "<%04X>", f.carrier(r, 0))
			}
			continue
		}
		if shift := math.Round((at - g.X) * letters.PerEm); shift != 0 {
			fmt.Fprintf(&c.b, "%d", int(shift))
		}
		cids, told := f.use(g)
		if !told {
			fmt.Fprintf(&c.b, "]TJ /Span<</ActualText%s>>BDC [", textString(g.Text))
		}
		for _, cid := range cids {
			fmt.Fprintf(&c.b, "<%04X>", cid)
		}
		if !told {
			c.b.WriteString("]TJ EMC [")
		}
		at = g.X + float64(f.table.width(g.ID))/letters.PerEm
	}
	c.b.WriteString("]TJ\n")
}

// backwards returns the characters of a glyph as they stand from left to right.
func backwards(g letters.Glyph) []rune {
	runes := slices.DeleteFunc([]rune(g.Text), func(r rune) bool { return unicode.Is(unicode.Bidi_Control, r) })
	if g.RTL {
		slices.Reverse(runes)
	}
	return runes
}
