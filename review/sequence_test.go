package review

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"keepiton"
	"keepiton/review/passkeytest"
	"keepiton/store"
)

// play is a sequence of acts of several people, some of whom mean harm, on a
// few incidents. It remembers who truly signed what, apart from all that is
// stored, and holds after each act that what rests on reports and is shown was
// signed by two people of two organizations.
type play struct {
	*cast
	ctx       context.Context
	incidents []keepiton.IncidentID
	proposals []int64
	truth     map[signature]string // the organization on that day
	taken     []store.SignedApproval
	seen      map[keepiton.IncidentID]int // revisions that were looked at
	shown     int                         // resting revisions that readers got to see
	refused   int
	word      int
}

type signature struct {
	id      keepiton.IncidentID
	n       int
	digest  [32]byte
	account string
}

func newPlay(ctx context.Context, c *cast) *play {
	return &play{cast: c, ctx: ctx, truth: map[signature]string{}, seen: map[keepiton.IncidentID]int{}}
}

// chance picks one of n, for the part of an act that is left open.
type chance func(n int) int

var actors = []string{"ana", "ed", "eve", "adm", "ada"}

// who is one of the people as the account stands now, as a request would load
// it.
func (p *play) who(pick chance) (Person, bool) {
	acc, err := p.store.Account(p.ctx, actors[pick(len(actors))])
	return Person{acc.Name, acc.Role, acc.Organization}, err == nil && !acc.Disabled
}

// content is what somebody writes: with or without a report, each time with
// other words.
func (p *play) content(pick chance) *keepiton.Incident {
	inc := incident()
	if pick(3) > 0 {
		inc = reported()
	}
	p.word++
	inc.Summary = fmt.Sprintf("word %d", p.word)
	inc.Episodes = append(inc.Episodes, keepiton.Episode{Start: keepiton.On(2026, 4, 1), End: keepiton.Ending{State: keepiton.EndUnknown}})
	return inc
}

// acts are all that can be done at the desk, and what attackers try. Each
// returns an error when it was refused.
var acts = []struct {
	name string
	do   func(p *play, who Person, at Target, pick chance) error
}{
	{"create", func(p *play, who Person, _ Target, pick chance) error {
		if len(p.incidents) > 2 {
			return errNothing
		}
		rev, err := p.Create(p.ctx, who, p.content(pick), "x")
		if err == nil {
			p.incidents = append(p.incidents, rev.Incident.ID)
		}
		return err
	}},
	{"save", func(p *play, who Person, at Target, pick chance) error {
		_, err := p.Save(p.ctx, who, at.ID, at.Base, p.content(pick), "x")
		return err
	}},
	{"submit", func(p *play, who Person, at Target, _ chance) error {
		_, err := p.Submit(p.ctx, who, at.ID, at.Base, "x")
		return err
	}},
	{"send back", func(p *play, who Person, at Target, _ chance) error {
		_, err := p.SendBack(p.ctx, who, at.ID, at.Base, "x")
		return err
	}},
	{"approve", func(p *play, who Person, at Target, _ chance) error { return p.Approve(p.ctx, who, at.ID, at.Base) }},
	{"sign", func(p *play, who Person, at Target, _ chance) error { return p.signHere(who, at.ID) }},
	{"sign a proposal", func(p *play, who Person, _ Target, pick chance) error { return p.signProposal(who, pick) }},
	{"both sign", func(p *play, _ Person, at Target, _ chance) error {
		return p.both(func(who Person) error { return p.signHere(who, at.ID) })
	}},
	{"both sign", func(p *play, _ Person, at Target, _ chance) error {
		return p.both(func(who Person) error { return p.signHere(who, at.ID) })
	}},
	{"both sign a proposal", func(p *play, _ Person, _ Target, pick chance) error {
		n := pick(100)
		return p.both(func(who Person) error { return p.signProposal(who, func(of int) int { return n % of }) })
	}},
	{"both sign a proposal", func(p *play, _ Person, _ Target, pick chance) error {
		n := pick(100)
		return p.both(func(who Person) error { return p.signProposal(who, func(of int) int { return n % of }) })
	}},
	{"publish", func(p *play, who Person, at Target, _ chance) error {
		_, err := p.Publish(p.ctx, who, at.ID, at.Base, "x")
		return err
	}},
	{"sign and publish", func(p *play, who Person, at Target, _ chance) error {
		err := p.both(func(who Person) error { return p.signHere(who, at.ID) })
		if err == nil {
			_, err = p.Publish(p.ctx, who, at.ID, at.Base, "x")
		}
		return err
	}},
	{"correct", func(p *play, who Person, at Target, pick chance) error {
		return p.outcome(p.Correct(p.ctx, who, at.ID, at.Base, p.content(pick), "x"))
	}},
	{"accept", func(p *play, who Person, _ Target, pick chance) error { return p.accept(who, pick) }},
	{"accept", func(p *play, who Person, _ Target, pick chance) error { return p.accept(who, pick) }},
	{"decline", func(p *play, who Person, _ Target, pick chance) error {
		if len(p.proposals) == 0 {
			return errNothing
		}
		return p.Decline(p.ctx, who, p.proposals[pick(len(p.proposals))], "x")
	}},
	{"withdraw", func(p *play, who Person, at Target, _ chance) error {
		_, err := p.Withdraw(p.ctx, who, at.ID, at.Base, "x")
		return err
	}},
	{"reinstate", func(p *play, who Person, at Target, _ chance) error {
		_, err := p.Reinstate(p.ctx, who, at.ID, at.Base, "x")
		return err
	}},
	{"merge", func(p *play, who Person, at Target, pick chance) error {
		return p.outcome(p.Merge(p.ctx, who, at, p.target(pick), "x"))
	}},
	{"unmerge", func(p *play, who Person, at Target, _ chance) error {
		_, err := p.Unmerge(p.ctx, who, at.ID, at.Base, "x")
		return err
	}},
	{"split", func(p *play, who Person, at Target, pick chance) error {
		return p.outcome(p.Split(p.ctx, who, at.ID, at.Base, Part{Episodes: []int{pick(2)}}, "x"))
	}},
	{"import", func(p *play, _ Person, at Target, pick chance) error {
		inc := p.content(pick)
		inc.State = keepiton.Published
		p.word++
		return p.store.ApplyImport(p.ctx, store.Import{
			Edition:   store.Edition{Name: fmt.Sprint("edition ", p.word), Published: noon.Truncate(24 * time.Hour)},
			Incidents: []store.ImportedIncident{{ID: at.ID, Revisions: []keepiton.Revision{{Recorded: noon, Role: keepiton.RoleImport, Incident: *inc}}}},
		})
	}},
	{"edit the policy", func(p *play, _ Person, _ Target, pick chance) error {
		texts := []string{"", `{"publishing":"one"}`, `{"publishing":"two_people"}`, `{"publishing":"two_organizations"}`, `{"publishing":"all"}`, `{`}
		return p.store.SetMeta(p.ctx, policyKey, texts[pick(len(texts))])
	}},
	{"replay", func(p *play, who Person, at Target, pick chance) error {
		if len(p.taken) == 0 {
			return errNothing
		}
		a := p.taken[pick(len(p.taken))]
		a.Subject, a.N = string(at.ID), at.Base+1
		if s, err := p.Showings(p.ctx, ed, at.ID); err == nil && len(s) > 0 && pick(2) == 0 {
			a.Digest = s[0].Digest
		}
		return p.Sign(p.ctx, who, a)
	}},
	{"write into the database", func(p *play, who Person, at Target, pick chance) error {
		s, err := p.Showings(p.ctx, ed, at.ID)
		if err != nil || len(s) == 0 {
			return errNothing
		}
		a := store.SignedApproval{Subject: string(at.ID), N: s[0].N, Digest: s[0].Digest, Account: who.Account, Organization: []string{"One", "Two", "Three"}[pick(3)], Day: noon}
		switch pick(3) {
		case 0: // a true key of eve's, under another challenge
			key := p.keys["eve"]
			a.Account, a.Organization = "eve", "Two"
			a.AuthenticatorData, a.ClientData, a.Signature = key.Assert("AAAA")
			a.Credential = key.ID
			a.Algorithm, a.PublicKey, _ = pkix(key.COSE())
		default: // with a signature that somebody gave for something else, or for this
			if len(p.taken) == 0 {
				return errNothing
			}
			t := p.taken[pick(len(p.taken))]
			a.AuthenticatorData, a.ClientData, a.Signature, a.Credential, a.Algorithm, a.PublicKey = t.AuthenticatorData, t.ClientData, t.Signature, t.Credential, t.Algorithm, t.PublicKey
		}
		return p.store.PutSignedApproval(p.ctx, a)
	}},
	{"disable", func(p *play, _ Person, _ Target, pick chance) error {
		return p.account(pick, func(a *store.Account) { a.Disabled = !a.Disabled })
	}},
	{"move", func(p *play, _ Person, _ Target, pick chance) error {
		return p.account(pick, func(a *store.Account) { a.Organization = []string{"One", " ONE", "Two", ""}[pick(4)] })
	}},
	{"lose a passkey", func(p *play, who Person, _ Target, pick chance) error {
		if pick(6) > 0 {
			return errNothing // rarely: little can be done after that
		}
		return p.store.DeletePasskey(p.ctx, who.Account, p.keys[who.Account].ID)
	}},
}

// both lets ana and eve do it, as their accounts stand, one after the other.
func (p *play) both(do func(who Person) error) error {
	for _, name := range []string{"ana", "eve"} {
		acc, err := p.store.Account(p.ctx, name)
		if err != nil || acc.Disabled {
			return errNothing
		}
		if err := do(Person{acc.Name, acc.Role, acc.Organization}); err != nil {
			return err
		}
	}
	return nil
}

var errNothing = keepiton.Errorf(keepiton.NotFound, "there is nothing to do that with")

func (p *play) target(pick chance) Target {
	if len(p.incidents) == 0 {
		return Target{}
	}
	id := p.incidents[pick(len(p.incidents))]
	_, base, _ := p.current(p.ctx, id)
	return Target{id, base}
}

func (p *play) account(pick chance, change func(a *store.Account)) error {
	if pick(3) > 0 {
		return errNothing
	}
	return p.store.UpdateAccount(p.ctx, actors[pick(len(actors))], func(a *store.Account) error { change(a); return nil })
}

func (p *play) outcome(out Outcome, err error) error {
	if out.Proposal != 0 {
		p.proposals = append(p.proposals, out.Proposal)
		if prop, err := p.Proposal(p.ctx, ed, out.Proposal); err == nil && prop.Act == actSplit {
			p.incidents = append(p.incidents, prop.Other)
		}
	}
	for _, rev := range out.Revisions {
		if !slices.Contains(p.incidents, rev.Incident.ID) {
			p.incidents = append(p.incidents, rev.Incident.ID)
		}
	}
	return err
}

func (p *play) accept(who Person, pick chance) error {
	if len(p.proposals) == 0 {
		return errNothing
	}
	_, err := p.Accept(p.ctx, who, p.proposals[pick(len(p.proposals))])
	return err
}

func (p *play) signHere(who Person, id keepiton.IncidentID) error {
	showings, err := p.Showings(p.ctx, who, id)
	return p.signThese(who, showings, err)
}

func (p *play) signProposal(who Person, pick chance) error {
	if len(p.proposals) == 0 {
		return errNothing
	}
	prop, err := p.Proposal(p.ctx, who, p.proposals[pick(len(p.proposals))])
	if err != nil {
		return err
	}
	showings, err := p.ProposalShowings(p.ctx, who, prop)
	return p.signThese(who, showings, err)
}

func (p *play) signThese(who Person, showings []Showing, err error) error {
	if err != nil {
		return err
	}
	for _, s := range showings {
		options, ticket, err := p.passkeys.BeginSign(p.ctx, who, s)
		if err != nil {
			return err
		}
		a, err := p.passkeys.FinishSign(p.ctx, who, ticket, strings.NewReader(p.keys[who.Account].Get(options.Response)))
		if err != nil {
			return err
		}
		p.taken = append(p.taken, a)
		if err := p.Sign(p.ctx, who, a); err != nil {
			return err
		}
		p.signed(who, s.Incident.ID, s.N, s.Digest)
	}
	return nil
}

// signed remembers the truth. Who signs again after moving changes nothing: the
// first signature stands.
func (p *play) signed(who Person, id keepiton.IncidentID, n int, digest [32]byte) {
	s := signature{id, n, digest, who.Account}
	if _, ok := p.truth[s]; !ok {
		p.truth[s] = strings.ToLower(strings.TrimSpace(strings.ReplaceAll(who.Organization, "ó", "o")))
	}
}

// hold looks at every revision that is new since the last look.
func (p *play) hold() error {
	for _, id := range p.incidents {
		all, err := p.Incidents.Revisions(p.ctx, id)
		if err != nil {
			return err
		}
		if len(all) == p.seen[id] {
			continue
		}
		seen := p.seen[id]
		p.seen[id] = len(all)
		var before *keepiton.Revision // what readers saw last
		for _, r := range all {
			rev, err := p.Incidents.Revision(p.ctx, id, r.N)
			if err != nil {
				return err
			}
			rests := rev.Incident.RestsOnReports() || before != nil && before.Incident.RestsOnReports()
			if rev.Incident.State == keepiton.Published && rests {
				p.shown++
				if err := p.bySignature(&rev, rev.N > seen); err != nil {
					return err
				}
			}
			if rev.Incident.State == keepiton.Merged && before == nil && (len(rev.Incident.Sources) > 0 || rev.Incident.Summary != "") {
				return fmt.Errorf("%s was merged unseen, and readers see what it was", id)
			}
			if rev.Incident.State == keepiton.Published {
				before = &rev
			}
		}
	}
	return nil
}

// bySignature proves that two people of two organizations signed rev: in truth,
// and by what is stored. When it has just come about, disabled people do not
// count.
func (p *play) bySignature(rev *keepiton.Revision, now bool) error {
	id := rev.Incident.ID
	digest, err := Digest(&rev.Incident, rev.N)
	if err != nil {
		return err
	}
	organizations := map[string]bool{}
	for s, organization := range p.truth {
		if s.id != id || s.n != rev.N || s.digest != digest || organization == "" {
			continue
		}
		if acc, err := p.store.Account(p.ctx, s.account); now && (err != nil || acc.Disabled) {
			continue
		}
		organizations[organization] = true
	}
	if len(organizations) < 2 {
		return fmt.Errorf("revision %d of %s is shown, signed by %v", rev.N, id, organizations)
	}
	stored, err := p.Questions.SignedApprovals(p.ctx, string(id), rev.N)
	if err != nil {
		return err
	}
	keys := map[string]bool{}
	for _, a := range stored {
		if _, true_ := p.truth[signature{id, rev.N, digest, a.Account}]; true_ && a.Digest == digest && VerifyApproval(a) == nil {
			keys[string(a.PublicKey)] = true
		}
	}
	if len(keys) < 2 {
		return fmt.Errorf("revision %d of %s is shown, and %d of the stored signatures verify", rev.N, id, len(keys))
	}
	return nil
}

// restore gives everybody back what a play took from them.
func (c *cast) restore(t testing.TB) {
	t.Helper()
	for name, who := range c.people {
		err := c.store.UpdateAccount(t.Context(), name, func(a *store.Account) error {
			a.Disabled, a.Role, a.Organization = false, who.Role, who.Organization
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
		if keys, _ := c.store.Passkeys(t.Context(), name); len(keys) == 0 {
			options, ticket, err := c.passkeys.BeginAdd(t.Context(), who)
			if err != nil {
				t.Fatal(err)
			}
			c.keys[name] = passkeytest.New(t, site)
			if err := c.passkeys.FinishAdd(t.Context(), who, ticket, "", strings.NewReader(c.keys[name].Create(options.Response))); err != nil {
				t.Fatal(err)
			}
		}
	}
	if err := c.store.SetMeta(t.Context(), policyKey, ""); err != nil {
		t.Fatal(err)
	}
}
