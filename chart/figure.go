package chart

import (
	"bytes"
	"encoding/xml"
	"fmt"
	"html/template"
	"strings"

	"keepiton/locale"
)

// Options are what every figure needs.
type Options struct {
	P       *locale.Printer // language; nil is English
	ID      string          // unique on the page, letters and digits; "c" when empty
	Title   string          // one line; read out, and printed on the file
	Desc    string          // a sentence or two that say what is to be seen; read out
	Caption string          // rule and as-of date; printed below the file
}

func (o Options) printer() *locale.Printer {
	if o.P == nil {
		return locale.For("en")
	}
	return o.P
}

// Figure is a drawn chart or map.
type Figure struct {
	Width, Height float64 // of the drawing, in its own units
	Table         Table
	opt           Options
	links         bool
	class         string   // beside "ch"
	css           string   // beside CSS
	body          string   // below svg
	legend        []swatch // of a figure whose key stands outside the drawing
}

// Table holds the values of a figure for the table beside it, written in the
// figure's language. Columns after the first hold numbers if Numbers is set.
type Table struct {
	Head    []string
	Rows    [][]string
	Numbers bool
}

// HTML returns the drawing to stand inside a page that includes CSS.
//
// A browser that draws no SVG, such as Tor Browser at its safest level, takes
// the elements for words of the page: it would print the numbers of all axes as
// one. There the style hides the inner group, whose own group is visible by an
// attribute that only SVG has; title and description, which drawings do not
// show, stand in place of the drawing.
func (f Figure) HTML() template.HTML {
	id := f.id()
	role := "img"
	if f.links {
		role = "group" // an image hides the links inside it
	}
	var b strings.Builder
	fmt.Fprintf(&b, `<svg class="%s" viewBox="0 0 %s %s" role="%s" aria-labelledby="%s-t %s-d" direction="ltr">`,
		strings.TrimSpace("ch "+f.class), num(f.Width), num(f.Height), role, id, id)
	fmt.Fprintf(&b, `<title id="%s-t">%s</title><desc id="%s-d">%s</desc>`, id, escape(f.opt.Title), id, escape(f.opt.Desc))
	b.WriteString(`<g class="in"><g visibility="visible">` + f.body + "</g></g></svg>")
	return template.HTML(b.String()) // every text in body went through escape
}

// Key returns the list that explains the figure, to stand below it in a page;
// empty where the drawing explains itself. Text inside a map as wide as a
// phone could not be read.
func (f Figure) Key() template.HTML {
	if len(f.legend) == 0 {
		return ""
	}
	var b strings.Builder
	b.WriteString(`<ul class="chk">`)
	for _, e := range f.legend {
		p := pen{w: 12}
		p.swatch(0, 0, e)
		fmt.Fprintf(&b, `<li><svg class="ch" viewBox="0 0 12 12" aria-hidden="true">%s</svg>%s</li>`, p.b.String(), escape(e.words))
	}
	b.WriteString("</ul>")
	return template.HTML(b.String()) // every word went through escape
}

// File returns the drawing as a document of its own, with its title and
// caption printed, for light and dark screens and paper.
func (f Figure) File() []byte {
	const margin, head, foot = 16.0, 34.0, 24.0
	w, h := f.Width+2*margin, f.Height+2*margin+head
	if f.opt.Caption != "" {
		h += foot
	}
	key := pen{w: f.Width, rtl: f.rtl()}
	if len(f.legend) > 0 {
		h += key.key(f.Height+8, f.legend) - f.Height
	}
	p := pen{w: w, rtl: f.rtl()}
	p.text(margin, margin+14, start, "h", f.opt.Title)
	if f.opt.Caption != "" {
		p.text(margin, h-margin, start, "m", f.opt.Caption)
	}
	var b strings.Builder
	b.WriteString(xml.Header)
	fmt.Fprintf(&b, `<svg xmlns="http://www.w3.org/2000/svg" xml:lang="%s" class="ch" viewBox="0 0 %s %s" width="%s" height="%s" role="img" direction="ltr" aria-labelledby="%s-t %s-d">`,
		f.opt.printer().Lang().Tag, num(w), num(h), num(2*w), num(2*h), f.id(), f.id())
	fmt.Fprintf(&b, `<title id="%s-t">%s</title><desc id="%s-d">%s</desc><style>%s%s</style><rect class="paper" width="100%%" height="100%%"/>`,
		f.id(), escape(f.opt.Title), f.id(), escape(f.opt.Desc), fileCSS, CSS+f.css)
	fmt.Fprintf(&b, `%s<g transform="translate(%s %s)">%s%s</g></svg>`, p.b.String(), num(margin), num(margin+head), f.body, key.b.String())
	b.WriteByte('\n')
	return []byte(b.String())
}

func (f Figure) id() string { return idOf(f.opt) }

func idOf(o Options) string {
	id := strings.Map(func(r rune) rune {
		if r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || r == '-' {
			return r
		}
		return -1
	}, o.ID)
	if id == "" {
		return "c"
	}
	return id
}

func (f Figure) rtl() bool { return f.opt.printer().Dir() == "rtl" }

// escape makes text safe between tags and in quoted attributes; characters
// that XML does not allow become U+FFFD.
func escape(s string) string {
	var b bytes.Buffer
	xml.EscapeText(&b, []byte(s)) // a buffer does not fail
	return b.String()
}
