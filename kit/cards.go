package kit

import (
	"io"
	"strings"

	"keepiton"
	"keepiton/kit/letters"
	"keepiton/kit/sheet"
	"keepiton/locale"
)

// Cards are cards that people get to sign a petition with: each has a link of its
// own, as a QR code, which signs once.
type Cards struct {
	Title  string // of the petition
	To     string
	Closes keepiton.Moment
	Page   string   // address of the petition's page, for people
	Links  []string // one a card
}

// The cards on a page: A4 in units of a 96th of an inch, two beside each other and
// four below, to be cut along the lines.
const (
	cardsWide, cardsHigh = 794.0, 1123.0
	cardMargin           = 30.0
	cardColumns          = 2
	cardRows             = 4
	cardInset            = 16.0
	cardCode             = 172.0 // side of the code: 45 mm, its modules half a millimetre
)

// WriteCards writes the cards as a PDF. Errors are those of Render: words that do
// not fit, or that no letters of ours write.
func WriteCards(w io.Writer, c Cards, pr *locale.Printer) error {
	var pages []*sheet.Sheet
	for i := 0; i < len(c.Links) || i == 0; i += cardColumns * cardRows {
		g := &page{p: Piece{Lang: pr.Lang().Tag}, w: cardsWide, h: cardsHigh, u: 1, rtl: letters.Style{Lang: pr.Lang().Tag}.RTL()}
		g.colours(false)
		white := sheet.Colour(0xffffff)
		g.ground = white
		g.sheet = &sheet.Sheet{Width: g.w, Height: g.h, Millimetres: 210, Ground: &g.ground, About: sheet.About{
			Lang: pr.Lang().Tag, Title: c.Title, Creator: hashtag, Source: c.Page, License: License, LicenseName: LicenseName,
			Words: c.Title, Description: pr.T("kit.card.sign"),
		}}
		for k, link := range c.Links[i:min(len(c.Links), i+cardColumns*cardRows)] {
			if err := g.card(c, pr, link, k); err != nil {
				return err
			}
		}
		if g.err != nil {
			return g.err
		}
		pages = append(pages, g.sheet)
	}
	return sheet.WritePDF(w, pages...)
}

// card draws the k-th card of a page.
func (g *page) card(c Cards, pr *locale.Printer, link string, k int) error {
	w, h := (g.w-2*cardMargin)/cardColumns, (g.h-2*cardMargin)/cardRows
	x, y := cardMargin+float64(k%cardColumns)*w, cardMargin+float64(k/cardColumns)*h
	for _, edge := range []sheet.Path{sheet.Rect(x, y, w, 0.5), sheet.Rect(x, y+h, w, 0.5), sheet.Rect(x, y, 0.5, h), sheet.Rect(x+w, y, 0.5, h)} {
		g.fill(edge, g.soft)
	}
	code, err := sheet.NewQR(link, false)
	if err != nil {
		return err
	}
	at := x + w - cardInset - cardCode + 8
	if g.rtl {
		at = g.w - at - cardCode
	}
	g.sheet.Fill(code.Path(at, y+cardInset-8, cardCode), ink) // the same way round in every language
	left, wide := x+cardInset, w-2*cardInset-cardCode+4
	g.mark(left, y+cardInset, 15, g.ink, g.ground)
	title := g.head(c.Title, area{x: left, y: y + cardInset + 28, w: wide, h: 92, largest: 23, least: 11})
	g.body(c.To, area{x: left, y: title.y1 + 8, w: wide, h: 54, largest: 12.5, least: 9, colour: g.soft})
	sign := g.kicker(pr.T("kit.card.sign"), area{x: left, y: y + cardInset + cardCode - 6, w: w - 2*cardInset, h: 20, largest: 14, least: 9, lines: 1})
	foot := y + h - cardInset - 12
	g.body(pr.T("kit.card.how", "Day", pr.Date(c.Closes)), area{x: left, y: sign.y1 + 5, w: w - 2*cardInset, h: foot - sign.y1 - 8, largest: 11, least: 7})
	short := strings.TrimPrefix(strings.TrimPrefix(c.Page, "https://"), "http://")
	g.body(short, area{x: left, y: foot, w: w - 2*cardInset, h: 12, largest: 9.5, least: 6, lines: 1, valign: 1, colour: g.soft})
	return g.err
}
