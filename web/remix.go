package web

import (
	"errors"
	"net/http"
	"slices"

	"keepiton"
	"keepiton/kit"
)

// remixPage is one template, with a form for words of one's own.
type remixPage struct {
	frame
	Template string
	Kind     string
	Alt      string
	Picture  string // address of a small PNG
	Fault    string // why it cannot be drawn, in words
	Inputs   []kitInput
	Dark     bool
	Incident string
	ForYear  string // of the record
	Files    []kitFiles
	Shapes   []option
	Share    bool // it can be filled from an incident
	Yearly   bool // it can be filled from a year
	Logo     bool // it shows one
	Logos    []option
	Badges   []badge
}

// kitInput is a field of the form.
type kitInput struct {
	Name, Label, Value string
	Most               int
	Long               bool
}

// kitFiles is a shape with its files.
type kitFiles struct {
	Shape string
	Files []form
}

// whyNot says why a piece cannot be drawn, in words for who filled it in.
func (v *visit) whyNot(err error) string {
	var e *keepiton.Error
	if !errors.As(err, &e) || e.Key == "" || !v.p.Has(e.Key) {
		return v.p.T("error." + string(keepiton.CodeOf(err)))
	}
	var kv []any
	for name, value := range e.Args {
		kv = append(kv, name, value)
	}
	return v.p.T(e.Key, kv...)
}

func (s *Server) remix(v *visit) (*answer, error) {
	t, p, err := s.piece(v, kit.Shape(v.get("shape")))
	if err != nil {
		return nil, err
	}
	page, err := s.remixForm(v, t, p)
	if err != nil {
		return nil, err
	}
	if err := kit.Check(p); err != nil {
		return s.remixFault(v, t, p, err)
	}
	if page.Picture = v.kitFile(p, kit.PNG, 2*previewPixels); v.copy {
		page.Picture = v.Href("/kit/" + t.ID + "/preview.png")
	}
	for _, shape := range t.Shapes {
		q := p
		q.Shape = shape
		files := kitFiles{Shape: v.p.T(shape.NameKey())}
		formats := kit.Formats()
		if v.copy {
			formats = carriedFormats(t, shape)
		}
		if len(formats) == 0 {
			continue
		}
		for _, f := range formats {
			files.Files = append(files.Files, form{formName(string(f)), v.kitFile(q, f, 0)})
		}
		page.Files = append(page.Files, files)
	}
	return s.html("remix", page), nil
}

// carriedFormats are the files of a shape in a copy to be carried: the shape that the
// template was made for, a square for screens and A4 to print, each as it is used. The
// site has all shapes in all formats.
func carriedFormats(t kit.Template, shape kit.Shape) []kit.Format {
	switch {
	case shape != t.Shapes[0] && shape != kit.Square && shape != kit.A4:
		return nil
	case shape.Size().Millimetres > 0:
		return []kit.Format{kit.PDF}
	case shape == kit.Label:
		return []kit.Format{kit.SVG}
	}
	return []kit.Format{kit.PNG}
}

// remixForm is the page of a template with the form, before anything is drawn.
func (s *Server) remixForm(v *visit, t kit.Template, p kit.Piece) (*remixPage, error) {
	page := &remixPage{
		frame: s.frame(v, "remix"), Template: t.ID, Kind: v.p.T(t.Kind.NameKey()), Alt: kit.Alt(p, v.p), Dark: p.Dark, Incident: v.get("incident"), ForYear: v.get("year"),
		Share: t.ID != "year" && (slices.Contains(t.Fields, kit.Cuts) || slices.Contains(t.Fields, kit.Number)), Yearly: t.ID == "year", Logo: slices.Contains(t.Fields, kit.Logo),
	}
	page.Title = v.p.T(t.NameKey())
	for _, f := range kitFields {
		if slices.Contains(t.Fields, f) && f != kit.Country {
			page.Inputs = append(page.Inputs, kitInput{string(f), v.p.T(f.NameKey()), pieceText(&p, f), f.Longest(), f == kit.Words})
		}
	}
	if slices.Contains(t.Fields, kit.Country) {
		page.Inputs = append(page.Inputs, kitInput{"country", v.p.T(kit.Country.NameKey()), p.Country, 2, false})
	}
	for _, shape := range t.Shapes {
		page.Shapes = append(page.Shapes, option{string(shape), v.p.T(shape.NameKey()), shape == p.Shape})
	}
	var err error
	if page.Logo {
		page.Logos, err = s.logoOptions(v)
	}
	return page, err
}

// remixFault answers with the form and why it cannot be drawn. What is no fault of
// who filled it in stays an error.
func (s *Server) remixFault(v *visit, t kit.Template, p kit.Piece, fault error) (*answer, error) {
	if code := keepiton.CodeOf(fault); code != keepiton.Invalid && code != keepiton.TooLarge {
		return nil, fault
	}
	page, err := s.remixForm(v, t, p)
	if err != nil {
		return nil, err
	}
	page.Fault = v.whyNot(fault)
	a := s.html("remix", page)
	if v.req.Method == http.MethodPost {
		a.status = http.StatusBadRequest
	}
	return a, nil
}
