package review

import (
	"context"
	"slices"
	"strings"

	"keepiton"
	"keepiton/store"
)

// Correction is what became of a correction: a revision, or a proposal that
// waits for a second person.
type Correction struct {
	Revision keepiton.Revision // zero when it waits
	Proposal int64             // zero when it took effect
}

// Correct changes a published incident. The reason is shown to readers. Under
// a policy of two people the change waits as a proposal and readers keep what
// is published.
func (d *Desk) Correct(ctx context.Context, who Person, id keepiton.IncidentID, base int, written *keepiton.Incident, reason string) (Correction, error) {
	if err := needReason(reason); err != nil {
		return Correction{}, err
	}
	before, err := d.begin(ctx, who, Correct, id, base)
	if err != nil {
		return Correction{}, err
	}
	inc := d.content(who, &before.Incident, written)
	if len(keepiton.Diff(&before.Incident, inc)) == 0 && sameDetails(&before.Incident, inc) {
		return Correction{}, fail(keepiton.Invalid, "desk.error.no_change", nil, "nothing differs from what is published")
	}
	if err := d.faults(&before.Incident, inc); err != nil {
		return Correction{}, err
	}
	policy, err := LoadPolicy(ctx, d.Meta)
	if err != nil {
		return Correction{}, err
	}
	if policy.Publishing != OnePerson {
		n, err := d.Questions.PutProposal(ctx, store.Proposal{
			Incident: *inc, Base: base, Author: who.Account, Role: who.Role, Reason: strings.TrimSpace(reason), Created: d.now(),
		})
		return Correction{Proposal: n}, err
	}
	rev, err := d.appendOne(ctx, d.edit(who, base, inc, reason))
	return Correction{Revision: rev}, err
}

// Accept makes a proposal a revision. Its author stays the author; who accepts
// is kept as the approval. Conflict when the incident changed meanwhile: the
// proposal then has to be written anew on what is there now.
func (d *Desk) Accept(ctx context.Context, who Person, proposal int64) (keepiton.Revision, error) {
	p, err := d.Proposal(ctx, who, proposal)
	if err != nil {
		return keepiton.Revision{}, err
	}
	before, err := d.begin(ctx, who, Accept, p.Incident.ID, p.Base)
	if err != nil {
		return keepiton.Revision{}, err
	}
	if p.Author == who.Account {
		return keepiton.Revision{}, fail(keepiton.Forbidden, "desk.error.own", nil, "the author of a proposal cannot accept it")
	}
	enough, err := d.enough(ctx, who, &keepiton.Revision{Author: p.Author, Incident: p.Incident})
	if err != nil {
		return keepiton.Revision{}, err
	}
	if !enough {
		return keepiton.Revision{}, fail(keepiton.Forbidden, "desk.error.second_person", nil, "somebody of another organization must accept it")
	}
	if err := d.faults(&before.Incident, &p.Incident); err != nil {
		return keepiton.Revision{}, err
	}
	author := Person{Account: p.Author, Role: p.Role}
	rev, err := d.appendOne(ctx, d.edit(author, p.Base, &p.Incident, p.Reason))
	if err != nil {
		return rev, err
	}
	if err := d.Questions.Approve(ctx, rev.Incident.ID, rev.N, who.Account, d.now()); err != nil {
		return rev, err
	}
	return rev, d.Questions.ResolveProposal(ctx, proposal, "accepted", who.Account, d.now())
}

// Decline closes a proposal with a reason; it stays stored. Its author may
// take it back in the same way.
func (d *Desk) Decline(ctx context.Context, who Person, proposal int64, reason string) error {
	if err := needReason(reason); err != nil {
		return err
	}
	p, err := d.Proposal(ctx, who, proposal)
	if err != nil {
		return err
	}
	if p.Author != who.Account {
		if err := who.allow(Accept, keepiton.Published); err != nil {
			return err
		}
	}
	return d.Questions.ResolveProposal(ctx, proposal, "declined: "+strings.TrimSpace(reason), who.Account, d.now())
}

// Proposal returns an open proposal, NotFound when there is none.
func (d *Desk) Proposal(ctx context.Context, who Person, id int64) (store.Proposal, error) {
	if err := who.allow(Read, keepiton.Draft); err != nil {
		return store.Proposal{}, err
	}
	open, err := d.Questions.Proposals(ctx, true, maxQuestions)
	if err != nil {
		return store.Proposal{}, err
	}
	for _, p := range open {
		if p.ID == id {
			return p, nil
		}
	}
	return store.Proposal{}, keepiton.Errorf(keepiton.NotFound, "no open proposal %d", id)
}

// sameDetails compares what Diff shows only in part: how sure a place is, and
// the details of sources, services and measurements.
func sameDetails(a, b *keepiton.Incident) bool {
	return slices.Equal(a.Sources, b.Sources) && slices.Equal(a.Places, b.Places) && slices.Equal(a.Services, b.Services) && slices.Equal(a.Signals, b.Signals)
}
