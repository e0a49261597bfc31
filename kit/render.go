package kit

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"slices"
	"strings"

	"keepiton"
	"keepiton/kit/letters"
	"keepiton/kit/sheet"
	"keepiton/locale"
)

// License of what the kit makes.
const (
	License     = "https://creativecommons.org/licenses/by/4.0/"
	LicenseName = "CC BY 4.0"
)

// Render writes a piece as a file. Errors of code invalid or too_large say what
// somebody has to change; nothing is written then.
func Render(w io.Writer, p Piece, f Format) error {
	s, err := compose(p)
	if err != nil {
		return err
	}
	switch f {
	case SVG:
		return s.WriteSVG(w)
	case PNG:
		px := p.Pixels
		if px == 0 {
			px = p.Shape.Size().Pixels
		}
		return s.WritePNG(w, px)
	case PDF:
		return sheet.WritePDF(w, s)
	}
	return keepiton.Errorf(keepiton.Invalid, "kit: no format %q", f)
}

// Check reports what somebody would have to change before a piece can be drawn:
// the errors of Render, without the picture.
func Check(p Piece) error {
	_, err := compose(p)
	return err
}

// Legible reports the first character of a piece that cannot be drawn: what is most
// often in the way, and found in a hundredth of the time that Check takes.
func Legible(p Piece) error {
	t, ok := ByID(p.Template)
	if !ok {
		return keepiton.Errorf(keepiton.NotFound, "kit: no template %q", p.Template)
	}
	return letters.Legible(p.words(t), letters.Style{Lang: p.Lang})
}

// drawing is raised when the same piece comes out differently than before, so
// that caches do not keep old pictures.
const drawing = 2

// Key names the file of a piece for caches: equal pieces have equal keys.
func (p Piece) Key(f Format) string {
	logo := p.Logo
	p.Logo = nil
	p.clean()
	h := sha256.New()
	fmt.Fprintf(h, "%d %s %q", drawing, f, fmt.Sprintf("%+v", p))
	if logo != nil {
		b := logo.Bounds()
		fmt.Fprintf(h, "%v", b)
		row := make([]byte, 0, 8*b.Dx())
		for y := b.Min.Y; y < b.Max.Y; y++ {
			row = row[:0]
			for x := b.Min.X; x < b.Max.X; x++ {
				r, g, bl, a := logo.At(x, y).RGBA()
				row = append(row, byte(r>>8), byte(g>>8), byte(bl>>8), byte(a>>8))
			}
			h.Write(row)
		}
	}
	return hex.EncodeToString(h.Sum(nil)[:16])
}

// compose lays a piece out.
func compose(p Piece) (*sheet.Sheet, error) {
	t, ok := ByID(p.Template)
	if !ok {
		return nil, keepiton.Errorf(keepiton.NotFound, "kit: no template %q", p.Template)
	}
	p.clean()
	if err := p.check(t); err != nil {
		return nil, err
	}
	g := newPage(p)
	pr := locale.For(p.Lang)
	g.sheet.About = sheet.About{
		Lang: p.Lang, Title: pr.T(t.NameKey()), Description: Alt(p, pr), Picture: pr.T(t.AltKey()), Words: p.words(t), Creator: p.Org, Source: p.Source,
		License: License, LicenseName: LicenseName,
	}
	if p.Title != "" && slices.Contains(t.Fields, Title) {
		g.sheet.About.Title = strings.ReplaceAll(p.Title, "\n", " ")
	}
	t.draw(g)
	g.sheet.Put(g.last)
	g.sheet.Put(g.foot)
	if g.err != nil {
		return nil, g.err
	}
	return g.sheet, nil
}
