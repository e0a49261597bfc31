package review

import (
	"context"
	"maps"
	"slices"
	"time"

	"keepiton"
	"keepiton/store"
)

// memory is a store that can be copied at any moment, so that a test can try
// every way to go on from there. It has what the acts of a desk on a few
// incidents need; the random sequences run on a real one.
type memory struct {
	store.Incidents // List, Changes … are not there: a nil call would panic
	store.Desk
	revs      map[keepiton.IncidentID][]keepiton.Revision
	approvals map[keepiton.IncidentID]map[int][]string
	signed    []store.SignedApproval
	proposals []store.Proposal
	meta      map[string]string
	accounts  map[string]store.Account
	keys      map[string][]store.Passkey
	changes   int // of any kind: a refused act makes none
}

// copy shares what is never changed in place.
func (m *memory) copy() *memory {
	c := *m
	c.revs, c.meta, c.accounts, c.keys = maps.Clone(m.revs), maps.Clone(m.meta), maps.Clone(m.accounts), maps.Clone(m.keys)
	c.approvals = map[keepiton.IncidentID]map[int][]string{}
	for id, byN := range m.approvals {
		c.approvals[id] = maps.Clone(byN)
	}
	c.signed, c.proposals = slices.Clip(m.signed), slices.Clone(m.proposals)
	return &c
}

func (m *memory) Get(_ context.Context, id keepiton.IncidentID, _ time.Time) (keepiton.Revision, error) {
	revs := m.revs[id]
	if len(revs) == 0 {
		return keepiton.Revision{}, keepiton.Errorf(keepiton.NotFound, "no incident %s", id)
	}
	return revs[len(revs)-1], nil
}

func (m *memory) Revisions(_ context.Context, id keepiton.IncidentID) ([]keepiton.Revision, error) {
	if len(m.revs[id]) == 0 {
		return nil, keepiton.Errorf(keepiton.NotFound, "no incident %s", id)
	}
	return slices.Clone(m.revs[id]), nil
}

func (m *memory) Revision(_ context.Context, id keepiton.IncidentID, n int) (keepiton.Revision, error) {
	return m.revs[id][n-1], nil
}

func (m *memory) Append(_ context.Context, edits ...store.Edit) ([]keepiton.Revision, error) {
	var out []keepiton.Revision
	for _, e := range edits {
		if e.ID != "" && len(m.revs[e.ID]) != e.Base || e.N != 0 && e.N != e.Base+1 {
			return nil, keepiton.Errorf(keepiton.Conflict, "%s has %d revisions", e.ID, len(m.revs[e.ID]))
		}
	}
	for _, e := range edits {
		if e.ID == "" {
			e.ID = keepiton.NewIncidentID(2026, len(m.revs)+1)
		}
		rev := e.Rev
		rev.Incident, rev.N = *rev.Incident.Clone(), e.Base+1
		rev.Incident.ID = e.ID
		m.revs[e.ID] = append(slices.Clip(m.revs[e.ID]), rev)
		m.changes++
		out = append(out, rev)
	}
	return out, nil
}

func (m *memory) Approve(_ context.Context, id keepiton.IncidentID, n int, account string, _ time.Time) error {
	if m.approvals[id] == nil {
		m.approvals[id] = map[int][]string{}
	}
	if !slices.Contains(m.approvals[id][n], account) {
		m.approvals[id][n] = append(slices.Clip(m.approvals[id][n]), account)
		m.changes++
	}
	return nil
}

func (m *memory) Approvals(_ context.Context, id keepiton.IncidentID, n int) ([]string, error) {
	return m.approvals[id][n], nil
}

func (m *memory) PutSignedApproval(_ context.Context, a store.SignedApproval) error {
	for _, o := range m.signed {
		if o.Subject == a.Subject && o.N == a.N && o.Digest == a.Digest && o.Account == a.Account {
			return nil
		}
	}
	m.signed = append(m.signed, a)
	m.changes++
	return nil
}

func (m *memory) SignedApprovals(_ context.Context, subject string, n int) (out []store.SignedApproval, err error) {
	for _, a := range m.signed {
		if a.Subject == subject && (n == 0 || a.N == n) {
			out = append(out, a)
		}
	}
	return out, nil
}

func (m *memory) PutProposal(_ context.Context, p store.Proposal) (int64, error) {
	p.ID = int64(len(m.proposals) + 1)
	p.Incident = *p.Incident.Clone()
	m.proposals = append(m.proposals, p)
	m.changes++
	return p.ID, nil
}

func (m *memory) Proposals(_ context.Context, open bool, _ int) (out []store.Proposal, err error) {
	for _, p := range m.proposals {
		if !open || p.Resolved.IsZero() {
			out = append(out, p)
		}
	}
	return out, nil
}

func (m *memory) ResolveProposal(_ context.Context, id int64, resolution, by string, at time.Time) error {
	p := &m.proposals[id-1]
	p.Resolved, p.Resolution, p.By = at, resolution, by
	m.changes++
	return nil
}

func (m *memory) Meta(_ context.Context, key string) (string, error) { return m.meta[key], nil }

func (m *memory) SetMeta(_ context.Context, key, text string) error {
	m.meta[key] = text
	return nil
}

func (m *memory) Account(_ context.Context, name string) (store.Account, error) {
	a, ok := m.accounts[name]
	if !ok {
		return a, keepiton.Errorf(keepiton.NotFound, "no account %s", name)
	}
	return a, nil
}

func (m *memory) Passkeys(_ context.Context, account string) ([]store.Passkey, error) {
	return m.keys[account], nil
}
