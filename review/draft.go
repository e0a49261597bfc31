package review

import (
	"context"

	"keepiton"
)

// Create begins a draft. The id that it gets carries the year of its first
// start, so one episode with at least a year is needed.
func (d *Desk) Create(ctx context.Context, who Person, inc *keepiton.Incident, reason string) (keepiton.Revision, error) {
	if err := who.allow(Create, ""); err != nil {
		return keepiton.Revision{}, err
	}
	if inc.Start().IsZero() {
		return keepiton.Revision{}, fail(keepiton.Invalid, "desk.error.start", nil, "an incident needs a start: at least the year")
	}
	draft := d.content(who, &keepiton.Incident{State: keepiton.Draft}, inc)
	return d.appendOne(ctx, d.edit(who, 0, draft, reason))
}

// Save stores a new revision of a draft, or of what is in review, which makes
// earlier approvals void.
func (d *Desk) Save(ctx context.Context, who Person, id keepiton.IncidentID, base int, inc *keepiton.Incident, reason string) (keepiton.Revision, error) {
	before, err := d.begin(ctx, who, Save, id, base)
	if err != nil {
		return keepiton.Revision{}, err
	}
	return d.appendOne(ctx, d.edit(who, base, d.content(who, &before.Incident, inc), reason))
}

// Submit hands a draft over for review. It may have faults: the reviewer sees
// them.
func (d *Desk) Submit(ctx context.Context, who Person, id keepiton.IncidentID, base int, reason string) (keepiton.Revision, error) {
	return d.move(ctx, who, Submit, id, base, keepiton.InReview, reason)
}

// SendBack returns what is in review to a draft. The reason tells the author
// what is missing.
func (d *Desk) SendBack(ctx context.Context, who Person, id keepiton.IncidentID, base int, reason string) (keepiton.Revision, error) {
	if err := needReason(reason); err != nil {
		return keepiton.Revision{}, err
	}
	return d.move(ctx, who, SendBack, id, base, keepiton.Draft, reason)
}

// move stores a revision that changes the state alone.
func (d *Desk) move(ctx context.Context, who Person, action Action, id keepiton.IncidentID, base int, to keepiton.State, reason string) (keepiton.Revision, error) {
	before, err := d.begin(ctx, who, action, id, base)
	if err != nil {
		return keepiton.Revision{}, err
	}
	inc := before.Incident.Clone()
	if !inc.State.May(to) {
		return keepiton.Revision{}, fail(keepiton.Conflict, "desk.error.state", map[string]any{"State": string(inc.State)}, "an incident that is %s cannot become %s", inc.State, to)
	}
	inc.State = to
	return d.appendOne(ctx, d.edit(who, base, inc, reason))
}
