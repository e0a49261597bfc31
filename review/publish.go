package review

import (
	"context"
	"slices"

	"keepiton"
	"keepiton/store"
)

// Approve says that who stands behind revision n of id, which must be the
// newest. The author of that revision cannot approve it. Twice is once. What
// rests on reports is not approved so but signed, see Sign.
func (d *Desk) Approve(ctx context.Context, who Person, id keepiton.IncidentID, n int) error {
	rev, err := d.begin(ctx, who, Approve, id, n)
	if err != nil {
		return err
	}
	if rev.Author == who.Account {
		return fail(keepiton.Forbidden, "desk.error.own", nil, "the author of a revision cannot approve it")
	}
	if err := d.faults(shownBefore(&rev.Incident), &rev.Incident); err != nil {
		return err
	}
	return d.Questions.Approve(ctx, id, n, who.Account, d.now())
}

// Publish shows a draft or what is in review to the world. Faults of lint
// block it, and so does the policy when fewer people than it asks for stand
// behind the newest revision: its author, who approved it, and who publishes.
// What rests on reports needs its signatures instead, whatever the policy.
func (d *Desk) Publish(ctx context.Context, who Person, id keepiton.IncidentID, base int, reason string) (keepiton.Revision, error) {
	return d.show(ctx, who, Publish, id, base, reason)
}

// Reinstate publishes again what was withdrawn, under the same rules.
func (d *Desk) Reinstate(ctx context.Context, who Person, id keepiton.IncidentID, base int, reason string) (keepiton.Revision, error) {
	if err := needReason(reason); err != nil {
		return keepiton.Revision{}, err
	}
	return d.show(ctx, who, Reinstate, id, base, reason)
}

func (d *Desk) show(ctx context.Context, who Person, action Action, id keepiton.IncidentID, base int, reason string) (keepiton.Revision, error) {
	before, err := d.begin(ctx, who, action, id, base)
	if err != nil {
		return keepiton.Revision{}, err
	}
	inc := published(&before.Incident)
	if err := d.faults(shownBefore(&before.Incident), inc); err != nil {
		return keepiton.Revision{}, err
	}
	edit := d.edit(who, base, inc, reason)
	if err := d.secondPerson(ctx, who, &before, edit); err != nil {
		return keepiton.Revision{}, err
	}
	return d.appendOne(ctx, edit)
}

// published is inc as it stands once it is published.
func published(inc *keepiton.Incident) *keepiton.Incident {
	c := inc.Clone()
	c.State, c.Reason = keepiton.Published, ""
	return c
}

// shownBefore is what readers have seen already: a withdrawn incident, but no
// draft.
func shownBefore(inc *keepiton.Incident) *keepiton.Incident {
	if inc.State.Public() {
		return inc
	}
	return nil
}

// secondPerson returns Forbidden when the policy asks for more people than stand
// behind rev if who shows it now by the edits. Signatures of two organizations
// satisfy every policy.
func (d *Desk) secondPerson(ctx context.Context, who Person, rev *keepiton.Revision, edits ...store.Edit) error {
	shown, err := d.needed(ctx, edits...)
	if err != nil || slices.ContainsFunc(shown, func(s Showing) bool { return s.Incident.ID == rev.Incident.ID }) {
		return err // append looks at the signatures
	}
	enough, err := d.enough(ctx, who, rev)
	if err == nil && !enough {
		err = fail(keepiton.Forbidden, "desk.error.second_person", nil, "a second person must approve revision %d of %s first", rev.N, rev.Incident.ID)
	}
	return err
}

// enough reports whether the policy is met if who publishes rev now.
func (d *Desk) enough(ctx context.Context, who Person, rev *keepiton.Revision) (bool, error) {
	policy, err := LoadPolicy(ctx, d.Meta)
	if err != nil {
		return false, err
	}
	approvals, err := d.Questions.Approvals(ctx, rev.Incident.ID, rev.N)
	if err != nil {
		return false, err
	}
	people := []Person{who}
	for _, name := range append([]string{rev.Author}, approvals...) {
		a, err := d.People.Account(ctx, name)
		if keepiton.CodeOf(err) == keepiton.NotFound || a.Disabled {
			continue // nobody answers for it any more
		}
		if err != nil {
			return false, err
		}
		people = append(people, Person{Account: a.Name, Role: a.Role, Organization: a.Organization})
	}
	return policy.met(people), nil
}

// met reports whether the people who stand behind a revision satisfy p.
func (p Policy) met(people []Person) bool {
	if p.Publishing == OnePerson {
		return len(people) > 0
	}
	for i, a := range people {
		for _, b := range people[:i] {
			if a.Account == b.Account {
				continue
			}
			apart := a.Organization != "" && b.Organization != "" && a.Organization != b.Organization
			if p.Publishing == TwoPeople || apart {
				return true
			}
		}
	}
	return false
}

// Withdraw takes a published incident back in the open: its page stays and
// shows the reason. One editor is enough, for a withdrawal may protect
// somebody.
func (d *Desk) Withdraw(ctx context.Context, who Person, id keepiton.IncidentID, base int, reason string) (keepiton.Revision, error) {
	if err := needReason(reason); err != nil {
		return keepiton.Revision{}, err
	}
	before, err := d.begin(ctx, who, Withdraw, id, base)
	if err != nil {
		return keepiton.Revision{}, err
	}
	inc := before.Incident.Clone()
	inc.State, inc.Reason = keepiton.Withdrawn, reason
	return d.appendOne(ctx, d.edit(who, base, inc, reason))
}
