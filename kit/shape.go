package kit

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
