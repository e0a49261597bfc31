package review

import (
	"context"

	"keepiton"
	"keepiton/store"
)

// Showings returns what of id may be signed now: what publishing it, publishing
// it again, or undoing its merge would show. It is empty when that needs no
// signatures, and for what is published, whose corrections wait as proposals.
func (d *Desk) Showings(ctx context.Context, who Person, id keepiton.IncidentID) ([]Showing, error) {
	if err := who.allow(Read, keepiton.Draft); err != nil {
		return nil, err
	}
	rev, base, err := d.current(ctx, id)
	if err != nil {
		return nil, err
	}
	switch rev.Incident.State {
	case keepiton.Draft, keepiton.InReview, keepiton.Withdrawn:
		return d.needed(ctx, d.edit(who, base, published(&rev.Incident), ""))
	case keepiton.Merged:
		edits, err := d.unmerging(ctx, who, rev, base, "")
		if err != nil {
			return nil, err
		}
		return d.needed(ctx, edits...)
	}
	return nil, nil
}

// ProposalShowings returns what accepting p would show, where that needs
// signatures. Conflict when the incident changed since.
func (d *Desk) ProposalShowings(ctx context.Context, who Person, p store.Proposal) ([]Showing, error) {
	if err := who.allow(Read, keepiton.Draft); err != nil {
		return nil, err
	}
	edits, err := d.proposed(ctx, p)
	if err != nil {
		return nil, err
	}
	return d.needed(ctx, edits...)
}

// maySign checks that a is of the next revision of something that who may sign.
func (d *Desk) maySign(ctx context.Context, who Person, a store.SignedApproval) error {
	if id := keepiton.StoryID(a.Subject); isStory(id) {
		return d.maySignStory(ctx, who, id, a.N)
	}
	id := keepiton.IncidentID(a.Subject)
	rev, _, err := d.current(ctx, id)
	if err != nil {
		return err
	}
	all, err := d.Incidents.Revisions(ctx, id)
	if err != nil {
		return err
	}
	if err := who.allow(Sign, rev.Incident.State); err != nil {
		return err
	}
	if next := nextN(all); a.N != next {
		return conflict(id, a.N-1, next-1)
	}
	return nil
}

// Sign keeps the signature of who. It refuses what does not verify, a passkey
// that is not theirs, an account without an organization, and what is no longer
// the next revision. Twice is once. [Passkeys.FinishSign] makes a.
func (d *Desk) Sign(ctx context.Context, who Person, a store.SignedApproval) error {
	if err := d.maySign(ctx, who, a); err != nil {
		return err
	}
	if organization(who.Organization) == "" {
		return errNoOrganization
	}
	a.Account, a.Organization, a.Day = who.Account, who.Organization, day(d.now())
	if err := VerifyApproval(a); err != nil {
		return err
	}
	stands, err := d.stands(ctx, a)
	if err != nil {
		return err
	}
	if !stands {
		return fail(keepiton.Forbidden, "desk.error.signature", nil, "the passkey is not one of %s", who.Account)
	}
	return d.Questions.PutSignedApproval(ctx, a)
}

var errNoOrganization = fail(keepiton.Forbidden, "desk.error.no_organization", nil, "an account without an organization cannot sign")
