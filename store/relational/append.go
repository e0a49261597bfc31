package relational

import (
	"context"
	"time"

	"keepiton"
	"keepiton/store"
)

// Append implements store.Incidents.
func (s *Store) Append(ctx context.Context, edits ...store.Edit) ([]keepiton.Revision, error) {
	if len(edits) == 0 {
		return nil, nil
	}
	var out []keepiton.Revision
	err := s.transaction(ctx, "store revisions", func(t *transaction) error {
		b, err := newBatch(t, len(edits))
		if err != nil {
			return err
		}
		for _, e := range edits {
			rev, err := b.edit(e)
			if err != nil {
				return err
			}
			if e.N != 0 && e.N != rev.N {
				return keepiton.Errorf(keepiton.Conflict, "it would be revision %d of %s, not %d", rev.N, rev.Incident.ID, e.N)
			}
			out = append(out, rev)
		}
		return b.flush()
	})
	if err != nil {
		return nil, err
	}
	return out, nil
}

// edit checks one edit against what stands and adds it.
func (b *batch) edit(e store.Edit) (keepiton.Revision, error) {
	rev := e.Rev
	rev.Incident = *e.Rev.Incident.Clone()
	if rev.Recorded.IsZero() {
		return rev, keepiton.Errorf(keepiton.Invalid, "a revision of %q has no time", e.ID)
	}
	rev.Recorded = rev.Recorded.UTC().Truncate(time.Second)
	if e.ID == "" {
		if e.Base != 0 {
			return rev, keepiton.Errorf(keepiton.Invalid, "a new incident has no revision %d", e.Base)
		}
		id, err := b.allocate(&rev)
		if err != nil {
			return rev, err
		}
		rev.Incident.ID = id
		return b.add(rev)
	}
	if rev.Incident.ID != "" && rev.Incident.ID != e.ID {
		return rev, keepiton.Errorf(keepiton.Invalid, "an edit of %s holds incident %s", e.ID, rev.Incident.ID)
	}
	rev.Incident.ID = e.ID
	key, err := keyOf(e.ID)
	if err != nil {
		return rev, err
	}
	inc, err := b.incident(key)
	if err != nil {
		return rev, err
	}
	stands := inc.inForce()
	switch {
	case stands == nil && e.Base != 0:
		return rev, notFound(e.ID)
	case stands == nil:
		return b.add(rev)
	case stands.n != int64(e.Base):
		return rev, keepiton.Hint(keepiton.Errorf(keepiton.Conflict, "revision %d of %s is no longer the one in force: that is %d", e.Base, e.ID, stands.n),
			"look at what was changed meanwhile, and make the change again on top of it")
	case publicState(stands.shape.state) && !rev.Incident.State.Public():
		return rev, keepiton.Errorf(keepiton.Conflict, "%s was published and cannot become %s", e.ID, rev.Incident.State)
	}
	// A clock that was set back must not make the newest words the older ones.
	if rev.Recorded.Unix() < stands.recorded {
		rev.Recorded = time.Unix(stands.recorded, 0).UTC()
	}
	return b.add(rev)
}

// allocate gives the next number of the year in which rev's incident starts,
// or was recorded when its start is not known.
func (b *batch) allocate(rev *keepiton.Revision) (keepiton.IncidentID, error) {
	year := rev.Recorded.Year()
	if start := rev.Incident.Start(); !start.IsZero() {
		year = start.At.UTC().Year()
	}
	if year < 1 || year > 9999 {
		return "", keepiton.Errorf(keepiton.Invalid, "an incident cannot start in the year %d", year)
	}
	var n int64
	_, err := b.t.Get(`INSERT INTO year_number (year, last) VALUES (?, 1)
		ON CONFLICT (year) DO UPDATE SET last = year_number.last + 1 RETURNING last`, []any{year}, []any{&n})
	if err == nil && n >= yearSpan {
		err = keepiton.Errorf(keepiton.TooLarge, "the year %d has no more numbers", year)
	}
	return keepiton.NewIncidentID(year, int(n)), err
}
