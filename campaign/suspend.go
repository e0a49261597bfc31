package campaign

import (
	"context"
	"slices"

	"keepiton"
)

// Suspend takes an organization out of the coalition for a time, in the open: what
// readers see of it stays, and says so with the reason. One editor is enough, as
// for a withdrawal. A draft above what readers see is passed over; its words stay
// in the history. Conflict for one that is not public, or is no member or partner.
func (o *Office) Suspend(ctx context.Context, who Person, id keepiton.EntryID, base int, why keepiton.Texts) (keepiton.EntryRevision, error) {
	if err := who.least(keepiton.RoleEditor); err != nil {
		return keepiton.EntryRevision{}, err
	}
	org, _, err := o.shown(ctx, id, base, why)
	switch {
	case err != nil:
		return keepiton.EntryRevision{}, err
	case org.Standing != keepiton.StandingMember && org.Standing != keepiton.StandingPartner:
		return keepiton.EntryRevision{}, fail(keepiton.Conflict, "campaign.error.suspend", "%s is %s", id, org.Standing)
	}
	org.Standing, org.StandingNote = keepiton.StandingSuspended, why
	if problems := Check(org, o.Now()); len(problems) > 0 {
		return keepiton.EntryRevision{}, incomplete(id, problems)
	}
	return o.append(ctx, who, keepiton.KindOrganization, base, keepiton.EntryRevision{ID: id, State: keepiton.Published}, org)
}

// EndSuspension puts the end of a suspension in review, with the reason for readers: what it
// was before, with the words that readers see. It is published as any change of an
// organization is, once two people stand behind it. An analyst may.
func (o *Office) EndSuspension(ctx context.Context, who Person, id keepiton.EntryID, base int, why keepiton.Texts) (keepiton.EntryRevision, error) {
	if err := who.least(keepiton.RoleAnalyst); err != nil {
		return keepiton.EntryRevision{}, err
	}
	org, all, err := o.shown(ctx, id, base, why)
	switch {
	case err != nil:
		return keepiton.EntryRevision{}, err
	case org.Standing != keepiton.StandingSuspended:
		return keepiton.EntryRevision{}, fail(keepiton.Conflict, "campaign.error.suspend", "%s is %s", id, org.Standing)
	}
	org.Standing = keepiton.StandingPartner // the least, where an old list began with a suspension
	for _, rev := range slices.Backward(all) {
		if rev.State != keepiton.Published {
			continue
		}
		before, err := As[*keepiton.Organization](rev)
		if err != nil {
			return rev, err
		}
		if before.Standing == keepiton.StandingMember || before.Standing == keepiton.StandingPartner {
			org.Standing = before.Standing
			break
		}
	}
	org.StandingNote = why
	if problems := Check(org, o.Now()); len(problems) > 0 {
		return keepiton.EntryRevision{}, incomplete(id, problems)
	}
	return o.append(ctx, who, keepiton.KindOrganization, base, keepiton.EntryRevision{ID: id, State: keepiton.InReview}, org)
}

// shown returns the organization as readers see it, and all its revisions, for a
// change of its standing on top of revision base.
func (o *Office) shown(ctx context.Context, id keepiton.EntryID, base int, why keepiton.Texts) (*keepiton.Organization, []keepiton.EntryRevision, error) {
	if text, _ := why.In("en"); text == "" {
		return nil, nil, fail(keepiton.Invalid, "campaign.error.reason", "say why")
	}
	if id.Kind() != keepiton.KindOrganization {
		return nil, nil, fail(keepiton.NotFound, "", "%s is no organization", id)
	}
	if _, _, err := o.newest(ctx, id, base); err != nil {
		return nil, nil, err
	}
	public, err := o.Entries.PublicEntry(ctx, id)
	if keepiton.CodeOf(err) == keepiton.NotFound || err == nil && public.State != keepiton.Published {
		err = fail(keepiton.Conflict, "campaign.error.suspend", "readers do not see %s", id)
	}
	if err != nil {
		return nil, nil, err
	}
	org, err := As[*keepiton.Organization](public)
	if err != nil {
		return nil, nil, err
	}
	all, err := o.Entries.EntryRevisions(ctx, id)
	return org, all, err
}

// Turn is a day on which the standing of an organization changed before readers.
type Turn struct {
	Rev      keepiton.EntryRevision
	Standing string
	Why      keepiton.Texts
}

// Turns lists how the standing of an organization changed, oldest first, from all
// its revisions: what readers saw alone, and since the last withdrawal. Nil for one
// that was never suspended.
func Turns(all []keepiton.EntryRevision) (out []Turn, err error) {
	suspended := false
	for _, rev := range all {
		if rev.State == keepiton.Withdrawn {
			out, suspended = nil, false
		}
		if rev.State != keepiton.Published {
			continue
		}
		org, err := As[*keepiton.Organization](rev)
		if err != nil {
			return nil, err
		}
		if len(out) == 0 || out[len(out)-1].Standing != org.Standing {
			out = append(out, Turn{rev, org.Standing, org.StandingNote})
		}
		suspended = suspended || org.Standing == keepiton.StandingSuspended
	}
	if !suspended {
		return nil, nil
	}
	return out, nil
}
