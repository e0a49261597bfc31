package web

import (
	"strings"

	"keepiton"
	"keepiton/export"
	"keepiton/geo"
	"keepiton/kit/paper"
	"keepiton/store"
)

// countryBrief answers /countries/{cc}/press.
func (s *Server) countryBrief(v *visit) (*answer, error) {
	code := strings.ToUpper(v.req.PathValue("cc"))
	if _, ok := geo.ByCode(code); !ok {
		return nil, keepiton.Errorf(keepiton.NotFound, "no country has the ISO 3166-1 code %q", v.req.PathValue("cc"))
	}
	if code != v.req.PathValue("cc") {
		return moved(v, "/countries/"+code+"/press"), nil
	}
	page := &briefPage{frame: s.frame(v, "brief"), About: v.Href("/countries/" + code), Of: v.country(code)}
	b := &page.B
	b.Title = v.p.T("page.brief.country", "Country", v.country(code))
	b.Under = []string{v.p.T("page.brief.under.country", "Country", v.country(code), "Code", code, "Day", v.p.Day(v.now))}
	if err := s.briefCountry(v, code, b); err != nil {
		return nil, err
	}
	page.Lead = page.B.Parts[0].Lines[0].Text
	if !v.copy {
		path := "/kit/country/wide.png"
		page.Cards = []card{{v.Href(path, "country", code), v.Href(path, "country", code, "limit", "320"), v.p.T("page.brief.card", "Title", b.Title), 305, 160}}
		page.Shares = v.Href("/kit/country", "country", code)
	}
	return s.answerBrief(v, page)
}

// briefCountry fills a brief with what the record says of a country.
func (s *Server) briefCountry(v *visit, code string, b *brief) error {
	in := []string{code}
	dark, err := s.opt.Record.List(v.ctx, store.Query{AsOf: v.asOf, Countries: in, Status: []keepiton.EndState{keepiton.Ongoing}, Limit: briefPast})
	if err != nil {
		return err
	}
	var now []briefLine
	for i := range dark.Items {
		rev := public(&dark.Items[i])
		now = append(now, briefLine{Kind: paper.Lead, Text: export.Sentence(v.p, &rev.Incident, rev.KnownAt(v.now)), Href: v.Href("/incidents/" + string(rev.Incident.ID) + "/press")})
	}
	if len(now) == 0 {
		now = []briefLine{{Kind: paper.Lead, Text: v.p.T("page.brief.none_now", "Country", v.country(code), "Day", v.p.Day(v.now))}}
	}
	b.part("now", now...)
	numbers, quotable, err := s.countryFigures(v, code)
	if err != nil {
		return err
	}
	b.part("numbers", numbers...)
	list, err := s.opt.Record.List(v.ctx, store.Query{AsOf: v.asOf, Countries: in, Limit: 500})
	if err != nil {
		return err
	}
	b.part("latest", v.briefItems(list.Items, "")...)
	b.part("unknown", v.briefDoubts(list.Items)...)
	b.part("quotable", quotable...)
	quotes, err := s.briefTold(v, store.StoryQuery{Countries: in})
	if err != nil {
		return err
	}
	b.part("quotes", quotes...)
	entries, err := s.countryEntries(v, code)
	if err != nil {
		return err
	}
	var lists []briefLine
	for _, t := range entries {
		lists = append(lists, briefLine{Kind: paper.Point, Label: t.Label, Text: v.p.Number(t.N), Href: t.Href})
	}
	b.part("campaign", lists...)
	return nil
}

// briefDoubts counts, among the newest incidents of a country, those of which the
// record does not say when they ended, who ordered them, or whether anybody checked.
func (v *visit) briefDoubts(revs []keepiton.Revision) (out []briefLine) {
	var ends, orders, checks int
	who, _ := keepiton.FieldByName("perpetrators")
	for i := range revs {
		inc := &public(&revs[i]).Incident
		if e := inc.End(); e.At.IsZero() && e.State != keepiton.Ongoing {
			ends++
		}
		if s := who.State(inc); s == keepiton.Unknown || s == keepiton.NotAsked {
			orders++
		}
		if l := inc.Verification.Level; l == keepiton.Unverified || l == keepiton.Listed {
			checks++
		}
	}
	for _, d := range []struct {
		key string
		n   int
	}{{"ends", ends}, {"orders", orders}, {"checks", checks}} {
		if d.n > 0 {
			out = append(out, briefLine{Kind: paper.Point, Text: v.p.N("page.brief.doubt."+d.key, d.n, "Of", v.p.Number(len(revs)))})
		}
	}
	return out
}
