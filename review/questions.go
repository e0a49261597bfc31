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
// merged into it. A merge that was made before is not made twice.
func (d *Desk) Same(ctx context.Context, who Person, id int64, candidate keepiton.IncidentID, reason string) error {
	q, err := d.question(ctx, who, id, reason)
	if err != nil {
		return err
	}
	if !slices.ContainsFunc(q.Candidates, func(c store.Candidate) bool { return c.Incident == candidate }) {
		return keepiton.Errorf(keepiton.Invalid, "%s is not among the candidates", candidate)
	}
	from, base, err := d.current(ctx, q.Incident)
	if err != nil {
		return err
	}
	if from.Incident.State != keepiton.Merged || from.Incident.MergedInto != candidate {
		_, intoBase, err := d.current(ctx, candidate)
		if err != nil {
			return err
		}
		if _, err := d.Merge(ctx, who, Target{q.Incident, base}, Target{candidate, intoBase}, reason); err != nil {
			return err
		}
	}
	return d.Questions.ResolveAmbiguity(ctx, id, "same "+string(candidate)+": "+strings.TrimSpace(reason), who.Account, d.now())
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

// MapPlace answers where the words of an unmapped place lie: place carries the
// codes, a person's choice. Incidents that have these words without a sure code
// are corrected, each as a revision (or proposal), and their number is
// returned. Without a country the words are kept as they are and no longer
// asked about.
func (d *Desk) MapPlace(ctx context.Context, who Person, u store.Unmapped, place keepiton.Place, reason string) (int, error) {
	if err := needReason(reason); err != nil {
		return 0, err
	}
	if err := who.allow(Answer, ""); err != nil {
		return 0, err
	}
	answer := place.Region
	if answer == "" {
		answer = place.Country
	}
	if place.District != "" {
		answer += "/" + place.District
	}
	n := 0
	if place.Country != "" {
		var err error
		if n, err = d.replacePlace(ctx, who, u, place, reason); err != nil {
			return n, err
		}
	} else {
		answer = "kept"
	}
	return n, d.Questions.ResolveUnmapped(ctx, u.Kind, u.Column, u.Country, u.Words, answer, d.now())
}

// replacePlace corrects every incident that has the words. The search narrows;
// the exact words decide.
func (d *Desk) replacePlace(ctx context.Context, who Person, u store.Unmapped, place keepiton.Place, reason string) (int, error) {
	var found []keepiton.IncidentID
	q := store.Query{States: []keepiton.State{keepiton.Draft, keepiton.InReview, keepiton.Published}, Text: u.Words, Sort: store.ByID, Limit: 500}
	for {
		page, err := d.Incidents.List(ctx, q)
		if err != nil {
			return 0, err
		}
		for _, rev := range page.Items {
			if slices.ContainsFunc(rev.Incident.Places, func(p keepiton.Place) bool { return unsure(p, u) }) {
				found = append(found, rev.Incident.ID)
			}
		}
		if page.Next == "" {
			break
		}
		q.Cursor = page.Next
	}
	n := 0
	for _, id := range found {
		rev, base, err := d.current(ctx, id)
		if err != nil {
			return n, err
		}
		inc := rev.Incident.Clone()
		for i, p := range inc.Places {
			if unsure(p, u) {
				p.Country, p.Region, p.District = place.Country, place.Region, place.District
				p.Confidence, p.Method = 1, MethodPerson
				inc.Places[i] = p
			}
		}
		if inc.State == keepiton.Published {
			_, err = d.Correct(ctx, who, id, base, inc, reason)
		} else {
			_, err = d.Save(ctx, who, id, base, inc, reason)
		}
		if err != nil {
			return n, err
		}
		n++
	}
	return n, nil
}

// MethodPerson is the method of a place that a person chose.
const MethodPerson = "person"

func unsure(p keepiton.Place, u store.Unmapped) bool {
	return p.Words == u.Words && p.Confidence < keepiton.SurePlace && (u.Country == "" || p.Country == "" || p.Country == u.Country)
}

// MapValue answers which code an unknown spelling of a category means; later
// imports read the answer. An empty code keeps the words as they are.
func (d *Desk) MapValue(ctx context.Context, who Person, u store.Unmapped, code, reason string) error {
	if err := needReason(reason); err != nil {
		return err
	}
	if err := who.allow(Answer, ""); err != nil {
		return err
	}
	if code == "" {
		code = "kept"
	} else if codes := CodesOfColumn(u.Column); len(codes) > 0 && !codes.Has(code) {
		return keepiton.Errorf(keepiton.Invalid, "%q is not a code of %s", code, u.Column)
	}
	return d.Questions.ResolveUnmapped(ctx, u.Kind, u.Column, u.Country, u.Words, code, d.now())
}

// CodesOfColumn returns the coded list that a column of STOP is read into, nil
// when it has none.
func CodesOfColumn(column string) keepiton.Codes {
	for _, f := range keepiton.Fields {
		if len(f.Codes) > 0 && slices.Contains(f.STOP, column) {
			return f.Codes
		}
	}
	return nil
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
