package web

import (
	"keepiton"
	"keepiton/campaign"
	"keepiton/store"
)

// pledgesPage is the list of what leaders promised.
type pledgesPage struct {
	frame
	Items     []pledgeLine
	Total     int
	Outcomes  []tally // how many became what, of what is chosen beside
	Chosen    bool
	Countries []option
	Scopes    []option
	Status    string // the outcome that is chosen
	Next      string
}

// pledgeLine is a pledge as one line of a list.
type pledgeLine struct {
	ID       keepiton.EntryID
	Href     string
	Leader   string
	Office   said
	Country  string
	CC       string
	Made     string
	Words    said // short
	Scope    string
	Outcome  string // code, as a person confirmed it
	On       string
	Proposed string // code, when the record has something to say that nobody has confirmed
}

var pledgeFacets = []string{"country", "scope", "status"}

// pledgesOnPage keeps a page of the longest words within its weight, and
// pledgeWords is how many runes of them stand in a list.
const (
	pledgesOnPage = 20
	pledgeWords   = 160
)

func (s *Server) pledges(v *visit) (*answer, error) {
	q := v.entryQuery(keepiton.KindPledge, pledgeFacets...)
	q.Descending, q.Limit = true, pledgesOnPage
	if v.suffix != "" {
		return listJSON(s, v, q, "pledges", s.pledgeDoc(v))
	}
	page := &pledgesPage{frame: s.frame(v, "pledges"), Chosen: narrowedEntries(q), Status: v.get("status")}
	list, err := listOf[*keepiton.Pledge](s, v, q)
	if err != nil {
		return nil, err
	}
	page.Total, page.Next = list.Total, list.Next
	judge := s.newJudge(v)
	for _, item := range list.Items {
		rev, p := item.Rev, item.Body
		line := v.pledgeLine(rev.ID, p)
		proposal, err := judge.outcome(p)
		if err != nil {
			return nil, err
		}
		if proposal.Unconfirmed(p.Outcome) {
			line.Proposed = proposal.Outcome
		}
		page.Items = append(page.Items, line)
	}
	if err := s.pledgeChoices(v, page, q); err != nil {
		return nil, err
	}
	page.forms("json")
	return s.html("pledges", page), nil
}

// pledgeLine prepares a pledge for a list.
func (v *visit) pledgeLine(id keepiton.EntryID, p *keepiton.Pledge) pledgeLine {
	line := pledgeLine{
		ID: id, Href: v.Href("/pledges/" + string(id)), Leader: p.Leader, Office: v.say(p.Office), Country: v.country(p.Country), CC: p.Country,
		Made: v.p.Date(p.Made), Words: v.say(p.Words), Scope: v.p.Code("pledge_scope", p.Scope), Outcome: p.Outcome,
	}
	line.Words.Text = firstWords(line.Words.Text, pledgeWords)
	if p.Outcome != "open" && !p.On.IsZero() {
		line.On = v.p.Date(p.On)
	}
	return line
}

// pledgeChoices counts what became of the pledges, and offers what to choose by.
func (s *Server) pledgeChoices(v *visit, page *pledgesPage, q store.EntryQuery) (err error) {
	if s.opt.Campaign == nil {
		return nil
	}
	beside := store.EntryQuery{Kind: q.Kind, Facets: map[string][]string{"country": q.Facets["country"], "scope": q.Facets["scope"]}}
	counts, err := s.opt.Campaign.CountEntries(v.ctx, beside, "status")
	if err != nil {
		return err
	}
	for _, c := range []string{"broken", "kept", "open", "expired"} {
		if counts[c] > 0 {
			page.Outcomes = append(page.Outcomes, tally{Key: c, Label: v.p.Code("pledge_outcome", c), N: counts[c], Href: v.with("status", c)})
		}
	}
	if page.Countries, err = s.entryOptions(v, q, "country", v.country); err != nil {
		return err
	}
	scope := func(code string) string { return v.p.Code("pledge_scope", code) }
	page.Scopes, err = s.entryOptions(v, q, "scope", scope)
	return err
}

// judge asks the record what became of pledges, each country once.
type judge struct {
	s    *Server
	v    *visit
	cuts map[string][]keepiton.Incident
}

func (s *Server) newJudge(v *visit) *judge { return &judge{s, v, map[string][]keepiton.Incident{}} }

// outcome is what the record proposes for a pledge, by rule pledge-1.
func (j *judge) outcome(p *keepiton.Pledge) (campaign.Proposal, error) {
	cuts, asked := j.cuts[p.Country]
	if !asked {
		err := j.s.each(j.v, store.Query{AsOf: j.v.asOf, Countries: []string{p.Country}}, func(rev *keepiton.Revision) error {
			cuts = append(cuts, rev.Incident)
			return nil
		})
		if err != nil {
			return campaign.Proposal{}, err
		}
		j.cuts[p.Country] = cuts
	}
	return campaign.OutcomeOf(p, cuts, j.v.now), nil
}

// pledgeDoc is a pledge as JSON, with what the record proposes beside what a
// person confirmed.
type pledgeDoc struct {
	docHead
	*keepiton.Pledge
	Proposal proposalDoc `json:"proposal"`
}

type proposalDoc struct {
	Rule     string                `json:"rule"`
	Outcome  string                `json:"outcome"`
	On       keepiton.Moment       `json:"on,omitzero"`
	BrokenBy []keepiton.IncidentID `json:"broken_by,omitempty"`
}

func (s *Server) pledgeDoc(v *visit) func(keepiton.EntryRevision, *keepiton.Pledge) (any, error) {
	judge := s.newJudge(v)
	return func(rev keepiton.EntryRevision, p *keepiton.Pledge) (any, error) {
		proposal, err := judge.outcome(p)
		if err != nil {
			return nil, err
		}
		p.Sources = openSources(p.Sources)
		return pledgeDoc{headOf(rev), p, proposalDoc{campaign.PledgeRule, proposal.Outcome, proposal.On, proposal.By}}, nil
	}
}
