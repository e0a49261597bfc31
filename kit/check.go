package kit

import (
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"keepiton"
	"keepiton/locale"
)

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
	return *p.Text(f) == ""
}

// clean trims the words and gives line breaks one form.
func (p *Piece) clean() {
	for f := range longest {
		at := p.Text(f)
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
		at := p.Text(f)
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
