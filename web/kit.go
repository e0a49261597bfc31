package web

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net/url"
	"slices"
	"strconv"
	"time"

	"keepiton"
	"keepiton/kit"
	"keepiton/store"
)

// kitPage is the gallery of the visual kit.
type kitPage struct {
	frame
	Kinds []kitKind
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
			switch {
			case filled(t, p):
				card.Preview = v.kitFile(p, kit.PNG, previewPixels)
			case example != nil && slices.ContainsFunc(t.Fields, func(f kit.Field) bool { return f == kit.Cuts || f == kit.Number }) && t.ID != "year":
				card.Preview = address(v.p.Lang().Tag, "/kit/"+t.ID+"/"+string(p.Shape)+".png", url.Values{"incident": {string(example.ID)}, "limit": {strconv.Itoa(previewPixels)}})
			}
			group.Pieces = append(group.Pieces, card)
		}
		page.Kinds = append(page.Kinds, group)
	}
	return s.html("kit", page), nil
}

// kitExample is the newest incident of which the record knows place and days: the
// gallery shows with it what needs data. Nil when there is none.
func (s *Server) kitExample(v *visit) (*keepiton.Incident, error) {
	list, err := s.opt.Record.List(v.ctx, store.Query{AsOf: v.asOf, Limit: 20})
	if err != nil {
		return nil, err
	}
	for i := range list.Items {
		inc := &public(&list.Items[i]).Incident
		if len(inc.Countries()) == 1 && darkDays(cutsOf(inc, v.now)) > 0 {
			return inc, nil
		}
	}
	return nil, nil
}

// filled reports whether a piece has all that its template needs.
func filled(t kit.Template, p kit.Piece) bool {
	return !slices.ContainsFunc(t.Needs, func(f kit.Field) bool {
		switch f {
		case kit.Cuts:
			return len(p.Cuts) == 0
		default:
			return pieceText(&p, f) == ""
		}
	})
}

// pieceText returns the text of a field, empty for what is no text.
func pieceText(p *kit.Piece, f kit.Field) string {
	if at := pieceField(p, f); at != nil {
		return *at
	}
	return ""
}

// pieceField is where a field is kept that people may fill in: words, or the
// country of the map.
func pieceField(p *kit.Piece, f kit.Field) *string {
	if f == kit.Country {
		return &p.Country
	}
	return p.Text(f)
}

// kitFields are the fields that people may fill in, and their parameters.
var kitFields = []kit.Field{kit.Title, kit.Words, kit.Place, kit.Number, kit.Unit, kit.Small, kit.Org, kit.Link, kit.Country}

// piece reads what is to be drawn from the address: the template's own words, over
// them what the record says of an incident or country, over that what somebody wrote.
func (s *Server) piece(v *visit, shape kit.Shape) (kit.Template, kit.Piece, error) {
	t, ok := kit.ByID(v.req.PathValue("template"))
	if !ok {
		return t, kit.Piece{}, keepiton.Errorf(keepiton.NotFound, "the kit has no %q", v.req.PathValue("template"))
	}
	if shape == "" {
		shape = t.Shapes[0]
	}
	if !slices.Contains(t.Shapes, shape) {
		return t, kit.Piece{}, keepiton.Errorf(keepiton.NotFound, "%s has no shape %q", t.ID, shape)
	}
	p := t.Piece(v.p, shape)
	if id := keepiton.IncidentID(v.get("incident")); id != "" {
		if err := s.pieceOfIncident(v, t, &p, id); err != nil {
			return t, p, err
		}
	}
	if cc := v.get("country"); cc != "" && slices.Contains(t.Fields, kit.Country) {
		if err := s.pieceOfCountry(v, &p, cc); err != nil {
			return t, p, err
		}
	}
	for _, f := range kitFields {
		if at := pieceField(&p, f); v.query.Has(string(f)) && slices.Contains(t.Fields, f) {
			*at = v.get(string(f))
		}
	}
	if p.Country != "" && p.Place == "" && slices.Contains(t.Fields, kit.Place) {
		p.Place = v.country(p.Country)
	}
	p.Dark = v.get("tone") == "dark"
	if s.opt.BaseURL != "" {
		p.Source = s.opt.BaseURL + v.Href("/kit/"+t.ID)
	}
	return t, p, nil
}

// pieceOfIncident fills in what the record says of an incident: place, what
// happened, the times, and the days with the revision and day they hold for.
func (s *Server) pieceOfIncident(v *visit, t kit.Template, p *kit.Piece, id keepiton.IncidentID) error {
	rev, err := s.opt.Record.Get(v.ctx, id, v.asOf)
	if err == nil && rev.Incident.State != keepiton.Published {
		err = keepiton.Errorf(keepiton.NotFound, "incident %s is not public", id)
	}
	if err != nil {
		return err
	}
	r := public(&rev)
	it := v.newItem(r)
	p.Place = it.Country
	if it.Where != "" && len([]rune(it.Where)) < 40 {
		p.Place = it.Where + v.p.T("page.comma") + it.Country
	}
	if slices.Contains(t.Fields, kit.Title) && t.ID == "incident" {
		p.Title = v.p.T("page.kit.cut_off")
		if len(it.What) > 0 {
			p.Title = it.What[0]
		}
	}
	if in := r.Incident.Countries(); len(in) > 0 && slices.Contains(t.Fields, kit.Country) {
		return s.pieceOfCountry(v, p, in[0])
	}
	until := r.KnownAt(v.now)
	p.Cuts = cutsOf(&r.Incident, until)
	if n := darkDays(p.Cuts); n > 0 && slices.Contains(t.Fields, kit.Number) {
		p.Number, p.Unit = v.p.Number(n), v.p.N("page.kit.days", n)
		p.Small = v.p.T("page.kit.small", "ID", string(id), "N", rev.N, "Day", v.p.Day(until))
	}
	return nil
}

// pieceOfCountry fills in a country and how many incidents the record has of it.
func (s *Server) pieceOfCountry(v *visit, p *kit.Piece, code string) error {
	list, err := s.opt.Record.List(v.ctx, store.Query{AsOf: v.asOf, Countries: []string{code}, Limit: 1})
	if err != nil {
		return err
	}
	p.Country, p.Place, p.Number = code, v.country(code), v.p.Number(list.Total)
	p.Small = v.p.T("page.kit.small.country", "Day", v.p.Day(v.now))
	return nil
}

// cutsOf are the stretches in which an incident surely lasted, as known at until:
// a missing end is not an end, and no continuation.
func cutsOf(inc *keepiton.Incident, until time.Time) (out []kit.Cut) {
	for _, e := range inc.Episodes {
		if e.Start.IsZero() {
			continue
		}
		from, _, to, _ := e.Bounds(until)
		if to.After(from) {
			out = append(out, kit.Cut{From: from, To: to})
		}
	}
	return out
}

// darkDays counts the UTC days that cuts touch, each once.
func darkDays(cuts []kit.Cut) int {
	days := map[int64]bool{}
	for _, c := range cuts {
		for d := c.From.Unix() / 86400; d <= (c.To.Unix()-1)/86400 && len(days) < 100_000; d++ {
			days[d] = true
		}
	}
	return len(days)
}

// kitFile is the address of a piece as a file, with all that makes it another than
// the template's own.
func (v *visit) kitFile(p kit.Piece, f kit.Format, pixels int) string {
	q := url.Values{}
	for _, name := range kitParameters {
		if values := v.query[name]; len(values) > 0 && name != "shape" && name != "limit" {
			q[name] = values
		}
	}
	if pixels > 0 {
		q.Set("limit", strconv.Itoa(pixels))
	}
	return address(v.p.Lang().Tag, "/kit/"+p.Template+"/"+string(p.Shape)+"."+string(f), q)
}

// kitParameters are the parameters of a piece.
var kitParameters = []string{"incident", "title", "words", "place", "number", "unit", "small", "org", "link", "country", "tone"}

// kitRenders bounds how many pictures are drawn together: one takes a processor
// for up to a third of a second.
var kitRenders = make(chan struct{}, 2)

// render draws a piece, in turn.
func render(ctx context.Context, p kit.Piece, f kit.Format) ([]byte, error) {
	select {
	case kitRenders <- struct{}{}:
		defer func() { <-kitRenders }()
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	var b bytes.Buffer
	if err := kit.Render(&b, p, f); err != nil {
		return nil, err
	}
	return b.Bytes(), nil
}

// kitPicture answers with a piece as a file.
func (s *Server) kitPicture(v *visit) (*answer, error) {
	f := kit.Format(v.suffix)
	if !slices.Contains(kit.Formats(), f) {
		return nil, keepiton.Errorf(keepiton.NotFound, "a picture is asked for as .svg, .png or .pdf")
	}
	_, p, err := s.piece(v, kit.Shape(v.req.PathValue("shape")))
	if err != nil {
		return nil, err
	}
	if n, err := strconv.Atoi(v.get("limit")); err == nil && f == kit.PNG {
		p.Pixels = min(max(n, 16), p.Shape.Size().Pixels)
	}
	data, err := render(v.ctx, p, f)
	if err != nil {
		return nil, err
	}
	return &answer{contentType: f.MediaType(), write: func(w io.Writer) error {
		_, err := w.Write(data)
		return err
	}}, nil
}

// remixPage is one template, with a form for words of one's own.
type remixPage struct {
	frame
	Template string
	Kind     string
	Alt      string
	Preview  string
	Fault    string // why it cannot be drawn, in words
	Inputs   []kitInput
	Dark     bool
	Incident string
	Files    []kitFiles
	Share    bool // it can be filled from the record
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
	page := &remixPage{
		frame: s.frame(v, "remix"), Template: t.ID, Kind: v.p.T(t.Kind.NameKey()), Alt: kit.Alt(p, v.p), Dark: p.Dark, Incident: v.get("incident"),
		Share: slices.Contains(t.Fields, kit.Cuts) || slices.Contains(t.Fields, kit.Number),
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
	small := p
	small.Pixels = previewPixels
	if _, err := render(v.ctx, small, kit.PNG); err != nil {
		if keepiton.CodeOf(err) != keepiton.Invalid && keepiton.CodeOf(err) != keepiton.TooLarge {
			return nil, err
		}
		page.Fault = v.whyNot(err)
		return s.html("remix", page), nil
	}
	page.Preview = v.kitFile(p, kit.PNG, 2*previewPixels)
	for _, shape := range t.Shapes {
		q := p
		q.Shape = shape
		files := kitFiles{Shape: v.p.T(shape.NameKey())}
		for _, f := range kit.Formats() {
			files.Files = append(files.Files, form{formName(string(f)), v.kitFile(q, f, 0)})
		}
		page.Files = append(page.Files, files)
	}
	return s.html("remix", page), nil
}
