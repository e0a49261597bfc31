package review

import (
	"context"
	"crypto/subtle"
	"time"

	"keepiton"
	"keepiton/store"
)

// A session's token is 32 random bytes that only the browser has; the store
// keeps its SHA-256. Links and their use are kept the same way under a prefix
// of their own, so that a link's token never opens a session by itself.
const (
	linkPrefix = "link:"
	linkLife   = 24 * time.Hour
	touchEvery = time.Minute // a session's end is moved at most so often
)

// Means of signing in, as a session remembers the one that opened it.
const (
	ByPasskey  = "passkey"
	ByPassword = "password"
	ByRecovery = "recovery"
	ByLink     = "link"
	ByPairing  = "pair" // an analyst's own machine
)

// open begins a session for acc, who signed in by means, and returns its token.
func (a *Accounts) open(ctx context.Context, acc store.Account, means string) (token string, err error) {
	now := a.now()
	if err := a.Store.PruneSessions(ctx, now); err != nil {
		return "", err
	}
	token = newToken()
	return token, a.Store.PutSession(ctx, store.Session{
		TokenSHA256: hashToken(token), Account: acc.Name, CSRF: newToken(), Created: now, Expires: a.end(now, now), Means: means,
	})
}

func (a *Accounts) end(created, used time.Time) time.Time {
	idle, whole := used.Add(a.Idle), created.Add(a.Whole)
	if whole.Before(idle) {
		return whole
	}
	return idle
}

// Session is a signed-in browser.
type Session struct {
	Person
	CSRF    string
	Expires time.Time
	Means   string // how it was opened, see ByPasskey; empty: not known
	hash    string
}

// Session returns who the token belongs to and moves the session's idle end.
// Unsigned when there is no such session, it ended, or the account was
// disabled. Role and organization are those of this moment.
func (a *Accounts) Session(ctx context.Context, token string) (Session, error) {
	return a.session(ctx, "", token)
}

func (a *Accounts) session(ctx context.Context, prefix, token string) (Session, error) {
	a.init()
	unsigned := fail(keepiton.Unsigned, "desk.error.unsigned", nil, "not signed in")
	if token == "" {
		return Session{}, unsigned
	}
	s, err := a.Store.Session(ctx, prefix+hashToken(token))
	if keepiton.CodeOf(err) == keepiton.NotFound {
		return Session{}, unsigned
	}
	if err != nil {
		return Session{}, err
	}
	now := a.now()
	if !now.Before(s.Expires) {
		return Session{}, unsigned
	}
	acc, err := a.Store.Account(ctx, s.Account)
	if err != nil || acc.Disabled {
		return Session{}, unsigned
	}
	if end := a.end(s.Created, now); end.Sub(s.Expires) >= touchEvery {
		s.Expires = end
		if err := a.Store.PutSession(ctx, s); err != nil {
			return Session{}, err
		}
	}
	return Session{Person: Person{acc.Name, acc.Role, acc.Organization}, CSRF: s.CSRF, Expires: s.Expires, Means: s.Means, hash: s.TokenSHA256}, nil
}

// CheckCSRF returns Forbidden unless token is the session's own.
func (s Session) CheckCSRF(token string) error {
	if subtle.ConstantTimeCompare([]byte(s.CSRF), []byte(token)) == 1 && s.CSRF != "" {
		return nil
	}
	return fail(keepiton.Forbidden, "desk.error.csrf", nil, "the form is not of this session")
}

// SignOut ends the session.
func (a *Accounts) SignOut(ctx context.Context, s Session) error {
	return a.Store.DeleteSessions(ctx, s.Account, s.hash)
}

// SignOutEverywhere ends all sessions of the account, unused links included.
func (a *Accounts) SignOutEverywhere(ctx context.Context, s Session) error {
	a.audit(ctx, "signed out everywhere", s.Account, s.Account)
	return a.Store.DeleteSessions(ctx, s.Account, "")
}

// Invite returns a token that signs the account in once within 24 hours: the
// way in for a new or reset account.
func (a *Accounts) Invite(ctx context.Context, by Person, name string) (token string, err error) {
	a.init()
	if err := a.mayManage(ctx, by, name); err != nil {
		return "", err
	}
	if _, err := a.Store.Account(ctx, name); err != nil {
		return "", err
	}
	token, now := newToken(), a.now()
	err = a.Store.PutSession(ctx, store.Session{
		TokenSHA256: linkPrefix + hashToken(token), Account: name, CSRF: "-", Created: now, Expires: now.Add(linkLife),
	})
	if err == nil {
		a.audit(ctx, "given a sign-in link", name, by.Account)
	}
	return token, err
}

// Enter uses a link's token and opens a session. A token works once.
func (a *Accounts) Enter(ctx context.Context, link string) (token string, err error) {
	a.init()
	bad := fail(keepiton.Unsigned, "desk.error.link", nil, "the link was used or is older than 24 hours")
	a.hashing.Lock() // two uses at once must not both succeed in this process
	defer a.hashing.Unlock()
	s, err := a.Store.Session(ctx, linkPrefix+hashToken(link))
	if keepiton.CodeOf(err) == keepiton.NotFound || err == nil && !a.now().Before(s.Expires) {
		return "", bad
	}
	if err != nil {
		return "", err
	}
	acc, err := a.Store.Account(ctx, s.Account)
	if err != nil || acc.Disabled {
		return "", bad
	}
	if err := a.Store.DeleteSessions(ctx, s.Account, s.TokenSHA256); err != nil {
		return "", err
	}
	a.audit(ctx, "signed in by link", acc.Name, acc.Name)
	return a.open(ctx, acc, ByLink)
}
