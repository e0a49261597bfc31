package web

import (
	"strconv"

	"keepiton"
	"keepiton/count"
	"keepiton/export"
	"keepiton/kit/paper"
)

// petitionPack is what is handed over: the demand, how many stand behind it and how
// that was counted, and the record that it rests on, as a document to print.
func (s *Server) petitionPack(v *visit, page *petitionPage) (*answer, error) {
	days := v.p.T("page.span.both", "Start", page.Opens, "End", page.Closes)
	p := s.paper(v, v.p.T("page.petition.pack"), page.Line.Title.Text, nil)
	p.Cover = &paper.Cover{To: page.Line.To.Text, ToLang: page.Line.To.Lang, Under: days + " · " + v.p.Apart(string(page.ID))}
	if s.opt.Sample {
		p.Band = v.p.T("page.sample.title") + " " + v.p.T("page.sample.text")
	}
	if c := page.Count; c != nil {
		p.Cover.Number, p.Cover.Small = v.p.Number(c.Total), v.p.T("page.petition.pack.asof", "When", c.AsOf)
		p.Cover.Unit = v.p.N("page.petition.unit", c.Total)
		if goal := page.Petition.Goal; goal > 0 {
			p.Cover.Unit += " " + v.p.T("page.petition.of", "Goal", goal)
		}
	}
	part := func(head string, lines ...paper.Line) {
		if len(lines) > 0 {
			p.Parts = append(p.Parts, paper.Part{Head: head, Lines: lines})
		}
	}
	part(v.p.T("page.petition.pack.to"), paper.Line{Kind: paper.Lead, Text: page.Line.To.Text, Lang: page.Line.To.Lang})
	demand := packWords(page.Demand)
	if page.SaidIn != "" {
		demand = append(demand, paper.Line{Kind: paper.Small, Text: v.p.T("page.petition.original", "Language", page.SaidIn)})
	}
	part(v.p.T("entry.petition.demand"), demand...)
	part(v.p.T("page.petition.pack.how"), v.packWays(page)...)
	part(v.p.T("page.petition.countries"), v.packCountries(page)...)
	part(v.p.T("page.petition.days"), v.packDays(page)...)
	var behind []paper.Line
	for _, o := range page.Behind {
		text := o.Title.Text
		if o.Note != "" {
			text += " (" + o.Note + ")"
		}
		behind = append(behind, paper.Line{Kind: paper.Point, Text: text})
	}
	part(v.p.T("entry.petition.supporters"), behind...)
	record, err := s.packRecord(v, page.Petition)
	if err != nil {
		return nil, err
	}
	part(v.p.T("page.petition.pack.record"), record...)
	if page.Count != nil {
		var how []paper.Line
		for i := range 3 {
			how = append(how, paper.Line{Kind: paper.Say, Text: v.p.T("page.petition.pack.rule." + strconv.Itoa(i+1))})
		}
		part(v.p.T("page.petition.pack.counted"), how...)
	}
	if page.Line.State == "handed" {
		handed := []paper.Line{{Kind: paper.Say, Text: page.Line.Day}}
		if page.HandedTo.Text != "" {
			handed = append(handed, paper.Line{Kind: paper.Say, Text: page.HandedTo.Text, Lang: page.HandedTo.Lang})
		}
		part(v.p.T("page.petition.pack.handed"), handed...)
	}
	part(v.p.T("entry.answer"), packWords(page.Answer)...)
	return &answer{contentType: "application/pdf", filename: string(page.ID) + "-" + v.p.Lang().Tag + ".pdf", write: p.WritePages}, nil
}

func packWords(t said) (out []paper.Line) {
	for _, text := range t.Paragraphs() {
		out = append(out, paper.Line{Kind: paper.Say, Text: text, Lang: t.Lang})
	}
	return out
}

func (v *visit) packWays(page *petitionPage) []paper.Line {
	if page.Count == nil {
		return nil
	}
	return []paper.Line{
		{Kind: paper.Entry, Text: v.p.T("page.petition.pack.mail"), By: v.p.Number(page.Count.Mail)},
		{Kind: paper.Entry, Text: v.p.T("page.petition.pack.partner"), By: v.p.Number(page.Count.Partner)},
	}
}

// packCountries are all countries that are told; a page of the site names fewer.
func (v *visit) packCountries(page *petitionPage) (out []paper.Line) {
	d := signaturesOf(page.counted)
	if d == nil || len(d.Countries) == 0 {
		return nil
	}
	for _, c := range d.Countries {
		out = append(out, paper.Line{Kind: paper.Entry, Text: v.country(c.Country), By: v.p.Number(c.N)})
	}
	if d.Elsewhere > 0 {
		out = append(out, paper.Line{Kind: paper.Entry, Text: v.p.T("page.petition.elsewhere"), By: v.p.Number(d.Elsewhere)})
	}
	return append(out, paper.Line{Kind: paper.Small, Text: v.p.T("page.petition.countries.note")})
}

func (v *visit) packDays(page *petitionPage) []paper.Line {
	d := signaturesOf(page.counted)
	if d == nil || len(d.Days) < 2 {
		return nil
	}
	bars := make([]float64, len(d.Days))
	for i, day := range d.Days {
		bars[i] = float64(day.N)
	}
	span := v.p.Range(dayOf(d.Days[0].Day), dayOf(d.Days[len(d.Days)-1].Day))
	return []paper.Line{{Kind: paper.Chart, Bars: bars, Text: span + ". " + page.Count.Most}}
}

// packRecord is what the record says of the shutdowns that the petition is about, and
// how many it has of the country, by which rule and as of when.
func (s *Server) packRecord(v *visit, p *keepiton.Petition) (out []paper.Line, err error) {
	for _, id := range p.Incidents {
		rev, err := s.opt.Record.Get(v.ctx, id, v.asOf)
		if keepiton.CodeOf(err) == keepiton.NotFound || err == nil && rev.Incident.State != keepiton.Published {
			continue
		}
		if err != nil {
			return nil, err
		}
		out = append(out, paper.Line{Kind: paper.Point, Text: export.Sentence(v.p, &public(&rev).Incident, rev.KnownAt(v.now)) + " (" + v.p.T("page.brief.cite", "ID", string(id), "N", rev.N) + ")"})
	}
	if p.Country == "" {
		return out, nil
	}
	rule, err := count.RuleByName(count.DefaultRule)
	if err != nil {
		return nil, err
	}
	t, err := s.table(v, rule, "cc")
	if err != nil {
		return nil, err
	}
	n := 0
	for _, row := range t.Rows {
		if row.Keys[0] == p.Country {
			n = row.Count
		}
	}
	return append(out, paper.Line{Kind: paper.Point, Text: v.p.N("page.petition.pack.country", n, "Country", v.country(p.Country), "Rule", v.p.Ours(rule.Name), "Day", v.p.Day(v.now))}), nil
}
