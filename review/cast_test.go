package review

import (
	"context"
	"strings"
	"testing"
	"time"

	"keepiton"
	"keepiton/review/passkeytest"
	"keepiton/store"
)

// cast is a desk with people who have passkeys: ana and ed of One, eve of Two,
// adm, an administrator of no organization, and ada, one of "óne ", which is
// One written otherwise.
type cast struct {
	*Desk
	store    store.Store
	passkeys *Passkeys
	people   map[string]Person
	keys     map[string]*passkeytest.Authenticator
}

var (
	adm = Person{"adm", keepiton.RoleAdmin, ""}
	ada = Person{"ada", keepiton.RoleAdmin, "óne "}
)

func newCast(t testing.TB) *cast {
	t.Helper()
	d, s := newDesk(t)
	accounts := &Accounts{Store: s, Meta: s, Now: func() time.Time { return noon }}
	p, err := NewPasskeys(accounts, site)
	if err != nil {
		t.Fatal(err)
	}
	c := &cast{d, s, p, map[string]Person{}, map[string]*passkeytest.Authenticator{}}
	for _, who := range []Person{ana, ed, eve, adm, ada} {
		c.people[who.Account] = who
		c.hire(t, who)
	}
	return c
}

// hire makes an account and gives it a passkey by the real ceremony.
func (c *cast) hire(t testing.TB, who Person) {
	t.Helper()
	err := c.store.PutAccount(t.Context(), store.Account{Name: who.Account, Role: who.Role, Organization: who.Organization, UserHandle: []byte(strings.Repeat(who.Account, 16))})
	if err != nil {
		t.Fatal(err)
	}
	options, ticket, err := c.passkeys.BeginAdd(t.Context(), who)
	if err != nil {
		t.Fatal(err)
	}
	c.keys[who.Account] = passkeytest.New(t, site)
	if err := c.passkeys.FinishAdd(t.Context(), who, ticket, "", strings.NewReader(c.keys[who.Account].Create(options.Response))); err != nil {
		t.Fatal(err)
	}
}

// sign lets who sign s by the real ceremony.
func (c *cast) sign(ctx context.Context, who Person, s Showing) error {
	options, ticket, err := c.passkeys.BeginSign(ctx, who, s)
	if err != nil {
		return err
	}
	a, err := c.passkeys.FinishSign(ctx, who, ticket, strings.NewReader(c.keys[who.Account].Get(options.Response)))
	if err != nil {
		return err
	}
	return c.Sign(ctx, who, a)
}

// showings returns what may be signed of id, which must not be nothing.
func (c *cast) showings(t *testing.T, id keepiton.IncidentID) []Showing {
	t.Helper()
	s, err := c.Showings(t.Context(), ed, id)
	if err != nil || len(s) == 0 {
		t.Fatalf("%d showings of %s: %v", len(s), id, err)
	}
	return s
}

// signAll lets each of the people sign all that s shows.
func (c *cast) signAll(t *testing.T, s []Showing, people ...Person) {
	t.Helper()
	for _, who := range people {
		for _, one := range s {
			if err := c.sign(t.Context(), who, one); err != nil {
				t.Fatalf("%s signs %s: %v", who.Account, one.Incident.ID, err)
			}
		}
	}
}

// reported is an incident that rests on a report.
func reported() *keepiton.Incident {
	inc := incident()
	inc.Sources = append(inc.Sources, keepiton.Source{ID: "s2", Kind: keepiton.KindReport, Confidential: true, Words: "report 7f"})
	return inc
}

// shownBy publishes an incident that rests on a report, with ana's and eve's
// signatures.
func (c *cast) shownBy(t *testing.T, inc *keepiton.Incident) Target {
	t.Helper()
	rev, err := c.Create(t.Context(), ana, inc, "from reports")
	if err != nil {
		t.Fatal(err)
	}
	c.signAll(t, c.showings(t, rev.Incident.ID), ana, eve)
	rev, err = c.Publish(t.Context(), ed, rev.Incident.ID, rev.N, "")
	if err != nil {
		t.Fatal(err)
	}
	return Target{rev.Incident.ID, rev.N}
}

// proposalOf returns the showings of the proposal in out.
func (c *cast) proposalOf(t *testing.T, out Outcome, err error) (int64, []Showing) {
	t.Helper()
	if err != nil || out.Proposal == 0 || len(out.Revisions) > 0 {
		t.Fatalf("it took effect: %+v %v", out, err)
	}
	p, err := c.Proposal(t.Context(), ed, out.Proposal)
	if err != nil {
		t.Fatal(err)
	}
	s, err := c.ProposalShowings(t.Context(), ed, p)
	if err != nil || len(s) == 0 {
		t.Fatalf("%d showings: %v", len(s), err)
	}
	return out.Proposal, s
}
