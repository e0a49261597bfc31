package review

import (
	"context"
	"encoding/json"

	"keepiton"
	"keepiton/store"
)

// Publishing says how many people stand behind what readers see.
type Publishing string

// The policies of publishing.
const (
	OnePerson        Publishing = "one"               // an editor decides alone
	TwoPeople        Publishing = "two_people"        // author and a second account
	TwoOrganizations Publishing = "two_organizations" // of two organizations, both named
)

// Policy is what the operator decides. It is stored in the record's Meta.
type Policy struct {
	Publishing Publishing `json:"publishing"`
	Passwords  bool       `json:"passwords"` // sign-in by password is possible
	// Pairing lets sessions that were not opened by passkey pair a machine and
	// reach sealed reports.
	Pairing bool `json:"pair_without_passkey,omitempty"`
	// Budget is how many sealed reports an account may open a day; 0: the
	// default of package casework.
	Budget int `json:"unseal_budget,omitempty"`
}

// MaxBudget bounds Policy.Budget.
const MaxBudget = 100_000

const policyKey = "desk_policy"

// DefaultPolicy holds until an administrator sets another: one person
// publishes, passwords work.
var DefaultPolicy = Policy{Publishing: OnePerson, Passwords: true}

// LoadPolicy returns the policy in force.
func LoadPolicy(ctx context.Context, meta store.Meta) (Policy, error) {
	text, err := meta.Meta(ctx, policyKey)
	if err != nil || text == "" {
		return DefaultPolicy, err
	}
	var p Policy
	if err := json.Unmarshal([]byte(text), &p); err != nil {
		return p, keepiton.Errorf(keepiton.Internal, "read the desk's policy: %w", err)
	}
	return p, p.valid()
}

// SavePolicy puts p in force.
func SavePolicy(ctx context.Context, meta store.Meta, p Policy) error {
	if err := p.valid(); err != nil {
		return err
	}
	text, err := json.Marshal(p)
	if err != nil {
		return err
	}
	return meta.SetMeta(ctx, policyKey, string(text))
}

func (p Policy) valid() error {
	if p.Budget < 0 || p.Budget > MaxBudget {
		return fail(keepiton.Invalid, "desk.error.budget_setting", nil, "a budget of %d a day is not within 1 and %d", p.Budget, MaxBudget)
	}
	switch p.Publishing {
	case OnePerson, TwoPeople, TwoOrganizations:
		return nil
	}
	return keepiton.Errorf(keepiton.Invalid, "publishing policy %q is not one of one, two_people, two_organizations", p.Publishing)
}

// SetPolicy puts p in force on behalf of an administrator.
func (a *Accounts) SetPolicy(ctx context.Context, who Person, p Policy) error {
	a.init()
	if err := who.allow(Manage, ""); err != nil {
		return err
	}
	if err := SavePolicy(ctx, a.Meta, p); err != nil {
		return err
	}
	a.Log.InfoContext(ctx, "desk policy changed", "publishing", string(p.Publishing), "passwords", p.Passwords, "pair_without_passkey", p.Pairing, "unseal_budget", p.Budget, "by", who.Account)
	return nil
}
