package web

import (
	"strings"

	"keepiton"
	"keepiton/campaign"
	"keepiton/kit/paper"
	"keepiton/store"
)

// briefAuthority is what the authority and the operators said, in their own words
// where the record has them.
func (v *visit) briefAuthority(inc *keepiton.Incident) (out []briefLine) {
	for _, name := range []string{"perpetrators", "gov_ack", "gov_quote", "justifications", "legal_basis", "operator_ack", "operator_quote"} {
		f, ok := keepiton.FieldByName(name)
		if !ok {
			continue
		}
		state := f.State(inc)
		if state != keepiton.Yes && state != keepiton.No {
			continue
		}
		label := v.p.T("field." + name)
		text := strings.Join(v.fact(inc, f, label, state).Values, "; ")
		if name == "gov_quote" || name == "operator_quote" {
			out = append(out, briefLine{Kind: paper.Quote, Text: text, Lang: paper.Undetermined, By: label})
			continue
		}
		out = append(out, briefLine{Kind: paper.Point, Label: label, Text: text})
	}
	return out
}

// briefUnknown says what nobody knows and what nobody was asked, from the answers of
// the record: unknown is not no, and not asked is not unknown.
func (v *visit) briefUnknown(inc *keepiton.Incident) (out []briefLine) {
	var unknown, unasked []string
	for _, g := range v.facts(inc) {
		unknown, unasked = append(unknown, g.Unknown...), append(unasked, g.NotAsked...)
	}
	switch end := inc.End(); {
	case end.State == keepiton.Ongoing || !end.At.IsZero() || end.State == keepiton.Ended:
	case end.State == keepiton.EndUnknown:
		out = append(out, briefLine{Kind: paper.Point, Text: v.p.T("page.brief.end.unknown")})
	default:
		out = append(out, briefLine{Kind: paper.Point, Text: v.p.T("page.brief.end.not_asked")})
	}
	if len(unknown) > 0 {
		out = append(out, briefLine{Kind: paper.Point, Label: v.p.T("page.brief.unknown.fields"), Text: strings.Join(unknown, "; ")})
	}
	if len(unasked) > 0 {
		out = append(out, briefLine{Kind: paper.Point, Label: v.p.T("page.brief.unasked.fields"), Text: strings.Join(unasked, "; ")})
	}
	return out
}

// deskWords is what statements say of an incident: what the desk does not know yet,
// quotes, and the statements themselves.
type deskWords struct{ unknown, quotes, statements []briefLine }

// briefWords reads the public statements about an incident. Of a past day there are
// none, for they stand on no day.
func (s *Server) briefWords(v *visit, id keepiton.IncidentID) (w deskWords, err error) {
	if !v.asOf.IsZero() {
		return w, nil
	}
	list, err := s.listEntries(v, store.EntryQuery{Kind: keepiton.KindStatement, Facets: map[string][]string{"incident": {string(id)}}, Descending: true, Limit: briefPast})
	if err != nil {
		return w, err
	}
	for _, rev := range list.Items {
		if !s.due(&rev) {
			continue
		}
		st, err := campaign.As[*keepiton.Statement](rev)
		if err != nil {
			return w, err
		}
		title := v.say(st.Title)
		w.statements = append(w.statements, briefLine{Kind: paper.Point, Text: title.Text, Lang: title.Lang, Note: v.p.Date(st.Dated), Href: s.entryHref(v, rev.ID)})
		unknown := v.say(st.Unknown)
		for _, p := range unknown.Paragraphs() {
			w.unknown = append(w.unknown, briefLine{Kind: paper.Point, Text: p, Lang: unknown.Lang})
		}
		quotes, err := s.statementQuotes(v, st)
		if err != nil {
			return w, err
		}
		for _, q := range quotes {
			if len(w.quotes) < briefQuotes {
				w.quotes = append(w.quotes, briefLine{Kind: paper.Quote, Text: q.Words.Text, Lang: q.Words.Lang, By: q.Who, Href: q.Href})
			}
		}
	}
	return w, nil
}

// briefTold are quotes from stories whose tellers allow the press to have them.
// Whatever day the brief tells of, consent is of today.
func (s *Server) briefTold(v *visit, q store.StoryQuery) (out []briefLine, err error) {
	err = s.eachStory(v, q, func(rev *keepiton.StoryRevision) error {
		if len(out) == briefQuotes || rev.Story.Quote == "" || !campaign.MayQuote(&rev.Story) {
			return nil
		}
		t := v.newTale(rev)
		l := briefLine{Kind: paper.Quote, Text: t.Quote, By: (&frame{visit: v}).By(t), Href: t.Href}
		if t.In != v.p.Lang().Tag {
			l.Lang = t.In
		}
		if t.Machine {
			l.By += " · " + v.p.T("story.by_machine")
		}
		out = append(out, l)
		return nil
	})
	return out, err
}

// briefPast lists the newest other shutdowns in the countries of an incident, and how
// many there are.
func (s *Server) briefPast(v *visit, inc *keepiton.Incident) (out []briefLine, err error) {
	for _, cc := range inc.Countries() {
		list, err := s.opt.Record.List(v.ctx, store.Query{AsOf: v.asOf, Countries: []string{cc}, Limit: briefPast + 1})
		if err != nil {
			return nil, err
		}
		if list.Total > 1 {
			out = append(out, briefLine{Text: v.p.N("page.brief.past.count", list.Total-1, "Country", v.country(cc)), Href: v.Href("/incidents", "country", cc)})
		}
		out = append(out, v.briefItems(list.Items, inc.ID)...)
		if len(out) > briefPast {
			break
		}
	}
	return out, nil
}

// briefItems are incidents as lines, but for one.
func (v *visit) briefItems(revs []keepiton.Revision, not keepiton.IncidentID) (out []briefLine) {
	for i := range revs {
		if revs[i].Incident.ID == not || len(out) == briefPast {
			continue
		}
		it := v.newItem(public(&revs[i]))
		text := it.Country
		if it.Where != "" {
			text += ": " + v.p.Apart(it.Where)
		}
		if len(it.What) > 0 {
			text += " · " + strings.Join(it.What, " · ")
		}
		out = append(out, briefLine{Kind: paper.Point, Label: it.When, Text: v.p.Ours(text), Href: it.Href})
	}
	return out
}
