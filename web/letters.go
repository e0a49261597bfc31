package web

import (
	"keepiton"
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
		return listJSON(s, v, q, "letters", s.letterDoc(v))
	}
	page := &lettersPage{frame: s.frame(v, "letters"), Chosen: narrowedEntries(q)}
	list, err := listOf[*keepiton.Letter](s, v, q)
	if err != nil {
		return nil, err
	}
	page.Total, page.Next = list.Total, list.Next
	for _, item := range list.Items {
		rev, l := item.Rev, item.Body
		line := v.letterLine(rev.ID, l)
		under, err := s.letterSigners(v, rev)
		if err != nil {
			return nil, err
		}
		line.Signers += len(under)
		page.Items = append(page.Items, line)
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

// letterDoc is a letter as JSON, with the organizations that stand under it.
type letterDoc struct {
	docHead
	*keepiton.Letter
	Signed []signedDoc `json:"signed,omitempty"`
}

func (s *Server) letterDoc(v *visit) func(keepiton.EntryRevision, *keepiton.Letter) (any, error) {
	return func(rev keepiton.EntryRevision, l *keepiton.Letter) (any, error) {
		under, err := s.letterSigners(v, rev)
		if err != nil {
			return nil, err
		}
		l.Sources = openSources(l.Sources)
		return letterDoc{headOf(rev), l, s.signedDocs(under)}, nil
	}
}
