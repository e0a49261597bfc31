package web

import (
	"keepiton"
)

// petitionsPage is the list of petitions, the latest first.
type petitionsPage struct {
	frame
	Items     []petitionLine
	Chosen    bool
	Countries []option
	Next      string
}

// petitionLine is a petition as one line of a list.
type petitionLine struct {
	ID      keepiton.EntryID
	Href    string
	Title   said
	To      said
	Country string
	State   string // soon, open, closed, handed: messages page.petition.state.*
	Day     string // of the state: the last day to sign while it is open
	Signed  int    // as it was counted last
}

func (s *Server) petitions(v *visit) (*answer, error) {
	q := v.entryQuery(keepiton.KindPetition, "country")
	q.Descending = true
	if v.suffix != "" {
		return listJSON(s, v, q, "petitions", s.petitionDoc(v))
	}
	page := &petitionsPage{frame: s.frame(v, "petitions"), Chosen: narrowedEntries(q)}
	list, err := listOf[*keepiton.Petition](s, v, q)
	if err != nil {
		return nil, err
	}
	page.Next = list.Next
	for _, item := range list.Items {
		rev, p := item.Rev, item.Body
		line := v.petitionLine(rev.ID, p)
		count, err := s.signatures(v, rev.ID, p)
		if err != nil {
			return nil, err
		}
		line.Signed = count.Total()
		page.Items = append(page.Items, line)
	}
	if page.Countries, err = s.entryOptions(v, q, "country", v.country); err != nil {
		return nil, err
	}
	page.forms("json")
	return s.html("petitions", page), nil
}

// petitionLine prepares a petition for a list.
func (v *visit) petitionLine(id keepiton.EntryID, p *keepiton.Petition) petitionLine {
	line := petitionLine{ID: id, Href: v.Href("/petition/" + string(id)), Title: v.say(p.Title), To: v.say(p.To)}
	if p.Country != "" {
		line.Country = v.country(p.Country)
	}
	switch {
	case !p.Handed.IsZero():
		line.State, line.Day = "handed", v.p.Date(p.Handed)
	case v.now.Before(p.Opens.At):
		line.State, line.Day = "soon", v.p.Date(p.Opens)
	case v.now.Before(p.Closes.Until()):
		line.State, line.Day = "open", v.p.Date(p.Closes)
	default:
		line.State, line.Day = "closed", v.p.Date(p.Closes)
	}
	return line
}

// petitionDoc is a petition as JSON, with how many signed it.
type petitionDoc struct {
	docHead
	*keepiton.Petition
	Signatures *signaturesDoc `json:"signatures,omitempty"`
}

func (s *Server) petitionDoc(v *visit) func(keepiton.EntryRevision, *keepiton.Petition) (any, error) {
	return func(rev keepiton.EntryRevision, p *keepiton.Petition) (any, error) {
		count, err := s.signatures(v, rev.ID, p)
		if err != nil {
			return nil, err
		}
		p.Sources = openSources(p.Sources)
		return petitionDoc{headOf(rev), p, signaturesOf(count)}, nil
	}
}
