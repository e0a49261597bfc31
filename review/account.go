package review

import (
	"context"
	"crypto/rand"
	"log/slog"
	"regexp"
	"sync"
	"time"
	"unicode/utf8"

	"keepiton"
	"keepiton/store"
)

// Accounts signs people in and manages who they are. Store, Meta and Now are
// required; the rest has defaults.
//
// What is kept of a person: account name, role, organization, hashes, passkeys
// (public keys), and sessions until they end. No address, no browser, no time
// of the last visit beyond a session's own end.
type Accounts struct {
	Store store.Accounts
	Meta  store.Meta
	Now   func() time.Time
	Log   *slog.Logger  // changes of accounts; default: discard
	Argon Argon         // zero: DefaultArgon
	Idle  time.Duration // a session ends so long after its last use; zero: 2 hours
	Whole time.Duration // and so long after its beginning; zero: 16 hours

	once    sync.Once
	gate    gate
	hashing sync.Mutex // one argon2 at a time: bounds memory
	dummy   string     // the hash that unknown names are checked against
}

func (a *Accounts) init() {
	a.once.Do(func() {
		if a.Log == nil {
			a.Log = slog.New(slog.DiscardHandler)
		}
		if a.Argon == (Argon{}) {
			a.Argon = DefaultArgon
		}
		if a.Idle == 0 {
			a.Idle = 2 * time.Hour
		}
		if a.Whole == 0 {
			a.Whole = 16 * time.Hour
		}
		a.gate.burst, a.gate.interval = 20, time.Second
		a.dummy = a.Argon.HashPassword(newToken())
	})
}

func (a *Accounts) now() time.Time { return a.Now().UTC().Truncate(time.Second) }

// audit logs a change of an account: what, on whom, by whom. Never from where.
func (a *Accounts) audit(ctx context.Context, what, account, by string) {
	a.Log.InfoContext(ctx, "account changed", "what", what, "account", account, "by", by)
}

// Operator is the person at the command line of the server.
var Operator = Person{Account: "operator", Role: keepiton.RoleAdmin}

var namePattern = regexp.MustCompile(`^[a-z0-9][a-z0-9._-]{1,39}$`)

// Add makes an account and returns a token for its first sign-in, see Invite.
// Conflict when the name is taken.
func (a *Accounts) Add(ctx context.Context, by Person, name string, role keepiton.Role, organization string) (token string, err error) {
	a.init()
	if err := by.allow(Manage, ""); err != nil {
		return "", err
	}
	switch {
	case !namePattern.MatchString(name) || name == Operator.Account:
		return "", fail(keepiton.Invalid, "desk.error.name", nil, "account name %q: use 2 to 40 of a-z, 0-9, dot, dash, underscore", name)
	case role.Rank() == 0 && role != keepiton.RoleMember:
		return "", fail(keepiton.Invalid, "desk.error.role_unknown", nil, "role %q is not one of reader, analyst, editor, administrator, member", role)
	case role == keepiton.RoleMember && keepiton.EntryID(organization).Kind() != keepiton.KindOrganization:
		return "", fail(keepiton.Invalid, "desk.error.member_organization", nil, "a member belongs to an organization of ours, such as KIC-2026-0007, not to %q", organization)
	case utf8.RuneCountInString(organization) > 120:
		return "", fail(keepiton.TooLarge, "desk.error.organization", nil, "the organization's name is longer than 120 characters")
	}
	return a.create(ctx, by, name, role, organization)
}

// create makes an account that by may make, and a token for its first sign-in.
func (a *Accounts) create(ctx context.Context, by Person, name string, role keepiton.Role, organization string) (token string, err error) {
	if _, err := a.Store.Account(ctx, name); err == nil {
		return "", fail(keepiton.Conflict, "desk.error.name_taken", nil, "there is an account %q already", name)
	} else if keepiton.CodeOf(err) != keepiton.NotFound {
		return "", err
	}
	handle := make([]byte, 64)
	rand.Read(handle)
	err = a.Store.PutAccount(ctx, store.Account{Name: name, Role: role, Organization: organization, UserHandle: handle, Created: a.now()})
	if err != nil {
		return "", err
	}
	a.audit(ctx, "added as "+string(role), name, by.Account)
	return a.Invite(ctx, by, name)
}

// List returns all accounts.
func (a *Accounts) List(ctx context.Context, by Person) ([]store.Account, error) {
	if err := by.allow(Manage, ""); err != nil {
		return nil, err
	}
	return a.Store.ListAccounts(ctx)
}

// Disable keeps the account from signing in and ends its sessions; enabling
// lets it sign in again. The last administrator cannot be disabled.
func (a *Accounts) Disable(ctx context.Context, by Person, name string, disabled bool) error {
	what := "enabled"
	if disabled {
		what = "disabled"
	}
	return a.change(ctx, by, name, what, func(acc *store.Account) { acc.Disabled = disabled })
}

// SetRole changes what the account may do, at once. A member's account stays
// one, and no other becomes one: it is bound to an organization's entry.
func (a *Accounts) SetRole(ctx context.Context, by Person, name string, role keepiton.Role) error {
	if err := by.allow(Manage, ""); err != nil {
		return err
	}
	if role.Rank() == 0 {
		return fail(keepiton.Invalid, "desk.error.role_unknown", nil, "role %q is not one of reader, analyst, editor, administrator", role)
	}
	if acc, err := a.Store.Account(ctx, name); err != nil || acc.Role == keepiton.RoleMember {
		if err == nil {
			err = fail(keepiton.Conflict, "desk.error.member_stays", nil, "%s is the account of a member organization and stays one", name)
		}
		return err
	}
	return a.change(ctx, by, name, "made "+string(role), func(acc *store.Account) { acc.Role = role })
}

// Reset takes away every means of signing in (password, passkeys, recovery
// codes, sessions) and returns a token for a new start: for a lost or stolen
// device.
func (a *Accounts) Reset(ctx context.Context, by Person, name string) (token string, err error) {
	err = a.change(ctx, by, name, "reset", func(acc *store.Account) {
		acc.PasswordHash, acc.RecoveryHash, acc.FailedSignIns, acc.LockedUntil = "", nil, 0, time.Time{}
	})
	if err != nil {
		return "", err
	}
	keys, err := a.Store.Passkeys(ctx, name)
	if err != nil {
		return "", err
	}
	for _, k := range keys {
		if err := a.Store.DeletePasskey(ctx, name, k.ID); err != nil {
			return "", err
		}
	}
	return a.Invite(ctx, by, name)
}

// change alters an account, ends its sessions, and writes the audit line.
func (a *Accounts) change(ctx context.Context, by Person, name, what string, alter func(*store.Account)) error {
	a.init()
	if err := a.mayManage(ctx, by, name); err != nil {
		return err
	}
	others, err := a.otherAdministrators(ctx, name)
	if err != nil {
		return err
	}
	err = a.Store.UpdateAccount(ctx, name, func(acc *store.Account) error {
		was := acc.Role == keepiton.RoleAdmin && !acc.Disabled
		alter(acc)
		if was && (acc.Role != keepiton.RoleAdmin || acc.Disabled) && others == 0 {
			return fail(keepiton.Conflict, "desk.error.last_admin", nil, "%s is the last administrator", name)
		}
		return nil
	})
	if err != nil {
		return err
	}
	a.audit(ctx, what, name, by.Account)
	return a.Store.DeleteSessions(ctx, name, "")
}

func (a *Accounts) otherAdministrators(ctx context.Context, name string) (n int, err error) {
	all, err := a.Store.ListAccounts(ctx)
	for _, acc := range all {
		if acc.Role == keepiton.RoleAdmin && !acc.Disabled && acc.Name != name {
			n++
		}
	}
	return n, err
}
