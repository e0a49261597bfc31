package review

import (
	"context"
	"slices"
	"strings"

	"keepiton"
	"keepiton/store"
)

// MaxMembers bounds the accounts of one organization.
const MaxMembers = 30

// memberNames begins the names of accounts that an organization makes itself:
// they stand in a room of their own, so that nobody learns by trying which other
// accounts there are.
func memberNames(organization string) string { return strings.ToLower(organization) + "." }

// mayManage lets an administrator manage every account, and a member those of its
// own organization, but not its own: nobody shuts themselves out.
func (a *Accounts) mayManage(ctx context.Context, by Person, name string) error {
	if by.Role != keepiton.RoleMember {
		return by.allow(Manage, "")
	}
	denied := fail(keepiton.Forbidden, "desk.error.role", map[string]any{"Role": string(by.Role)}, "a member may not manage %s", name)
	acc, err := a.Store.Account(ctx, name)
	switch {
	case keepiton.CodeOf(err) == keepiton.NotFound:
		return denied
	case err != nil:
		return err
	case name == by.Account || acc.Role != keepiton.RoleMember || acc.Organization != by.Organization || by.Organization == "":
		return denied
	}
	return nil
}

// Members returns the accounts of an organization, to an administrator and to its
// own people.
func (a *Accounts) Members(ctx context.Context, by Person, organization string) ([]store.Account, error) {
	if by.Role != keepiton.RoleMember || by.Organization != organization || organization == "" {
		if err := by.allow(Manage, ""); err != nil {
			return nil, err
		}
	}
	all, err := a.Store.ListAccounts(ctx)
	return slices.DeleteFunc(all, func(acc store.Account) bool {
		return acc.Role != keepiton.RoleMember || acc.Organization != organization
	}), err
}

// AddMember lets a member make an account for somebody else of its organization,
// and returns its whole name and a token for its first sign-in. TooLarge beyond
// MaxMembers accounts, disabled ones included.
func (a *Accounts) AddMember(ctx context.Context, by Person, name string) (account, token string, err error) {
	a.init()
	if by.Role != keepiton.RoleMember || keepiton.EntryID(by.Organization).Kind() != keepiton.KindOrganization {
		return "", "", fail(keepiton.Forbidden, "desk.error.role", map[string]any{"Role": string(by.Role)}, "the role %q invites nobody to an organization", by.Role)
	}
	account = memberNames(by.Organization) + name
	if !namePattern.MatchString(name) || !namePattern.MatchString(account) {
		return "", "", fail(keepiton.Invalid, "desk.error.name", nil, "account name %q: use 2 to 25 of a-z, 0-9, dot, dash, underscore", name)
	}
	others, err := a.Members(ctx, by, by.Organization)
	if err != nil {
		return "", "", err
	}
	if len(others) >= MaxMembers {
		return "", "", fail(keepiton.TooLarge, "desk.error.members", map[string]any{"Max": MaxMembers}, "%s has %d accounts", by.Organization, len(others))
	}
	token, err = a.create(ctx, by, account, keepiton.RoleMember, by.Organization)
	return account, token, err
}
