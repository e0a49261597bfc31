package web

import (
	"net/http"

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
	Answer   said
	Opens    string
	Closes   string
	Watch    *linked
	About    []item // incidents
}

func (s *Server) petition(v *visit) (*answer, error) {
	rev, gone, err := s.publicEntry(v, keepiton.KindPetition)
	if err != nil {
		return nil, err
	}
	page := &petitionPage{frame: s.frame(v, "petition", "To", ""), ID: rev.ID, Gone: gone, Reason: rev.Reason}
	if gone {
		page.Title = string(rev.ID)
		a := s.html("petition", page)
		a.status = http.StatusGone
		return a, nil
	}
	if v.suffix != "" {
		return petitionsAnswer(v, []keepiton.EntryRevision{rev})
	}
	p, err := campaign.As[*keepiton.Petition](rev)
	if err != nil {
		return nil, err
	}
	page.Petition, page.Line, page.Demand, page.Answer = p, v.petitionLine(rev.ID, p), v.say(p.Demand), v.say(p.Answer)
	page.Title = page.Line.Title.Text
	page.Lead = v.p.T("page.petition.lead", "To", page.Line.To.Text)
	page.Opens, page.Closes = v.p.Date(p.Opens), v.p.Date(p.Closes)
	if page.About, err = s.itemsOf(v, p.Incidents...); err != nil {
		return nil, err
	}
	if page.Watch, err = s.watchLink(v, p.Watch); err != nil {
		return nil, err
	}
	page.forms("json")
	return s.html("petition", page), nil
}

// Signable reports whether the time to sign is now.
func (page *petitionPage) Signable() bool { return page.Line.State == "open" }
