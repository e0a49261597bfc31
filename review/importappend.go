package review

import (
	"cmp"
	"context"
	"slices"

	"keepiton"
	"keepiton/stop"
	"keepiton/store"
)

// missing returns the revisions that an incident with public id lacks. Each
// stands on what the record said on the day of its edition, people's
// corrections included. Where the record has later revisions, one more with
// the time of the newest carries the edition's changes over to them: a later
// correction must not hide what the edition says of other fields.
//
// What rests on reports is left to people: see propose.
func (im *importing) missing(ctx context.Context, d stop.Derived) ([]keepiton.Revision, error) {
	var out []keepiton.Revision
	now := im.now[d.ID]
	if now.Incident.State.Public() && now.Incident.RestsOnReports() {
		for _, s := range d.Steps {
			if !im.spoken[d.ID][s.Edition] {
				im.propose(now, s)
			}
		}
		return nil, nil
	}
	current := now.Incident.Clone()
	carried := ""
	for i, s := range d.Steps {
		if im.spoken[d.ID][s.Edition] {
			continue
		}
		rev := s.Revision
		if !now.Recorded.After(rev.Recorded) {
			current = onTop(current, s)
			rev.Incident, now.Recorded = *current.Clone(), rev.Recorded
			out = append(out, rev)
			continue
		}
		base, err := im.store.Get(ctx, d.ID, rev.Recorded)
		switch {
		case err == nil && base.Incident.State.Public() && base.Incident.RestsOnReports():
			im.propose(now, s) // then it did; people who took the reports off know why
			continue
		case err == nil:
			rev.Incident = *onTop(&base.Incident, s)
		case keepiton.CodeOf(err) != keepiton.NotFound:
			return nil, err
		}
		out = append(out, rev)
		if s.Before != nil && s.After != nil && !slices.ContainsFunc(d.Steps[i+1:], func(t stop.Step) bool { return t.After != nil }) {
			stop.Apply(current, s.Before, s.After)
		}
		carried = s.Edition
	}
	if carried == "" {
		return out, nil
	}
	last := d.Steps[len(d.Steps)-1].Revision.Incident
	current.Rows, current.NotListed = last.Rows, last.NotListed
	if len(keepiton.Diff(current, &now.Incident)) == 0 && slices.EqualFunc(current.Rows, now.Incident.Rows, sameRow) {
		return out, nil
	}
	return append(out, keepiton.Revision{
		Recorded: now.Recorded, Role: keepiton.RoleImport, Edition: carried, Incident: *current,
		Reason: "What the edition “" + carried + "” says, carried over to the corrections made since it was published.",
	}), nil
}

// propose leaves what an edition says of an incident to the desk.
func (im *importing) propose(now keepiton.Revision, s stop.Step) {
	im.imp.Proposals = append(im.imp.Proposals, store.Proposal{
		Incident: *onTop(&now.Incident, s), Base: now.N, Role: keepiton.RoleImport, Edition: s.Edition,
		Reason: s.Revision.Reason, Created: s.Revision.Recorded,
	})
}

// onTop returns base with what a step changes.
func onTop(base *keepiton.Incident, s stop.Step) *keepiton.Incident {
	inc := base.Clone()
	if s.Before != nil && s.After != nil {
		stop.Apply(inc, s.Before, s.After)
	}
	inc.Rows, inc.NotListed = slices.Clone(s.Revision.Incident.Rows), s.Revision.Incident.NotListed
	return inc
}

// cmpTexts compares pairs of texts in turn.
func cmpTexts(pairs ...string) int {
	for i := 0; i+1 < len(pairs); i += 2 {
		if c := cmp.Compare(pairs[i], pairs[i+1]); c != 0 {
			return c
		}
	}
	return 0
}
