package kit

import (
	"slices"

	"keepiton/locale"
)

// Template is a design.
type Template struct {
	ID     string
	Kind   Kind
	Shapes []Shape // the first is the one it was made for
	Fields []Field // what of a piece it shows, in reading order
	draw   func(*page)
}

// NameKey is the message with the name of the template.
func (t Template) NameKey() string { return "kit." + t.ID + ".name" }

// AltKey is the message that describes the picture to people who do not see it.
func (t Template) AltKey() string { return "kit." + t.ID + ".alt" }

// WordKey is the message with the words that a field has until somebody
// replaces them; there may be none, see locale.Printer.Has.
func (t Template) WordKey(f Field) string { return "kit." + t.ID + "." + string(f) }

// Templates lists the templates in the order they are shown.
func Templates() []Template { return slices.Clone(templates) }

// ByID returns a template.
func ByID(id string) (Template, bool) {
	for _, t := range templates {
		if t.ID == id {
			return t, true
		}
	}
	return Template{}, false
}

// Piece returns the template with its own words in a language.
func (t Template) Piece(pr *locale.Printer, shape Shape) Piece {
	p := Piece{Template: t.ID, Shape: shape, Lang: pr.Lang().Tag}
	for _, f := range t.Fields {
		if at := p.text(f); at != nil && pr.Has(t.WordKey(f)) {
			*at = pr.T(t.WordKey(f))
		}
	}
	return p
}

var templates = []Template{
	{"line", Poster, []Shape{A4, A3, Portrait, Square}, []Field{Title, Words, Place, Small, Org, Logo, Link}, drawLine},
}
