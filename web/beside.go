package web

import (
	"keepiton"
	"keepiton/campaign"
	"keepiton/store"
)

// entriesBeside is how many entries an incident's page lists: it carries the
// whole incident, and must keep its weight.
const entriesBeside = 6

// entriesAbout lists the pledges, watch items, petitions, letters and statements
// that name an incident. A page of a past day has none, for they stand on no day.
func (s *Server) entriesAbout(v *visit, id keepiton.IncidentID) (out []linked, err error) {
	if !v.asOf.IsZero() {
		return nil, nil
	}
	list, err := s.listEntries(v, store.EntryQuery{Facets: map[string][]string{"incident": {string(id)}}, Limit: entriesBeside})
	if err != nil {
		return nil, err
	}
	for _, rev := range list.Items {
		e, err := campaign.Read(rev)
		if err != nil {
			return nil, err
		}
		if l := v.linkedEntry(rev.ID, e); l.Title.Text != "" {
			l.Href = s.entryHref(v, rev.ID)
			out = append(out, l)
		}
	}
	return out, nil
}

// linkedEntry names an entry, its kind, and when it is or what became of it.
func (v *visit) linkedEntry(id keepiton.EntryID, e keepiton.Entry) linked {
	l, more := linked{ID: id}, ""
	switch e := e.(type) {
	case *keepiton.Pledge:
		l.Title, more = said{Text: e.Leader}, v.p.Code("pledge_outcome", e.Outcome)
	case *keepiton.Watch:
		l.Title, more = v.say(e.Title), v.watchSpan(e)
	case *keepiton.Petition:
		l.Title, more = v.say(e.Title), v.petitionLine(id, e).Day
	case *keepiton.Letter:
		l.Title, more = v.say(e.Title), v.p.Date(e.Dated)
	case *keepiton.Statement:
		l.Title, more = v.say(e.Title), v.p.Date(e.Dated)
	}
	l.Note = v.p.T("entry.kind."+string(e.Kind())) + " · " + more
	return l
}

// countryKinds are the lists that a country's page leads to.
var countryKinds = []struct {
	kind keepiton.EntryKind
	page string
}{
	{keepiton.KindPledge, "pledges"},
	{keepiton.KindWatch, "watch"},
	{keepiton.KindPetition, "petition"},
	{keepiton.KindLetter, "letters"},
	{keepiton.KindOrganization, "coalition"},
	{keepiton.KindStatement, "press"},
}

// countryEntries counts what the campaign has of a country, each with a link to
// the list. Of days to watch it counts those that are not over.
func (s *Server) countryEntries(v *visit, cc string) (out []tally, err error) {
	if s.opt.Campaign == nil || !v.asOf.IsZero() {
		return nil, nil
	}
	for _, k := range countryKinds {
		if !s.known("/" + v.p.Lang().Tag + "/" + k.page) {
			continue
		}
		q := store.EntryQuery{Kind: k.kind, Facets: map[string][]string{"country": {cc}}}
		if k.kind == keepiton.KindWatch {
			q.From = v.today
		}
		counts, err := s.opt.Campaign.CountEntries(v.ctx, q, "country")
		if err != nil {
			return nil, err
		}
		if n := counts[cc]; n > 0 {
			out = append(out, tally{Key: k.page, Label: v.p.T("nav." + k.page), N: n, Href: v.Href("/"+k.page, "country", cc)})
		}
	}
	return out, nil
}
