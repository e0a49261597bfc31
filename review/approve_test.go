package review

import (
	"strings"
	"testing"
	"time"

	"keepiton"
	"keepiton/review/passkeytest"
	"keepiton/store"
)

func TestWhatRestsOnReportsNeedsTwoOrganizationsToSign(t *testing.T) {
	c := newCast(t)
	rev, err := c.Create(t.Context(), ana, reported(), "")
	if err != nil {
		t.Fatal(err)
	}
	id := rev.Incident.ID
	publish := func(who Person, want keepiton.Code) {
		t.Helper()
		_, err := c.Publish(t.Context(), who, id, 1, "")
		code(t, err, want)
	}
	publish(ed, keepiton.Forbidden)
	publish(adm, keepiton.Forbidden)
	s := c.showings(t, id)[0]
	if s.N != 2 || s.Enough {
		t.Fatalf("to be signed: revision %d, enough %v", s.N, s.Enough)
	}
	c.signAll(t, []Showing{s}, ana)
	publish(adm, keepiton.Forbidden)
	c.signAll(t, []Showing{s}, ed, ed, ada) // of One as well, whatever they write
	publish(ada, keepiton.Forbidden)
	code(t, c.sign(t.Context(), adm, s), keepiton.Forbidden) // of no organization
	c.signAll(t, []Showing{s}, eve)
	if s = c.showings(t, id)[0]; !s.Enough || len(s.Signed) != 4 {
		t.Errorf("signed by %d, enough %v", len(s.Signed), s.Enough)
	}
	publish(ana, keepiton.Forbidden) // an analyst signs, an editor publishes
	publish(ed, "")
	kept, err := c.store.SignedApprovals(t.Context(), string(id), 2)
	if err != nil || len(kept) != 4 {
		t.Fatalf("%d signatures are kept: %v", len(kept), err)
	}
	shown, err := c.store.Get(t.Context(), id, time.Time{})
	if err != nil {
		t.Fatal(err)
	}
	digest, _ := Digest(&shown.Incident, shown.N)
	for _, a := range kept {
		if err := VerifyApproval(a); err != nil || a.Digest != digest || !a.Day.Equal(noon.Truncate(24*time.Hour)) {
			t.Errorf("%s: %v, day %s", a.Account, err, a.Day)
		}
	}
}

func TestNoPolicyGoesAroundTheSignatures(t *testing.T) {
	c := newCast(t)
	for _, policy := range []string{`{"publishing":"one","passwords":true}`, `{"publishing":"two_people"}`, `{"publishing":"two_organizations"}`, `{"publishing":"none"}`, `{`, ``} {
		if err := c.store.SetMeta(t.Context(), policyKey, policy); err != nil {
			t.Fatal(err)
		}
		rev, err := c.Create(t.Context(), ana, reported(), "")
		if err != nil {
			t.Fatal(err)
		}
		if err := c.store.Approve(t.Context(), rev.Incident.ID, 1, "eve", noon); err != nil {
			t.Fatal(err)
		}
		if _, err := c.Publish(t.Context(), adm, rev.Incident.ID, 1, ""); err == nil {
			t.Errorf("under %s an administrator published it", policy)
		}
		c.signAll(t, c.showings(t, rev.Incident.ID), ana, eve)
		if _, err := c.Publish(t.Context(), ed, rev.Incident.ID, 1, ""); err != nil {
			t.Errorf("under %s, signed by two organizations: %v", policy, err)
		}
	}
}

func TestAnyChangeVoidsTheSignatures(t *testing.T) {
	c := newCast(t)
	rev, _ := c.Create(t.Context(), ana, reported(), "")
	id := rev.Incident.ID
	c.signAll(t, c.showings(t, id), ana, eve)
	if _, err := c.Save(t.Context(), ed, id, 1, reported(), "the same words"); err != nil {
		t.Fatal(err)
	}
	_, err := c.Publish(t.Context(), ed, id, 2, "")
	code(t, err, keepiton.Forbidden)
	if s := c.showings(t, id)[0]; len(s.Signed) != 0 {
		t.Errorf("%d signatures of an older revision still count", len(s.Signed))
	}
}

func TestTakingTheReportOffADraftIsNoWayAround(t *testing.T) {
	c := newCast(t)
	rev, _ := c.Create(t.Context(), ana, reported(), "")
	if _, err := c.Save(t.Context(), ed, rev.Incident.ID, 1, incident(), ""); err != nil {
		t.Fatal(err)
	}
	_, err := c.Publish(t.Context(), ed, rev.Incident.ID, 2, "")
	code(t, err, keepiton.Forbidden)
	c.signAll(t, c.showings(t, rev.Incident.ID), ed, eve)
	if _, err := c.Publish(t.Context(), ed, rev.Incident.ID, 2, ""); err != nil {
		t.Error(err)
	}
	// From here on it is an incident as any other.
	inc := incident()
	inc.Impact = "shops closed"
	if out, err := c.Correct(t.Context(), ed, rev.Incident.ID, 3, inc, "a newspaper"); err != nil || out.Proposal != 0 {
		t.Errorf("a later correction: %+v %v", out, err)
	}
}

func TestWithdrawingTakesOneEditorAndComingBackTwoSignatures(t *testing.T) {
	c := newCast(t)
	at := c.shownBy(t, reported())
	rev, err := c.Withdraw(t.Context(), ed, at.ID, at.Base, "it endangers somebody")
	if err != nil {
		t.Fatal(err)
	}
	_, err = c.Reinstate(t.Context(), adm, at.ID, rev.N, "all is well")
	code(t, err, keepiton.Forbidden) // the first signatures were under revision 2
	c.signAll(t, c.showings(t, at.ID), eve, ed)
	if _, err := c.Reinstate(t.Context(), ed, at.ID, rev.N, "all is well"); err != nil {
		t.Error(err)
	}
}

func TestCorrectionsWaitForTheSignaturesAlsoWhenTheyTakeTheReportAway(t *testing.T) {
	c := newCast(t)
	at := c.shownBy(t, reported())
	changed := reported()
	changed.Impact = "shops closed"
	for _, inc := range []*keepiton.Incident{changed, incident(), reported()} {
		out, err := c.Correct(t.Context(), ed, at.ID, at.Base, inc, "news")
		n, s := c.proposalOf(t, out, err)
		_, err = c.Accept(t.Context(), adm, n)
		code(t, err, keepiton.Forbidden)
		c.signAll(t, s, ed, ana)
		_, err = c.Accept(t.Context(), ada, n)
		code(t, err, keepiton.Forbidden)
		c.signAll(t, s, eve)
		revs, err := c.Accept(t.Context(), ed, n) // who wrote it may press the button
		if err != nil || len(revs) != 1 || revs[0].Incident.Impact != inc.Impact || revs[0].Author != "ed" {
			t.Fatalf("accepted: %v", err)
		}
		at.Base = revs[0].N
	}
	out, err := c.Correct(t.Context(), ed, at.ID, at.Base, changed, "news")
	n, s := c.proposalOf(t, out, err)
	c.signAll(t, s, eve, ana)
	if _, err := c.Withdraw(t.Context(), ed, at.ID, at.Base, "stop"); err != nil {
		t.Fatal(err)
	}
	if _, err = c.Accept(t.Context(), eve, n); err == nil {
		t.Error("a correction of what was withdrawn since was accepted")
	}
}

func TestMergingIntoWhatRestsOnReportsWaits(t *testing.T) {
	c := newCast(t)
	into := c.shownBy(t, reported())
	from := make1(t, c.Desk, c.store, keepiton.Published, keepiton.Row{Edition: "E", File: "f", Number: 2})
	out, err := c.Merge(t.Context(), ed, from, into, "the same cut")
	n, s := c.proposalOf(t, out, err)
	if len(s) != 1 || s[0].Incident.ID != into.ID || len(s[0].Incident.Rows) != 1 {
		t.Fatalf("to be signed: %+v", s)
	}
	c.signAll(t, s, ed, eve)
	if revs, err := c.Accept(t.Context(), ed, n); err != nil || len(revs) != 2 {
		t.Fatalf("accepted: %v", err)
	}
	// Undoing it gives the row back, which changes what rests on reports.
	rev, base, _ := c.current(t.Context(), from.ID)
	if rev.Incident.State != keepiton.Merged {
		t.Fatalf("it is %s", rev.Incident.State)
	}
	_, err = c.Unmerge(t.Context(), adm, from.ID, base, "not the same")
	code(t, err, keepiton.Forbidden)
	c.signAll(t, c.showings(t, from.ID), ed, eve)
	if revs, err := c.Unmerge(t.Context(), ed, from.ID, base, "not the same"); err != nil || len(revs) != 2 {
		t.Errorf("undone: %v", err)
	}
}

func TestMergingAReportedIncidentAwayTakesItDown(t *testing.T) {
	c := newCast(t)
	from := c.shownBy(t, reported())
	into := c.shownBy(t, reported())
	out, err := c.Merge(t.Context(), ed, from, into, "the same cut") // into gains nothing: it rests on a report of the same words
	if err != nil || len(out.Revisions) != 1 {
		t.Fatalf("%+v %v", out, err)
	}
	_, err = c.Unmerge(t.Context(), ed, from.ID, from.Base+1, "not the same")
	code(t, err, keepiton.Forbidden)
	c.signAll(t, c.showings(t, from.ID), ed, eve)
	if _, err := c.Unmerge(t.Context(), ed, from.ID, from.Base+1, "not the same"); err != nil {
		t.Error(err)
	}
}

func TestAMergedDraftLeavesNothingButTheRedirect(t *testing.T) {
	c := newCast(t)
	inc := reported()
	inc.Summary = "what nobody approved"
	draft, err := c.Create(t.Context(), ana, inc, "")
	if err != nil {
		t.Fatal(err)
	}
	other, err := c.Create(t.Context(), ana, reported(), "")
	if err != nil {
		t.Fatal(err)
	}
	out, err := c.Merge(t.Context(), ed, Target{draft.Incident.ID, 1}, Target{other.Incident.ID, 1}, "the same cut")
	if err != nil {
		t.Fatal(err)
	}
	gone := out.Revisions[0]
	if gone.Incident.State != keepiton.Merged || gone.Incident.Summary != "" || len(gone.Incident.Sources)+len(gone.Incident.Episodes) != 0 {
		t.Errorf("readers see %+v", gone.Incident)
	}
	for _, ch := range gone.Changes {
		if strings.Contains(strings.Join(append(ch.From, ch.To...), " "), "nobody approved") {
			t.Errorf("the changes tell of the draft: %+v", ch)
		}
	}
	_, err = c.Unmerge(t.Context(), ed, draft.Incident.ID, 2, "not the same")
	code(t, err, keepiton.Forbidden)
	c.signAll(t, c.showings(t, draft.Incident.ID), ed, eve)
	revs, err := c.Unmerge(t.Context(), ed, draft.Incident.ID, 2, "not the same")
	if err != nil || revs[0].Incident.Summary != inc.Summary {
		t.Errorf("it came back as %+v: %v", revs, err)
	}
}

func TestSplittingWhatRestsOnReportsWaitsAndCountsStay(t *testing.T) {
	c := newCast(t)
	into := c.shownBy(t, reported())
	a := make1(t, c.Desk, c.store, keepiton.Published, keepiton.Row{Edition: "E", File: "f", Number: 2}, keepiton.Row{Edition: "E", File: "f", Number: 3})
	out, err := c.Merge(t.Context(), ed, a, into, "the same cut")
	n, s := c.proposalOf(t, out, err)
	c.signAll(t, s, ed, eve)
	if _, err := c.Accept(t.Context(), ed, n); err != nil {
		t.Fatal(err)
	}
	out, err = c.Split(t.Context(), ed, into.ID, into.Base+1, Part{Rows: []int{1}}, "two cuts")
	n, s = c.proposalOf(t, out, err)
	if len(s) != 2 {
		t.Fatalf("%d contents to be signed, want both", len(s))
	}
	fresh := s[1].Incident.ID
	if rev, _, _ := c.current(t.Context(), fresh); rev.Incident.State != keepiton.Draft || len(rev.Incident.Rows) != 0 {
		t.Errorf("meanwhile the new one is %s with %d rows", rev.Incident.State, len(rev.Incident.Rows))
	}
	c.signAll(t, s[:1], ed, eve)
	c.signAll(t, s[1:], ed)
	_, err = c.Accept(t.Context(), ed, n)
	code(t, err, keepiton.Forbidden) // half of it is not enough
	c.signAll(t, s[1:], eve)
	revs, err := c.Accept(t.Context(), ed, n)
	if err != nil || len(revs[0].Incident.Rows) != 1 || len(revs[1].Incident.Rows) != 1 || revs[1].Incident.State != keepiton.Published {
		t.Fatalf("%+v %v", revs, err)
	}
}

func TestWhoNoLongerStandsBehindItDoesNotCount(t *testing.T) {
	for what, change := range map[string]func(c *cast) error{
		"disabled": func(c *cast) error {
			return c.store.UpdateAccount(t.Context(), "eve", func(a *store.Account) error { a.Disabled = true; return nil })
		},
		"moved to the other organization": func(c *cast) error {
			return c.store.UpdateAccount(t.Context(), "eve", func(a *store.Account) error { a.Organization = "One"; return nil })
		},
		"a reader now": func(c *cast) error {
			return c.store.UpdateAccount(t.Context(), "eve", func(a *store.Account) error { a.Role = keepiton.RoleReader; return nil })
		},
		"without that passkey": func(c *cast) error { return c.store.DeletePasskey(t.Context(), "eve", c.keys["eve"].ID) },
	} {
		c := newCast(t)
		rev, _ := c.Create(t.Context(), ana, reported(), "")
		c.signAll(t, c.showings(t, rev.Incident.ID), ana, eve)
		if err := change(c); err != nil {
			t.Fatal(err)
		}
		if _, err := c.Publish(t.Context(), ed, rev.Incident.ID, 1, ""); keepiton.CodeOf(err) != keepiton.Forbidden {
			t.Errorf("eve is %s and still counts: %v", what, err)
		}
	}
}

func TestAnAssertionIsGoodForOnePersonAndOneContent(t *testing.T) {
	c := newCast(t)
	rev, _ := c.Create(t.Context(), ana, reported(), "")
	other, _ := c.Create(t.Context(), ana, reported(), "")
	s, s2 := c.showings(t, rev.Incident.ID)[0], c.showings(t, other.Incident.ID)[0]
	ctx := t.Context()
	finish := func(who Person, ticket string, key *passkeytest.Authenticator, options any) error {
		_, err := c.passkeys.FinishSign(ctx, who, ticket, strings.NewReader(key.Get(options)))
		return err
	}
	o, ticket, err := c.passkeys.BeginSign(ctx, ana, s)
	if err != nil {
		t.Fatal(err)
	}
	code(t, finish(eve, ticket, c.keys["eve"], o.Response), keepiton.Forbidden) // another's ceremony
	_, ticket, _ = c.passkeys.BeginSign(ctx, ana, s)
	code(t, finish(ana, ticket, c.keys["eve"], o.Response), keepiton.Forbidden) // another's passkey
	_, ticket, _ = c.passkeys.BeginSign(ctx, ana, s2)
	code(t, finish(ana, ticket, c.keys["ana"], o.Response), keepiton.Forbidden) // another digest
	_, ticket, _ = c.passkeys.BeginSign(ctx, ana, s)
	lazy := *c.keys["ana"]
	lazy.Flags, lazy.Count = passkeytest.UserPresent, 100
	code(t, finish(ana, ticket, &lazy, o.Response), keepiton.Forbidden) // nobody was verified
	_, ticket, _ = c.passkeys.BeginSign(ctx, ana, s)
	evil := *c.keys["ana"]
	evil.Origin, evil.Count = "https://evil.example", 200
	code(t, finish(ana, ticket, &evil, o.Response), keepiton.Forbidden) // another site
	_, ticket, _ = c.passkeys.BeginSign(ctx, ana, s)
	copied := *c.keys["ana"]
	copied.Count = 0
	code(t, finish(ana, ticket, &copied, o.Response), keepiton.Forbidden) // its counter went back
	options, ticket, _ := c.passkeys.BeginSignIn()
	code(t, finish(ana, ticket, c.keys["ana"], options.Response), keepiton.Forbidden) // a sign-in is no signature
	_, ticket, _ = c.passkeys.BeginSign(ctx, ana, s)
	_, err = c.passkeys.FinishSignIn(ctx, ticket, strings.NewReader(c.keys["ana"].Get(o.Response)))
	code(t, err, keepiton.Unsigned) // and a signature no sign-in

	_, ticket, _ = c.passkeys.BeginSign(ctx, ana, s)
	answer := c.keys["ana"].Get(o.Response)
	good, err := c.passkeys.FinishSign(ctx, ana, ticket, strings.NewReader(answer))
	if err != nil {
		t.Fatal(err)
	}
	_, err = c.passkeys.FinishSign(ctx, ana, ticket, strings.NewReader(answer))
	code(t, err, keepiton.Forbidden) // a ticket is used once
	for what, forge := range map[string]func(a *store.SignedApproval){
		"for another incident":  func(a *store.SignedApproval) { a.Subject, a.Digest = s2.Subject(), s2.Digest },
		"under another digest":  func(a *store.SignedApproval) { a.Digest = s2.Digest },
		"for a later revision":  func(a *store.SignedApproval) { a.N++ },
		"for an older revision": func(a *store.SignedApproval) { a.N-- },
		"for no incident":       func(a *store.SignedApproval) { a.Subject = "KIO-1999-0001" },
	} {
		forged := good
		forge(&forged)
		if err := c.Sign(ctx, ana, forged); err == nil {
			t.Errorf("it was taken %s", what)
		}
	}
	code(t, c.Sign(ctx, eve, good), keepiton.Forbidden) // ana's passkey in eve's name
	if err := c.Sign(ctx, ana, good); err != nil {
		t.Fatal(err)
	}
	if s := c.showings(t, rev.Incident.ID)[0]; len(s.Signed) != 1 || s.Signed[0].Account != "ana" {
		t.Errorf("signed by %+v", s.Signed)
	}
	if s := c.showings(t, other.Incident.ID)[0]; len(s.Signed) != 0 {
		t.Error("the other incident is signed as well")
	}
}

func TestRowsWrittenIntoTheDatabaseDoNotCount(t *testing.T) {
	c := newCast(t)
	for what, forge := range map[string]func(a *store.SignedApproval){
		"ana's in eve's name": func(a *store.SignedApproval) { a.Account, a.Organization = "eve", "Two" },
		"by nobody":           func(a *store.SignedApproval) { a.Account, a.Organization = "zed", "Two" },
		"with a key of their own": func(a *store.SignedApproval) {
			a.Account, a.Organization = "eve", "Two"
			assert(t, a, passkeytest.New(t, site))
		},
		"of another organization": func(a *store.SignedApproval) { a.Account, a.Organization = "ed", "Three"; assert(t, a, c.keys["ed"]) },
		"eve's under another text": func(a *store.SignedApproval) {
			a.Account, a.Organization, a.Digest[0] = "eve", "Two", a.Digest[0]^1
			assert(t, a, c.keys["eve"])
			a.Digest[0] ^= 1
		},
	} {
		rev, _ := c.Create(t.Context(), ana, reported(), "")
		c.signAll(t, c.showings(t, rev.Incident.ID), ana)
		forged := c.showings(t, rev.Incident.ID)[0].Signed[0]
		forge(&forged)
		if err := c.store.PutSignedApproval(t.Context(), forged); err != nil {
			t.Fatal(err)
		}
		if got := c.showings(t, rev.Incident.ID)[0]; got.Enough || len(got.Signed) != 1 {
			t.Errorf("a row %s counts", what)
		}
		if _, err := c.Publish(t.Context(), adm, rev.Incident.ID, 1, ""); keepiton.CodeOf(err) != keepiton.Forbidden {
			t.Errorf("with a row %s it was published: %v", what, err)
		}
	}
}
