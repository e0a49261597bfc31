package relational

import (
	"context"
	"database/sql"
	"encoding/json"
	"strings"
	"time"

	"keepiton"
	"keepiton/store"
)

const accountColumns = `name, role, organization, password_hash, recovery_hash, user_handle, disabled, created, failed, locked_until`

func scanAccount(row interface{ Scan(...any) error }) (store.Account, error) {
	var a store.Account
	var role, recovery string
	var disabled, created, locked int64
	err := row.Scan(&a.Name, &role, &a.Organization, &a.PasswordHash, &recovery, &a.UserHandle, &disabled, &created, &a.FailedSignIns, &locked)
	if err != nil {
		return a, err
	}
	a.Role, a.Disabled, a.Created, a.LockedUntil = keepiton.Role(role), disabled != 0, unstamp(created), unstamp(locked)
	return a, json.Unmarshal([]byte(recovery), &a.RecoveryHash)
}

// accounts reads the accounts that meet a condition.
func (s *Store) accounts(ctx context.Context, where string, args ...any) ([]store.Account, error) {
	var out []store.Account
	err := s.Each(ctx, "read accounts", `SELECT `+accountColumns+` FROM account WHERE `+where+` ORDER BY name`, args, func(r *sql.Rows) error {
		a, err := scanAccount(r)
		out = append(out, a)
		return err
	})
	return out, err
}

func (s *Store) account(ctx context.Context, where string, arg any) (store.Account, error) {
	list, err := s.accounts(ctx, where, arg)
	if err != nil {
		return store.Account{}, err
	}
	if len(list) == 0 {
		return store.Account{}, keepiton.Errorf(keepiton.NotFound, "there is no such account")
	}
	return list[0], nil
}

// Account implements store.Accounts.
func (s *Store) Account(ctx context.Context, name string) (store.Account, error) {
	return s.account(ctx, `name = ?`, name)
}

// AccountByHandle implements store.Accounts.
func (s *Store) AccountByHandle(ctx context.Context, handle []byte) (store.Account, error) {
	return s.account(ctx, `user_handle = ?`, handle)
}

// ListAccounts implements store.Accounts.
func (s *Store) ListAccounts(ctx context.Context) ([]store.Account, error) {
	return s.accounts(ctx, `1 = 1`)
}

// PutAccount implements store.Accounts.
func (s *Store) PutAccount(ctx context.Context, a store.Account) error {
	return s.transaction(ctx, "store an account", func(t *transaction) error { return t.putAccount(&a) })
}

func (t *transaction) putAccount(a *store.Account) error {
	if a.Name == "" || a.Name != strings.ToLower(a.Name) {
		return keepiton.Errorf(keepiton.Invalid, "%q is not a name in lower case", a.Name)
	}
	if err := plainText("account", append([]string{a.Name, string(a.Role), a.Organization, a.PasswordHash}, a.RecoveryHash...)...); err != nil {
		return err
	}
	recovery, err := json.Marshal(a.RecoveryHash)
	if err != nil {
		return err
	}
	disabled := 0
	if a.Disabled {
		disabled = 1
	}
	var handle any // empty handles are NULL, which need not be unique
	if len(a.UserHandle) > 0 {
		handle = a.UserHandle
	}
	_, err = t.Exec(`INSERT INTO account (`+accountColumns+`) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
		ON CONFLICT (name) DO UPDATE SET role = excluded.role, organization = excluded.organization, password_hash = excluded.password_hash,
			recovery_hash = excluded.recovery_hash, user_handle = excluded.user_handle, disabled = excluded.disabled, created = excluded.created,
			failed = excluded.failed, locked_until = excluded.locked_until`,
		a.Name, string(a.Role), a.Organization, a.PasswordHash, string(recovery), handle, disabled, stamp(a.Created), a.FailedSignIns, stamp(a.LockedUntil))
	return err
}

// UpdateAccount implements store.Accounts.
func (s *Store) UpdateAccount(ctx context.Context, name string, change func(a *store.Account) error) error {
	return s.transaction(ctx, "change an account", func(t *transaction) error {
		var a store.Account
		found := false
		err := t.Each(`SELECT `+accountColumns+` FROM account WHERE name = ?`, []any{name}, func(r *sql.Rows) (err error) {
			found = true
			a, err = scanAccount(r)
			return err
		})
		if err != nil {
			return err
		}
		if !found {
			return keepiton.Errorf(keepiton.NotFound, "there is no such account")
		}
		if err := change(&a); err != nil {
			return err
		}
		if a.Name != name {
			return keepiton.Errorf(keepiton.Invalid, "the name of an account never changes")
		}
		return t.putAccount(&a)
	})
}

// Passkeys implements store.Accounts.
func (s *Store) Passkeys(ctx context.Context, account string) ([]store.Passkey, error) {
	var out []store.Passkey
	err := s.Each(ctx, "read passkeys", `SELECT id, account, label, data, created FROM passkey WHERE account = ? ORDER BY created, id`, []any{account}, func(r *sql.Rows) error {
		var p store.Passkey
		var created int64
		err := r.Scan(&p.ID, &p.Account, &p.Label, &p.Data, &created)
		p.Created = unstamp(created)
		out = append(out, p)
		return err
	})
	return out, err
}

// PutPasskey implements store.Accounts. A passkey never changes hands:
// Conflict when another account has it.
func (s *Store) PutPasskey(ctx context.Context, p store.Passkey) error {
	return s.transaction(ctx, "store a passkey", func(t *transaction) error {
		if err := plainText("passkey", p.Account, p.Label); err != nil {
			return err
		}
		n, err := t.Exec(`INSERT INTO passkey (id, account, label, data, created) VALUES (?, ?, ?, ?, ?)
			ON CONFLICT (id) DO UPDATE SET label = excluded.label, data = excluded.data, created = excluded.created WHERE passkey.account = excluded.account`,
			p.ID, p.Account, p.Label, p.Data, stamp(p.Created))
		if err == nil && n == 0 {
			return keepiton.Errorf(keepiton.Conflict, "the passkey belongs to another account")
		}
		return err
	})
}

// DeletePasskey implements store.Accounts.
func (s *Store) DeletePasskey(ctx context.Context, account string, id []byte) error {
	return s.transaction(ctx, "remove a passkey", func(t *transaction) error {
		n, err := t.Exec(`DELETE FROM passkey WHERE account = ? AND id = ?`, account, id)
		if err == nil && n == 0 {
			return keepiton.Errorf(keepiton.NotFound, "there is no such passkey")
		}
		return err
	})
}

// Session implements store.Accounts.
func (s *Store) Session(ctx context.Context, tokenSHA256 string) (store.Session, error) {
	var v store.Session
	var created, expires int64
	err := s.One(ctx, "such session", `SELECT token, account, csrf, created, expires, means FROM session WHERE token = ?`, []any{tokenSHA256},
		[]any{&v.TokenSHA256, &v.Account, &v.CSRF, &created, &expires, &v.Means})
	v.Created, v.Expires = unstamp(created), unstamp(expires)
	return v, err
}

// Sessions implements store.Accounts.
func (s *Store) Sessions(ctx context.Context, account string) ([]store.Session, error) {
	var out []store.Session
	err := s.Each(ctx, "read sessions", `SELECT token, account, csrf, created, expires, means FROM session WHERE account = ? ORDER BY created, token`, []any{account}, func(r *sql.Rows) error {
		var v store.Session
		var created, expires int64
		err := r.Scan(&v.TokenSHA256, &v.Account, &v.CSRF, &created, &expires, &v.Means)
		v.Created, v.Expires = unstamp(created), unstamp(expires)
		out = append(out, v)
		return err
	})
	return out, err
}

// PutSession implements store.Accounts.
func (s *Store) PutSession(ctx context.Context, v store.Session) error {
	return s.transaction(ctx, "store a session", func(t *transaction) error {
		if err := plainText("session", v.TokenSHA256, v.Account, v.CSRF, v.Means); err != nil {
			return err
		}
		_, err := t.Exec(`INSERT INTO session (token, account, csrf, created, expires, means) VALUES (?, ?, ?, ?, ?, ?)
			ON CONFLICT (token) DO UPDATE SET account = excluded.account, csrf = excluded.csrf, created = excluded.created, expires = excluded.expires, means = excluded.means`,
			v.TokenSHA256, v.Account, v.CSRF, stamp(v.Created), stamp(v.Expires), v.Means)
		return err
	})
}

// DeleteSessions implements store.Accounts.
func (s *Store) DeleteSessions(ctx context.Context, account, tokenSHA256 string) error {
	return s.transaction(ctx, "end sessions", func(t *transaction) (err error) {
		if tokenSHA256 == "" {
			_, err = t.Exec(`DELETE FROM session WHERE account = ?`, account)
		} else {
			_, err = t.Exec(`DELETE FROM session WHERE account = ? AND token = ?`, account, tokenSHA256)
		}
		return err
	})
}

// PruneSessions implements store.Accounts.
func (s *Store) PruneSessions(ctx context.Context, before time.Time) error {
	return s.transaction(ctx, "prune sessions", func(t *transaction) error {
		_, err := t.Exec(`DELETE FROM session WHERE expires < ?`, stamp(before))
		return err
	})
}
