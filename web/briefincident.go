package web

import (
	"slices"
	"strconv"
	"strings"

	"keepiton"
	"keepiton/count"
	"keepiton/export"
	"keepiton/kit/paper"
	"keepiton/store"
)

// How much of a thing a brief names; its page has the rest.
const (
	briefPlaces  = 6
	briefSources = 4
	briefPast    = 4
	briefQuotes  = 3
)

// briefIncident fills a brief with what the record says of an incident.
func (s *Server) briefIncident(v *visit, rev *keepiton.Revision, b *brief) error {
	inc := &rev.Incident
	sentence := export.Sentence(v.p, inc, rev.KnownAt(v.now))
	b.Title = export.Title(v.p, inc)
	b.Under = []string{v.p.T("page.brief.under", "ID", string(inc.ID), "N", rev.N, "Day", v.p.Day(v.now))}
	b.part("what", append([]briefLine{{Kind: paper.Lead, Text: sentence, Href: v.Href("/incidents/" + string(inc.ID))}}, v.briefWhat(rev)...)...)
	if inc.State != keepiton.Published { // withdrawn: nothing else of it holds
		return nil
	}
	b.part("known", v.briefKnown(inc)...)
	numbers, quotable, err := s.briefNumbers(v, rev)
	if err != nil {
		return err
	}
	b.part("numbers", numbers...)
	b.part("authority", v.briefAuthority(inc)...)
	words, err := s.briefWords(v, inc.ID)
	if err != nil {
		return err
	}
	b.part("unknown", append(v.briefUnknown(inc), words.unknown...)...)
	b.part("quotable", append([]briefLine{{Kind: paper.Point, Text: sentence, Note: v.p.T("page.brief.cite", "ID", string(inc.ID), "N", rev.N)}}, quotable...)...)
	quotes, err := s.briefTold(v, store.StoryQuery{Incidents: []keepiton.IncidentID{inc.ID}})
	if err != nil {
		return err
	}
	b.part("quotes", append(words.quotes, quotes...)...)
	past, err := s.briefPast(v, inc)
	if err != nil {
		return err
	}
	b.part("past", past...)
	b.part("statements", words.statements...)
	return nil
}

// briefWhat says where, since when and what, in the record's own words.
func (v *visit) briefWhat(rev *keepiton.Revision) (out []briefLine) {
	inc := &rev.Incident
	if inc.State != keepiton.Published {
		return nil
	}
	when, _ := v.span(inc)
	if d := v.duration(rev); d != "" {
		when += " · " + d
	}
	out = append(out, briefLine{Kind: paper.Point, Label: v.p.T("page.incident.when"), Text: when})
	for _, name := range []string{"places", "services", "operators"} {
		f, _ := keepiton.FieldByName(name)
		if f.State(inc) != keepiton.Yes {
			continue
		}
		values := v.fact(inc, f, "", keepiton.Yes).Values
		if n := len(values); n > briefPlaces {
			values = append(values[:briefPlaces:briefPlaces], v.p.N("page.brief.others", n-briefPlaces))
		}
		out = append(out, briefLine{Kind: paper.Point, Label: v.p.T("field." + name), Text: strings.Join(values, "; ")})
	}
	var nets []string
	for _, name := range []string{"mobile", "fixed", "satellite", "sms", "voice"} {
		if f, _ := keepiton.FieldByName(name); f.State(inc) == keepiton.Yes || f.State(inc) == keepiton.No {
			nets = append(nets, v.p.T("page.brief.net", "Net", v.p.T("field."+name), "Answer", v.p.Answer(f.State(inc))))
		}
	}
	if len(nets) > 0 {
		out = append(out, briefLine{Kind: paper.Point, Label: v.p.T("page.brief.nets"), Text: strings.Join(nets, "; ")})
	}
	return out
}

// briefKnown says how it is known: who checked it, who reports it, and what
// instruments saw.
func (v *visit) briefKnown(inc *keepiton.Incident) (out []briefLine) {
	level := "unverified"
	if inc.Verification.Level != keepiton.Unverified {
		level = string(inc.Verification.Level)
	}
	out = append(out, briefLine{Kind: paper.Point, Text: v.p.T("alert.level", "Level", v.p.Code("level", level), "Help", v.p.T("page.level."+level))})
	var names []string
	for _, src := range inc.Sources {
		name := src.Publisher
		if name == "" {
			name = hostOf(src.URL)
		}
		if src.Confidential {
			name = v.p.T("page.incident.source.confidential")
		}
		if name != "" && !slices.Contains(names, v.p.Apart(name)) {
			names = append(names, v.p.Apart(name))
		}
	}
	text := v.p.N("page.brief.sources", len(inc.Sources))
	if len(names) > 0 {
		more := len(names) > briefSources
		names = names[:min(len(names), briefSources)]
		if more {
			names = append(names, "…")
		}
		text = v.p.Ours(v.p.T("page.brief.labelled", "Label", text, "Text", strings.Join(names, v.p.T("page.comma"))))
	}
	if len(inc.Sources) > 0 {
		out = append(out, briefLine{Kind: paper.Point, Text: text})
	}
	f := &frame{visit: v}
	for i, sig := range inc.Signals {
		if i == briefSources {
			break
		}
		out = append(out, briefLine{Kind: paper.Point, Label: v.p.T("page.incident.signals"), Text: strings.TrimSpace(f.Instrument(sig.Feed) + " " + (&incidentPage{frame: *f}).Window(sig.From, sig.To)), Href: followed(sig.URL)})
	}
	switch {
	case len(inc.Signals) > 0:
	case inc.Visibility == "not_visible":
		out = append(out, briefLine{Kind: paper.Point, Label: v.p.T("page.incident.signals"), Text: v.p.T("page.incident.signals.invisible")})
	default:
		out = append(out, briefLine{Kind: paper.Point, Label: v.p.T("page.incident.signals"), Text: v.p.T("page.incident.signals.none")})
	}
	return out
}

func followed(url string) string {
	if followable(url) {
		return url
	}
	return ""
}

// briefNumbers are the figures, each with its rule and its query, and the sentences
// that can be quoted of them.
func (s *Server) briefNumbers(v *visit, rev *keepiton.Revision) (numbers, quotable []briefLine, err error) {
	inc := &rev.Incident
	if d := v.duration(rev); d != "" {
		note := v.p.T("page.brief.rule.days", "Day", v.p.Day(rev.KnownAt(v.now)))
		numbers = append(numbers, briefLine{Kind: paper.Point, Label: v.p.T("page.brief.days"), Text: d, Note: note, Href: v.Href("/methodology") + "#duration"})
		say := "page.brief.say.days"
		if inc.End().State == keepiton.Ongoing {
			say = "page.brief.say.going"
		}
		quotable = append(quotable, briefLine{Kind: paper.Point, Text: v.p.T(say, "Place", v.countryNames(inc), "Days", d), Note: note})
	}
	countries := inc.Countries()
	for _, cc := range countries[:min(len(countries), 2)] {
		lines, say, err := s.countryFigures(v, cc)
		if err != nil {
			return nil, nil, err
		}
		numbers, quotable = append(numbers, lines...), append(quotable, say...)
	}
	return numbers, quotable, nil
}

// countryFigures counts the shutdowns of a country in its newest year and in all
// years, each incident once.
func (s *Server) countryFigures(v *visit, cc string) (numbers, quotable []briefLine, err error) {
	rule, err := v.rule()
	if err != nil {
		return nil, nil, err
	}
	t, err := s.tableOf(v, rule, []string{cc}, "year")
	if err != nil {
		return nil, nil, err
	}
	name, sums := v.country(cc), byYear(t)
	if year := lastYear(sums, v.now); sums[year] > 0 {
		note := v.p.T("page.brief.rule", "Rule", rule.Name, "Day", v.p.Day(v.now))
		href := v.Href("/countries/"+cc, "rule", rule.Name)
		numbers = append(numbers, briefLine{Kind: paper.Point, Label: v.p.T("page.brief.in_year", "Country", name, "Year", strconv.Itoa(year)), Text: v.p.Number(sums[year]), Note: note, Href: href})
		quotable = append(quotable, briefLine{Kind: paper.Point, Text: v.p.N("page.brief.say.year", sums[year], "Country", name, "Year", strconv.Itoa(year)), Note: note, Href: href})
	}
	once, err := count.RuleByName("events")
	if err != nil {
		return nil, nil, err
	}
	all, err := s.tableOf(v, once, []string{cc}, "year")
	if err != nil {
		return nil, nil, err
	}
	total, years := 0, yearsIn(byYear(all))
	for _, n := range byYear(all) {
		total += n
	}
	if total > 1 && len(years) > 0 {
		first := strconv.Itoa(years[0])
		note := v.p.T("page.brief.rule", "Rule", once.Name, "Day", v.p.Day(v.now))
		href := v.Href("/countries/"+cc, "rule", once.Name)
		numbers = append(numbers, briefLine{Kind: paper.Point, Label: v.p.T("page.brief.since", "Country", name, "Year", first), Text: v.p.Number(total), Note: note, Href: href})
		quotable = append(quotable, briefLine{Kind: paper.Point, Text: v.p.N("page.brief.say.since", total, "Country", name, "Year", first), Note: note, Href: href})
	}
	return numbers, quotable, nil
}
