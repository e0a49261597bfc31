package review

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/url"
	"strings"
	"sync"
	"time"
	"unicode/utf8"

	"github.com/go-webauthn/webauthn/protocol"
	"github.com/go-webauthn/webauthn/webauthn"

	"keepiton"
	"keepiton/store"
)

// Passkeys runs the ceremonies of Web Authentication Level 2 (sections 7.1
// and 7.2) with discoverable credentials: nobody types a name, and who holds no
// key learns nothing about names. A ceremony that began is kept in memory for
// five minutes and used once; with several processes a person must stay with
// one of them for that long.
type Passkeys struct {
	Accounts *Accounts

	lib  *webauthn.WebAuthn
	mu   sync.Mutex
	open map[string]ceremony
}

type ceremony struct {
	purpose purpose
	data    webauthn.SessionData
	expires time.Time
	signing store.SignedApproval // for toSign: incident, revision, digest
}

// purpose keeps an answer that was asked for one thing from being used for
// another.
type purpose int

const (
	toAdd purpose = iota + 1
	toSignIn
	toSign
)

// Limits on ceremonies.
const (
	ceremonyLife    = 5 * time.Minute
	maxCeremonies   = 1000     // open at once; the oldest give way
	maxPasskeys     = 20       // of one account
	maxPasskeyBytes = 64 << 10 // of an answer
)

// NewPasskeys makes the ceremonies of the site at baseURL, whose host is the
// relying party's id. Browsers offer passkeys on https and on localhost only.
func NewPasskeys(accounts *Accounts, baseURL string) (*Passkeys, error) {
	u, err := url.Parse(baseURL)
	if err != nil || u.Host == "" {
		return nil, keepiton.Errorf(keepiton.Invalid, "base URL %q has no host", baseURL)
	}
	lib, err := webauthn.New(&webauthn.Config{
		RPID: u.Hostname(), RPDisplayName: "KeepItOn", RPOrigins: []string{u.Scheme + "://" + u.Host},
		AttestationPreference: protocol.PreferNoAttestation,
		AuthenticatorSelection: protocol.AuthenticatorSelection{
			ResidentKey: protocol.ResidentKeyRequirementRequired, RequireResidentKey: protocol.ResidentKeyRequired(),
			UserVerification: protocol.VerificationRequired,
		},
	})
	if err != nil {
		return nil, keepiton.Errorf(keepiton.Invalid, "passkeys for %s: %w", baseURL, err)
	}
	return &Passkeys{Accounts: accounts, lib: lib, open: map[string]ceremony{}}, nil
}

// keep stores what a ceremony needs to end, and returns its ticket.
func (p *Passkeys) keep(c ceremony) string {
	p.mu.Lock()
	defer p.mu.Unlock()
	now := p.Accounts.Now()
	oldest := ""
	for k, c := range p.open {
		if !now.Before(c.expires) {
			delete(p.open, k)
		} else if oldest == "" || c.expires.Before(p.open[oldest].expires) {
			oldest = k
		}
	}
	if len(p.open) >= maxCeremonies {
		delete(p.open, oldest)
	}
	ticket := newToken()
	c.expires = now.Add(ceremonyLife)
	p.open[ticket] = c
	return ticket
}

func (p *Passkeys) take(ticket string, why purpose) (ceremony, bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	c, ok := p.open[ticket]
	delete(p.open, ticket)
	return c, ok && c.purpose == why && p.Accounts.Now().Before(c.expires)
}

// user is an account as the library wants it.
type user struct {
	acc  store.Account
	keys []webauthn.Credential
}

func (u user) WebAuthnID() []byte                         { return u.acc.UserHandle }
func (u user) WebAuthnName() string                       { return u.acc.Name }
func (u user) WebAuthnDisplayName() string                { return u.acc.Name }
func (u user) WebAuthnCredentials() []webauthn.Credential { return u.keys }

func (p *Passkeys) load(ctx context.Context, acc store.Account) (user, error) {
	u := user{acc: acc}
	keys, err := p.Accounts.Store.Passkeys(ctx, acc.Name)
	for _, k := range keys {
		var c webauthn.Credential
		if err := json.Unmarshal(k.Data, &c); err != nil {
			return u, fmt.Errorf("read passkey of %s: %w", acc.Name, err)
		}
		u.keys = append(u.keys, c)
	}
	return u, err
}

// BeginAdd starts adding a passkey to the account of who. The options go to
// the browser, the ticket comes back with its answer.
func (p *Passkeys) BeginAdd(ctx context.Context, who Person) (options *protocol.CredentialCreation, ticket string, err error) {
	p.Accounts.init()
	acc, err := p.Accounts.Store.Account(ctx, who.Account)
	if err != nil {
		return nil, "", err
	}
	u, err := p.load(ctx, acc)
	if err != nil {
		return nil, "", err
	}
	if len(u.keys) >= maxPasskeys {
		return nil, "", fail(keepiton.TooLarge, "desk.error.passkeys", map[string]any{"N": maxPasskeys}, "an account has at most %d passkeys", maxPasskeys)
	}
	options, data, err := p.lib.BeginRegistration(u, webauthn.WithExclusions(webauthn.Credentials(u.keys).CredentialDescriptors()))
	if err != nil {
		return nil, "", err
	}
	return options, p.keep(ceremony{purpose: toAdd, data: *data}), nil
}

// FinishAdd checks the browser's answer and stores the passkey.
func (p *Passkeys) FinishAdd(ctx context.Context, who Person, ticket, label string, answer io.Reader) error {
	begun, ok := p.take(ticket, toAdd)
	bad := fail(keepiton.Invalid, "desk.error.passkey", nil, "the passkey could not be added")
	if !ok {
		return bad
	}
	parsed, err := protocol.ParseCredentialCreationResponseBody(io.LimitReader(answer, maxPasskeyBytes))
	if err != nil {
		return bad
	}
	acc, err := p.Accounts.Store.Account(ctx, who.Account)
	if err != nil {
		return err
	}
	u, err := p.load(ctx, acc)
	if err != nil {
		return err
	}
	c, err := p.lib.CreateCredential(u, begun.data, parsed)
	if err != nil {
		p.Accounts.Log.WarnContext(ctx, "passkey refused", "account", who.Account, "error", err)
		return bad
	}
	text, err := json.Marshal(c)
	if err != nil {
		return err
	}
	if label = strings.TrimSpace(label); label == "" || utf8.RuneCountInString(label) > 60 {
		label = p.Accounts.now().Format(time.DateOnly)
	}
	// The store refuses an id that another account has (Web Authentication
	// Level 2, section 7.1, step 22).
	err = p.Accounts.Store.PutPasskey(ctx, store.Passkey{ID: c.ID, Account: who.Account, Label: label, Data: text, Created: p.Accounts.now()})
	if err == nil {
		p.Accounts.audit(ctx, "given a passkey", who.Account, who.Account)
	}
	return err
}

// Remove takes a passkey away from the account of who.
func (p *Passkeys) Remove(ctx context.Context, who Person, id []byte) error {
	err := p.Accounts.Store.DeletePasskey(ctx, who.Account, id)
	if err == nil {
		p.Accounts.audit(ctx, "passkey removed", who.Account, who.Account)
	}
	return err
}

// BeginSignIn starts a sign-in; who it will be is not known yet.
func (p *Passkeys) BeginSignIn() (options *protocol.CredentialAssertion, ticket string, err error) {
	p.Accounts.init()
	options, data, err := p.lib.BeginDiscoverableLogin(webauthn.WithUserVerification(protocol.VerificationRequired))
	if err != nil {
		return nil, "", err
	}
	return options, p.keep(ceremony{purpose: toSignIn, data: *data}), nil
}

// FinishSignIn checks the browser's answer and opens a session. Every failure
// gives the same answer.
func (p *Passkeys) FinishSignIn(ctx context.Context, ticket string, answer io.Reader) (token string, err error) {
	begun, ok := p.take(ticket, toSignIn)
	if !ok {
		return "", errNo
	}
	parsed, err := protocol.ParseCredentialRequestResponseBody(io.LimitReader(answer, maxPasskeyBytes))
	if err != nil {
		return "", errNo
	}
	var found user
	find := func(_, handle []byte) (webauthn.User, error) {
		acc, err := p.Accounts.Store.AccountByHandle(ctx, handle)
		if err != nil || acc.Disabled {
			return nil, errNo
		}
		found, err = p.load(ctx, acc)
		return found, err
	}
	c, err := p.lib.ValidateDiscoverableLogin(find, begun.data, parsed)
	if err != nil {
		return "", errNo
	}
	if err := p.use(ctx, found.acc.Name, c); err != nil {
		return "", err
	}
	err = p.Accounts.Store.UpdateAccount(ctx, found.acc.Name, func(acc *store.Account) error {
		acc.FailedSignIns, acc.LockedUntil = 0, time.Time{}
		return nil
	})
	if err != nil {
		return "", err
	}
	return p.Accounts.open(ctx, found.acc, ByPasskey)
}

// use stores the counter and flags that the authenticator reported, and refuses
// one whose counter went back.
func (p *Passkeys) use(ctx context.Context, account string, c *webauthn.Credential) error {
	if c.Authenticator.CloneWarning {
		p.Accounts.Log.WarnContext(ctx, "passkey refused: its counter went back, it may have been copied", "account", account)
		return errNo
	}
	keys, err := p.Accounts.Store.Passkeys(ctx, account)
	if err != nil {
		return err
	}
	for _, k := range keys {
		if string(k.ID) != string(c.ID) {
			continue
		}
		if k.Data, err = json.Marshal(c); err != nil {
			return err
		}
		return p.Accounts.Store.PutPasskey(ctx, k)
	}
	return errNo
}
