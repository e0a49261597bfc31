package campaign

import (
	"bytes"
	"context"
	"encoding/json"
	"slices"

	"keepiton"
)

// notTheirs are the fields of an organization that its own people do not
// propose: how it stands is the coalition's to say, and where we know it from.
var notTheirs = []string{"standing", "standing_note", "confirmed", "since", "until", "sources"}

// MemberFields describes the form in which an organization proposes changes of
// its own entry.
func MemberFields() []Field {
	return slices.DeleteFunc(slices.Clone(Fields(keepiton.KindOrganization)), func(f Field) bool { return slices.Contains(notTheirs, f.Name()) })
}

// Own is an organization's entry as its people see it: what readers see, and
// what they have proposed. Drafts and reasons of the office are not theirs.
type Own struct {
	ID     keepiton.EntryID
	Base   int                    // the newest revision, whoever wrote it
	Public *keepiton.Organization // nil: readers see nothing of it, or no longer
	Mine   *keepiton.Organization // proposed and not published yet; nil: nothing
	State  keepiton.State         // of Mine: in review, or draft when it was sent back
	Reason string                 // why it was sent back
	Busy   bool                   // the office is at work on it: a proposal would be in its way
	Ended  bool                   // no longer in the coalition, or suspended: nothing can be proposed
}

// Shown is what the form starts from.
func (own Own) Shown() *keepiton.Organization {
	switch {
	case own.Mine != nil:
		return own.Mine
	case own.Public != nil:
		return own.Public
	}
	return &keepiton.Organization{}
}

// Own returns the entry that who, a member, is bound to.
func (o *Office) Own(ctx context.Context, who Person) (Own, error) {
	id := keepiton.EntryID(who.Organization)
	switch {
	case who.Account == "":
		return Own{}, fail(keepiton.Unsigned, "error.unsigned", "nobody is signed in")
	case who.Role != keepiton.RoleMember || id.Kind() != keepiton.KindOrganization:
		return Own{}, fail(keepiton.Forbidden, "campaign.error.role", "the role %q has no organization of its own", who.Role)
	}
	all, err := o.Entries.EntryRevisions(ctx, id)
	if err != nil {
		return Own{}, err
	}
	newest := all[len(all)-1]
	own := Own{ID: id, Base: newest.N}
	shown := -1 // what readers see
	for i, rev := range all {
		if rev.State == keepiton.Published || rev.State == keepiton.Withdrawn && shown >= 0 {
			shown = i
		}
	}
	var public json.RawMessage
	if shown >= 0 {
		public = all[shown].Doc
		org, err := As[*keepiton.Organization](all[shown])
		if err != nil {
			return Own{}, err
		}
		if own.Public = org.Public(); all[shown].State == keepiton.Withdrawn {
			own.Public = nil
		}
		own.Ended = own.Public == nil || org.Standing == keepiton.StandingSuspended || org.Standing == keepiton.StandingFormer
	}
	// Their own words lie on top as long as nobody changed them: sending back
	// and putting in review again keep them.
	mine := slices.ContainsFunc(all[shown+1:], func(rev keepiton.EntryRevision) bool {
		return rev.Role == keepiton.RoleMember && bytes.Equal(rev.Doc, newest.Doc)
	})
	switch {
	case newest.State != keepiton.Draft && newest.State != keepiton.InReview:
	case mine:
		org, err := As[*keepiton.Organization](newest)
		if err != nil {
			return Own{}, err
		}
		own.Mine, own.State = org.Public(), newest.State
		if newest.State == keepiton.Draft {
			own.Reason = newest.Reason
		}
	default:
		own.Busy = !bytes.Equal(newest.Doc, public)
	}
	return own, nil
}

// Propose hands the office a change of the entry that who is bound to: a
// revision in review, on top of revision base. What its people may not say of
// themselves stays as readers see it.
//
// Errors: Forbidden for anybody but a member and for one whose organization is
// no longer in the coalition; Conflict while the office is at work on the entry,
// or when base is not the newest; Invalid for what could not be published.
func (o *Office) Propose(ctx context.Context, who Person, base int, org *keepiton.Organization, reason string) (keepiton.EntryRevision, error) {
	own, err := o.Own(ctx, who)
	switch {
	case err != nil:
		return keepiton.EntryRevision{}, err
	case own.Ended:
		return keepiton.EntryRevision{}, fail(keepiton.Forbidden, "campaign.error.ended", "%s is not in the coalition now", own.ID)
	case own.Busy:
		return keepiton.EntryRevision{}, fail(keepiton.Conflict, "campaign.error.busy", "the office is at work on %s", own.ID)
	}
	rev, e, err := o.newest(ctx, own.ID, base)
	if err != nil {
		return rev, err
	}
	theirs := *org
	kept, ok := e.(*keepiton.Organization)
	if !ok {
		return rev, keepiton.Errorf(keepiton.Internal, "%s is no organization", own.ID)
	}
	theirs.Standing, theirs.StandingNote, theirs.Confirmed, theirs.Since, theirs.Until = kept.Standing, kept.StandingNote, kept.Confirmed, kept.Since, kept.Until
	theirs.Sources, theirs.Basis = kept.Sources, kept.Basis
	if problems := Check(&theirs, o.Now()); len(problems) > 0 {
		return rev, incomplete(own.ID, problems)
	}
	return o.append(ctx, who, keepiton.KindOrganization, base, keepiton.EntryRevision{ID: own.ID, State: keepiton.InReview, Reason: reason}, &theirs)
}
