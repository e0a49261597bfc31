// Package paper sets documents that are read and printed: briefs and statements,
// on A4, in every language of the site. It is pure: the same paper gives the same
// bytes.
//
// A paper is a head with the campaign's mark, a title, and parts. The name of a part
// stands in a column of its own at the side where reading starts, its text beside
// it, so that an eye in a hurry finds its way:
//
//	p := paper.Paper{Lang: "en", Kicker: "Press brief", Title: "Offline", Parts: []paper.Part{
//		{Head: "What happened", Lines: []paper.Line{{Text: "The internet was cut."}}},
//	}}
//	err := p.WriteBrief(w) // exactly one page
package paper

import (
	"io"
	"strings"

	"keepiton/kit/sheet"
)

// Paper is a document.
type Paper struct {
	Lang   string // BCP 47
	Kicker string // what kind of paper it is
	Band   string // a warning across the top of every page; may be empty
	Cover  *Cover // nil: the title stands above the first part
	Title  string
	Under  []string // below the title: day, place
	Parts  []Part
	Foot   []string // on every page: where it comes from, and the licence
	More   string   // what stands at the end when not all has room: where to read on
	About  sheet.About
}

// Part is one part of a paper. Without a head its text has the width of the page.
type Part struct {
	Head  string
	Lines []Line
}

// Kind is how a line of a part is set.
type Kind uint8

// The kinds.
const (
	Say   Kind = iota // a paragraph
	Point             // one of a list
	Quote             // somebody's words, with By below
	Small             // a remark
	Lead              // what is read first
	Entry             // a row of a table: a name, and a number in By
	Chart             // Bars, with what they say in Text
)

// Line is one paragraph.
type Line struct {
	Kind Kind
	Text string
	By   string // of a quote: who said it
	Lang string // of the text; empty: the paper's
	Bars []float64
}

// Undetermined is the language of words of which nobody knows it (ISO 639-2).
const Undetermined = "und"

// The page, in units of a 96th of an inch as on screens: A4 is 794 by 1123.
const (
	width, height = 794.0, 1123.0
	millimetres   = 210.0
	margin        = 58.0
	rail          = 142.0 // width of the column of heads, with its gap
	bottom        = 1050.0
)

// Sizes of letters at the full size, in units: 4/3 of a point.
const (
	readSize  = 13.6
	smallSize = 11.0
	headSize  = 13.0
	leadSize  = 16.5
	titleSize = 29.0
	footSize  = 10.2
)

// The steps by which a brief is made smaller until it fits on its page, and the
// smallest: 7.8 points are what a news agency prints and still reads.
const (
	step  = 0.97
	least = 0.77
)

// WriteBrief writes the paper as a PDF of exactly one page: its letters become as
// small as need be and may be; what still has no room is left out at the end, and
// More says where it stands.
func (p *Paper) WriteBrief(w io.Writer) error {
	page, _, err := p.brief()
	if err != nil {
		return err
	}
	return sheet.WritePDF(w, page)
}

// brief draws the one page, and reports whether all has room on it.
func (p *Paper) brief() (*sheet.Sheet, bool, error) {
	for scale := 1.0; ; scale *= step {
		last := scale*step < least
		s := &setter{paper: p, scale: scale}
		pages, whole := s.pages(true)
		if s.err != nil || whole || last {
			if s.err != nil {
				return nil, false, s.err
			}
			return pages[0], whole, nil
		}
	}
}

// WritePages writes the paper as a PDF of as many pages as it needs.
func (p *Paper) WritePages(w io.Writer) error {
	s := &setter{paper: p, scale: 1}
	pages, _ := s.pages(false)
	if s.err != nil {
		return s.err
	}
	return sheet.WritePDF(w, pages...)
}

// words are all words of the paper, for search.
func (p *Paper) words() string {
	out := append([]string{p.Title}, p.Under...)
	for _, part := range p.Parts {
		out = append(out, part.Head)
		for _, l := range part.Lines {
			out = append(out, l.Text, l.By)
		}
	}
	return strings.Join(strings.Fields(strings.Join(out, " ")), " ")
}
