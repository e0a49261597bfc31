package web

import (
	"encoding/json"
	"io"
	"slices"
	"strings"

	"keepiton"
	"keepiton/campaign"
	"keepiton/locale"
	"keepiton/store"
)

// coalitionPage lists who is pushing back.
type coalitionPage struct {
	frame
	Groups    []orgGroup
	Total     int
	Members   int // of the whole list
	Where     int // countries of those members
	Chosen    bool
	Words     string
	Countries []option
	Types     []option
	Standings []option
	Next      string
}

// orgGroup is the organizations of one country, or of none that is known.
type orgGroup struct {
	Code, Name string
	Orgs       []orgLine
}

// orgLine is an organization in the list.
type orgLine struct {
	ID       keepiton.EntryID
	Href     string
	Name     string
	Also     string // its name in the page's language, where it has another
	Type     string
	Standing string // code; a confirmed member needs no word
	Doubt    bool   // not confirmed by the coalition
	Logo     string // address; empty: none, or the list is long
}

var coalitionFacets = []string{"country", "kind", "status"}

// coalitionQuery reads the address. The parameters kind and status are the
// facets type and standing: addresses know few words.
func (v *visit) coalitionQuery() store.EntryQuery {
	q := v.entryQuery(keepiton.KindOrganization, coalitionFacets...)
	for parameter, facet := range map[string]string{"kind": "type", "status": "standing"} {
		if values, ok := q.Facets[parameter]; ok {
			delete(q.Facets, parameter)
			q.Facets[facet] = values
		}
	}
	return q
}

// organizationsOnPage holds the whole coalition on few pages: a line is short.
const organizationsOnPage = 120

// logosInList is up to how many organizations a list shows logos: their addresses
// do not compress, and a page has a limit.
const logosInList = 40

func (s *Server) coalition(v *visit) (*answer, error) {
	q := v.coalitionQuery()
	if v.suffix == "json" {
		return s.coalitionJSON(v, q)
	}
	q.Limit = organizationsOnPage
	list, err := listOf[*keepiton.Organization](s, v, q)
	if err != nil {
		return nil, err
	}
	page := &coalitionPage{frame: s.frame(v, "coalition"), Total: list.Total, Next: list.Next, Chosen: narrowedEntries(q), Words: q.Text}
	groups := map[string]*orgGroup{}
	for _, item := range list.Items {
		rev, o := item.Rev, item.Body
		g := groups[o.Country]
		if g == nil {
			g = &orgGroup{Code: o.Country, Name: v.p.T("page.coalition.nowhere")}
			if o.Country != "" {
				g.Name = v.country(o.Country)
			}
			groups[o.Country] = g
		}
		line := v.orgLine(rev.ID, o)
		if o.Logo != "" && s.opt.Media != nil && len(list.Items) <= logosInList {
			line.Logo = mediaAddress(o.Logo, "image/png") // what campaign.Logo makes
		}
		g.Orgs = append(g.Orgs, line)
	}
	for _, g := range groups {
		page.Groups = append(page.Groups, *g)
	}
	lang := v.p.Lang().Tag
	slices.SortStableFunc(page.Groups, func(a, b orgGroup) int {
		if (a.Code == "") != (b.Code == "") { // what has no country comes last
			return strings.Compare(b.Code, a.Code)
		}
		return locale.Compare(lang, a.Name, b.Name)
	})
	if err := s.coalitionNumbers(v, page); err != nil {
		return nil, err
	}
	if page.Countries, err = s.entryOptions(v, q, "country", v.country); err != nil {
		return nil, err
	}
	if page.Types, err = s.entryOptions(v, q, "type", func(c string) string { return v.p.Code("organization_type", c) }); err != nil {
		return nil, err
	}
	if page.Standings, err = s.entryOptions(v, q, "standing", func(c string) string { return v.p.Code("standing", c) }); err != nil {
		return nil, err
	}
	page.forms("json")
	return s.html("coalition", page), nil
}

// coalitionNumbers counts the members and the countries they are from.
func (s *Server) coalitionNumbers(v *visit, page *coalitionPage) error {
	if s.opt.Campaign == nil {
		return nil
	}
	members := store.EntryQuery{Kind: keepiton.KindOrganization, Facets: map[string][]string{"standing": {keepiton.StandingMember}}}
	where, err := s.opt.Campaign.CountEntries(v.ctx, members, "country")
	for cc, n := range where {
		page.Members += n
		if cc != "" {
			page.Where++
		}
	}
	return err
}

func (v *visit) orgLine(id keepiton.EntryID, o *keepiton.Organization) orgLine {
	line := orgLine{ID: id, Href: v.Href("/coalition/" + string(id)), Name: o.Name, Doubt: !o.Confirmed}
	if name := o.Names[v.p.Lang().Tag]; name != "" && name != o.Name {
		line.Also = name
	}
	if o.Type != "" {
		line.Type = v.p.Code("organization_type", o.Type)
	}
	if o.Standing != keepiton.StandingMember {
		line.Standing = o.Standing
	}
	return line
}

// orgDoc is an organization as JSON.
type orgDoc struct {
	ID       keepiton.EntryID `json:"id"`
	Revision int              `json:"revision"`
	*keepiton.Organization
}

func (s *Server) coalitionJSON(v *visit, q store.EntryQuery) (*answer, error) {
	docs := []orgDoc{}
	err := s.eachEntry(v, q, func(rev keepiton.EntryRevision) error {
		o, err := campaign.As[*keepiton.Organization](rev)
		if err == nil {
			o.Sources = openSources(o.Sources)
			docs = append(docs, orgDoc{rev.ID, rev.N, o.Public()})
		}
		return err
	})
	if err != nil {
		return nil, err
	}
	return &answer{contentType: "application/json", write: func(w io.Writer) error {
		return json.NewEncoder(w).Encode(struct {
			Sample  bool     `json:"sample,omitempty"` // made up
			License string   `json:"license"`
			Orgs    []orgDoc `json:"organizations"`
		}{v.sample, "https://creativecommons.org/licenses/by/4.0/", docs})
	}}, nil
}
