package relational

import (
	"context"
	"database/sql"
	"time"

	"keepiton"
	"keepiton/store"
)

const proposalColumns = `id, base, author, role, reason, created, resolved, resolution, resolver, act, other, other_base, part, edition, doc`

// PutProposal implements store.Desk.
func (s *Store) PutProposal(ctx context.Context, p store.Proposal) (id int64, err error) {
	err = s.transaction(ctx, "store a proposal", func(t *transaction) error {
		id, err = t.putProposal(&p)
		return err
	})
	return id, err
}

func (t *transaction) putProposal(p *store.Proposal) (id int64, err error) {
	key, err := keyOf(p.Incident.ID)
	if err != nil {
		return 0, err
	}
	var other int64
	if p.Other != "" {
		if other, err = keyOf(p.Other); err != nil {
			return 0, err
		}
	}
	data, err := marshal(&p.Incident, maxDoc+maxRows)
	if err != nil {
		return 0, err
	}
	if err := plainText("proposal", p.Author, string(p.Role), p.Reason, p.Act, p.Part, p.Edition); err != nil {
		return 0, err
	}
	if id, err = t.Count("proposal", 1); err != nil {
		return 0, err
	}
	_, err = t.Exec(`INSERT INTO proposal (incident, `+proposalColumns+`) VALUES (?, ?, ?, ?, ?, ?, ?, 0, '', '', ?, ?, ?, ?, ?, ?)`,
		key, id, p.Base, p.Author, string(p.Role), p.Reason, stamp(p.Created), p.Act, other, p.OtherBase, p.Part, p.Edition, pack(data))
	return id, err
}

// Proposals implements store.Desk.
func (s *Store) Proposals(ctx context.Context, open bool, limit int) ([]store.Proposal, error) {
	var out []store.Proposal
	err := s.Each(ctx, "read proposals", `SELECT `+proposalColumns+` FROM proposal WHERE `+openOnly(open)+` ORDER BY id LIMIT ?`, []any{limitOf(limit)}, func(r *sql.Rows) error {
		var p store.Proposal
		var role string
		var created, resolved, other int64
		var doc []byte
		if err := r.Scan(&p.ID, &p.Base, &p.Author, &role, &p.Reason, &created, &resolved, &p.Resolution, &p.By, &p.Act, &other, &p.OtherBase, &p.Part, &p.Edition, &doc); err != nil {
			return err
		}
		p.Role, p.Created, p.Resolved = keepiton.Role(role), unstamp(created), unstamp(resolved)
		if other != 0 {
			p.Other = idOf(other)
		}
		err := unpackJSON(doc, &p.Incident)
		out = append(out, p)
		return err
	})
	return out, err
}

// ResolveProposal implements store.Desk.
func (s *Store) ResolveProposal(ctx context.Context, id int64, resolution, by string, at time.Time) error {
	return s.resolve(ctx, "proposal", id, resolution, by, at)
}
