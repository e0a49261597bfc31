package memory

import (
	"bytes"
	"context"
	"slices"
	"time"

	"keepiton"
	"keepiton/store"
)

// Ask puts a question of an import into the store.
func (s *Store) Ask(q store.Ambiguity) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.questions = append(s.questions, q)
}

// Wonder puts words that an import could not map into the store.
func (s *Store) Wonder(u store.Unmapped) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.unmapped = append(s.unmapped, u)
}

func pick[T any](all []T, open bool, limit int, resolved func(T) time.Time) (out []T) {
	for _, v := range all {
		if (!open || resolved(v).IsZero()) && len(out) < limit {
			out = append(out, v)
		}
	}
	return out
}

// Ambiguities implements store.Desk.
func (s *Store) Ambiguities(_ context.Context, open bool, limit int) ([]store.Ambiguity, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return pick(s.questions, open, limit, func(q store.Ambiguity) time.Time { return q.Resolved }), nil
}

// ResolveAmbiguity implements store.Desk.
func (s *Store) ResolveAmbiguity(_ context.Context, id int64, resolution, by string, at time.Time) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	for i, q := range s.questions {
		if q.ID == id {
			s.questions[i].Resolution, s.questions[i].By, s.questions[i].Resolved = resolution, by, at
			return nil
		}
	}
	return none("question", id)
}

// Unmapped implements store.Desk.
func (s *Store) Unmapped(_ context.Context, open bool, limit int) ([]store.Unmapped, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return pick(s.unmapped, open, limit, func(u store.Unmapped) time.Time { return u.Resolved }), nil
}

// ResolveUnmapped implements store.Desk.
func (s *Store) ResolveUnmapped(_ context.Context, kind, column, country, words, answer string, at time.Time) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	for i, u := range s.unmapped {
		if u.Kind == kind && u.Column == column && u.Country == country && u.Words == words {
			s.unmapped[i].Answer, s.unmapped[i].Resolved = answer, at
			return nil
		}
	}
	return none("unmapped", words)
}

// Approve implements store.Desk.
func (s *Store) Approve(_ context.Context, id keepiton.IncidentID, n int, account string, _ time.Time) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.approvals == nil {
		s.approvals = map[approval][]string{}
	}
	if k := (approval{id, n}); !slices.Contains(s.approvals[k], account) {
		s.approvals[k] = append(s.approvals[k], account)
	}
	return nil
}

// Approvals implements store.Desk.
func (s *Store) Approvals(_ context.Context, id keepiton.IncidentID, n int) ([]string, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.approvals[approval{id, n}]), nil
}

// PutProposal implements store.Desk.
func (s *Store) PutProposal(_ context.Context, p store.Proposal) (int64, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	p.ID = int64(len(s.proposals) + 1)
	p.Incident = *p.Incident.Clone()
	s.proposals = append(s.proposals, p)
	return p.ID, nil
}

// Proposals implements store.Desk.
func (s *Store) Proposals(_ context.Context, open bool, limit int) ([]store.Proposal, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return pick(s.proposals, open, limit, func(p store.Proposal) time.Time { return p.Resolved }), nil
}

// ResolveProposal implements store.Desk.
func (s *Store) ResolveProposal(_ context.Context, id int64, resolution, by string, at time.Time) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if id < 1 || int(id) > len(s.proposals) {
		return none("proposal", id)
	}
	p := &s.proposals[id-1]
	if !p.Resolved.IsZero() {
		return keepiton.Errorf(keepiton.Conflict, "proposal %d is closed", id)
	}
	p.Resolution, p.By, p.Resolved = resolution, by, at
	return nil
}

// Account implements store.Accounts.
func (s *Store) Account(_ context.Context, name string) (store.Account, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	a, ok := s.accounts[name]
	if !ok {
		return a, none("account", name)
	}
	return a, nil
}

// AccountByHandle implements store.Accounts.
func (s *Store) AccountByHandle(_ context.Context, handle []byte) (store.Account, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, a := range s.accounts {
		if bytes.Equal(a.UserHandle, handle) {
			return a, nil
		}
	}
	return store.Account{}, none("account", "of that handle")
}

// ListAccounts implements store.Accounts.
func (s *Store) ListAccounts(context.Context) (out []store.Account, err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, a := range s.accounts {
		out = append(out, a)
	}
	slices.SortFunc(out, func(a, b store.Account) int { return bytes.Compare([]byte(a.Name), []byte(b.Name)) })
	return out, nil
}

// PutAccount implements store.Accounts.
func (s *Store) PutAccount(_ context.Context, a store.Account) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.accounts == nil {
		s.accounts = map[string]store.Account{}
	}
	s.accounts[a.Name] = a
	return nil
}

// UpdateAccount implements store.Accounts.
func (s *Store) UpdateAccount(_ context.Context, name string, change func(a *store.Account) error) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	a, ok := s.accounts[name]
	if !ok {
		return none("account", name)
	}
	if err := change(&a); err != nil {
		return err
	}
	s.accounts[name] = a
	return nil
}

// Passkeys implements store.Accounts.
func (s *Store) Passkeys(_ context.Context, account string) (out []store.Passkey, err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, p := range s.passkeys {
		if p.Account == account {
			out = append(out, p)
		}
	}
	return out, nil
}

// PutPasskey implements store.Accounts.
func (s *Store) PutPasskey(_ context.Context, p store.Passkey) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.passkeys = slices.DeleteFunc(s.passkeys, func(o store.Passkey) bool { return bytes.Equal(o.ID, p.ID) })
	s.passkeys = append(s.passkeys, p)
	return nil
}

// DeletePasskey implements store.Accounts.
func (s *Store) DeletePasskey(_ context.Context, account string, id []byte) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.passkeys = slices.DeleteFunc(s.passkeys, func(o store.Passkey) bool { return o.Account == account && bytes.Equal(o.ID, id) })
	return nil
}

// Session implements store.Accounts.
func (s *Store) Session(_ context.Context, hash string) (store.Session, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	v, ok := s.sessions[hash]
	if !ok {
		return v, none("session", "of that token")
	}
	return v, nil
}

// PutSession implements store.Accounts.
func (s *Store) PutSession(_ context.Context, v store.Session) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.sessions == nil {
		s.sessions = map[string]store.Session{}
	}
	s.sessions[v.TokenSHA256] = v
	return nil
}

// DeleteSessions implements store.Accounts.
func (s *Store) DeleteSessions(_ context.Context, account, hash string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	for k, v := range s.sessions {
		if v.Account == account && (hash == "" || hash == k) {
			delete(s.sessions, k)
		}
	}
	return nil
}

// PruneSessions implements store.Accounts.
func (s *Store) PruneSessions(_ context.Context, before time.Time) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	for k, v := range s.sessions {
		if v.Expires.Before(before) {
			delete(s.sessions, k)
		}
	}
	return nil
}

// Editions implements store.Editions: there are none.
func (s *Store) Editions(context.Context) ([]store.Edition, error) { return nil, nil }

// Links implements store.Editions: there are none.
func (s *Store) Links(context.Context) ([]store.Link, error) { return nil, nil }

// ApplyImport is not supported.
func (s *Store) ApplyImport(context.Context, store.Import) error {
	return keepiton.Errorf(keepiton.Unavailable, "the memory store imports nothing")
}

// Close implements store.Store.
func (s *Store) Close() error { return nil }
