package review

import (
	"context"
	"strings"

	"keepiton"
	"keepiton/store"
)

// A candidate is a disruption that waits for the desk: instruments saw something, and
// people say what becomes of it. Each decision is kept with who made it; the last
// one counts, so that any of them is undone by another.

// Candidate returns a disruption with what was decided of it, to somebody who may see
// drafts.
func (d *Desk) Candidate(ctx context.Context, who Person, id keepiton.DisruptionID) (keepiton.Disruption, []keepiton.Decision, error) {
	if err := who.allow(Read, keepiton.Draft); err != nil {
		return keepiton.Disruption{}, nil, err
	}
	c, err := d.Disruptions.Disruption(ctx, id)
	if err != nil {
		return c, nil, err
	}
	all, err := d.Disruptions.Decisions(ctx, id)
	return c, all, err
}

// Candidates returns one page of them, to somebody who may see drafts.
func (d *Desk) Candidates(ctx context.Context, who Person, f store.DisruptionFilter) (store.DisruptionPage, error) {
	if err := who.allow(Read, keepiton.Draft); err != nil {
		return store.DisruptionPage{}, err
	}
	return d.Disruptions.ListDisruptions(ctx, f)
}

// Judge keeps a decision that touches no incident: to watch, reject, merge, or open
// again. after is how many decisions who has seen: Conflict when there are more.
func (d *Desk) Judge(ctx context.Context, who Person, after int, say keepiton.Decision) (keepiton.Decision, error) {
	if say.What == keepiton.Accepted {
		return say, keepiton.Errorf(keepiton.Invalid, "to accept goes by AcceptCandidate: an incident is changed with it")
	}
	return d.decide(ctx, who, after, say)
}

func (d *Desk) decide(ctx context.Context, who Person, after int, say keepiton.Decision) (keepiton.Decision, error) {
	if err := who.allow(Judge, ""); err != nil {
		return say, err
	}
	say.N, say.By, say.At, say.Note = after+1, who.Account, d.now(), strings.TrimSpace(say.Note)
	switch {
	case len(say.Note) > keepiton.MaxDecisionNote:
		return say, fail(keepiton.TooLarge, "desk.error.reason_long", map[string]any{"N": keepiton.MaxDecisionNote}, "the note is longer than %d bytes", keepiton.MaxDecisionNote)
	case say.What == keepiton.Rejected && say.Code == "":
		return say, fail(keepiton.Invalid, "candidate.error.code", nil, "a reason must be chosen")
	case say.What == keepiton.Rejected && say.Code == "other" && say.Note == "":
		return say, fail(keepiton.Invalid, "candidate.error.other", nil, "another reason must be told in words")
	case say.What == keepiton.MergedWith && (!say.Into.Valid() || say.Into == say.Disruption):
		return say, fail(keepiton.Invalid, "candidate.error.into", nil, "%q is no other disruption", say.Into)
	}
	kept, err := d.Disruptions.Decide(ctx, say)
	if keepiton.CodeOf(err) == keepiton.Conflict && say.What != keepiton.MergedWith {
		err = errDecided(say.Disruption)
	}
	return kept, err
}

func errDecided(id keepiton.DisruptionID) error {
	return fail(keepiton.Conflict, "candidate.error.decided", nil, "somebody else has decided on %s meanwhile", id)
}

// Acceptance is into what a candidate is taken.
type Acceptance struct {
	Incident keepiton.IncidentID // empty: a new draft
	Base     int                 // of the incident that was looked at
	Note     string
}

// AcceptCandidate ties a candidate to an incident, which gets links to its signals
// with their windows: a new draft, a saved draft, or a correction of what is
// published, which waits as a proposal where the policy says so. That the incident
// was not visible to instruments is taken back by it. Nothing becomes public by this
// alone but a link in what is public already.
func (d *Desk) AcceptCandidate(ctx context.Context, who Person, id keepiton.DisruptionID, after int, into Acceptance) (Outcome, keepiton.Decision, error) {
	none := keepiton.Decision{}
	if err := who.allow(Judge, ""); err != nil {
		return Outcome{}, none, err
	}
	c, all, err := d.Candidate(ctx, who, id)
	if err != nil {
		return Outcome{}, none, err
	}
	if len(all) != after {
		return Outcome{}, none, errDecided(id)
	}
	if len(all) > 0 && all[len(all)-1].What == keepiton.Accepted {
		return Outcome{}, none, fail(keepiton.Conflict, "candidate.error.accepted", nil, "%s belongs to an incident already", id)
	}
	out, incident, err := d.take(ctx, who, &c, into)
	if err != nil {
		return out, none, err
	}
	say, err := d.decide(ctx, who, after, keepiton.Decision{Disruption: id, What: keepiton.Accepted, Incident: incident, Note: into.Note})
	return out, say, err
}

// take changes the incident, or begins it.
func (d *Desk) take(ctx context.Context, who Person, c *keepiton.Disruption, into Acceptance) (Outcome, keepiton.IncidentID, error) {
	reason := "measured: " + string(c.ID)
	if into.Incident == "" {
		rev, err := d.Create(ctx, who, IncidentOf(c), reason)
		return Outcome{Revisions: []keepiton.Revision{rev}}, rev.Incident.ID, err
	}
	rev, base, err := d.current(ctx, into.Incident)
	switch {
	case keepiton.CodeOf(err) == keepiton.NotFound || keepiton.CodeOf(err) == keepiton.Invalid:
		return Outcome{}, "", fail(keepiton.Invalid, "candidate.error.incident", nil, "there is no incident %q", into.Incident)
	case err != nil:
		return Outcome{}, "", err
	case into.Base != 0 && base != into.Base:
		return Outcome{}, "", conflict(into.Incident, into.Base, base)
	}
	inc := rev.Incident.Clone()
	if !link(inc, c) {
		return Outcome{}, inc.ID, nil // it is there already
	}
	if inc.State == keepiton.Published {
		out, err := d.Correct(ctx, who, inc.ID, base, inc, reason)
		return out, inc.ID, err
	}
	rev, err = d.Save(ctx, who, inc.ID, base, inc, reason)
	return Outcome{Revisions: []keepiton.Revision{rev}}, inc.ID, err
}
