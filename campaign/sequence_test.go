package campaign_test

import (
	"context"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"

	"keepiton"
	"keepiton/campaign"
)

// cast is everybody who may try something, with what they may approve.
var cast = []campaign.Person{
	{Account: "ana", Role: keepiton.RoleAnalyst, Organization: "One"},
	{Account: "abe", Role: keepiton.RoleAnalyst, Organization: "One"},
	{Account: "ben", Role: keepiton.RoleEditor, Organization: "Two"},
	{Account: "eva", Role: keepiton.RoleEditor, Organization: "Two"},
	{Account: "ida", Role: keepiton.RoleAdmin},
	{Account: "ria", Role: keepiton.RoleReader, Organization: "Three"},
	{Account: "mem", Role: keepiton.RoleMember, Organization: "KIC-2026-0001"},
	{Account: "imp", Role: keepiton.RoleImport, Organization: "Four"},
	{Account: "", Role: keepiton.RoleAdmin},
	{Account: "odd", Role: "emperor", Organization: "Five"},
}

// whatIf plays one sequence of acts by anybody and watches what is published. It
// keeps its own account of who stands behind what, and asks the store alone.
type whatIf struct {
	*testing.T
	o        *campaign.Office
	id       keepiton.EntryID
	kind     keepiton.EntryKind
	need     campaign.Need
	disabled map[string]bool
	voices   map[int]map[string]bool // by revision and account: for or against
	trace    []string
}

func (w *whatIf) act(n int, who campaign.Person, base int, body string) {
	ctx := w.Context()
	before := w.newest()
	var err error
	switch n {
	case 0:
		_, err = w.o.Save(ctx, who, w.id, base, w.body(body), "why")
	case 1:
		_, err = w.o.Submit(ctx, who, w.id, base, "")
	case 2, 3:
		if err = w.o.Approve(ctx, who, w.id, base, n == 2, "seen"); err == nil {
			if w.voices[base] == nil {
				w.voices[base] = map[string]bool{}
			}
			w.voices[base][who.Account] = n == 2
		}
	case 4:
		_, err = w.o.Publish(ctx, who, w.id, base, "")
	case 5:
		_, err = w.o.Withdraw(ctx, who, w.id, base, "gone")
	case 6:
		_, err = w.o.SendBack(ctx, who, w.id, base, "not yet")
	case 7:
		_, err = w.o.Restore(ctx, who, w.id, base, max(1, base-1), "older")
	case 8:
		org, _ := w.body(body).(*keepiton.Organization)
		_, err = w.o.Propose(ctx, who, base, org, "ours")
	case 9:
		w.disabled[who.Account] = !w.disabled[who.Account]
	}
	w.trace = append(w.trace, fmt.Sprintf("%d by %s on %d: %v", n, who.Account, base, err))
	w.check(before, n, who, err)
}

func (w *whatIf) body(text string) keepiton.Entry {
	if w.kind == keepiton.KindOrganization {
		return &keepiton.Organization{Name: "Open Lines " + text, Type: "civil_society", Standing: "member"}
	}
	return &keepiton.Statement{Title: keepiton.Texts{"en": text}, Body: keepiton.Texts{"en": "Now."}, Dated: keepiton.On(2026, 11, 25)}
}

func (w *whatIf) newest() keepiton.EntryRevision {
	rev, err := w.o.Entries.Entry(w.Context(), w.id)
	if err != nil {
		w.Fatal(err)
	}
	return rev
}

// check holds the one promise: whatever was done, what became public has the people
// behind it that it needs, all of whom still count, for exactly those words; nobody
// spoke against it; and an editor showed it.
func (w *whatIf) check(before keepiton.EntryRevision, act int, who campaign.Person, err error) {
	rev := w.newest()
	if rev.N == before.N {
		return
	}
	if err != nil {
		w.fail("a refused act stored revision %d", rev.N)
	}
	if who.Account == "" || who.Role.Rank() < keepiton.RoleAnalyst.Rank() && !(act == 8 && who.Role == keepiton.RoleMember) {
		w.fail("%s, a %s, stored revision %d", who.Account, who.Role, rev.N)
	}
	if act == 8 && (rev.State != keepiton.InReview || who.Organization != string(w.id)) {
		w.fail("a proposal of %s became %s", who.Organization, rev.State)
	}
	if rev.State != keepiton.Published {
		return
	}
	people, orgs := 0, []string{}
	for account, approves := range w.voices[before.N] {
		i := slices.IndexFunc(cast, func(p campaign.Person) bool { return p.Account == account })
		if !approves {
			w.fail("published while %s speaks against it", account)
		}
		if w.disabled[account] || cast[i].Role.Rank() < keepiton.RoleAnalyst.Rank() {
			continue
		}
		people++
		if org := cast[i].Organization; org != "" && !slices.Contains(orgs, org) {
			orgs = append(orgs, org)
		}
	}
	need := w.need
	if w.kind == keepiton.KindOrganization {
		need.People = max(need.People, 2)
	}
	switch {
	case act != 4 || who.Role.Rank() < keepiton.RoleEditor.Rank():
		w.fail("act %d by a %s published it", act, who.Role)
	case people < need.People || need.Organizations > 1 && len(orgs) < need.Organizations:
		w.fail("published with %d people of %v behind it, needs %+v", people, orgs, need)
	case need.People > 0 && before.State != keepiton.InReview:
		w.fail("published out of %s", before.State)
	case string(rev.Doc) != string(before.Doc):
		w.fail("other words were published than were approved")
	}
}

func (w *whatIf) fail(format string, args ...any) {
	w.Helper()
	w.Fatalf(format+"\n%v", append(args, w.trace)...)
}

func begin(t *testing.T, kind keepiton.EntryKind, need campaign.Need) *whatIf {
	w := &whatIf{T: t, o: office(t, need), kind: kind, need: need, disabled: map[string]bool{}}
	w.o.Counts = func(_ context.Context, account string) (bool, error) { return !w.disabled[account], nil }
	return w
}

// fresh starts over on a new entry. A member is bound to the first organization.
func (w *whatIf) fresh() {
	e := w.body("first")
	doc, err := json.Marshal(e)
	if err != nil {
		w.Fatal(err)
	}
	rev, err := w.o.Entries.AppendEntry(w.Context(), w.kind, 0, keepiton.EntryRevision{State: keepiton.Draft, Recorded: now, Role: keepiton.RoleAnalyst, Doc: doc}, e.Index())
	if err != nil {
		w.Fatal(err)
	}
	w.id, w.voices, w.trace = rev.ID, map[int]map[string]bool{}, nil
	clear(w.disabled)
	cast[6].Organization = string(w.id)
}

var needs = []campaign.Need{{}, {People: 2, Organizations: 1}, {People: 2, Organizations: 2}}

func TestNoSequenceOfActsPublishesWithoutTheNeed(t *testing.T) {
	rounds, length := 60, 24
	if testing.Short() {
		rounds = 30
	}
	for _, kind := range []keepiton.EntryKind{keepiton.KindOrganization, keepiton.KindStatement} {
		for _, need := range needs {
			t.Run(fmt.Sprint(kind, need), func(t *testing.T) {
				w, rng, published := begin(t, kind, need), rand.New(rand.NewPCG(6, uint64(need.People+need.Organizations))), 0
				for range rounds {
					w.fresh()
					for range length {
						base := w.newest().N
						if rng.IntN(6) == 0 {
							base = rng.IntN(base + 2)
						}
						// Acts that lead somewhere come oftener, or nothing would ever be published.
						act := []int{0, 1, 1, 1, 2, 2, 2, 2, 2, 2, 2, 3, 4, 4, 4, 4, 5, 6, 7, 8, 9}[rng.IntN(21)]
						who := cast[rng.IntN(5)]
						if rng.IntN(4) == 0 {
							who = cast[rng.IntN(len(cast))]
						}
						w.act(act, who, base, fmt.Sprint("words ", rng.IntN(3)))
						if w.newest().State == keepiton.Published {
							published++
						}
					}
				}
				if published == 0 {
					t.Error("no sequence published anything: the test shows nothing")
				}
			})
		}
	}
}

// Every sequence of three acts by those who matter, on what is in review already.
func TestEveryShortSequenceKeepsTheNeed(t *testing.T) {
	if testing.Short() {
		t.Skip("hundreds of sequences")
	}
	acts := []struct {
		n   int
		who int
	}{{0, 0}, {1, 0}, {2, 0}, {2, 2}, {3, 2}, {2, 6}, {4, 2}, {4, 0}, {9, 0}}
	w := begin(t, keepiton.KindOrganization, campaign.Need{})
	published := 0
	for i := range len(acts) * len(acts) * len(acts) {
		w.fresh()
		w.act(1, cast[0], 1, "")
		for k, rest := 0, i; k < 3; k, rest = k+1, rest/len(acts) {
			a := acts[rest%len(acts)]
			w.act(a.n, cast[a.who], w.newest().N, "x")
		}
		if w.newest().State == keepiton.Published {
			published++
		}
	}
	if published == 0 {
		t.Error("no sequence published anything")
	}
}
