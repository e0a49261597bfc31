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
// incident cannot redirect to one that readers cannot see.
func (d *Desk) Merge(ctx context.Context, who Person, from, into Target, reason string) ([]keepiton.Revision, error) {
	if err := needReason(reason); err != nil {
		return nil, err
	}
	if from.ID == into.ID {
		return nil, fail(keepiton.Invalid, "desk.error.merge_self", nil, "%s cannot be merged into itself", from.ID)
	}
	a, err := d.begin(ctx, who, Merge, from.ID, from.Base)
	if err != nil {
		return nil, err
	}
	b, err := d.begin(ctx, who, Merge, into.ID, into.Base)
	if err != nil {
		return nil, err
	}
	if a.Incident.State.Public() && !b.Incident.State.Public() {
		return nil, fail(keepiton.Conflict, "desk.error.merge_hidden", nil, "%s is public and %s is not: merge the other way round", from.ID, into.ID)
	}
	gone, kept := a.Incident.Clone(), b.Incident.Clone()
	gone.State, gone.MergedInto, gone.Reason = keepiton.Merged, into.ID, reason
	for _, row := range a.Incident.Clone().Rows {
		if !slices.ContainsFunc(kept.Rows, func(r keepiton.Row) bool { return sameRow(r, row) }) {
			kept.Rows = append(kept.Rows, row)
		}
	}
	addSources(kept, a.Incident.Sources)
	return d.append(ctx,
		d.edit(who, from.Base, gone, reason+arrow(" → ", into.ID)),
		d.edit(who, into.Base, kept, reason+arrow(" ← ", from.ID)))
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
	into, newest, err := d.current(ctx, merged.Incident.MergedInto)
	if err != nil {
		return nil, err
	}
	back, kept := merged.Incident.Clone(), into.Incident.Clone()
	back.State, back.MergedInto, back.Reason = keepiton.Published, "", ""
	if err := d.mayReappear(ctx, who, &merged, back); err != nil {
		return nil, err
	}
	edits := []store.Edit{d.edit(who, base, back, reason+arrow(" ← ", kept.ID))}
	kept.Rows = slices.DeleteFunc(kept.Rows, func(r keepiton.Row) bool {
		return slices.ContainsFunc(back.Rows, func(o keepiton.Row) bool { return sameRow(r, o) })
	})
	if len(kept.Rows) != len(into.Incident.Rows) {
		edits = append(edits, d.edit(who, newest, kept, reason+arrow(" → ", id)))
	}
	return d.append(ctx, edits...)
}

// mayReappear guards the policy of publishing: what was never published before
// its merge needs as many people as any other draft, and no faults.
func (d *Desk) mayReappear(ctx context.Context, who Person, merged *keepiton.Revision, back *keepiton.Incident) error {
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
	if err := d.faults(nil, back); err != nil {
		return err
	}
	enough, err := d.enough(ctx, who, merged)
	if err == nil && !enough {
		err = fail(keepiton.Forbidden, "desk.error.second_person", nil, "%s was not published before the merge: a second person is needed", merged.Incident.ID)
	}
	return err
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
