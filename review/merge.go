package review

import (
	"context"
	"slices"
	"strconv"
	"strings"

	"keepiton"
	"keepiton/store"
)

// Target names one incident and the revision that a person saw of it.
type Target struct {
	ID   keepiton.IncidentID
	Base int
}

// Merge lets from redirect to into. The two are the same shutdown: into gets
// the original rows of from, so that what an edition counted stays counted,
// and the sources that it lacks. Both revisions are stored together. A public
// incident cannot redirect to one that readers cannot see. Where into rests on
// reports, before or after, the merge waits as a proposal.
func (d *Desk) Merge(ctx context.Context, who Person, from, into Target, reason string) (Outcome, error) {
	if err := needReason(reason); err != nil {
		return Outcome{}, err
	}
	if from.ID == into.ID {
		return Outcome{}, fail(keepiton.Invalid, "desk.error.merge_self", nil, "%s cannot be merged into itself", from.ID)
	}
	a, err := d.begin(ctx, who, Merge, from.ID, from.Base)
	if err != nil {
		return Outcome{}, err
	}
	b, err := d.begin(ctx, who, Merge, into.ID, into.Base)
	if err != nil {
		return Outcome{}, err
	}
	edits, err := d.merging(who, &a, from.Base, &b, into.Base, reason)
	if err != nil {
		return Outcome{}, err
	}
	shown, err := d.needed(ctx, edits...)
	if err != nil {
		return Outcome{}, err
	}
	if len(shown) > 0 {
		kept := edits[len(edits)-1].Rev.Incident
		return d.propose(ctx, who, proposal{inc: &kept, base: into.Base, reason: reason, act: actMerge, other: from})
	}
	revs, err := d.append(ctx, edits...)
	return Outcome{Revisions: revs}, err
}

// merging is the merge of a into b: what goes first, then what is kept. What
// readers never saw leaves nothing but the redirect, since a merged incident is
// public. What rests on reports and gains nothing is left alone.
func (d *Desk) merging(who Person, a *keepiton.Revision, aBase int, b *keepiton.Revision, bBase int, reason string) ([]store.Edit, error) {
	from, into := a.Incident.ID, b.Incident.ID
	if a.Incident.State.Public() && !b.Incident.State.Public() {
		return nil, fail(keepiton.Conflict, "desk.error.merge_hidden", nil, "%s is public and %s is not: merge the other way round", from, into)
	}
	gone, kept := a.Incident.Clone(), b.Incident.Clone()
	if !a.Incident.State.Public() {
		gone = &keepiton.Incident{ID: from}
	}
	gone.State, gone.MergedInto, gone.Reason = keepiton.Merged, into, reason
	for _, row := range a.Incident.Clone().Rows {
		if !slices.ContainsFunc(kept.Rows, func(r keepiton.Row) bool { return sameRow(r, row) }) {
			kept.Rows = append(kept.Rows, row)
		}
	}
	addSources(kept, a.Incident.Sources)
	edits := []store.Edit{d.edit(who, aBase, gone, reason+arrow(" → ", into))}
	if kept.State == keepiton.Published && kept.RestsOnReports() {
		same, err := sameShown(&b.Incident, kept)
		if err != nil || same {
			return edits, err
		}
	}
	return append(edits, d.edit(who, bBase, kept, reason+arrow(" ← ", from))), nil
}

// Unmerge undoes a merge: the incident is what it was before, published if it
// was, and takes its rows back. Sources that the other one got stay there.
func (d *Desk) Unmerge(ctx context.Context, who Person, id keepiton.IncidentID, base int, reason string) ([]keepiton.Revision, error) {
	if err := needReason(reason); err != nil {
		return nil, err
	}
	merged, err := d.begin(ctx, who, Unmerge, id, base)
	if err != nil {
		return nil, err
	}
	edits, err := d.unmerging(ctx, who, merged, base, reason)
	if err != nil {
		return nil, err
	}
	if err := d.mayReappear(ctx, who, &merged, edits); err != nil {
		return nil, err
	}
	return d.append(ctx, edits...)
}

// unmerging is the undoing: what comes back first, then the other one when it
// had taken rows.
func (d *Desk) unmerging(ctx context.Context, who Person, merged keepiton.Revision, base int, reason string) ([]store.Edit, error) {
	into, intoBase, err := d.current(ctx, merged.Incident.MergedInto)
	if err != nil {
		return nil, err
	}
	was, err := d.beforeMerge(ctx, &merged)
	if err != nil {
		return nil, err
	}
	back, kept := was.Clone(), into.Incident.Clone()
	back.State, back.MergedInto, back.Reason = keepiton.Published, "", ""
	edits := []store.Edit{d.edit(who, base, back, reason+arrow(" ← ", kept.ID))}
	kept.Rows = slices.DeleteFunc(kept.Rows, func(r keepiton.Row) bool {
		return slices.ContainsFunc(back.Rows, func(o keepiton.Row) bool { return sameRow(r, o) })
	})
	if len(kept.Rows) != len(into.Incident.Rows) {
		edits = append(edits, d.edit(who, intoBase, kept, reason+arrow(" → ", merged.Incident.ID)))
	}
	return edits, nil
}

// beforeMerge returns the incident that was merged: merged itself, or, when it
// was never public and left nothing but the redirect, its newest draft.
func (d *Desk) beforeMerge(ctx context.Context, merged *keepiton.Revision) (*keepiton.Incident, error) {
	if len(merged.Incident.Episodes) > 0 {
		return &merged.Incident, nil
	}
	all, err := d.Incidents.Revisions(ctx, merged.Incident.ID)
	if err != nil {
		return nil, err
	}
	for _, r := range slices.Backward(all) {
		rev, err := d.Incidents.Revision(ctx, merged.Incident.ID, r.N)
		if err != nil {
			return nil, err
		}
		if rev.Incident.State != keepiton.Merged {
			return &rev.Incident, nil
		}
	}
	return &merged.Incident, nil
}

// mayReappear guards the policy of publishing: what was never published before
// its merge needs as many people as any other draft, and no faults.
func (d *Desk) mayReappear(ctx context.Context, who Person, merged *keepiton.Revision, edits []store.Edit) error {
	all, err := d.Incidents.Revisions(ctx, merged.Incident.ID)
	if err != nil {
		return err
	}
	i := slices.IndexFunc(all, func(r keepiton.Revision) bool { return r.N == merged.N })
	if i > 0 {
		before, err := d.Incidents.Revision(ctx, merged.Incident.ID, all[i-1].N)
		if err != nil || before.Incident.State == keepiton.Published {
			return err
		}
	}
	if err := d.faults(nil, &edits[0].Rev.Incident); err != nil {
		return err
	}
	return d.secondPerson(ctx, who, merged, edits...)
}

// arrow writes the link between two incidents, the same in every language.
func arrow(sign string, id keepiton.IncidentID) string { return sign + string(id) }

func sameRow(a, b keepiton.Row) bool {
	return a.Edition == b.Edition && a.File == b.File && a.Sheet == b.Sheet && a.Number == b.Number
}

// addSources appends the sources that inc lacks under ids that are free.
func addSources(inc *keepiton.Incident, more []keepiton.Source) {
	for _, s := range more {
		known := slices.ContainsFunc(inc.Sources, func(o keepiton.Source) bool {
			return s.URL != "" && o.URL == s.URL || s.URL == "" && o.URL == "" && o.Words == s.Words && o.Kind == s.Kind
		})
		if known {
			continue
		}
		s.ID = FreeSourceID(inc.Sources)
		inc.Sources = append(inc.Sources, s)
	}
}

// FreeSourceID returns the next id after the highest s1, s2, … in use.
func FreeSourceID(sources []keepiton.Source) keepiton.SourceID {
	top := 0
	for _, s := range sources {
		if n, err := strconv.Atoi(strings.TrimPrefix(string(s.ID), "s")); err == nil {
			top = max(top, n)
		}
	}
	return keepiton.SourceID("s" + strconv.Itoa(top+1))
}
