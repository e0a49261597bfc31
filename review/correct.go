package review

import (
	"context"
	"slices"

	"keepiton"
)

// Outcome is what became of an act: revisions, or a proposal that waits for
// others.
type Outcome struct {
	Revisions []keepiton.Revision // none when it waits
	Proposal  int64               // zero when it took effect
}

// Correct changes a published incident. The reason is shown to readers. Under
// a policy of two people, and always where the incident rests on reports,
// before or after, the change waits as a proposal and readers keep what is
// published.
func (d *Desk) Correct(ctx context.Context, who Person, id keepiton.IncidentID, base int, written *keepiton.Incident, reason string) (Outcome, error) {
	if err := needReason(reason); err != nil {
		return Outcome{}, err
	}
	before, err := d.begin(ctx, who, Correct, id, base)
	if err != nil {
		return Outcome{}, err
	}
	inc := d.content(who, &before.Incident, written)
	if len(keepiton.Diff(&before.Incident, inc)) == 0 && sameDetails(&before.Incident, inc) {
		return Outcome{}, fail(keepiton.Invalid, "desk.error.no_change", nil, "nothing differs from what is published")
	}
	if err := d.faults(&before.Incident, inc); err != nil {
		return Outcome{}, err
	}
	policy, err := LoadPolicy(ctx, d.Meta)
	if err != nil {
		return Outcome{}, err
	}
	edit := d.edit(who, base, inc, reason)
	shown, err := d.needed(ctx, edit)
	if err != nil {
		return Outcome{}, err
	}
	if policy.Publishing != OnePerson || len(shown) > 0 {
		return d.propose(ctx, who, proposal{inc: inc, base: base, reason: reason})
	}
	rev, err := d.appendOne(ctx, edit)
	return Outcome{Revisions: []keepiton.Revision{rev}}, err
}

// sameDetails compares what Diff shows only in part: how sure a place is, and
// the details of sources, services and measurements.
func sameDetails(a, b *keepiton.Incident) bool {
	return slices.Equal(a.Sources, b.Sources) && slices.Equal(a.Places, b.Places) && slices.Equal(a.Services, b.Services) && slices.Equal(a.Signals, b.Signals)
}
