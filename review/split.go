package review

import (
	"context"
	"slices"

	"keepiton"
	"keepiton/store"
)

// Part is what a split moves, by position in the incident's lists, from 0.
// Without episodes the new incident gets a copy of all of them: two events at
// one time.
type Part struct {
	Episodes []int
	Rows     []int
}

// Split moves a part of id to a new incident in the same state, and each names
// the other in its reason. The new one first stands as a draft; then both
// become visible together, so that readers never see a part twice or not at
// all. The first revision of the outcome is of id, the second of the new one.
//
// Where id is published and rests on reports the split waits as a proposal; the
// draft then stands without the original rows, which stay counted where they
// are.
func (d *Desk) Split(ctx context.Context, who Person, id keepiton.IncidentID, base int, part Part, reason string) (Outcome, error) {
	if err := needReason(reason); err != nil {
		return Outcome{}, err
	}
	before, err := d.begin(ctx, who, Split, id, base)
	if err != nil {
		return Outcome{}, err
	}
	rest, moved, err := cut(&before.Incident, part)
	if err != nil {
		return Outcome{}, err
	}
	state := before.Incident.State
	if state == keepiton.Published {
		for _, inc := range []*keepiton.Incident{rest, moved} {
			if err := d.faults(&before.Incident, inc); err != nil {
				return Outcome{}, err
			}
		}
	}
	shown, err := d.needed(ctx, d.edit(who, base, rest, reason))
	if err != nil {
		return Outcome{}, err
	}
	moved.ID, moved.State = "", keepiton.Draft
	if len(shown) > 0 {
		moved.Rows = nil
	}
	draft, err := d.appendOne(ctx, d.edit(who, 0, moved, reason+arrow(" ← ", id)))
	if err != nil {
		return Outcome{}, err
	}
	if len(shown) > 0 {
		return d.propose(ctx, who, proposal{inc: rest, base: base, reason: reason, act: actSplit, other: Target{draft.Incident.ID, draft.N}, part: part})
	}
	moved = draft.Incident.Clone()
	moved.State = state
	revs, err := d.append(ctx, d.splitting(who, rest, base, moved, draft.N, reason)...)
	if err != nil {
		return Outcome{}, err
	}
	return Outcome{Revisions: append(revs, draft)[:2]}, nil
}

// splitting stores what stays, and shows what moved unless it is a draft still.
func (d *Desk) splitting(who Person, rest *keepiton.Incident, base int, moved *keepiton.Incident, movedBase int, reason string) []store.Edit {
	edits := []store.Edit{d.edit(who, base, rest, reason+arrow(" → ", moved.ID))}
	if moved.State != keepiton.Draft {
		edits = append(edits, d.edit(who, movedBase, moved, reason+arrow(" ← ", rest.ID)))
	}
	return edits
}

// cut divides inc; both halves keep at least one episode, and one thing moves.
func cut(inc *keepiton.Incident, part Part) (rest, moved *keepiton.Incident, err error) {
	rest, moved = inc.Clone(), inc.Clone()
	if len(part.Episodes) > 0 {
		rest.Episodes, moved.Episodes, err = divide(inc.Episodes, part.Episodes)
		if err != nil {
			return nil, nil, err
		}
	}
	keptRows, movedRows, err := divide(inc.Clone().Rows, part.Rows)
	if err != nil {
		return nil, nil, err
	}
	rest.Rows, moved.Rows = keptRows, movedRows
	if len(rest.Episodes) == 0 || len(part.Episodes)+len(part.Rows) == 0 {
		return nil, nil, fail(keepiton.Invalid, "desk.error.split", nil, "choose episodes or rows to move, and leave at least one episode")
	}
	return rest, moved, nil
}

func divide[T any](all []T, take []int) (rest, moved []T, err error) {
	for i, v := range all {
		if slices.Contains(take, i) {
			moved = append(moved, v)
		} else {
			rest = append(rest, v)
		}
	}
	for _, i := range take {
		if i < 0 || i >= len(all) {
			return nil, nil, keepiton.Errorf(keepiton.Invalid, "there is no part number %d", i+1)
		}
	}
	return rest, moved, nil
}
