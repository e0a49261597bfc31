package review

import (
	"context"
	"crypto/rand"
	"math/big"
	"strings"
	"sync"
	"time"

	"keepiton"
	"keepiton/store"
)

// Pairing lets an analyst's own machine in, in the manner of the device flow of
// RFC 8628: the machine asks for a code and shows it; its owner, signed in at
// the server with a passkey, compares and confirms it; the machine, which has
// asked meanwhile, gets a token. Codes live in memory, ten minutes, and are good
// once; with several processes the two must reach the same one.
type Pairing struct {
	Accounts *Accounts

	mu    sync.Mutex
	gate  gate
	open  map[string]*pair   // by code
	wrong map[string]guesses // by account
}

type pair struct {
	code    string
	poll    string // hash of what the machine asks with
	expires time.Time
	asked   time.Time // when the machine asked last
	account string    // who confirmed; empty: nobody yet
}

type guesses struct {
	n     int
	since time.Time
}

// Limits of pairing. A code is eight letters without vowels, so that it spells
// nothing (RFC 8628, section 6.1): 20^8, some 34 bits, of which an account may
// try five in a quarter of an hour.
const (
	pairLetters = "BCDFGHJKLMNPQRSTVWXZ"
	pairLength  = 8
	maxGuesses  = 5
	guessMemory = 15 * time.Minute

	PairLife     = 10 * time.Minute // of a code
	PairInterval = 2 * time.Second  // a machine asks at most so often
)

func (p *Pairing) init() {
	p.Accounts.init()
	if p.open == nil {
		p.open, p.wrong = map[string]*pair{}, map[string]guesses{}
		p.gate.burst, p.gate.interval = 20, time.Second
	}
	now := p.Accounts.Now()
	for code, one := range p.open {
		if !now.Before(one.expires) {
			delete(p.open, code)
		}
	}
}

// Begin makes a code to be shown, and the secret to ask with. RateLimited when
// too many were begun just now, which bounds how many are open.
func (p *Pairing) Begin() (code, poll string, err error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.init()
	now := p.Accounts.Now()
	if !p.gate.take(now) {
		return "", "", fail(keepiton.RateLimited, "desk.error.busy", nil, "too many machines are being paired just now")
	}
	for code = ""; code == "" || p.open[code] != nil; {
		code = newPairCode()
	}
	poll = newToken()
	p.open[code] = &pair{code: code, poll: hashToken(poll), expires: now.Add(PairLife)}
	return code[:4] + "-" + code[4:], poll, nil
}

func newPairCode() string {
	b := make([]byte, pairLength)
	for i := range b {
		n, err := rand.Int(rand.Reader, big.NewInt(int64(len(pairLetters))))
		if err != nil {
			panic(err) // crypto/rand never fails
		}
		b[i] = pairLetters[n.Int64()]
	}
	return string(b)
}

// MayUnseal returns Forbidden unless the session may reach sealed reports: its
// role allows it, and it was opened by passkey, as a paired machine, or in
// another way where the policy allows that.
func (a *Accounts) MayUnseal(ctx context.Context, s Session) error {
	if err := s.allow(Unseal, ""); err != nil {
		return err
	}
	if s.Means == ByPasskey || s.Means == ByPairing {
		return nil
	}
	policy, err := LoadPolicy(ctx, a.Meta)
	if err != nil {
		return err
	}
	if !policy.Pairing {
		return fail(keepiton.Forbidden, "desk.error.by_passkey", nil, "this session was not opened by passkey")
	}
	return nil
}

// Look returns the code as it is written when it waits to be confirmed.
// NotFound otherwise, and RateLimited after too many wrong ones.
func (p *Pairing) Look(ctx context.Context, s Session, typed string) (code string, err error) {
	if err := p.Accounts.MayUnseal(ctx, s); err != nil {
		return "", err
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.init()
	one, err := p.find(s.Account, typed)
	if err != nil {
		return "", err
	}
	return one.code[:4] + "-" + one.code[4:], nil
}

// find returns what waits under the code, and counts wrong ones by account: no
// address is kept to count by.
func (p *Pairing) find(account, typed string) (*pair, error) {
	now := p.Accounts.Now()
	g := p.wrong[account]
	if !now.Before(g.since.Add(guessMemory)) {
		g = guesses{since: now}
	}
	if g.n >= maxGuesses {
		return nil, fail(keepiton.RateLimited, "desk.error.pair_guesses", nil, "too many wrong codes")
	}
	code := strings.ToUpper(strings.NewReplacer("-", "", " ", "", "\u2010", "", "\u2013", "").Replace(strings.TrimSpace(typed)))
	if one := p.open[code]; one != nil && one.account == "" {
		return one, nil
	}
	g.n++
	p.wrong[account] = g
	return nil, fail(keepiton.NotFound, "desk.error.pair_code", nil, "there is no such code")
}

// Confirm lets the machine that shows the code in, for the account of s.
func (p *Pairing) Confirm(ctx context.Context, s Session, typed string) error {
	if err := p.Accounts.MayUnseal(ctx, s); err != nil {
		return err
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.init()
	one, err := p.find(s.Account, typed)
	if err != nil {
		return err
	}
	one.account = s.Account
	p.Accounts.audit(ctx, "pairs a machine", s.Account, s.Account)
	return nil
}

// Poll is the machine's question: the token once somebody confirmed, which is
// then handed out and forgotten; the empty token while nobody did. NotFound
// for a code that is gone, RateLimited for one who asks too often.
func (p *Pairing) Poll(ctx context.Context, poll string) (token string, err error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.init()
	hash, now := hashToken(poll), p.Accounts.Now()
	for code, one := range p.open {
		if one.poll != hash {
			continue
		}
		if now.Sub(one.asked) < PairInterval {
			return "", fail(keepiton.RateLimited, "desk.error.busy", nil, "asked again within %s", PairInterval)
		}
		if one.asked = now; one.account == "" {
			return "", nil
		}
		delete(p.open, code)
		return p.Accounts.openMachine(ctx, one.account)
	}
	return "", fail(keepiton.NotFound, "desk.error.pair_code", nil, "there is no such code")
}

// machinePrefix keeps the token of a machine from opening a browser's session,
// and the other way round.
const machinePrefix = "pair:"

func (a *Accounts) openMachine(ctx context.Context, account string) (token string, err error) {
	acc, err := a.Store.Account(ctx, account)
	if err != nil || acc.Disabled {
		return "", fail(keepiton.NotFound, "desk.error.pair_code", nil, "%s cannot sign in any more", account)
	}
	now := a.now()
	token = newToken()
	return token, a.Store.PutSession(ctx, store.Session{
		TokenSHA256: machinePrefix + hashToken(token), Account: account, CSRF: "-", Created: now, Expires: a.end(now, now), Means: ByPairing,
	})
}

// Machine returns who the token of a paired machine belongs to. It ends as a
// session does: two hours without use, sixteen in all, and with the account's
// role, passkeys or sign-out everywhere.
func (a *Accounts) Machine(ctx context.Context, token string) (Session, error) {
	return a.session(ctx, machinePrefix, token)
}

// Machine is a paired machine as its owner sees it.
type Machine struct {
	ID      string
	Paired  time.Time
	Expires time.Time
}

// Machines lists the paired machines of who.
func (a *Accounts) Machines(ctx context.Context, who Person) (out []Machine, err error) {
	a.init()
	all, err := a.Store.Sessions(ctx, who.Account)
	for _, s := range all {
		if id, ok := strings.CutPrefix(s.TokenSHA256, machinePrefix); ok && a.now().Before(s.Expires) {
			out = append(out, Machine{id, s.Created, s.Expires})
		}
	}
	return out, err
}

// EndMachine ends the pairing of one machine of who. Twice is once.
func (a *Accounts) EndMachine(ctx context.Context, who Person, id string) error {
	a.init()
	a.audit(ctx, "machine ended", who.Account, who.Account)
	return a.Store.DeleteSessions(ctx, who.Account, machinePrefix+id)
}
