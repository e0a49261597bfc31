package kit

import (
	"fmt"
	"image"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"keepiton"
	"keepiton/locale"
)

// Kind is what a picture is for.
type Kind string

// The kinds.
const (
	Avatar  Kind = "avatar"
	Badge   Kind = "badge"
	Sticker Kind = "sticker"
	Banner  Kind = "banner"
	Poster  Kind = "poster"
	Card    Kind = "card"
)

// Kinds lists the kinds in the order they are shown.
func Kinds() []Kind { return []Kind{Poster, Card, Sticker, Banner, Avatar, Badge} }

// NameKey is the message with the name of the kind, in the plural.
func (k Kind) NameKey() string { return "kit.kind." + string(k) }

// Shape is the proportion of a picture.
type Shape string

// The shapes.
const (
	Square   Shape = "square"   // 1080 × 1080 pixels
	Portrait Shape = "portrait" // 1080 × 1350
	Wide     Shape = "wide"     // 1200 × 630, what networks show beside a link
	Strip    Shape = "banner"   // 1500 × 500, the head of a profile
	Label    Shape = "label"    // 640 × 160, to be embedded in a page
	A4       Shape = "a4"       // 210 × 297 mm
	A3       Shape = "a3"       // 297 × 420 mm
)

// NameKey is the message with the name of the shape.
func (s Shape) NameKey() string { return "kit.shape." + string(s) }

// Size is how large a shape is drawn.
type Size struct {
	Width, Height float64 // units of the drawing; pixels of a PNG in full size, but for paper
	Millimetres   float64 // width on paper, 0 for screens
	Pixels        int     // width of a PNG in full size
}

// DPI is the resolution of a PNG of a paper shape in full size. The letters of a
// poster are large; SVG and PDF have no resolution.
const DPI = 150

var sizes = map[Shape]Size{
	Square:   {1080, 1080, 0, 1080},
	Portrait: {1080, 1350, 0, 1080},
	Wide:     {1200, 630, 0, 1200},
	Strip:    {1500, 500, 0, 1500},
	Label:    {640, 160, 0, 640},
	A4:       {1050, 1485, 210, 1240}, // five units a millimetre
	A3:       {1050, 1485, 297, 1754}, // the same drawing, larger
}

// Size returns the size of a shape; zero where there is no such shape.
func (s Shape) Size() Size { return sizes[s] }

// Format is a kind of file.
type Format string

// The formats.
const (
	SVG Format = "svg"
	PNG Format = "png"
	PDF Format = "pdf"
)

// Formats lists the formats.
func Formats() []Format { return []Format{SVG, PNG, PDF} }

// MediaType returns the format's media type.
func (f Format) MediaType() string {
	switch f {
	case SVG:
		return "image/svg+xml"
	case PNG:
		return "image/png"
	case PDF:
		return "application/pdf"
	}
	return "application/octet-stream"
}

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

// text returns a field of words; nil for the others.
func (p *Piece) text(f Field) *string {
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

// empty reports whether nothing was filled in for a field.
func (p *Piece) empty(f Field) bool {
	switch f {
	case Country:
		return p.Country == ""
	case Regions:
		return len(p.Regions) == 0
	case Cuts:
		return len(p.Cuts) == 0
	case Logo:
		return p.Logo == nil
	}
	return *p.text(f) == ""
}

// clean trims the words and gives line breaks one form.
func (p *Piece) clean() {
	for f := range longest {
		at := p.text(f)
		lines := strings.FieldsFunc(*at, func(r rune) bool { return r == '\n' || r == '\r' || r == '\u2028' || r == '\u2029' })
		for i, l := range lines {
			lines[i] = strings.TrimSpace(l)
		}
		*at = strings.TrimSpace(strings.Join(lines, "\n"))
		if !slices.Contains([]Field{Title, Words, Small}, f) {
			*at = strings.ReplaceAll(*at, "\n", " ")
		}
	}
}

// check refuses what no template can draw.
func (p *Piece) check(t Template) error {
	switch {
	case !slices.Contains(t.Shapes, p.Shape):
		return keepiton.Errorf(keepiton.Invalid, "kit: template %q has no shape %q", t.ID, p.Shape)
	case !slices.ContainsFunc(locale.Languages, func(l locale.Language) bool { return l.Tag == p.Lang }):
		return keepiton.Errorf(keepiton.Invalid, "kit: no language %q", p.Lang)
	case p.Pixels != 0 && (p.Pixels < 16 || p.Pixels > p.Shape.Size().Pixels):
		return keepiton.Errorf(keepiton.Invalid, "kit: %d pixels; a %s has 16 to %d", p.Pixels, p.Shape, p.Shape.Size().Pixels)
	case len(p.Cuts) > mostCuts || len(p.Regions) > mostParts:
		return keepiton.Errorf(keepiton.TooLarge, "kit: more than %d cuts or %d regions", mostCuts, mostParts)
	}
	for _, f := range t.Fields {
		at := p.text(f)
		if at == nil {
			continue
		}
		if n := utf8.RuneCountInString(*at); n > f.Longest() {
			return &keepiton.Error{
				Code: keepiton.TooLarge, Key: "error.kit.length", Args: map[string]any{"Most": f.Longest()},
				Err: fmt.Errorf("kit: %s has %d characters; at most %d", f, n, f.Longest()),
			}
		}
	}
	for _, f := range t.Needs {
		if p.empty(f) {
			return &keepiton.Error{
				Code: keepiton.Invalid, Key: "error.kit.needs", Args: map[string]any{"Field": locale.For(p.Lang).T(f.NameKey())},
				Err: fmt.Errorf("kit: template %q needs %s", t.ID, f),
			}
		}
	}
	for _, c := range p.Cuts {
		if !c.From.Before(c.To) || c.From.Year() < firstYear || c.To.Year() > lastYear {
			return keepiton.Errorf(keepiton.Invalid, "kit: no cut lasts from %s to %s", c.From.Format(time.RFC3339), c.To.Format(time.RFC3339))
		}
	}
	if p.Logo != nil {
		if b := p.Logo.Bounds(); b.Empty() || b.Dx() > LogoPixels/b.Dy() {
			return keepiton.Errorf(keepiton.TooLarge, "kit: a logo has at most %d pixels", LogoPixels)
		}
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
