// Package kit draws the campaign's pictures: avatars, badges, stickers, banners,
// posters and share cards, in seven languages, as SVG, PNG and PDF.
//
// A [Template] is a design; a [Piece] is what somebody fills into it. Every word
// on a piece can be replaced, so that a campaign can say what it has to say where
// it is, and words that cannot be drawn or do not fit are an error that says so,
// never a broken picture.
//
//	t, _ := kit.ByID("line")
//	p := t.Piece(locale.For("am"), kit.A4)
//	p.Place = "ባሕር ዳር"
//	err := kit.Render(w, p, kit.PNG)
//
// The package is pure: the same piece gives the same bytes, and nothing is read
// but what was built in. What it makes is licensed CC BY 4.0, and each file says
// so.
package kit
