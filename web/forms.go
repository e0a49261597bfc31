package web

import (
	"io"
	"strings"

	"keepiton"
	"keepiton/chart"
	"keepiton/count"
	"keepiton/export"
	"keepiton/store"
)

// listForm answers with a selection of incidents in the form of the suffix,
// or in the format that ?format= names where several share the suffix, such as
// STOP's old layouts.
func (s *Server) listForm(v *visit, q store.Query, name string) (*answer, error) {
	if v.suffix == "svg" {
		return s.mapForm(v, q)
	}
	f, ok := export.BySuffix(v.suffix)
	if want := v.get("format"); want != "" {
		if f, ok = export.ByName(want); ok && f.Suffix != v.suffix {
			return nil, keepiton.Errorf(keepiton.Invalid, "format=%s is written as .%s, not as .%s", want, f.Suffix, v.suffix)
		}
	}
	if !ok {
		return nil, keepiton.Errorf(keepiton.NotFound, "no format .%s", v.suffix)
	}
	if export.FeedType(f.Suffix) != "" {
		return s.listFeed(v, f.Suffix, q)
	}
	return s.exportAnswer(v, f, name, func(yield func(*keepiton.Revision) error) error { return s.each(v, q, yield) }), nil
}

func (s *Server) exportAnswer(v *visit, f export.Format, name string, in export.Incidents) *answer {
	a := &answer{contentType: f.MediaType, filename: name + "." + f.Suffix, write: func(w io.Writer) error {
		return f.Write(w, in, s.exportOptions(v))
	}}
	if shown[f.Suffix] { // a browser shows these; they are no downloads
		a.filename = ""
	}
	return a
}

var shown = map[string]bool{"json": true, "atom": true, "feed.json": true, "txt": true, "geojson": true}

func (s *Server) exportOptions(v *visit) export.Options {
	return export.Options{
		AsOf: v.now, Lang: v.p, BaseURL: s.opt.BaseURL, Query: write(v.query), Sample: s.opt.Sample, STOP: s.opt.STOP,
	}
}

// citations are the suffixes of citations and what export calls them.
var citations = map[string]struct{ kind, mediaType string }{
	"bib": {"bibtex", "application/x-bibtex; charset=utf-8"},
	"ris": {"ris", "application/x-research-info-systems; charset=utf-8"},
	"csl": {"csl", "application/vnd.citationstyles.csl+json; charset=utf-8"},
	"cff": {"cff", "text/yaml; charset=utf-8"},
}

// incidentForm answers with one incident in the form of the suffix.
func (s *Server) incidentForm(v *visit, rev *keepiton.Revision) (*answer, error) {
	id := string(rev.Incident.ID)
	if c, ok := citations[v.suffix]; ok {
		text, err := export.Cite(c.kind, rev, s.opt.BaseURL)
		if err != nil {
			return nil, err
		}
		return &answer{contentType: c.mediaType, filename: id + "." + v.suffix, write: func(w io.Writer) error {
			_, err := io.WriteString(w, text)
			return err
		}}, nil
	}
	if v.suffix == "svg" {
		f := v.timelineFigure(export.Sentence(v.p, &rev.Incident, rev.KnownAt(v.now)), rev)
		return figureAnswer(f), nil
	}
	f, ok := export.BySuffix(v.suffix)
	if !ok {
		return nil, keepiton.Errorf(keepiton.NotFound, "no format .%s", v.suffix)
	}
	return s.exportAnswer(v, f, id, func(yield func(*keepiton.Revision) error) error { return yield(rev) }), nil
}

// places counts the incidents of a selection by affected country, and names
// the countries where one goes on.
func (s *Server) places(v *visit, q store.Query) (counts map[string]int, dark map[string]bool, total int, err error) {
	counts, dark = map[string]int{}, map[string]bool{}
	q.Limit, q.Cursor = 1000, ""
	for {
		page, err := s.opt.Record.List(v.ctx, q)
		if err != nil {
			return nil, nil, 0, err
		}
		for i := range page.Items {
			inc := &page.Items[i].Incident
			for _, cc := range inc.Countries() {
				counts[cc]++
				dark[cc] = dark[cc] || inc.End().State == keepiton.Ongoing
			}
		}
		if q.Cursor = page.Next; q.Cursor == "" {
			return counts, dark, page.Total, nil
		}
	}
}

// mapForm draws where the incidents of a selection were.
func (s *Server) mapForm(v *visit, q store.Query) (*answer, error) {
	counts, dark, _, err := s.places(v, q)
	if err != nil {
		return nil, err
	}
	return figureAnswer(v.worldFigure(v.listTitle(v.p.T("page.incidents.title")), counts, dark)), nil
}

func figureAnswer(f chart.Figure) *answer {
	return &answer{contentType: "image/svg+xml", write: func(w io.Writer) error {
		_, err := w.Write(f.File())
		return err
	}}
}

// tableForm answers with a counted table, or with its drawing.
func (s *Server) tableForm(v *visit, t count.Table, f chart.Figure) (*answer, error) {
	switch v.suffix {
	case "svg":
		return figureAnswer(f), nil
	case "json":
		return &answer{contentType: "application/json; charset=utf-8", write: func(w io.Writer) error { return t.Write(w, "json") }}, nil
	case "txt":
		return &answer{contentType: "text/plain; charset=utf-8", write: func(w io.Writer) error { return t.Write(w, "table") }}, nil
	}
	name := "keepiton" + strings.ReplaceAll(v.path, "/", "-") + ".csv"
	return &answer{contentType: "text/csv; charset=utf-8", filename: name, write: func(w io.Writer) error { return t.Write(w, "csv") }}, nil
}
