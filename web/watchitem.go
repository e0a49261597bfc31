package web

import (
	"net/http"

	"keepiton"
	"keepiton/campaign"
	"keepiton/store"
)

// watchItemPage is one watch item.
type watchItemPage struct {
	frame
	ID     keepiton.EntryID
	Gone   bool
	Reason string // of the withdrawal
	Watch  *keepiton.Watch
	Line   watchLine
	Why    said
	Before campaign.Past
	Events []pastLine
	Record recordLink
	Cuts   []item // incidents that came of it
	Prep   said
	Checks []checks

	Pledges []linked
	Letters []linked
	Orders  []item // the incident whose order expires
}

// pastLine is an event of the past.
type pastLine struct {
	watchLine
	Cuts []keepiton.IncidentID
}

// recordLink leads to the incidents of the country with a cause that fits.
type recordLink struct {
	N    int
	Href string
}

// linked is an entry of another kind, as a line with a link.
type linked struct {
	ID    keepiton.EntryID
	Href  string // empty: its page is not there
	Title said
	Note  string
}

func (s *Server) watchItem(v *visit) (*answer, error) {
	rev, gone, err := s.publicEntry(v, keepiton.KindWatch)
	if err != nil {
		return nil, err
	}
	page := &watchItemPage{frame: s.frame(v, "watchitem"), ID: rev.ID, Gone: gone, Reason: rev.Reason}
	if gone {
		page.Title = string(rev.ID)
		a := s.html("watchitem", page)
		a.status = http.StatusGone
		return a, nil
	}
	w, err := campaign.As[*keepiton.Watch](rev)
	if err != nil {
		return nil, err
	}
	if v.suffix != "" {
		return s.watchAnswer(v, "watch/"+string(rev.ID), v.say(w.Title).Text, []keepiton.EntryRevision{rev})
	}
	page.Watch, page.Line, page.Why, page.Prep = w, v.watchLine(rev.ID, w), v.say(w.Why), v.say(w.Prepare)
	page.Title = page.Line.Title.Text
	page.Lead = v.p.T("page.watchitem.lead", "Kind", page.Line.Kind, "Country", page.Line.Country, "When", page.Line.When)
	page.Checks = v.watchChecklist(w.Cause)
	if err := s.watchPast(v, page); err != nil {
		return nil, err
	}
	if page.Cuts, err = s.itemsOf(v, w.Incidents...); err != nil {
		return nil, err
	}
	if w.Expires != "" {
		if page.Orders, err = s.itemsOf(v, w.Expires); err != nil {
			return nil, err
		}
	}
	if err := s.watchLinks(v, page); err != nil {
		return nil, err
	}
	page.Card = s.shares(v, s.entryPiece(v, rev.ID, w))
	page.forms("ics", "json")
	return s.html("watchitem", page), nil
}

// watchPast counts what the record knows of earlier events of the kind.
func (s *Server) watchPast(v *visit, page *watchItemPage) error {
	w := page.Watch
	var past []campaign.Dated
	err := s.eachEntry(v, store.EntryQuery{Kind: keepiton.KindWatch, Facets: map[string][]string{"country": {w.Country}, "kind": {w.Cause}}}, func(rev keepiton.EntryRevision) error {
		body, err := campaign.As[*keepiton.Watch](rev)
		past = append(past, campaign.Dated{ID: rev.ID, Watch: body})
		return err
	})
	if err != nil {
		return err
	}
	var incidents []keepiton.Incident
	causes := campaign.CausesOf(w.Cause)
	if len(causes) > 0 {
		q := store.Query{Countries: []string{w.Country}, Causes: causes, Limit: 1000}
		for {
			list, err := s.opt.Record.List(v.ctx, q)
			if err != nil {
				return err
			}
			for i := range list.Items {
				incidents = append(incidents, list.Items[i].Incident)
			}
			if q.Cursor = list.Next; q.Cursor == "" {
				break
			}
		}
	}
	page.Before = campaign.Frequency(campaign.Dated{ID: page.ID, Watch: w}, past, incidents, v.now)
	for _, e := range page.Before.Events {
		page.Events = append(page.Events, pastLine{v.watchLine(e.ID, e.Watch), e.Incidents})
	}
	kv := []string{"country", w.Country}
	for _, c := range causes {
		kv = append(kv, "cause", c)
	}
	page.Record = recordLink{len(page.Before.Record), v.Href("/incidents", kv...)}
	return nil
}

// itemsOf lists incidents as far as readers may see them.
func (s *Server) itemsOf(v *visit, ids ...keepiton.IncidentID) (out []item, err error) {
	for _, id := range ids {
		rev, err := s.opt.Record.Get(v.ctx, id, v.asOf)
		if keepiton.CodeOf(err) == keepiton.NotFound || err == nil && !rev.Incident.State.Public() {
			continue
		}
		if err != nil {
			return nil, err
		}
		out = append(out, v.newItem(public(&rev)))
	}
	return out, nil
}

// watchLinks lists what leaders pledged for it, and the letters about it.
func (s *Server) watchLinks(v *visit, page *watchItemPage) error {
	err := s.eachEntry(v, store.EntryQuery{Kind: keepiton.KindPledge, Facets: map[string][]string{"entry": {string(page.ID)}}}, func(rev keepiton.EntryRevision) error {
		p, err := campaign.As[*keepiton.Pledge](rev)
		if err == nil {
			page.Pledges = append(page.Pledges, linked{rev.ID, s.entryHref(v, rev.ID), said{Text: p.Leader}, v.p.Code("pledge_outcome", p.Outcome)})
		}
		return err
	})
	if err != nil {
		return err
	}
	seen := map[keepiton.EntryID]bool{}
	letter := func(rev keepiton.EntryRevision) error {
		l, err := campaign.As[*keepiton.Letter](rev)
		if err == nil && !seen[rev.ID] {
			seen[rev.ID] = true
			page.Letters = append(page.Letters, linked{rev.ID, s.entryHref(v, rev.ID), v.say(l.Title), v.p.Date(l.Dated)})
		}
		return err
	}
	for _, id := range page.Watch.Letters {
		rev, err := s.opt.Campaign.PublicEntry(v.ctx, id)
		if keepiton.CodeOf(err) == keepiton.NotFound || err == nil && rev.State != keepiton.Published {
			continue
		}
		if err == nil {
			err = letter(rev)
		}
		if err != nil {
			return err
		}
	}
	return s.eachEntry(v, store.EntryQuery{Kind: keepiton.KindLetter, Facets: map[string][]string{"entry": {string(page.ID)}}}, letter)
}

// entryHref is the address of an entry's page in the visit's language, empty when
// the site has no such page.
func (s *Server) entryHref(v *visit, id keepiton.EntryID) string {
	path := EntryPath(id)
	if path == "" || !s.known("/"+v.p.Lang().Tag+path) {
		return ""
	}
	return v.Href(path)
}
