package web

import (
	"slices"
	"strings"

	"keepiton"
	"keepiton/campaign"
	"keepiton/geo"
	"keepiton/locale"
	"keepiton/store"
)

// entriesOnPage is how many entries stand on one page of a list.
const entriesOnPage = 40

// entryQuery reads what is chosen in the address of a list of entries: words,
// where to go on, and those facets. A facet's name is its parameter.
func (v *visit) entryQuery(kind keepiton.EntryKind, facets ...string) store.EntryQuery {
	q := store.EntryQuery{Kind: kind, Facets: map[string][]string{}, Text: clipped(v.get("q"), maxText), Cursor: v.get("cursor"), Limit: entriesOnPage}
	for _, name := range facets {
		if values := v.query[name]; len(values) > 0 {
			q.Facets[name] = values
		}
	}
	return q
}

// narrowedEntries reports whether something of a list was chosen.
func narrowedEntries(q store.EntryQuery) bool { return q.Text != "" || len(q.Facets) > 0 }

func clipped(s string, n int) string {
	if len(s) > n {
		s = strings.ToValidUTF8(s[:n], "")
	}
	return s
}

// listEntries returns one page of what readers may see; none where the site has
// no campaign.
func (s *Server) listEntries(v *visit, q store.EntryQuery) (store.EntryPage, error) {
	if s.opt.Campaign == nil {
		return store.EntryPage{}, nil
	}
	return s.opt.Campaign.ListEntries(v.ctx, q)
}

// listed is one page of a list of the campaign, as its page shows it.
type listed[E keepiton.Entry] struct {
	Total int    // of all pages
	Next  string // address of the page that follows; empty after the last
	Items []struct {
		Rev  keepiton.EntryRevision
		Body E
	}
}

// listOf returns the page that q asks for.
func listOf[E keepiton.Entry](s *Server, v *visit, q store.EntryQuery) (out listed[E], err error) {
	page, err := s.listEntries(v, q)
	if err != nil {
		return out, err
	}
	if out.Total = page.Total; page.Next != "" {
		out.Next = v.with("cursor", page.Next)
	}
	out.Items = make([]struct {
		Rev  keepiton.EntryRevision
		Body E
	}, len(page.Items))
	for i, rev := range page.Items {
		out.Items[i].Rev = rev
		if out.Items[i].Body, err = campaign.As[E](rev); err != nil {
			return out, err
		}
	}
	return out, nil
}

// eachEntry calls yield for everything that matches, page by page.
func (s *Server) eachEntry(v *visit, q store.EntryQuery, yield func(keepiton.EntryRevision) error) error {
	q.Limit, q.Cursor = 500, ""
	for {
		page, err := s.listEntries(v, q)
		if err != nil {
			return err
		}
		for _, rev := range page.Items {
			if err := yield(rev); err != nil {
				return err
			}
		}
		if q.Cursor = page.Next; q.Cursor == "" {
			return nil
		}
	}
}

// entryOptions offers the values of a facet that entries of the kind have, in the
// order of their labels; nil when there are fewer than two to choose from.
func (s *Server) entryOptions(v *visit, q store.EntryQuery, facet string, label func(value string) string) ([]option, error) {
	if s.opt.Campaign == nil {
		return nil, nil
	}
	counts, err := s.opt.Campaign.CountEntries(v.ctx, store.EntryQuery{Kind: q.Kind}, facet)
	if err != nil {
		return nil, err
	}
	var out []option
	for value := range counts {
		if value != "" {
			out = append(out, option{value, label(value), slices.Contains(q.Facets[facet], value)})
		}
	}
	if len(out) < 2 && len(q.Facets[facet]) == 0 {
		return nil, nil
	}
	return v.sorted(out), nil
}

// sorted puts options in the order of the visit's language.
func (v *visit) sorted(out []option) []option {
	slices.SortStableFunc(out, func(a, b option) int { return locale.Compare(v.p.Lang().Tag, a.Label, b.Label) })
	return out
}

// country names a country in the visit's language.
func (v *visit) country(code string) string { return geo.Name(code, v.p.Lang().Tag) }

// publicEntry returns what readers may see of an entry of the kind, and whether
// it was withdrawn: then its reason is all that is shown.
func (s *Server) publicEntry(v *visit, kind keepiton.EntryKind) (rev keepiton.EntryRevision, gone bool, err error) {
	id := keepiton.EntryID(v.req.PathValue("id"))
	if s.opt.Campaign == nil || id.Kind() != kind {
		return rev, false, keepiton.Errorf(keepiton.NotFound, "there is no %s", id)
	}
	rev, err = s.opt.Campaign.PublicEntry(v.ctx, id)
	return rev, rev.State == keepiton.Withdrawn, err
}

// said is a text with the language that it is in, when that is not the page's.
type said struct {
	Text string
	Lang string // for the lang attribute; empty: the page's own
}

// say chooses the words of a text for the visit's language.
func (v *visit) say(t keepiton.Texts) said {
	text, in := t.In(v.p.Lang().Tag)
	if in == v.p.Lang().Tag {
		in = ""
	}
	return said{text, in}
}

// Paragraphs parts the text at empty lines.
func (t said) Paragraphs() (out []string) {
	for part := range strings.SplitSeq(t.Text, "\n\n") {
		if part = strings.TrimSpace(part); part != "" {
			out = append(out, part)
		}
	}
	return out
}

// openSources leaves out the sources that are not for the public.
func openSources(list []keepiton.Source) []keepiton.Source {
	return slices.DeleteFunc(list, func(src keepiton.Source) bool { return src.Confidential })
}
