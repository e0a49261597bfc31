package web

import (
	"encoding/json"
	"io"
	"time"

	"keepiton"
	"keepiton/campaign"
	"keepiton/store"
)

// docHead is what the JSON of every entry begins with.
type docHead struct {
	ID       keepiton.EntryID `json:"id"`
	Revision int              `json:"revision"`
	Recorded time.Time        `json:"recorded"`
}

func headOf(rev keepiton.EntryRevision) docHead { return docHead{rev.ID, rev.N, rev.Recorded} }

// chosenEntries returns all that matches, of every page of the list.
func (s *Server) chosenEntries(v *visit, q store.EntryQuery) (revs []keepiton.EntryRevision, err error) {
	err = s.eachEntry(v, q, func(rev keepiton.EntryRevision) error {
		revs = append(revs, rev)
		return nil
	})
	return revs, err
}

// listJSON answers with the whole choice of a list as JSON, under its name; doc
// writes one entry.
func listJSON[E keepiton.Entry](s *Server, v *visit, q store.EntryQuery, list string, doc func(keepiton.EntryRevision, E) (any, error)) (*answer, error) {
	revs, err := s.chosenEntries(v, q)
	if err != nil {
		return nil, err
	}
	return entriesJSON(v, list, revs, doc)
}

// entriesJSON answers with entries as JSON, in the one form of all lists of the
// campaign.
func entriesJSON[E keepiton.Entry](v *visit, list string, revs []keepiton.EntryRevision, doc func(keepiton.EntryRevision, E) (any, error)) (*answer, error) {
	docs := []any{}
	for _, rev := range revs {
		e, err := campaign.As[E](rev)
		if err != nil {
			return nil, err
		}
		d, err := doc(rev, e)
		if err != nil {
			return nil, err
		}
		docs = append(docs, d)
	}
	body := map[string]any{"license": "https://creativecommons.org/licenses/by/4.0/", list: docs}
	if v.sample {
		body["sample"] = true // made up
	}
	return &answer{contentType: "application/json", write: func(w io.Writer) error { return json.NewEncoder(w).Encode(body) }}, nil
}

// tongues lists the languages of a text that the site has, but for the page's own.
func (v *visit) tongues(t keepiton.Texts) (out []tongue) {
	for _, tag := range t.Langs() {
		if t[tag] != "" && tag != v.p.Lang().Tag && isLanguage(tag) {
			out = append(out, tongue{Tag: tag, Name: languageName(tag), Href: v.inLanguage(tag)})
		}
	}
	return out
}

// spoken says in which languages the page has its own words: it names these to
// search engines, and no others.
func (f *frame) spoken(t keepiton.Texts) {
	f.Spoken = nil
	for _, tag := range t.Langs() {
		if t[tag] != "" && isLanguage(tag) {
			f.Spoken = append(f.Spoken, tag)
		}
	}
}
