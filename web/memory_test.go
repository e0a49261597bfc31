package web

import (
	"cmp"
	"context"
	"slices"
	"strconv"
	"strings"
	"time"

	"keepiton"
	"keepiton/count"
	"keepiton/locale"
	"keepiton/store"
)

// memory is a record in memory that works: enough of the store's contract for
// pages. The engines themselves are proved by their own suite.
type memory struct {
	revs     map[keepiton.IncidentID][]keepiton.Revision
	ids      []keepiton.IncidentID
	editions []store.Edition
	version  uint64
	fail     error
}

func newMemory(revs []keepiton.Revision) *memory {
	m := &memory{revs: map[keepiton.IncidentID][]keepiton.Revision{}, version: 1}
	for _, r := range revs {
		if len(m.revs[r.Incident.ID]) == 0 {
			m.ids = append(m.ids, r.Incident.ID)
		}
		m.revs[r.Incident.ID] = append(m.revs[r.Incident.ID], r)
	}
	slices.Sort(m.ids)
	return m
}

func (m *memory) at(id keepiton.IncidentID, asOf time.Time) (keepiton.Revision, bool) {
	var out keepiton.Revision
	found := false
	for _, r := range m.revs[id] {
		if asOf.IsZero() || !r.Recorded.After(asOf) {
			out, found = r, true
		}
	}
	return out, found
}

func (m *memory) Get(_ context.Context, id keepiton.IncidentID, asOf time.Time) (keepiton.Revision, error) {
	if r, ok := m.at(id, asOf); ok {
		return r, nil
	}
	return keepiton.Revision{}, keepiton.Errorf(keepiton.NotFound, "no incident %s", id)
}

func (m *memory) List(_ context.Context, q store.Query) (store.Page, error) {
	var all []keepiton.Revision
	for _, id := range m.ids {
		if r, ok := m.at(id, q.AsOf); ok && fits(&r.Incident, q) {
			all = append(all, r)
		}
	}
	slices.SortStableFunc(all, func(a, b keepiton.Revision) int {
		return b.Incident.Start().At.Compare(a.Incident.Start().At)
	})
	page := store.Page{Total: len(all)}
	from, _ := strconv.Atoi(q.Cursor)
	to := min(len(all), from+cmp.Or(q.Limit, 50))
	if page.Items = all[min(from, len(all)):to]; to < len(all) {
		page.Next = strconv.Itoa(to)
	}
	return page, nil
}

func fits(inc *keepiton.Incident, q store.Query) bool {
	some := func(want, have []string) bool {
		return len(want) == 0 || slices.ContainsFunc(want, func(w string) bool { return slices.Contains(have, w) })
	}
	states := q.States
	if len(states) == 0 {
		states = []keepiton.State{keepiton.Published}
	}
	inYear := len(q.Years) == 0
	for _, y := range q.Years {
		for _, e := range inc.Episodes {
			inYear = inYear || e.ActiveIn(y, time.Now())
		}
	}
	return slices.Contains(states, inc.State) && inYear && some(q.Countries, inc.Countries()) && some(q.Causes, inc.Causes) &&
		some(q.Kinds, inc.Kinds) && some(q.Extents, inc.Extents) &&
		(len(q.Status) == 0 || slices.Contains(q.Status, inc.End().State)) &&
		(q.Text == "" || strings.Contains(locale.Fold(inc.Area+" "+inc.Country+" "+inc.Summary), locale.Fold(q.Text)))
}

func (m *memory) Revisions(_ context.Context, id keepiton.IncidentID) ([]keepiton.Revision, error) {
	out := slices.Clone(m.revs[id])
	for i := range out {
		out[i].Incident = keepiton.Incident{}
	}
	return out, nil
}

func (m *memory) Revision(_ context.Context, id keepiton.IncidentID, n int) (keepiton.Revision, error) {
	for _, r := range m.revs[id] {
		if r.N == n {
			return r, nil
		}
	}
	return keepiton.Revision{}, keepiton.Errorf(keepiton.NotFound, "no revision %d of %s", n, id)
}

func (m *memory) Between(_ context.Context, from, to time.Time, yield func(before, after *keepiton.Revision) error) error {
	for _, id := range m.ids {
		a, okA := m.at(id, from)
		b, okB := m.at(id, to)
		if !okB || okA && a.N == b.N {
			continue
		}
		before := &a
		if !okA {
			before = nil
		}
		if err := yield(before, &b); err != nil {
			return err
		}
	}
	return nil
}

func (m *memory) Cases(_ context.Context, asOf time.Time, yield func(c *count.Case) error) error {
	for _, id := range m.ids {
		if r, ok := m.at(id, asOf); ok && r.Incident.State.Public() {
			c := count.CaseOf(&r.Incident)
			if err := yield(&c); err != nil {
				return err
			}
		}
	}
	return nil
}

func (m *memory) Version(context.Context) (uint64, error)           { return m.version, m.fail }
func (m *memory) Editions(context.Context) ([]store.Edition, error) { return m.editions, nil }
