package review

import (
	"context"
	"slices"
	"strings"

	"keepiton"
	"keepiton/store"
)

// maxQuestions bounds the lists of what waits for people.
const maxQuestions = 1000

// Ambiguity returns the open question id, NotFound when there is none.
func (d *Desk) Ambiguity(ctx context.Context, who Person, id int64) (store.Ambiguity, error) {
	if err := who.allow(Read, keepiton.Draft); err != nil {
		return store.Ambiguity{}, err
	}
	open, err := d.Questions.Ambiguities(ctx, true, maxQuestions)
	if err != nil {
		return store.Ambiguity{}, err
	}
	for _, a := range open {
		if a.ID == id {
			return a, nil
		}
	}
	return store.Ambiguity{}, keepiton.Errorf(keepiton.NotFound, "no open question %d", id)
}

// Same answers that the incident of the question is the candidate: it is
// merged into it. A merge that was made before is not made twice. Where the
// merge waits as a proposal, so does the question: it is answered when Same is
// called once more after that was accepted.
func (d *Desk) Same(ctx context.Context, who Person, id int64, candidate keepiton.IncidentID, reason string) (Outcome, error) {
	q, err := d.question(ctx, who, id, reason)
	if err != nil {
		return Outcome{}, err
	}
	if !slices.ContainsFunc(q.Candidates, func(c store.Candidate) bool { return c.Incident == candidate }) {
		return Outcome{}, keepiton.Errorf(keepiton.Invalid, "%s is not among the candidates", candidate)
	}
	from, base, err := d.current(ctx, q.Incident)
	if err != nil {
		return Outcome{}, err
	}
	var out Outcome
	if from.Incident.State != keepiton.Merged || from.Incident.MergedInto != candidate {
		_, intoBase, err := d.current(ctx, candidate)
		if err != nil {
			return Outcome{}, err
		}
		if out, err = d.Merge(ctx, who, Target{q.Incident, base}, Target{candidate, intoBase}, reason); err != nil || out.Proposal != 0 {
			return out, err
		}
	}
	return out, d.Questions.ResolveAmbiguity(ctx, id, "same "+string(candidate)+": "+strings.TrimSpace(reason), who.Account, d.now())
}

// Different answers that the incident is none of the candidates and stays.
func (d *Desk) Different(ctx context.Context, who Person, id int64, reason string) error {
	if _, err := d.question(ctx, who, id, reason); err != nil {
		return err
	}
	return d.Questions.ResolveAmbiguity(ctx, id, "different: "+strings.TrimSpace(reason), who.Account, d.now())
}

func (d *Desk) question(ctx context.Context, who Person, id int64, reason string) (store.Ambiguity, error) {
	if err := needReason(reason); err != nil {
		return store.Ambiguity{}, err
	}
	if err := who.allow(Answer, ""); err != nil {
		return store.Ambiguity{}, err
	}
	return d.Ambiguity(ctx, who, id)
}

// Queue is what waits at the desk.
type Queue struct {
	InReview    []keepiton.Revision
	Drafts      []keepiton.Revision // of the person who asks
	Changed     []keepiton.Revision // most recent first, all states
	Proposals   []store.Proposal
	Ambiguities []store.Ambiguity
	Unmapped    []store.Unmapped
}

// Waiting returns what waits, at most limit of each.
func (d *Desk) Waiting(ctx context.Context, who Person, limit int) (q Queue, err error) {
	if err := who.allow(Read, keepiton.Draft); err != nil {
		return q, err
	}
	list := func(n int, states ...keepiton.State) []keepiton.Revision {
		if err != nil {
			return nil
		}
		var page store.Page
		page, err = d.Incidents.List(ctx, store.Query{States: states, Sort: store.RecentlyChanged, Limit: n})
		return page.Items
	}
	q.InReview = list(limit, keepiton.InReview)
	q.Drafts = slices.DeleteFunc(list(1000, keepiton.Draft), func(r keepiton.Revision) bool { return r.Author != who.Account })
	q.Changed = list(limit, keepiton.States...)
	if err != nil {
		return q, err
	}
	if q.Proposals, err = d.Questions.Proposals(ctx, true, limit); err != nil {
		return q, err
	}
	if q.Ambiguities, err = d.Questions.Ambiguities(ctx, true, limit); err != nil {
		return q, err
	}
	q.Unmapped, err = d.Questions.Unmapped(ctx, true, limit)
	return q, err
}

// History returns every revision of id with author and reason, newest first.
func (d *Desk) History(ctx context.Context, who Person, id keepiton.IncidentID) ([]keepiton.Revision, error) {
	if err := who.allow(Read, keepiton.Draft); err != nil {
		return nil, err
	}
	revs, err := d.Incidents.Revisions(ctx, id)
	slices.Reverse(revs)
	return revs, err
}
