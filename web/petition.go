package web

import (
	"net/http"
	"net/url"

	"keepiton"
	"keepiton/campaign"
)

// petitionPage is one petition.
type petitionPage struct {
	frame
	ID       keepiton.EntryID
	Gone     bool
	Reason   string // of the withdrawal
	Petition *keepiton.Petition
	Line     petitionLine
	Demand   said
	SaidIn   string   // the language of the demand, by its own name, when it is not the page's
	Tongues  []tongue // the other languages of the petition that the site has
	HandedTo said
	Answer   said
	Answered string
	Opens    string
	Closes   string
	Count    *petitionCount // nil: nothing was counted
	counted  keepiton.PetitionCount
	Kit      string   // address of the number as a picture
	Behind   []linked // organizations that support it
	Watch    *linked
	About    []item // incidents

	Signable bool // the time to sign is now
	Mail     bool // by mail
	Token    bool // with the token of a partner
	Form     typed
	Told     []string
}

func (s *Server) petition(v *visit) (*answer, error) {
	rev, gone, err := s.publicEntry(v, keepiton.KindPetition)
	if err != nil {
		return nil, err
	}
	if gone {
		page := &petitionPage{frame: s.frame(v, "petition", "To", ""), ID: rev.ID, Gone: gone, Reason: rev.Reason}
		page.Title = string(rev.ID)
		a := s.html("petition", page)
		a.status = http.StatusGone
		return a, nil
	}
	if v.suffix == "json" {
		return entriesJSON(v, "petitions", []keepiton.EntryRevision{rev}, s.petitionDoc(v))
	}
	page, err := s.petitionPage(v, rev)
	if err != nil {
		return nil, err
	}
	if v.suffix == "pdf" {
		return s.petitionPack(v, page)
	}
	return s.html("petition", page), nil
}

func (s *Server) petitionPage(v *visit, rev keepiton.EntryRevision) (*petitionPage, error) {
	page := &petitionPage{frame: s.frame(v, "petition", "To", ""), ID: rev.ID, Form: typed{}}
	p, err := campaign.As[*keepiton.Petition](rev)
	if err != nil {
		return nil, err
	}
	page.Petition, page.Line, page.Demand, page.Answer, page.HandedTo = p, v.petitionLine(rev.ID, p), v.say(p.Demand), v.say(p.Answer), v.say(p.HandedTo)
	page.Title = page.Line.Title.Text
	page.Lead = v.p.T("page.petition.lead", "To", page.Line.To.Text)
	page.Opens, page.Closes = v.p.Date(p.Opens), v.p.Date(p.Closes)
	if !p.Answered.IsZero() {
		page.Answered = v.p.Date(p.Answered)
	}
	if page.Demand.Lang != "" {
		page.SaidIn = v.p.LanguageName(page.Demand.Lang)
	}
	page.Tongues = v.tongues(p.Demand)
	page.spoken(p.Demand)
	count, err := s.signatures(v, rev.ID, p)
	if err != nil {
		return nil, err
	}
	page.Count, page.counted = v.petitionCount(count, p.Goal), count
	if page.Count != nil {
		page.Kit = s.petitionKit(v, page)
	}
	if take := s.opt.Petitions; take != nil && !s.opt.Copy && p.Open(s.opt.Now()) && !count.Closed {
		page.Signable, page.Mail, page.Token = true, take.MaySign(), take.Tokens != nil
	}
	if page.Behind, err = s.organizations(v, p.Supporters); err != nil {
		return nil, err
	}
	if page.About, err = s.itemsOf(v, p.Incidents...); err != nil {
		return nil, err
	}
	if page.Watch, err = s.watchLink(v, p.Watch); err != nil {
		return nil, err
	}
	page.Card = s.shares(v, s.entryPiece(v, rev.ID, p))
	page.forms("pdf", "json")
	return page, nil
}

// petitionKit is the address of the number of signatures in the visual kit, with
// its rule, its day and where it stands.
func (s *Server) petitionKit(v *visit, page *petitionPage) string {
	if !s.known("/" + v.p.Lang().Tag + "/kit/counter") {
		return ""
	}
	q := url.Values{
		"number": {v.p.Number(page.Count.Total)}, "unit": {v.p.N("page.petition.unit", page.Count.Total)}, "title": {clippedRunes(page.Line.Title.Text, 120)}, "words": {clippedRunes(page.Line.To.Text, 120)},
		"small": {v.p.T("page.petition.small", "ID", string(page.ID), "When", page.Count.AsOf)},
	}
	if s.opt.BaseURL != "" {
		q.Set("link", s.opt.BaseURL+v.Href("/petition/"+string(page.ID)))
	}
	return address(v.p.Lang().Tag, "/kit/counter", q)
}

func clippedRunes(s string, n int) string {
	if r := []rune(s); len(r) > n {
		return string(r[:n-1]) + "…"
	}
	return s
}

// organizations are entries of the coalition as lines, those that readers see.
func (s *Server) organizations(v *visit, ids []keepiton.EntryID) (out []linked, err error) {
	for _, id := range ids {
		rev, err := s.opt.Campaign.PublicEntry(v.ctx, id)
		if keepiton.CodeOf(err) == keepiton.NotFound || err == nil && rev.State != keepiton.Published {
			continue
		}
		if err != nil {
			return nil, err
		}
		o, err := campaign.As[*keepiton.Organization](rev)
		if err != nil {
			return nil, err
		}
		out = append(out, s.organizationLine(v, rev.ID, o))
	}
	return out, nil
}

func (s *Server) organizationLine(v *visit, id keepiton.EntryID, o *keepiton.Organization) linked {
	line := linked{ID: id, Href: s.entryHref(v, id), Title: said{Text: o.Name}}
	if o.Country != "" {
		line.Note = v.country(o.Country)
	}
	return line
}
