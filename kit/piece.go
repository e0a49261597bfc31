package kit

import (
	"image"
	"time"
)

// Cut is a stretch of time without internet, half open, both ends UTC.
type Cut struct{ From, To time.Time }

// Piece is what is filled into a template. All words are plain text; those that
// a template does not show (Template.Fields) are left out of the picture.
type Piece struct {
	Template string // Template.ID
	Shape    Shape  // one of the template's
	Lang     string // of the words: one of locale.Languages

	Title  string // what is read first
	Words  string // a sentence or two
	Place  string // where it happens
	Number string // as it is to be shown, such as "1,204"; see Template
	Unit   string // what the number counts
	Small  string // rule, date, source of the number
	Org    string // who speaks
	Link   string // address to be read and typed, such as "keepiton.example/am"

	Country string   // ISO 3166-1 code of the map
	Regions []string // ISO 3166-2 codes of what is marked on it; empty is all of it
	Cuts    []Cut    // for calendars and clocks

	Logo   image.Image // decoded by the caller, who holds its own limits; at most LogoPixels
	Dark   bool        // light letters on a dark ground
	Pixels int         // width of a PNG, 16 to the full size of the shape; 0 is full size
	Source string      // address of the page that the picture is from; kept in the file's description
}

// Limits of a piece, by field in characters.
const (
	LogoPixels = 4 << 20 // width times height of a logo
	mostCuts   = 2000
	mostParts  = 200 // regions
	firstYear  = 1990
	lastYear   = 2100
)

// Field names what a template shows of a piece.
type Field string

// The fields, by the names of Piece.
const (
	Title   Field = "title"
	Words   Field = "words"
	Place   Field = "place"
	Number  Field = "number"
	Unit    Field = "unit"
	Small   Field = "small"
	Org     Field = "org"
	Link    Field = "link"
	Country Field = "country"
	Regions Field = "regions"
	Cuts    Field = "cuts"
	Logo    Field = "logo"
)

// NameKey is the message with the name of the field.
func (f Field) NameKey() string { return "kit.field." + string(f) }

// Longest is how many characters a field of words may have.
func (f Field) Longest() int { return longest[f] }

var longest = map[Field]int{Title: 120, Words: 280, Place: 80, Number: 12, Unit: 40, Small: 200, Org: 80, Link: 80}

// Text returns where a field of words is kept, to be read or filled in; nil for the
// fields that are no words.
func (p *Piece) Text(f Field) *string {
	switch f {
	case Title:
		return &p.Title
	case Words:
		return &p.Words
	case Place:
		return &p.Place
	case Number:
		return &p.Number
	case Unit:
		return &p.Unit
	case Small:
		return &p.Small
	case Org:
		return &p.Org
	case Link:
		return &p.Link
	}
	return nil
}

// Name is what a file of the piece is called, such as "keepiton-line-a4-am.pdf".
func (p Piece) Name(f Format) string {
	name := "keepiton-" + p.Template + "-" + string(p.Shape) + "-" + p.Lang
	if p.Dark {
		name += "-dark"
	}
	return name + "." + string(f)
}
