package web

import (
	"encoding/json"
	"io"
	"time"

	"keepiton"
	"keepiton/campaign"
	"keepiton/store"
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
}

func (s *Server) petitions(v *visit) (*answer, error) {
	q := v.entryQuery(keepiton.KindPetition, "country")
	q.Descending = true
	if v.suffix != "" {
		return s.petitionsJSON(v, q)
	}
	page := &petitionsPage{frame: s.frame(v, "petitions"), Chosen: narrowedEntries(q)}
	list, err := s.listEntries(v, q)
	if err != nil {
		return nil, err
	}
	if list.Next != "" {
		page.Next = v.with("cursor", list.Next)
	}
	for _, rev := range list.Items {
		p, err := campaign.As[*keepiton.Petition](rev)
		if err != nil {
			return nil, err
		}
		page.Items = append(page.Items, v.petitionLine(rev.ID, p))
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

// petitionDoc is a petition as JSON.
type petitionDoc struct {
	ID       keepiton.EntryID `json:"id"`
	Revision int              `json:"revision"`
	Recorded time.Time        `json:"recorded"`
	*keepiton.Petition
}

func (s *Server) petitionsJSON(v *visit, q store.EntryQuery) (*answer, error) {
	var revs []keepiton.EntryRevision
	if err := s.eachEntry(v, q, func(rev keepiton.EntryRevision) error {
		revs = append(revs, rev)
		return nil
	}); err != nil {
		return nil, err
	}
	return petitionsAnswer(v, revs)
}

func petitionsAnswer(v *visit, revs []keepiton.EntryRevision) (*answer, error) {
	docs := []petitionDoc{}
	for _, rev := range revs {
		p, err := campaign.As[*keepiton.Petition](rev)
		if err != nil {
			return nil, err
		}
		p.Sources = openSources(p.Sources)
		docs = append(docs, petitionDoc{rev.ID, rev.N, rev.Recorded, p})
	}
	return &answer{contentType: "application/json", write: func(out io.Writer) error {
		return json.NewEncoder(out).Encode(struct {
			Sample    bool          `json:"sample,omitempty"` // made up
			License   string        `json:"license"`
			Petitions []petitionDoc `json:"petitions"`
		}{v.sample, "https://creativecommons.org/licenses/by/4.0/", docs})
	}}, nil
}
