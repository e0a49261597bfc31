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
	Needs  []Field // what it says nothing without
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
		if at := p.Text(f); at != nil && pr.Has(t.WordKey(f)) {
			*at = pr.T(t.WordKey(f))
		}
	}
	return p
}

// What posters and cards come in.
var (
	postings = []Shape{A4, A3, Portrait, Square, Wide}
	cards    = []Shape{Wide, Square, Portrait, A4}
)

// signed is what stands at the foot of a page, after the fields of its own.
func signed(fields ...Field) []Field { return append(fields, Org, Logo, Link, Small) }

var templates = []Template{
	{"line", Poster, postings, signed(Title, Words), nil, drawLine},
	{"unsent", Poster, postings, signed(Title, Unit, Words), []Field{Title}, drawUnsent},
	{"window", Poster, postings, signed(Title, Words), nil, drawWindow},
	{"phone", Poster, postings, signed(Words, Title), []Field{Title}, drawPhone},
	{"cable", Poster, postings, signed(Title, Words), nil, drawCable},
	{"counter", Poster, postings, signed(Number, Unit, Place, Title, Words), []Field{Number, Unit}, drawCounter},
	{"calendar", Poster, postings, signed(Place, Number, Unit, Words, Cuts), []Field{Number, Unit, Cuts}, drawCalendar},
	{"election", Poster, postings, signed(Place, Title, Words), []Field{Title}, drawElection},
	{"exam", Poster, postings, signed(Place, Title, Words, Cuts), []Field{Title}, drawExam},
	{"incident", Card, cards, signed(Place, Title, Words, Number, Unit, Cuts), []Field{Title}, drawIncident},
	{"country", Card, cards, signed(Place, Country, Regions, Number, Unit, Words), []Field{Place, Country}, drawCountry},
	{"year", Card, cards, signed(Title, Number, Unit, Words, Cuts), []Field{Title, Number, Unit, Cuts}, drawYear},
	{"quote", Card, []Shape{Square, Portrait, Wide, A4}, signed(Title, Place), []Field{Title}, drawQuote},
	{"switch", Sticker, []Shape{Square}, []Field{Title, Org}, nil, drawSwitch},
	{"candle", Sticker, []Shape{Square}, []Field{Title}, nil, drawCandle},
	{"bubble", Sticker, []Shape{Square}, []Field{Title, Unit}, []Field{Title}, drawBubble},
	{"signal", Banner, []Shape{Strip, Wide}, []Field{Title, Words, Logo}, nil, drawBanner},
	{"ring", Avatar, []Shape{Square}, []Field{Org, Logo}, nil, drawAvatar},
	{"member", Badge, []Shape{Label, Square}, []Field{Title, Org}, []Field{Title}, drawBadge},
	{"supporter", Badge, []Shape{Label, Square}, []Field{Title, Org}, []Field{Title}, drawBadge},
	{"dark", Badge, []Shape{Label}, []Field{Number, Unit, Place, Small, Link}, []Field{Number, Unit}, drawDark},
	{"kept", Badge, []Shape{Label}, []Field{Title, Place, Small, Link}, []Field{Title}, drawPromise},
	{"broken", Badge, []Shape{Label}, []Field{Title, Place, Small, Link}, []Field{Title}, drawPromise},
}
