package web

import (
	"encoding/json"
	"io"
	"time"

	"keepiton"
	"keepiton/campaign"
	"keepiton/store"
)

// lettersPage is the list of open letters, the latest first.
type lettersPage struct {
	frame
	Items     []letterLine
	Total     int
	Chosen    bool
	Countries []option
	Next      string
}

// letterLine is an open letter as one line of a list.
type letterLine struct {
	ID      keepiton.EntryID
	Href    string
	Title   said
	To      said
	Country string // empty: of no country alone
	Dated   string
	Closes  string // the last day to sign on, while that is to come
	Signers int
}

func (s *Server) letters(v *visit) (*answer, error) {
	q := v.entryQuery(keepiton.KindLetter, "country")
	q.Descending = true
	if v.suffix != "" {
		return s.lettersJSON(v, q)
	}
	page := &lettersPage{frame: s.frame(v, "letters"), Chosen: narrowedEntries(q)}
	list, err := s.listEntries(v, q)
	if err != nil {
		return nil, err
	}
	page.Total = list.Total
	if list.Next != "" {
		page.Next = v.with("cursor", list.Next)
	}
	for _, rev := range list.Items {
		l, err := campaign.As[*keepiton.Letter](rev)
		if err != nil {
			return nil, err
		}
		page.Items = append(page.Items, v.letterLine(rev.ID, l))
	}
	if page.Countries, err = s.entryOptions(v, q, "country", v.country); err != nil {
		return nil, err
	}
	page.forms("json")
	return s.html("letters", page), nil
}

// letterLine prepares a letter for a list.
func (v *visit) letterLine(id keepiton.EntryID, l *keepiton.Letter) letterLine {
	line := letterLine{
		ID: id, Href: v.Href("/letters/" + string(id)), Title: v.say(l.Title), To: v.say(l.To),
		Dated: v.p.Date(l.Dated), Signers: len(l.Signers),
	}
	if l.Country != "" {
		line.Country = v.country(l.Country)
	}
	if !l.Closes.IsZero() && l.Closes.Until().After(v.now) {
		line.Closes = v.p.Date(l.Closes)
	}
	return line
}

// letterDoc is a letter as JSON.
type letterDoc struct {
	ID       keepiton.EntryID `json:"id"`
	Revision int              `json:"revision"`
	Recorded time.Time        `json:"recorded"`
	*keepiton.Letter
}

func (s *Server) lettersJSON(v *visit, q store.EntryQuery) (*answer, error) {
	var revs []keepiton.EntryRevision
	if err := s.eachEntry(v, q, func(rev keepiton.EntryRevision) error {
		revs = append(revs, rev)
		return nil
	}); err != nil {
		return nil, err
	}
	return lettersAnswer(v, revs)
}

func lettersAnswer(v *visit, revs []keepiton.EntryRevision) (*answer, error) {
	docs := []letterDoc{}
	for _, rev := range revs {
		l, err := campaign.As[*keepiton.Letter](rev)
		if err != nil {
			return nil, err
		}
		l.Sources = openSources(l.Sources)
		docs = append(docs, letterDoc{rev.ID, rev.N, rev.Recorded, l})
	}
	return &answer{contentType: "application/json", write: func(out io.Writer) error {
		return json.NewEncoder(out).Encode(struct {
			Sample  bool        `json:"sample,omitempty"` // made up
			License string      `json:"license"`
			Letters []letterDoc `json:"letters"`
		}{v.sample, "https://creativecommons.org/licenses/by/4.0/", docs})
	}}, nil
}
