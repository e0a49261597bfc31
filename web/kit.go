package web

import (
	"net/url"
	"slices"
	"strconv"

	"keepiton"
	"keepiton/kit"
	"keepiton/store"
)

// kitPage is the gallery of the visual kit.
type kitPage struct {
	frame
	Kinds []kitKind
	ZIP   string // address of the whole kit; empty: there is none
}

type kitKind struct {
	Name   string
	Pieces []kitCard
}

// kitCard is a template in the gallery.
type kitCard struct {
	Name, Href, Alt string
	Preview         string // address of a small PNG; empty: it needs data first
}

// previewPixels is the width of a preview in the gallery: what a phone shows of
// two in a row, on a screen with two dots a pixel.
const previewPixels = 320

// kitPreview answers with a small picture of a template: with its own words, or,
// where it says nothing without the record, filled from it. Its address has no
// query, so that a copy of the site has it too.
func (s *Server) kitPreview(v *visit) (*answer, error) {
	t, ok := kit.ByID(v.req.PathValue("template"))
	if !ok {
		return nil, keepiton.Errorf(keepiton.NotFound, "the kit has no %q", v.req.PathValue("template"))
	}
	p, err := s.examplePiece(v, t)
	if err != nil {
		return nil, err
	}
	p.Pixels = previewPixels
	return drawn(v, p, kit.PNG)
}

// examplePiece is a template with its own words, and what it needs beside them from
// the record as it is.
func (s *Server) examplePiece(v *visit, t kit.Template) (kit.Piece, error) {
	p := t.Piece(v.p, t.Shapes[0])
	if filled(t, p) {
		return p, nil
	}
	example, err := s.kitExample(v)
	if err != nil {
		return p, err
	}
	w := *v
	if w.query = v.exampleQuery(t, example); w.query == nil {
		return p, nil
	}
	return p, s.pieceOfRecord(&w, t, &p)
}

func (s *Server) kit(v *visit) (*answer, error) {
	page := &kitPage{frame: s.frame(v, "kit")}
	example, err := s.kitExample(v)
	if err != nil {
		return nil, err
	}
	for _, kind := range kit.Kinds() {
		group := kitKind{Name: v.p.T(kind.NameKey())}
		for _, t := range kit.Templates() {
			if t.Kind != kind {
				continue
			}
			p := t.Piece(v.p, t.Shapes[0])
			card := kitCard{Name: v.p.T(t.NameKey()), Href: v.Href("/kit/" + t.ID), Alt: kit.Alt(p, v.p)}
			if filled(t, p) || v.exampleQuery(t, example) != nil {
				card.Preview = v.Href("/kit/" + t.ID + "/preview.png")
			}
			group.Pieces = append(group.Pieces, card)
		}
		page.Kinds = append(page.Kinds, group)
	}
	if !v.copy {
		page.ZIP = "/" + v.p.Lang().Tag + kitZIP
	}
	return s.html("kit", page), nil
}

// exampleQuery asks for what fills a template that says nothing without the record:
// the year before this one, or the incident. Nil where there is nothing to ask for.
func (v *visit) exampleQuery(t kit.Template, example *keepiton.Revision) url.Values {
	switch {
	case t.ID == "year":
		return url.Values{"year": {strconv.Itoa(v.now.Year() - 1)}}
	case example != nil && slices.ContainsFunc(t.Fields, func(f kit.Field) bool { return f == kit.Cuts || f == kit.Number }):
		return url.Values{"incident": {string(example.Incident.ID)}}
	}
	return nil
}

// kitExample is the newest incident of which the record knows place and days: the
// gallery shows with it what needs data. Nil when there is none.
func (s *Server) kitExample(v *visit) (*keepiton.Revision, error) {
	list, err := s.opt.Record.List(v.ctx, store.Query{AsOf: v.asOf, Limit: 20})
	if err != nil {
		return nil, err
	}
	for i := range list.Items {
		rev := public(&list.Items[i])
		if rev.Incident.State == keepiton.Published && len(rev.Incident.Countries()) == 1 && daysTouched(v.now, rev).Days() > 0 {
			return rev, nil
		}
	}
	return nil, nil
}
