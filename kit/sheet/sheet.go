package sheet

import (
	"image"
	"slices"

	"keepiton/kit/letters"
)

// Colour is an opaque colour, 0xRRGGBB.
type Colour uint32

// RGB returns the three parts of a colour.
func (c Colour) RGB() (r, g, b uint8) { return uint8(c >> 16), uint8(c >> 8), uint8(c) }

// Mix returns a colour that is part of the way from c to other, 0 to 1.
func (c Colour) Mix(other Colour, part float64) Colour {
	mix := func(a, b uint8) Colour { return Colour(float64(a) + (float64(b)-float64(a))*part + 0.5) }
	r, g, b := c.RGB()
	or, og, ob := other.RGB()
	return mix(r, or)<<16 | mix(g, og)<<8 | mix(b, ob)
}

// Role says what a line of text is to a reader who hears it.
type Role string

// The roles, by the names that PDF gives them (ISO 32000-1, 14.8.4).
const (
	Heading   Role = "H1"
	Paragraph Role = "P"
	Artwork   Role = "" // letters as decoration: not read
)

// Sheet is what is drawn.
type Sheet struct {
	Width, Height float64
	Millimetres   float64 // width on paper; 0 for sheets that are seen on screens
	Ground        *Colour // nil is transparent
	Bleed         float64 // how far what reaches the edge is drawn beyond it in a PDF, for printers who cut; viewers and desk printers see the sheet alone
	Small         bool    // an SVG shall be as small as it can: for pictures that stand on other people's pages
	About         About
	marks         []mark
}

// About is what a file says about itself.
type About struct {
	Lang        string // BCP 47
	Title       string
	Description string // alternative text: what is drawn, and the words
	Picture     string // what is drawn, alone
	Words       string // all words on the sheet, for search
	Creator     string
	Source      string // address of where it comes from; may be empty
	License     string // address of the licence
	LicenseName string
}

// mark is one thing on a sheet: one of the three.
type mark struct {
	colour Colour
	path   *Path
	text   *text
	image  *picture
}

type text struct {
	line letters.Line
	at   Point // start of the baseline, left
	size float64
	role Role
	next bool // goes on with the line before
}

type picture struct {
	image      image.Image
	x, y, w, h float64
	alt        string
}

// Marks is something that was drawn, to be put on a sheet later: what is read
// last may have to be drawn first, to know how much room it leaves.
type Marks []mark

// Aside draws something without putting it on the sheet.
func (s *Sheet) Aside(draw func()) Marks {
	n := len(s.marks)
	draw()
	aside := slices.Clone(s.marks[n:])
	s.marks = s.marks[:n]
	return aside
}

// Put puts on the sheet what was drawn aside.
func (s *Sheet) Put(m Marks) { s.marks = append(s.marks, m...) }

// Fill draws an area.
func (s *Sheet) Fill(p Path, c Colour) {
	if !p.Empty() {
		s.marks = append(s.marks, mark{colour: c, path: &p})
	}
}

// Write draws a line of text from the left end of its baseline. Where a text
// has several lines, next says of each but the first that it goes on.
func (s *Sheet) Write(l letters.Line, at Point, size float64, c Colour, role Role, next bool) {
	if len(l.Glyphs) > 0 {
		s.marks = append(s.marks, mark{colour: c, text: &text{l, at, size, role, next}})
	}
}

// Place draws an image within a rectangle, stretched to fill it. alt is its
// alternative text.
func (s *Sheet) Place(img image.Image, x, y, w, h float64, alt string) {
	s.marks = append(s.marks, mark{image: &picture{img, x, y, w, h, alt}})
}

// outline returns the contours of a line of text.
func (t *text) outline() Path {
	var p Path
	for _, g := range t.line.Glyphs {
		p.Add(t.glyphOutline(g))
	}
	return p
}

// glyphOutline returns the contours of one glyph of the line.
func (t *text) glyphOutline(g letters.Glyph) Path {
	var p Path
	m := t.glyph(g)
	for _, seg := range letters.Outline(g.Face, g.ID) {
		at := func(i int) Point {
			return m.Apply(Point{float64(seg.Points[i][0]), float64(seg.Points[i][1])})
		}
		switch seg.Op {
		case 'M':
			if !p.Empty() {
				p.Close()
			}
			p.add('M', at(0))
		case 'L':
			p.add('L', at(0))
		case 'Q':
			p.add('Q', at(0), at(1))
		case 'C':
			p.add('C', at(0), at(1), at(2))
		}
	}
	if !p.Empty() {
		p.Close()
	}
	return p
}

// glyph returns the map from a glyph's units to the sheet.
func (t *text) glyph(g letters.Glyph) Matrix {
	k := t.size / letters.PerEm
	return Matrix{A: k, D: -k, E: t.at.X + g.X*t.size, F: t.at.Y - g.Y*t.size}
}

// Line is a line of text on a sheet, with the box of its ink.
type Line struct {
	letters.Line
	At             Point // start of the baseline, left
	Size           float64
	Role           Role
	X0, Y0, X1, Y1 float64
}

// Lines returns the lines of text in the order in which they were written.
func (s *Sheet) Lines() []Line {
	var out []Line
	for _, m := range s.marks {
		if t := m.text; t != nil {
			out = append(out, Line{
				t.line, t.at, t.size, t.role,
				t.at.X + t.line.Left*t.size, t.at.Y - t.line.Top*t.size, t.at.X + t.line.Right*t.size, t.at.Y - t.line.Bottom*t.size,
			})
		}
	}
	return out
}
