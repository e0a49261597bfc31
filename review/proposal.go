package review

import (
	"context"
	"encoding/json"
	"slices"
	"strings"

	"keepiton"
	"keepiton/stop"
	"keepiton/store"
)

// What a proposal does beside changing its incident (store.Proposal.Act).
const (
	actMerge = "merge"
	actSplit = "split"
)

// proposal is an act that waits.
type proposal struct {
	inc    *keepiton.Incident // as it would become
	base   int
	reason string
	act    string
	other  Target
	part   Part
}

func (d *Desk) propose(ctx context.Context, who Person, p proposal) (Outcome, error) {
	stored := store.Proposal{
		Incident: *p.inc, Base: p.base, Author: who.Account, Role: who.Role, Reason: strings.TrimSpace(p.reason), Created: d.now(),
		Act: p.act, Other: p.other.ID, OtherBase: p.other.Base,
	}
	if len([]rune(stored.Reason)) > maxReasonRunes {
		return Outcome{}, errReasonLong
	}
	if p.act == actSplit {
		part, err := json.Marshal(p.part)
		if err != nil {
			return Outcome{}, err
		}
		stored.Part = string(part)
	}
	n, err := d.Questions.PutProposal(ctx, stored)
	return Outcome{Proposal: n}, err
}

// proposed returns the edits that p stands for on what is there now. Conflict
// when an incident that it changes was changed since.
func (d *Desk) proposed(ctx context.Context, p store.Proposal) ([]store.Edit, error) {
	author := Person{Account: p.Author, Role: p.Role}
	rev, base, err := d.current(ctx, p.Incident.ID)
	if err != nil {
		return nil, err
	}
	if p.Edition != "" {
		return d.carriedOver(ctx, p, &rev, base)
	}
	if base != p.Base {
		return nil, conflict(p.Incident.ID, p.Base, base)
	}
	other, otherBase := keepiton.Revision{}, 0
	if p.Other != "" {
		if other, otherBase, err = d.current(ctx, p.Other); err != nil {
			return nil, err
		}
		if otherBase != p.OtherBase {
			return nil, conflict(p.Other, p.OtherBase, otherBase)
		}
	}
	switch p.Act {
	case "":
		return []store.Edit{d.edit(author, p.Base, &p.Incident, p.Reason)}, nil
	case actMerge:
		return d.merging(author, &other, otherBase, &rev, base, p.Reason)
	case actSplit:
		var part Part
		if err := json.Unmarshal([]byte(p.Part), &part); err != nil {
			return nil, keepiton.Errorf(keepiton.Internal, "proposal %d: %w", p.ID, err)
		}
		rest, moved, err := cut(&rev.Incident, part)
		if err != nil {
			return nil, err
		}
		moved.ID, moved.State = p.Other, rev.Incident.State
		return d.splitting(author, rest, base, moved, otherBase, p.Reason), nil
	}
	return nil, keepiton.Errorf(keepiton.Internal, "proposal %d is a %q", p.ID, p.Act)
}

// carriedOver is what an edition says of an incident, on top of what people
// changed since the import found it: such a proposal never grows stale.
func (d *Desk) carriedOver(ctx context.Context, p store.Proposal, rev *keepiton.Revision, base int) ([]store.Edit, error) {
	was, err := d.Incidents.Revision(ctx, p.Incident.ID, p.Base)
	if err != nil {
		return nil, err
	}
	inc := rev.Incident.Clone()
	stop.Apply(inc, &was.Incident, &p.Incident)
	inc.Rows, inc.NotListed = p.Incident.Rows, p.Incident.NotListed
	edit := d.edit(Person{Role: keepiton.RoleImport}, base, inc, p.Reason)
	edit.Rev.Edition = p.Edition
	return []store.Edit{edit}, nil
}

// Accept makes a proposal take effect. Its author stays the author; who accepts
// is kept as the approval. Conflict when an incident changed meanwhile: the
// proposal then has to be written anew on what is there now. Where it shows
// something that rests on reports, its signatures count and nothing else does;
// an editor may then accept their own.
func (d *Desk) Accept(ctx context.Context, who Person, id int64) ([]keepiton.Revision, error) {
	p, err := d.Proposal(ctx, who, id)
	if err != nil {
		return nil, err
	}
	before, _, err := d.current(ctx, p.Incident.ID)
	if err != nil {
		return nil, err
	}
	if err := who.allow(Accept, before.Incident.State); err != nil {
		return nil, err
	}
	if err := d.inTurn(ctx, p); err != nil {
		return nil, err
	}
	edits, err := d.proposed(ctx, p)
	if err != nil {
		return nil, err
	}
	shown, err := d.needed(ctx, edits...)
	if err != nil {
		return nil, err
	}
	if len(shown) == 0 {
		if err := d.acceptable(ctx, who, p); err != nil {
			return nil, err
		}
	}
	for _, e := range edits {
		if e.Rev.Incident.State == keepiton.Published {
			if err := d.faults(&before.Incident, &e.Rev.Incident); err != nil {
				return nil, err
			}
		}
	}
	revs, err := d.append(ctx, edits...)
	if err != nil {
		return nil, err
	}
	for _, rev := range revs {
		if err := d.Questions.Approve(ctx, rev.Incident.ID, rev.N, who.Account, d.now()); err != nil {
			return revs, err
		}
	}
	return revs, d.Questions.ResolveProposal(ctx, id, "accepted", who.Account, d.now())
}

// acceptable holds a proposal without signatures to the policy.
func (d *Desk) acceptable(ctx context.Context, who Person, p store.Proposal) error {
	if p.Author == who.Account {
		return fail(keepiton.Forbidden, "desk.error.own", nil, "the author of a proposal cannot accept it")
	}
	enough, err := d.enough(ctx, who, &keepiton.Revision{Author: p.Author, Incident: p.Incident})
	if err == nil && !enough {
		err = fail(keepiton.Forbidden, "desk.error.second_person", nil, "somebody of another organization must accept it")
	}
	return err
}

// inTurn returns Conflict when an edition spoke of the incident before this one
// and still waits: the older rows must not replace the newer ones.
func (d *Desk) inTurn(ctx context.Context, p store.Proposal) error {
	if p.Edition == "" {
		return nil
	}
	open, err := d.Questions.Proposals(ctx, true, maxQuestions)
	if err != nil {
		return err
	}
	for _, o := range open {
		if o.ID < p.ID && o.Edition != "" && o.Incident.ID == p.Incident.ID {
			return fail(keepiton.Conflict, "desk.error.in_turn", map[string]any{"Edition": o.Edition}, "the edition %q spoke of it first: answer proposal %d", o.Edition, o.ID)
		}
	}
	return nil
}

// Decline closes a proposal with a reason; it stays stored. Its author may
// take it back in the same way.
func (d *Desk) Decline(ctx context.Context, who Person, id int64, reason string) error {
	if err := needReason(reason); err != nil {
		return err
	}
	p, err := d.Proposal(ctx, who, id)
	if err != nil {
		return err
	}
	if p.Author != who.Account {
		if err := who.allow(Accept, keepiton.Published); err != nil {
			return err
		}
	}
	return d.Questions.ResolveProposal(ctx, id, "declined: "+strings.TrimSpace(reason), who.Account, d.now())
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
	if i := slices.IndexFunc(open, func(p store.Proposal) bool { return p.ID == id }); i >= 0 {
		return open[i], nil
	}
	return store.Proposal{}, keepiton.Errorf(keepiton.NotFound, "no open proposal %d", id)
}
