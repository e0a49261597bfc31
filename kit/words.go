package kit

import (
	"strings"

	"keepiton/kit/letters"
	"keepiton/kit/sheet"
)

// area is where a text goes: its corner at the side where reading starts, and
// the sizes it may take.
type area struct {
	x, y, w, h     float64
	largest, least float64
	lines          int
	weight         letters.Weight
	leading        float64
	align          float64 // 0 start, 0.5 middle, 1 end
	valign         float64 // 0 top, 0.5 middle, 1 bottom
	role           sheet.Role
	colour         sheet.Colour
	kept           bool // lines that somebody broke stay, however small
}

// box is where the ink of something stands, in reading direction.
type box struct{ x0, y0, x1, y1 float64 }

// script returns how much larger letters of the language are set than Latin
// ones of the same size, so that they look as large.
func (a area) script(lang string) float64 {
	if (letters.Style{Lang: lang}).Script() == letters.Arabic && a.weight == letters.Text {
		return 1.12
	}
	return 1
}

// fit sets words as large as an area allows.
// Words in which somebody broke lines keep these lines, unless they would come
// out small and be larger in lines of their own.
func (g *page) fit(words string, a area) (letters.Block, error) {
	k, style := a.script(g.p.Lang), letters.Style{Lang: g.p.Lang, Weight: a.weight}
	free := letters.Box{Width: a.w, Height: a.h, Largest: a.largest * k, Least: a.least, Lines: a.lines, Leading: a.leading}
	if n := strings.Count(words, "\n"); n > 0 && a.weight == letters.Head && a.lines == 0 {
		kept := free
		kept.Least, kept.Lines = max(a.least, a.largest*0.45), n+1
		b, err := letters.Fit(words, style, kept)
		if err == nil && (a.kept || b.Size > a.largest*0.62) {
			return b, nil
		}
		free.Least = max(a.least, b.Size*1.2)
		if other, otherErr := letters.Fit(words, style, free); otherErr == nil || err != nil {
			return other, otherErr
		}
		return b, err
	}
	return letters.Fit(words, style, free)
}

// put draws words that were set, and returns where their ink stands. Nothing
// takes no room.
func (g *page) put(b letters.Block, a area) box {
	if len(b.Lines) == 0 {
		return box{a.x, a.y + a.h*a.valign, a.x, a.y + a.h*a.valign}
	}
	height := b.Height()
	top := a.y + (a.h-height)*a.valign
	base := top + b.Lines[0].Top*b.Size
	out := box{g.w, top, 0, top + height}
	for i, l := range b.Lines {
		// Ink, and not the blank beside it, stands on the edge; an opening
		// quotation mark and the hook of a j hang out.
		blank, inkWidth := max(0, l.Left), l.Right-max(0, l.Left)
		if l.RTL {
			blank, inkWidth = max(0, l.Width-l.Right), l.Width-l.Left-max(0, l.Width-l.Right)
		}
		inkWidth *= b.Size
		hang := l.Hang * b.Size
		start := a.x - hang + (a.w-inkWidth+hang)*a.align
		left := start - blank*b.Size
		if l.RTL {
			left = g.w - start + (blank-l.Width)*b.Size
		}
		g.sheet.Write(l, sheet.Point{X: left, Y: base + float64(i)*b.Leading*b.Size}, b.Size, a.colour, a.role, i > 0)
		out.x0, out.x1 = min(out.x0, start), max(out.x1, start+inkWidth)
	}
	return out
}

// text sets words within an area and returns where their ink stands.
func (g *page) text(words string, a area) box {
	none := box{a.x, a.y + a.h*a.valign, a.x, a.y + a.h*a.valign}
	words = strings.TrimSpace(words)
	if words == "" || g.err != nil {
		return none
	}
	b, err := g.fit(words, a)
	if err != nil {
		g.err = err
		return none
	}
	return g.put(b, a)
}

// headed fills in how words are set that are read first.
func (g *page) headed(a area) area {
	a.weight, a.role = letters.Head, sheet.Heading
	if a.colour == 0 {
		a.colour = g.ink
	}
	if a.least == 0 {
		a.least = a.largest * 0.2
	}
	return a
}

// bodied fills in how words are set that are read.
func (g *page) bodied(a area) area {
	a.role = sheet.Paragraph
	if a.colour == 0 {
		a.colour = g.ink
	}
	if a.least == 0 {
		a.least = 15 * g.u
	}
	return a
}

// kicker sets words in heavy letters that are not the heading: where it was, whose
// campaign it is.
func (g *page) kicker(words string, a area) box {
	a = g.headed(a)
	a.role = sheet.Paragraph
	return g.text(words, a)
}

func (g *page) head(words string, a area) box { return g.text(words, g.headed(a)) }

func (g *page) body(words string, a area) box { return g.text(words, g.bodied(a)) }

// stack sets a heading and words below it in one area, the heading as large as
// leaves the words room in letters that are read with ease. largest is the
// heading's, small the words'.
func (g *page) stack(title, words string, a area, small float64) box {
	title, words = strings.TrimSpace(title), strings.TrimSpace(words)
	none := box{a.x, a.y + a.h*a.valign, a.x, a.y + a.h*a.valign}
	if g.err != nil {
		return none
	}
	for size := a.largest; ; size *= 0.93 {
		head, body := g.headed(a), g.bodied(a)
		head.largest, head.least, head.leading = size, a.largest*0.16, a.leading
		body.largest, body.leading = small, 0
		body.w = min(a.w, small*24)
		head.kept = size < small*1.4 // no room to be choosy
		h, err := g.fit(title, head)
		if err != nil {
			g.err = err
			return none
		}
		// The smaller the heading has become, the smaller the words may be.
		part := size / a.largest
		last := part < 0.2 || size < small
		if title != "" {
			part = min(part, h.Size/a.largest)
		}
		switch {
		case last:
			body.least = small * 0.42
		case part > 0.62:
			body.least = small * 0.84
		case part > 0.42:
			body.least = small * 0.68
		default:
			body.least = small * 0.42
		}
		if title != "" {
			body.largest = min(body.largest, h.Size*0.92)
			body.least = min(body.least, body.largest)
		}
		gap := 0.0
		if title != "" && words != "" {
			gap = max(small*1.0, h.Size*0.36)
		}
		body.h = a.h - h.Height() - gap
		w, err := g.fit(words, body)
		if err != nil && !last {
			continue
		}
		if err != nil {
			g.err = err
			return none
		}
		rest := a.h - h.Height() - gap - w.Height()
		head.y += rest * a.valign
		head.valign, body.valign = 0, 0
		out := g.put(h, head)
		if title == "" {
			out = box{a.x, head.y, a.x, head.y}
		}
		body.y, body.x = out.y1+gap, a.x+(a.w-body.w)*a.align
		under := g.put(w, body)
		return box{min(out.x0, under.x0), out.y0, max(out.x1, under.x1), under.y1}
	}
}
