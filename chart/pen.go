package chart

import (
	"fmt"
	"math"
	"strconv"
	"strings"
	"unicode"
)

// anchor says which end of a text stands at its point, in reading direction.
type anchor string

const (
	start  anchor = ""
	middle anchor = "mid"
	end    anchor = "e"
)

// pen writes SVG. x runs in reading direction from 0 to w: in a right-to-left
// language the pen mirrors it.
type pen struct {
	b   strings.Builder
	w   float64
	rtl bool
}

func (p *pen) x(v float64) float64 {
	if p.rtl {
		return p.w - v
	}
	return v
}

// num writes a coordinate with at most one decimal.
func num(v float64) string {
	v = math.Round(v*10) / 10
	if v == 0 || math.IsNaN(v) || math.IsInf(v, 0) {
		return "0"
	}
	return strconv.FormatFloat(v, 'f', -1, 64)
}

// text writes s at (x, y). The whole drawing is laid out left to right, so a
// right-to-left text is isolated (UAX 9) and its anchor turned round.
func (p *pen) text(x, y float64, at anchor, class, s string) {
	if s == "" {
		return
	}
	if p.rtl {
		switch at {
		case start:
			at = end
		case end:
			at = start
		}
		s = "\u2067" + s + "\u2069"
	}
	class = strings.TrimSpace(class + " " + string(at))
	if class != "" {
		class = ` class="` + class + `"`
	}
	fmt.Fprintf(&p.b, `<text%s x="%.0f" y="%.0f">%s</text>`, class, p.x(x), y, escape(s))
}

// rect writes a rectangle from x to x+w in reading direction. paint is a class,
// or "#id" for a pattern.
func (p *pen) rect(x, y, w, h float64, paint string) {
	if p.rtl {
		x = p.w - x - w
	}
	fmt.Fprintf(&p.b, `<rect%s x="%s" y="%s" width="%s" height="%s"/>`, painted(paint), num(x), num(y), num(w), num(h))
}

func (p *pen) line(x1, y1, x2, y2 float64, class string) {
	fmt.Fprintf(&p.b, `<path class="%s" d="M%s %sL%s %s"/>`, class, num(p.x(x1)), num(y1), num(p.x(x2)), num(y2))
}

func painted(paint string) string {
	if id, ok := strings.CutPrefix(paint, "#"); ok {
		return fmt.Sprintf(` fill="url(#%s)"`, id)
	}
	return fmt.Sprintf(` class="%s"`, paint)
}

// hatch defines a pattern of slanted lines; of the class hp.
func (p *pen) hatch(id, class string, turn int) {
	fmt.Fprintf(&p.b, `<pattern id="%s" width="5" height="5" patternUnits="userSpaceOnUse" patternTransform="rotate(%d)"><path class="%s" d="M0 0V5"/></pattern>`, id, turn, class)
}

// dots defines a pattern of dots.
func (p *pen) dots(id string) {
	fmt.Fprintf(&p.b, `<pattern id="%s" width="5" height="5" patternUnits="userSpaceOnUse"><circle class="s0" cx="1.5" cy="1.5" r="1.1"/></pattern>`, id)
}

// link opens a link around what follows, up to unlink. It is left out of the
// order of tab stops: the table beside the figure has the same links.
func (p *pen) link(href, title string) {
	fmt.Fprintf(&p.b, `<a href="%s" tabindex="-1"><title>%s</title>`, escape(href), escape(title))
}

func (p *pen) unlink() { p.b.WriteString("</a>") }

// safeHref reports whether a link leads to a place of our own or the web, and
// not to a script.
func safeHref(href string) bool {
	scheme, _, found := strings.Cut(href, ":")
	return href != "" && (!found || strings.ContainsAny(scheme, "/?#") || scheme == "https" || scheme == "http")
}

// width guesses how wide a text of 12 units will be: system fonts differ.
func width(s string) float64 {
	var w float64
	for _, r := range s {
		switch {
		case unicode.Is(unicode.Mn, r) || unicode.Is(unicode.Cf, r):
		case unicode.Is(unicode.Ethiopic, r):
			w += 9
		case r == ' ' || r == ',' || r == '.' || r == ':' || r == 'i' || r == 'l' || r == 'j':
			w += 3.4
		default:
			w += 6.7
		}
	}
	return w
}

// swatch is one entry of a key.
type swatch struct {
	paint string // as for rect
	class string // of a line instead, when set
	words string
}

// key writes a legend in rows from y on and returns the y below it.
func (p *pen) key(y float64, entries []swatch) float64 {
	const box, gap, line = 12.0, 16.0, 18.0
	x := 0.0
	for _, e := range entries {
		need := box + 5 + width(e.words)
		if x > 0 && x+need > p.w {
			x, y = 0, y+line
		}
		if e.class != "" {
			p.line(x, y+6, x+box+6, y+6, e.class)
			p.text(x+box+11, y+10, start, "", e.words)
			need += 6
		} else {
			p.swatch(x, y, e)
			p.text(x+box+5, y+10, start, "", e.words)
		}
		x += need + gap
	}
	return y + line
}

// swatch draws the box of an entry, 12 units wide.
func (p *pen) swatch(x, y float64, e swatch) {
	const box = 12.0
	switch {
	case e.paint == ringed:
		p.rings([2]float64{x + 6, y + 6})
		return
	case e.class != "":
		p.line(x, y+6, x+box, y+6, e.class)
		return
	}
	p.rect(x+.5, y+.5, box-1, box-1, e.paint)
	if strings.HasPrefix(e.paint, "#") || e.paint == "c0" || e.paint == "c1" {
		p.rect(x+.5, y+.5, box-1, box-1, "o")
	}
}

// ringed is the paint of the mark "dark now".
const ringed = "ring"

// rings draws the marks of places that are dark now, a dot within a ring:
// three strokes of round ends over one another, so that a hundred marks stay
// small.
func (p *pen) rings(at ...[2]float64) {
	var d strings.Builder
	for _, c := range at {
		d.WriteString("M" + num(c[0]) + " " + num(c[1]) + "h0")
	}
	for _, class := range []string{"r1", "r2", "r3"} {
		fmt.Fprintf(&p.b, `<path class="%s" d="%s"/>`, class, d.String())
	}
}
