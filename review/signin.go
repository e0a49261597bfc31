package review

import (
	"context"
	"slices"
	"strings"
	"time"

	"keepiton"
	"keepiton/store"
)

// errNo is the one answer to every sign-in that does not work: wrong name,
// wrong secret, disabled, or too many tries on the account. It tells nobody
// which names exist.
var errNo = fail(keepiton.Unsigned, "desk.error.signin", nil, "name or secret wrong, or too many wrong tries")

// SignIn opens a session for a name and password. The answer, and the work
// behind it, is the same for names that do not exist.
func (a *Accounts) SignIn(ctx context.Context, name, password string) (token string, err error) {
	a.init()
	policy, err := LoadPolicy(ctx, a.Meta)
	if err != nil {
		return "", err
	}
	if !policy.Passwords {
		return "", fail(keepiton.Forbidden, "desk.error.passwords_off", nil, "sign-in by password is switched off")
	}
	if !a.gate.take(a.Now()) {
		return "", fail(keepiton.RateLimited, "desk.error.busy", nil, "too many sign-ins just now")
	}
	a.hashing.Lock()
	defer a.hashing.Unlock()
	name = strings.ToLower(strings.TrimSpace(name))
	acc, err := a.Store.Account(ctx, name)
	known := err == nil && !acc.Disabled && acc.PasswordHash != ""
	if err != nil && keepiton.CodeOf(err) != keepiton.NotFound {
		return "", err
	}
	hash := a.dummy
	if known {
		hash = acc.PasswordHash
	}
	good, renew := a.Argon.VerifyPassword(password, hash)
	now := a.now()
	if !known || now.Before(acc.LockedUntil) {
		return "", errNo // while it waits, even the right one; tries then do not lengthen the wait
	}
	fresh := ""
	if good && renew {
		fresh = a.Argon.HashPassword(password)
	}
	err = a.Store.UpdateAccount(ctx, name, func(acc *store.Account) error {
		if good {
			acc.FailedSignIns, acc.LockedUntil = 0, time.Time{}
			if fresh != "" && acc.PasswordHash == hash {
				acc.PasswordHash = fresh
			}
			return nil
		}
		acc.FailedSignIns++
		acc.LockedUntil = now.Add(delay(acc.FailedSignIns))
		return nil
	})
	if err != nil {
		return "", err
	}
	if !good {
		return "", errNo
	}
	return a.open(ctx, acc, ByPassword)
}

// Recover opens a session for a name and one of its recovery codes, which is
// then used up. Codes have 80 random bits: the bound on all sign-ins is enough
// against guessing, and no wrong password keeps their owner out.
func (a *Accounts) Recover(ctx context.Context, name, code string) (token string, left int, err error) {
	a.init()
	if !a.gate.take(a.Now()) {
		return "", 0, fail(keepiton.RateLimited, "desk.error.busy", nil, "too many sign-ins just now")
	}
	name = strings.ToLower(strings.TrimSpace(name))
	hash := hashRecovery(code)
	var acc store.Account
	err = a.Store.UpdateAccount(ctx, name, func(stored *store.Account) error {
		i := slices.Index(stored.RecoveryHash, hash)
		if i < 0 || stored.Disabled {
			return errNo
		}
		stored.RecoveryHash = slices.Delete(slices.Clone(stored.RecoveryHash), i, i+1)
		stored.FailedSignIns, stored.LockedUntil = 0, time.Time{}
		acc = *stored
		return nil
	})
	if keepiton.CodeOf(err) == keepiton.NotFound {
		err = errNo
	}
	if err != nil {
		return "", 0, err
	}
	a.audit(ctx, "signed in by recovery code", name, name)
	token, err = a.open(ctx, acc, ByRecovery)
	return token, len(acc.RecoveryHash), err
}

// SetPassword gives the account of who a password; all other sessions end.
func (a *Accounts) SetPassword(ctx context.Context, who Person, name, password string) error {
	a.init()
	if who.Account != name {
		if err := who.allow(Manage, ""); err != nil {
			return err
		}
	}
	if err := CheckPassword(name, password); err != nil {
		return err
	}
	a.hashing.Lock()
	hash := a.Argon.HashPassword(password)
	a.hashing.Unlock()
	err := a.Store.UpdateAccount(ctx, name, func(acc *store.Account) error {
		acc.PasswordHash, acc.FailedSignIns, acc.LockedUntil = hash, 0, time.Time{}
		return nil
	})
	if err != nil {
		return err
	}
	a.audit(ctx, "given a password", name, who.Account)
	return a.Store.DeleteSessions(ctx, name, "")
}

// RecoveryCodes replaces the account's codes and returns the new ones, to be
// shown once.
func (a *Accounts) RecoveryCodes(ctx context.Context, who Person) ([]string, error) {
	a.init()
	codes, hashes := make([]string, recoveryCodes), make([]string, recoveryCodes)
	for i := range codes {
		codes[i] = newRecoveryCode()
		hashes[i] = hashRecovery(codes[i])
	}
	err := a.Store.UpdateAccount(ctx, who.Account, func(acc *store.Account) error {
		acc.RecoveryHash = hashes
		return nil
	})
	if err != nil {
		return nil, err
	}
	a.audit(ctx, "given recovery codes", who.Account, who.Account)
	return codes, nil
}

// Means says how the account of who can sign in.
type Means struct {
	Password bool
	Recovery int // codes left
	Passkeys []store.Passkey
}

// Means returns how who can sign in.
func (a *Accounts) Means(ctx context.Context, who Person) (m Means, err error) {
	acc, err := a.Store.Account(ctx, who.Account)
	if err != nil {
		return m, err
	}
	m.Password, m.Recovery = acc.PasswordHash != "", len(acc.RecoveryHash)
	m.Passkeys, err = a.Store.Passkeys(ctx, who.Account)
	return m, err
}
