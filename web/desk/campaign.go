package desk

import (
	"context"
	"net/http"
	"slices"

	"keepiton"
	"keepiton/campaign"
	"keepiton/review"
	"keepiton/store"
)

// Needs says how many people must stand behind an entry of the campaign under
// the policy that the desk keeps for the record: an entry is no less public.
func Needs(meta store.Meta) func(ctx context.Context, kind keepiton.EntryKind) (campaign.Need, error) {
	return func(ctx context.Context, _ keepiton.EntryKind) (campaign.Need, error) {
		policy, err := review.LoadPolicy(ctx, meta)
		switch {
		case err != nil:
			return campaign.Need{}, err
		case policy.Publishing == review.OnePerson:
			return campaign.Need{}, nil
		case policy.Publishing == review.TwoPeople:
			return campaign.Need{People: 2, Organizations: 1}, nil
		}
		return campaign.Need{People: 2, Organizations: 2}, nil // two_organizations, and whatever stricter may come
	}
}

// Counts says whether an account's word for an entry still counts: it is there,
// enabled, and its role may approve.
func Counts(accounts store.Accounts) func(ctx context.Context, account string) (bool, error) {
	return func(ctx context.Context, account string) (bool, error) {
		acc, err := accounts.Account(ctx, account)
		if keepiton.CodeOf(err) == keepiton.NotFound {
			return false, nil
		}
		return err == nil && !acc.Disabled && acc.Role.Rank() >= keepiton.RoleAnalyst.Rank(), err
	}
}

// who is the person as the campaign's office knows it.
func (v *visit) who() campaign.Person { return campaign.Person(v.user.Person) }

// mayEntries reports whether the person may read what the office is at work on,
// write it, or decide on it.
func (v *visit) mayEntries(least keepiton.Role) bool {
	return v.user.Role.Rank() >= least.Rank() && v.user.Role.Rank() > 0
}

type campaignBody struct {
	Kinds     []kindView
	Kind      keepiton.EntryKind
	Text      string
	State     keepiton.State
	States    []keepiton.State
	Country   string
	Countries []option
	Lines     []entryLine
	Total     int
	Next      string
	Write     bool
}

// kindView is one kind with how many entries it has, and how many wait.
type kindView struct {
	Kind           keepiton.EntryKind
	Total, Waiting int
}

// entryLine is one entry in a list.
type entryLine struct {
	keepiton.EntryRevision
	Kind    keepiton.EntryKind
	Title   string
	Country string
	When    keepiton.Moment
	Status  string // message of what the entry says of itself, such as broken
	Shown   bool   // readers see an older revision of it, or this one
}

// entryStatuses are the facets that a list names, by kind.
var entryStatuses = map[keepiton.EntryKind]struct{ facet, list string }{
	keepiton.KindOrganization: {"standing", "standing"}, keepiton.KindPledge: {"status", "pledge_outcome"}, keepiton.KindWatch: {"status", "watch_status"},
}

// entryListStates are the states that a list can be narrowed to.
var entryListStates = []keepiton.State{keepiton.InReview, keepiton.Draft, keepiton.Embargoed, keepiton.Published, keepiton.Withdrawn}

func campaignPage(v *visit) error {
	ctx, get := v.r.Context(), v.r.URL.Query().Get
	b := campaignBody{
		Kind: keepiton.EntryKind(get("kind")), Text: get("q"), State: keepiton.State(get("state")), Country: get("country"),
		States: entryListStates, Write: v.mayEntries(keepiton.RoleAnalyst),
	}
	if !slices.Contains(keepiton.EntryKinds, b.Kind) {
		b.Kind = keepiton.KindOrganization
	}
	for _, kind := range keepiton.EntryKinds {
		view := kindView{Kind: kind}
		for states, n := range map[keepiton.State]*int{"": &view.Total, keepiton.InReview: &view.Waiting} {
			q := store.EntryQuery{Kind: kind, Desk: true, Limit: 1}
			if states != "" {
				q.States = []keepiton.State{states}
			}
			page, err := v.opt.Store.ListEntries(ctx, q)
			if err != nil {
				return err
			}
			*n = page.Total
		}
		b.Kinds = append(b.Kinds, view)
	}
	q := store.EntryQuery{Kind: b.Kind, Desk: true, Text: b.Text, Cursor: get("cursor"), Limit: 50, Descending: b.Kind != keepiton.KindOrganization && b.Kind != keepiton.KindWatch}
	if slices.Contains(entryListStates, b.State) {
		q.States = []keepiton.State{b.State}
	}
	if b.Country != "" {
		q.Facets = map[string][]string{"country": {b.Country}}
	}
	page, err := v.opt.Store.ListEntries(ctx, q)
	if err != nil {
		return err
	}
	b.Total, b.Next = page.Total, page.Next
	b.Countries = countries(v.p, b.Country)
	if b.Lines, err = v.entryLines(page.Items); err != nil {
		return err
	}
	return v.render(http.StatusOK, "campaign", b)
}

// entryLines writes revisions for a list.
func (v *visit) entryLines(revs []keepiton.EntryRevision) (out []entryLine, err error) {
	for _, rev := range revs {
		e, err := campaign.Read(rev)
		if err != nil {
			return nil, err
		}
		index := e.Index()
		l := entryLine{EntryRevision: rev, Kind: rev.ID.Kind(), Title: index.Title, When: index.From, Shown: rev.State == keepiton.Published}
		status := entryStatuses[l.Kind]
		for _, f := range index.Facets {
			switch f.Name {
			case "country":
				l.Country = f.Value
			case status.facet:
				l.Status = v.p.Code(status.list, f.Value)
			}
		}
		if rev.N > 1 && (rev.State == keepiton.Draft || rev.State == keepiton.InReview) {
			public, err := v.opt.Store.PublicEntry(v.r.Context(), rev.ID)
			if err != nil && keepiton.CodeOf(err) != keepiton.NotFound {
				return nil, err
			}
			l.Shown = err == nil && public.State == keepiton.Published
		}
		out = append(out, l)
	}
	return out, nil
}
