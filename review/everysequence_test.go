package review

import (
	"encoding/base64"
	"fmt"
	"maps"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"keepiton"
	"keepiton/store"
)

// board is one position of the search: what is stored, and who truly signed.
type board struct {
	*memory
	desk  *Desk
	truth map[signature]string
	path  []string
	cast  *cast
	made  map[signature]store.SignedApproval // shared: the same assertion is made once
}

func (b *board) copy() *board {
	c := *b
	c.memory, c.truth, c.path = b.memory.copy(), maps.Clone(b.truth), slices.Clip(b.path)
	d := *b.desk
	d.Incidents, d.Questions, d.People, d.Meta = c.memory, c.memory, c.memory, c.memory
	c.desk = &d
	return &c
}

// sign lets who sign all of the showings with their own passkey.
func (b *board) sign(t *testing.T, who Person, showings []Showing, err error) error {
	if err != nil {
		return err
	}
	for _, s := range showings {
		key := signature{s.Incident.ID, s.N, s.Digest, who.Account}
		a, ok := b.made[key]
		if !ok {
			a = store.SignedApproval{Subject: s.Subject(), N: s.N, Digest: s.Digest}
			assert(t, &a, b.cast.keys[who.Account])
			b.made[key] = a
		}
		if err := b.desk.Sign(t.Context(), who, a); err != nil {
			return err
		}
		if who.Organization != "" {
			b.truth[key] = map[string]string{"One": "One", "óne ": "One", "Two": "Two"}[who.Organization]
		}
	}
	return nil
}

const (
	theDraft = keepiton.IncidentID("KIO-2026-0001") // rests on a report
	theOther = keepiton.IncidentID("KIO-2026-0002") // published, rests on none
)

// moves are the acts that the search tries at every step. Ed and adm stand for
// what one editor, or an administrator, does alone.
func moves(t *testing.T) map[string]func(b *board) error {
	ctx := t.Context()
	base := func(b *board, id keepiton.IncidentID) Target { return Target{id, len(b.revs[id])} }
	written := func(report bool, word string) *keepiton.Incident {
		inc := incident()
		if report {
			inc = reported()
		}
		inc.Summary = word
		return inc
	}
	m := map[string]func(b *board) error{}
	for _, who := range []Person{ana, ed, eve, adm} {
		m["sign by "+who.Account] = func(b *board) error {
			s, err := b.desk.Showings(ctx, who, theDraft)
			return b.sign(t, who, s, err)
		}
		m["sign the newest proposal by "+who.Account] = func(b *board) error {
			if len(b.proposals) == 0 {
				return errNothing
			}
			p, err := b.desk.Proposal(ctx, who, int64(len(b.proposals)))
			if err != nil {
				return err
			}
			s, err := b.desk.ProposalShowings(ctx, who, p)
			return b.sign(t, who, s, err)
		}
	}
	for _, what := range []string{"sign", "sign the newest proposal"} { // one step of the most usual way
		m[what+" by ana and eve"] = func(b *board) error {
			if err := m[what+" by ana"](b); err != nil {
				return err
			}
			return m[what+" by eve"](b)
		}
	}
	for _, who := range []Person{ed, adm} {
		m["publish by "+who.Account] = func(b *board) error {
			_, err := b.desk.Publish(ctx, who, theDraft, base(b, theDraft).Base, "")
			return err
		}
		m["accept the newest by "+who.Account] = func(b *board) error {
			_, err := b.desk.Accept(ctx, who, int64(len(b.proposals)))
			return err
		}
	}
	m["take the report off the draft"] = func(b *board) error {
		_, err := b.desk.Save(ctx, ed, theDraft, base(b, theDraft).Base, written(false, "bare"), "")
		return err
	}
	m["put other words"] = func(b *board) error {
		_, err := b.desk.Save(ctx, ed, theDraft, base(b, theDraft).Base, written(true, "other"), "")
		return err
	}
	m["correct"] = func(b *board) error {
		_, err := b.desk.Correct(ctx, ed, theDraft, base(b, theDraft).Base, written(true, "corrected"), "x")
		return err
	}
	m["correct the report away"] = func(b *board) error {
		_, err := b.desk.Correct(ctx, ed, theDraft, base(b, theDraft).Base, written(false, "corrected"), "x")
		return err
	}
	m["give the other one a report"] = func(b *board) error {
		_, err := b.desk.Correct(ctx, ed, theOther, base(b, theOther).Base, written(true, "as reported"), "x")
		return err
	}
	m["withdraw"] = func(b *board) error {
		_, err := b.desk.Withdraw(ctx, ed, theDraft, base(b, theDraft).Base, "x")
		return err
	}
	m["reinstate"] = func(b *board) error {
		_, err := b.desk.Reinstate(ctx, adm, theDraft, base(b, theDraft).Base, "x")
		return err
	}
	m["merge into the other"] = func(b *board) error {
		_, err := b.desk.Merge(ctx, ed, base(b, theDraft), base(b, theOther), "x")
		return err
	}
	m["merge the other into it"] = func(b *board) error {
		_, err := b.desk.Merge(ctx, ed, base(b, theOther), base(b, theDraft), "x")
		return err
	}
	m["unmerge"] = func(b *board) error {
		_, err := b.desk.Unmerge(ctx, ed, theDraft, base(b, theDraft).Base, "x")
		return err
	}
	m["disable eve"] = func(b *board) error {
		a := b.accounts["eve"]
		if a.Disabled {
			return errNothing
		}
		a.Disabled = true
		b.accounts["eve"] = a
		b.changes++
		return nil
	}
	m["copy ana's signatures to eve"] = func(b *board) error {
		for _, a := range b.signed {
			if a.Account == "ana" {
				a.Account, a.Organization = "eve", "Two"
				if err := b.PutSignedApproval(ctx, a); err != nil {
					return err
				}
			}
		}
		return nil
	}
	m["use all signatures again"] = func(b *board) error {
		for _, a := range b.signed {
			a.N = len(b.revs[keepiton.IncidentID(a.Subject)]) + 1
			if err := b.PutSignedApproval(ctx, a); err != nil {
				return err
			}
		}
		return nil
	}
	return m
}

// hold is what must be true of every position. What has just come about counts
// no disabled people.
func (b *board) hold(before *board) error {
	for id, revs := range b.revs {
		rested := false
		for _, rev := range revs {
			if rev.Incident.State != keepiton.Published {
				continue
			}
			if rested || rev.Incident.RestsOnReports() {
				digest, err := Digest(&rev.Incident, rev.N)
				if err != nil {
					return err
				}
				by := map[string]bool{}
				for s, organization := range b.truth {
					if before != nil && rev.N > len(before.revs[id]) && b.accounts[s.account].Disabled {
						continue
					}
					if s.id == id && s.n == rev.N && s.digest == digest {
						by[organization] = true
					}
				}
				if len(by) < 2 {
					return fmt.Errorf("revision %d of %s is shown, signed by %v", rev.N, id, by)
				}
			}
			rested = rev.Incident.RestsOnReports()
		}
	}
	return nil
}

// position tells two boards apart by all that the rules look at. Who signed
// first does not matter.
func (b *board) position() string {
	var out, signed []string
	for _, id := range slices.Sorted(maps.Keys(b.revs)) {
		for _, rev := range b.revs[id] {
			inc := &rev.Incident
			out = append(out, fmt.Sprint(id, rev.N, rev.Author, inc.State, inc.Summary, len(inc.Sources), inc.MergedInto))
		}
	}
	for _, a := range b.signed {
		signed = append(signed, fmt.Sprint(a.Subject, a.N, a.Digest, a.Account))
	}
	slices.Sort(signed)
	for _, p := range b.proposals {
		out = append(out, fmt.Sprint(p.Incident.ID, p.Base, p.Act, p.Incident.Summary, len(p.Incident.Sources), p.Resolved.IsZero()))
	}
	return fmt.Sprint(out, signed, b.accounts["eve"].Disabled)
}

// TestNoShortSequenceOfActsShowsReportsUnsigned goes through every sequence of
// the moves up to a length. A move that was refused changed nothing, so that
// every sequence with it is one without it, which the search looks at as well;
// and a position that was reached before, with as many moves left, leads to
// nothing new.
func TestNoShortSequenceOfActsShowsReportsUnsigned(t *testing.T) {
	depth := 5
	switch {
	case testing.Short():
		depth = 4
	case os.Getenv("CI") == "true":
		depth = 6
	}
	c := newCast(t)
	start := &board{
		memory: &memory{
			revs: map[keepiton.IncidentID][]keepiton.Revision{}, approvals: map[keepiton.IncidentID]map[int][]string{},
			meta: map[string]string{}, accounts: map[string]store.Account{}, keys: map[string][]store.Passkey{},
		},
		truth: map[signature]string{}, cast: c, made: map[signature]store.SignedApproval{},
		desk: &Desk{Now: func() time.Time { return noon }},
	}
	for name := range c.people {
		start.accounts[name], _ = c.store.Account(t.Context(), name)
		start.keys[name], _ = c.store.Passkeys(t.Context(), name)
	}
	draft, other := reported(), incident()
	draft.ID, draft.State, other.ID, other.State = theDraft, keepiton.Draft, theOther, keepiton.Published
	start.revs[theDraft] = []keepiton.Revision{{N: 1, Role: keepiton.RoleAnalyst, Author: "ana", Incident: *draft}}
	start.revs[theOther] = []keepiton.Revision{{N: 1, Role: keepiton.RoleEditor, Author: "ed", Incident: *other}}

	all := moves(t)
	names := slices.Sorted(maps.Keys(all))
	positions, shown := 0, 0
	reached, before := map[string]bool{}, map[string]int{} // by position: moves that were left, and one
	var visit func(from, b *board, left int)
	visit = func(from, b *board, left int) {
		at := b.position()
		if before[at] > left {
			return
		}
		before[at] = left + 1
		positions++
		if err := b.hold(from); err != nil {
			t.Fatalf("after %s: %v", strings.Join(b.path, ", "), err)
		}
		if now := b.revs[theDraft]; now[len(now)-1].Incident.State == keepiton.Published && now[len(now)-1].Incident.RestsOnReports() {
			shown++
		}
		if left == 0 {
			return
		}
		for _, name := range names {
			next := b.copy()
			if err := all[name](next); err != nil && next.changes != b.changes && !strings.HasPrefix(name, "sign") {
				t.Fatalf("after %s, %s was refused and changed something: %v", strings.Join(b.path, ", "), name, err)
			}
			if next.changes == b.changes {
				continue
			}
			reached[name] = true
			next.path = append(next.path, name)
			visit(b, next, left-1)
		}
	}
	visit(nil, start.copy(), depth)
	t.Logf("%d positions after up to %d acts, %d of them different; in %d the report is shown", positions, depth, len(before), shown)
	if shown == 0 {
		t.Error("no sequence ever showed it: the test has lost its bite")
	}
	for _, name := range names {
		if never := strings.HasPrefix(name, "sign") && strings.HasSuffix(name, "by adm"); reached[name] == never && (never || depth > 4) {
			t.Errorf("%q had an effect: %v", name, reached[name])
		}
	}
}

// A signature is 32 bytes of challenge: its text must not be padded.
func TestChallengeIsTheDigestItself(t *testing.T) {
	c := newCast(t)
	rev, _ := c.Create(t.Context(), ana, reported(), "")
	s := c.showings(t, rev.Incident.ID)[0]
	options, _, err := c.passkeys.BeginSign(t.Context(), ana, s)
	if err != nil {
		t.Fatal(err)
	}
	if got := base64.RawURLEncoding.EncodeToString(options.Response.Challenge); got != base64.RawURLEncoding.EncodeToString(s.Digest[:]) {
		t.Errorf("the browser is asked to sign %s", got)
	}
	if options.Response.UserVerification != "required" || len(options.Response.AllowedCredentials) != 1 {
		t.Errorf("the browser is asked for %+v", options.Response)
	}
}
