// Package memory is a store that forgets: a working fake for tests of the use
// cases, quick and without files. It keeps the promises of package store except
// those about crashes, knows no index, and supports of Query what the desk asks
// for. What runs for people is sqlite or postgres.
package memory

import (
	"cmp"
	"context"
	"slices"
	"strings"
	"sync"
	"time"

	"keepiton"
	"keepiton/count"
	"keepiton/locale"
	"keepiton/store"
)

// Store is an empty record. The zero value is ready.
type Store struct {
	mu        sync.Mutex
	revisions map[keepiton.IncidentID][]keepiton.Revision // in order of N
	order     []keepiton.Revision                         // as stored
	meta      map[string]string
	accounts  map[string]store.Account
	passkeys  []store.Passkey
	sessions  map[string]store.Session
	approvals map[approval][]string
	proposals []store.Proposal
	questions []store.Ambiguity
	unmapped  []store.Unmapped
}

type approval struct {
	id keepiton.IncidentID
	n  int
}

var _ store.Incidents = (*Store)(nil)
var _ store.Accounts = (*Store)(nil)
var _ store.Desk = (*Store)(nil)
var _ store.Meta = (*Store)(nil)

func none(what string, name any) error {
	return keepiton.Errorf(keepiton.NotFound, "no %s %v", what, name)
}

func clone(r keepiton.Revision) keepiton.Revision {
	r.Incident = *r.Incident.Clone()
	r.Changes = slices.Clone(r.Changes)
	return r
}

// Get implements store.Incidents.
func (s *Store) Get(_ context.Context, id keepiton.IncidentID, asOf time.Time) (keepiton.Revision, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	r, ok := s.inForce(id, asOf)
	if !ok {
		return r, none("incident", id)
	}
	return clone(r), nil
}

func (s *Store) inForce(id keepiton.IncidentID, asOf time.Time) (best keepiton.Revision, found bool) {
	for _, r := range s.revisions[id] {
		if (asOf.IsZero() || !r.Recorded.After(asOf)) && (!found || !r.Recorded.Before(best.Recorded)) {
			best, found = r, true
		}
	}
	return best, found
}

// List implements store.Incidents, without cursors: it returns at most Limit.
func (s *Store) List(_ context.Context, q store.Query) (store.Page, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	states := q.States
	if len(states) == 0 {
		states = []keepiton.State{keepiton.Published}
	}
	var page store.Page
	for id := range s.revisions {
		r, ok := s.inForce(id, q.AsOf)
		if ok && slices.Contains(states, r.Incident.State) && matches(&r.Incident, q.Text) {
			r = clone(r)
			r.Changes = nil
			page.Items = append(page.Items, r)
		}
	}
	slices.SortFunc(page.Items, func(a, b keepiton.Revision) int {
		if q.Sort == store.RecentlyChanged {
			if c := b.Recorded.Compare(a.Recorded); c != 0 {
				return c
			}
		}
		return cmp.Compare(a.Incident.ID, b.Incident.ID)
	})
	page.Total = len(page.Items)
	if q.Limit > 0 && len(page.Items) > q.Limit {
		page.Items = page.Items[:q.Limit]
	}
	return page, nil
}

func matches(inc *keepiton.Incident, text string) bool {
	var all []string
	for _, f := range keepiton.Fields {
		all = append(all, f.Values(inc)...)
	}
	return strings.Contains(locale.Fold(strings.Join(append(all, string(inc.ID)), " ")), locale.Fold(text))
}

// Revisions implements store.Incidents.
func (s *Store) Revisions(_ context.Context, id keepiton.IncidentID) ([]keepiton.Revision, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	var out []keepiton.Revision
	for _, r := range s.revisions[id] {
		r.Incident = keepiton.Incident{}
		out = append(out, r)
	}
	slices.SortStableFunc(out, func(a, b keepiton.Revision) int { return a.Recorded.Compare(b.Recorded) })
	if len(out) == 0 {
		return nil, none("incident", id)
	}
	return out, nil
}

// Revision implements store.Incidents.
func (s *Store) Revision(_ context.Context, id keepiton.IncidentID, n int) (keepiton.Revision, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if all := s.revisions[id]; n >= 1 && n <= len(all) {
		return clone(all[n-1]), nil
	}
	return keepiton.Revision{}, none("revision", n)
}

// Append implements store.Incidents.
func (s *Store) Append(_ context.Context, edits ...store.Edit) ([]keepiton.Revision, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.revisions == nil {
		s.revisions = map[keepiton.IncidentID][]keepiton.Revision{}
	}
	for _, e := range edits {
		if e.ID != "" && e.Base != len(s.revisions[e.ID]) {
			return nil, keepiton.Errorf(keepiton.Conflict, "%s has revision %d, not %d", e.ID, len(s.revisions[e.ID]), e.Base)
		}
	}
	var out []keepiton.Revision
	for _, e := range edits {
		r := clone(e.Rev)
		if e.ID == "" {
			e.ID = s.free(r.Incident.Start().At.Year())
		}
		r.Incident.ID, r.N, r.Changes = e.ID, len(s.revisions[e.ID])+1, nil
		if before, ok := s.inForce(e.ID, r.Recorded); ok {
			r.Changes = keepiton.Diff(&before.Incident, &r.Incident)
		}
		s.revisions[e.ID] = append(s.revisions[e.ID], r)
		s.order = append(s.order, r)
		out = append(out, clone(r))
	}
	return out, nil
}

func (s *Store) free(year int) keepiton.IncidentID {
	for n := 1; ; n++ {
		if id := keepiton.NewIncidentID(year, n); len(s.revisions[id]) == 0 {
			return id
		}
	}
}

// Changes implements store.Incidents; the cursor is not supported.
func (s *Store) Changes(_ context.Context, _ string, limit int) (revs []keepiton.Revision, next string, err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, r := range s.order {
		if r.Incident.State.Public() && len(revs) < limit {
			revs = append(revs, clone(r))
		}
	}
	return revs, "", nil
}

// Between is not supported.
func (s *Store) Between(context.Context, time.Time, time.Time, func(before, after *keepiton.Revision) error) error {
	return keepiton.Errorf(keepiton.Unavailable, "the memory store has no Between")
}

// Cases implements store.Incidents.
func (s *Store) Cases(_ context.Context, asOf time.Time, yield func(c *count.Case) error) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	for id := range s.revisions {
		if r, ok := s.inForce(id, asOf); ok && r.Incident.State.Public() {
			c := count.CaseOf(&r.Incident)
			if err := yield(&c); err != nil {
				return err
			}
		}
	}
	return nil
}

// Version implements store.Incidents.
func (s *Store) Version(context.Context) (uint64, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return uint64(len(s.order)), nil
}

// Meta implements store.Meta.
func (s *Store) Meta(_ context.Context, key string) (string, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.meta[key], nil
}

// SetMeta implements store.Meta.
func (s *Store) SetMeta(_ context.Context, key, text string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.meta == nil {
		s.meta = map[string]string{}
	}
	s.meta[key] = text
	return nil
}
