package desk_test

import (
	"context"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"keepiton"
	"keepiton/review"
)

// typed is an incident as an analyst types it.
func typed(more url.Values) url.Values {
	v := url.Values{
		"episodes.0.start": {"2026-03-01"}, "episodes.0.end_state": {"ended"}, "episodes.0.end": {"2026-03-03"}, "episodes.0.end_estimated": {"1"},
		"places.0.words": {"Nationwide"}, "places.0.country": {"UG"}, "places.0.nationwide": {"1"},
		"f.kinds": {"shutdown"}, "f.extents": {"full_network"}, "f.causes": {"elections"}, "f.mobile": {"yes"}, "f.sms": {"unknown"},
		"sources.0.kind": {"news"}, "sources.0.url": {"https://news.example/cut"}, "claim.episodes": {"s1"},
	}
	for k, val := range more {
		v[k] = val
	}
	return v
}

// write lets b write an incident and returns its id.
func write(b *browser, do string, more url.Values) keepiton.IncidentID {
	b.t.Helper()
	b.get("/desk/incidents/new").must(200).press(do, typed(more)).must(200)
	parts := strings.Split(b.at.Path, "/")
	return keepiton.IncidentID(parts[len(parts)-1])
}

func (o *office) state(id keepiton.IncidentID) keepiton.Revision {
	o.t.Helper()
	rev, err := o.store.Get(context.Background(), id, time.Time{})
	if err != nil {
		o.t.Fatal(err)
	}
	return rev
}

func TestAnalystWritesEditorOfAnotherOrganizationPublishes(t *testing.T) {
	o := newOffice(t)
	o.policy(review.Policy{Publishing: review.TwoOrganizations, Passwords: true})
	ana := o.hire("ana", keepiton.RoleAnalyst, "Org One")
	boss := o.hire("boss", keepiton.RoleEditor, "Org One")
	other := o.hire("other", keepiton.RoleEditor, "Org Two")

	id := write(ana, "submit", nil)
	ana.must(200, "Submitted for review")
	if rev := o.state(id); rev.Incident.State != keepiton.InReview || rev.Author != "ana" || rev.Role != keepiton.RoleAnalyst {
		t.Fatalf("after submitting: %+v", rev)
	}
	inc := o.state(id).Incident
	if e := inc.Episodes[0]; e.Start != keepiton.On(2026, 3, 1) || e.End.State != keepiton.Ended || !e.End.At.Estimated {
		t.Errorf("episode became %+v", e)
	}
	if p := inc.Places[0]; p.Country != "UG" || p.Confidence != 1 || p.Method != review.MethodPerson || p.Words != "Nationwide" {
		t.Errorf("place became %+v", p)
	}
	if inc.Networks.Mobile != keepiton.Yes || inc.Networks.SMS != keepiton.Unknown || inc.Networks.Fixed != keepiton.NotAsked {
		t.Errorf("answers became %+v", inc.Networks)
	}
	if c := inc.Claims["episodes"]; len(c.Sources) != 1 || c.Sources[0] != "s1" {
		t.Errorf("claims became %+v", inc.Claims)
	}

	act := "/desk/incidents/" + string(id) + "/act"
	if ana.get(act); ana.form("publish") != nil || ana.form("approve") != nil {
		t.Error("an analyst is offered to publish")
	}
	boss.get(act).press("publish", nil).must(403, "second person")
	other.get("/desk/").must(200, string(id))
	other.get(act).press("approve", nil).must(200, "Approved by other")
	boss.get(act).press("publish", nil).must(200, "Published")
	if got := o.state(id).Incident.State; got != keepiton.Published {
		t.Errorf("state is %s", got)
	}
}

func TestEditApprovedTextNeedsANewApproval(t *testing.T) {
	o := newOffice(t)
	o.policy(review.Policy{Publishing: review.TwoPeople, Passwords: true})
	ana, ed, eve := o.hire("ana", keepiton.RoleAnalyst, ""), o.hire("ed", keepiton.RoleEditor, ""), o.hire("eve", keepiton.RoleEditor, "")
	id := write(ana, "submit", nil)
	act := "/desk/incidents/" + string(id) + "/act"
	eve.get(act).press("approve", nil).must(200, "Approved by eve")
	ed.get("/desk/incidents/"+string(id)).press("save", url.Values{"f.impact": {"shops closed"}}).must(200)
	ed.get(act).press("publish", nil).must(403, "second person")
	if ed.get(act).form("approve") != nil {
		t.Error("the author of the newest text is offered to approve it")
	}
	eve.get(act).press("publish", nil).must(200, "Published")
}

func TestFaultsBlockPublishing(t *testing.T) {
	o := newOffice(t)
	ed := o.hire("ed", keepiton.RoleEditor, "")
	id := write(ed, "save", url.Values{"f.kinds": {}, "sources.0.url": {""}, "sources.0.kind": {""}, "claim.episodes": {}})
	ed.must(200, "Say whether it was a shutdown", "Add at least one source")
	ed.get("/desk/incidents/"+string(id)+"/act").press("publish", nil).must(422, "2 faults must be mended first")
	if got := o.state(id).Incident.State; got != keepiton.Draft {
		t.Errorf("state is %s", got)
	}
}

// published writes an incident and publishes it under the simplest policy.
func published(ed *browser, more url.Values) keepiton.IncidentID {
	ed.t.Helper()
	id := write(ed, "save", more)
	ed.get("/desk/incidents/"+string(id)+"/act").press("publish", nil).must(200, "Published")
	return id
}

func TestCorrectionNeedsAReasonAndIsComparedFirst(t *testing.T) {
	o := newOffice(t)
	ed := o.hire("ed", keepiton.RoleEditor, "")
	id := published(ed, nil)
	page := "/desk/incidents/" + string(id)
	change := url.Values{"f.causes": {"protests"}, "reason": {"the ministry said so"}}

	if ed.get(page).form("correct") != nil {
		t.Error("a correction is offered before it was compared")
	}
	ed.press("preview", change).must(200, "What saving would change", "Elections", "Protests")
	ed.press("correct", url.Values{"reason": {""}}).must(422, "A reason is needed")
	ed.press("correct", url.Values{"reason": {"the ministry said so"}}).must(200, "The correction is published")
	rev := o.state(id)
	if rev.Reason != "the ministry said so" || len(rev.Incident.Causes) != 1 || rev.Incident.Causes[0] != "protests" {
		t.Errorf("after the correction: %q %v", rev.Reason, rev.Incident.Causes)
	}
	ed.get(page+"/history?from=2&to=3").must(200, "the ministry said so", "From revision 2 to 3", "Elections", "Protests", "ed")
}

func TestWhatWasNotComparedIsNotPublished(t *testing.T) {
	o := newOffice(t)
	ed := o.hire("ed", keepiton.RoleEditor, "")
	id := published(ed, nil)
	ed.get("/desk/incidents/"+string(id)).press("preview", url.Values{"f.causes": {"protests"}, "reason": {"x"}})
	ed.press("correct", url.Values{"f.causes": {"conflict"}}).must(200, "What saving would change", "Conflict")
	if n := o.state(id).N; n != 2 {
		t.Errorf("revision %d was stored", n)
	}
}

func TestCorrectionWaitsForASecondPersonUnderTheRule(t *testing.T) {
	o := newOffice(t)
	ed, eve := o.hire("ed", keepiton.RoleEditor, ""), o.hire("eve", keepiton.RoleEditor, "")
	id := published(ed, nil)
	o.policy(review.Policy{Publishing: review.TwoPeople, Passwords: true})
	ed.get("/desk/incidents/"+string(id)).press("preview", url.Values{"f.impact": {"shops closed"}, "reason": {"report of the chamber"}})
	ed.press("correct", nil).must(200, "Proposed", "shops closed")
	proposal := ed.at.Path
	if ed.form("accept") != nil {
		t.Error("the author is offered to accept the own proposal")
	}
	if o.state(id).Incident.Impact != "" {
		t.Fatal("the proposal shows before it was accepted")
	}
	b := ed.post(proposal, url.Values{"csrf": contents(ed.form("decline"))["csrf"], "do": {"accept"}}, nil)
	b.must(403, "You wrote this")
	eve.get("/desk/").must(200, "report of the chamber")
	eve.get(proposal).press("accept", nil).must(200, "Accepted")
	rev := o.state(id)
	if rev.Incident.Impact != "shops closed" || rev.Author != "ed" {
		t.Errorf("after accepting: %+v", rev)
	}
	if who, _ := o.store.Approvals(context.Background(), id, rev.N); len(who) != 1 || who[0] != "eve" {
		t.Errorf("approved by %v", who)
	}
	eve.get(proposal).must(404)
}

func TestWithdrawNeedsAReasonAndKeepsThePage(t *testing.T) {
	o := newOffice(t)
	ed := o.hire("ed", keepiton.RoleEditor, "")
	id := published(ed, nil)
	act := "/desk/incidents/" + string(id) + "/act"
	ed.get(act).press("withdraw", url.Values{"reason": {" "}}).must(422, "A reason is needed")
	ed.press("withdraw", url.Values{"reason": {"it was a power cut"}}).must(200, "Withdrawn")
	if inc := o.state(id).Incident; inc.State != keepiton.Withdrawn || inc.Reason != "it was a power cut" {
		t.Errorf("after withdrawing: %s %q", inc.State, inc.Reason)
	}
	ed.get(act).press("reinstate", url.Values{"reason": {"it was an order"}}).must(200)
	if got := o.state(id).Incident.State; got != keepiton.Published {
		t.Errorf("state is %s", got)
	}
}

func TestMergeRedirectsAndCanBeUndone(t *testing.T) {
	o := newOffice(t)
	ed := o.hire("ed", keepiton.RoleEditor, "")
	a, b := published(ed, nil), published(ed, url.Values{"sources.0.url": {"https://other.example/x"}})
	act := "/desk/incidents/" + string(a) + "/act"
	ed.get(act).press("merge", url.Values{"into": {"KIO-2026-9999"}, "reason": {"same cut"}}).must(422, "no incident of this id")
	if got := contents(ed.form("merge")).Get("reason"); got != "same cut" {
		t.Errorf("the refused form lost the reason: %q", got)
	}
	ed.press("merge", url.Values{"into": {string(b)}, "reason": {"same cut"}}).must(200, "Merged")
	if inc := o.state(a).Incident; inc.State != keepiton.Merged || inc.MergedInto != b {
		t.Fatalf("after merging: %s into %q", inc.State, inc.MergedInto)
	}
	if rev := o.state(b); len(rev.Incident.Sources) != 2 || !strings.Contains(rev.Reason, string(a)) {
		t.Errorf("the other one has sources %v and reason %q", rev.Incident.Sources, rev.Reason)
	}
	ed.get(act).press("unmerge", url.Values{"reason": {"two cuts after all"}}).must(200)
	if inc := o.state(a).Incident; inc.State != keepiton.Published || inc.MergedInto != "" {
		t.Errorf("after undoing: %s into %q", inc.State, inc.MergedInto)
	}
}

func TestSplitMovesAnEpisodeAndLinksBothWays(t *testing.T) {
	o := newOffice(t)
	ed := o.hire("ed", keepiton.RoleEditor, "")
	ed.get("/desk/incidents/new").press("add:episodes", typed(nil)).must(200)
	ed.press("save", url.Values{"episodes.1.start": {"2026-04-01"}, "episodes.1.end_state": {"unknown"}}).must(200)
	parts := strings.Split(ed.at.Path, "/")
	id := keepiton.IncidentID(parts[len(parts)-1])
	ed.get("/desk/incidents/"+string(id)+"/act").press("publish", nil).must(200)
	ed.get("/desk/incidents/"+string(id)+"/act").press("split", url.Values{"episode": {"0", "1"}, "reason": {"two"}}).must(422, "leave at least one episode")
	ed.press("split", url.Values{"episode": {"1"}, "reason": {"two orders"}}).must(200, "Split")
	old := o.state(id)
	fresh := keepiton.IncidentID(old.Reason[strings.LastIndex(old.Reason, "KIO-"):])
	moved := o.state(fresh)
	if len(old.Incident.Episodes) != 1 || len(moved.Incident.Episodes) != 1 || moved.Incident.Episodes[0].Start != keepiton.On(2026, 4, 1) {
		t.Errorf("episodes are %v and %v", old.Incident.Episodes, moved.Incident.Episodes)
	}
	if moved.Incident.State != keepiton.Published || !strings.Contains(moved.Reason, string(id)) {
		t.Errorf("the new one is %s, reason %q", moved.Incident.State, moved.Reason)
	}
}

func TestSomebodyWasFasterAndNothingTypedIsLost(t *testing.T) {
	o := newOffice(t)
	ana, ben := o.hire("ana", keepiton.RoleAnalyst, ""), o.hire("ben", keepiton.RoleAnalyst, "")
	id := write(ana, "save", url.Values{"f.summary": {"first"}, "f.impact": {"none known"}})
	page := "/desk/incidents/" + string(id)
	ana.get(page)
	ben.get(page).press("save", url.Values{"f.summary": {"by ben"}, "f.gov_quote": {"we had to"}, "reason": {"order found"}}).must(200)

	ana.press("save", url.Values{"f.summary": {"by ana"}, "f.impact": {"shops closed"}}).must(409, "ben saved revision 2", "order found", "You both changed", "by ben")
	kept := contents(ana.form("save"))
	if kept.Get("f.summary") != "by ana" || kept.Get("f.impact") != "shops closed" {
		t.Errorf("typed words were lost: %v %v", kept["f.summary"], kept["f.impact"])
	}
	if kept.Get("f.gov_quote") != "we had to" {
		t.Errorf("what only the other changed was not taken over: %q", kept.Get("f.gov_quote"))
	}
	ana.press("save", nil).must(200, "Saved")
	inc := o.state(id).Incident
	if inc.Summary != "by ana" || inc.Impact != "shops closed" || inc.GovQuote != "we had to" {
		t.Errorf("stored: %q %q %q", inc.Summary, inc.Impact, inc.GovQuote)
	}
}

func TestUnreadableDateIsMarkedAndKept(t *testing.T) {
	o := newOffice(t)
	ana := o.hire("ana", keepiton.RoleAnalyst, "")
	ana.get("/desk/incidents/new").press("save", typed(url.Values{"episodes.0.start": {"3 March"}})).must(422, "no date we can read")
	kept := contents(ana.form("save"))
	if kept.Get("episodes.0.start") != "3 March" || kept.Get("places.0.country") != "UG" || kept.Get("sources.0.url") != "https://news.example/cut" {
		t.Errorf("the form came back as %v", kept)
	}
}

func TestReaderSeesDraftsAndCannotWrite(t *testing.T) {
	o := newOffice(t)
	ana, rea := o.hire("ana", keepiton.RoleAnalyst, ""), o.hire("rea", keepiton.RoleReader, "")
	id := write(ana, "save", nil)
	rea.get("/desk/incidents/"+string(id)).must(200, "you cannot change it")
	if rea.form("save") != nil {
		t.Error("a reader is offered to save")
	}
	csrf := contents(rea.form(""))["csrf"]
	rea.post("/desk/incidents/"+string(id), url.Values{"csrf": csrf, "do": {"save"}, "base": {"1"}}, nil).must(403)
	rea.get("/desk/incidents/new").must(403)
	rea.get("/desk/people").must(403)
	rea.get("/desk/settings").must(403)
}

func TestRequestsFromElsewhereAreRefused(t *testing.T) {
	o := newOffice(t)
	ed := o.hire("ed", keepiton.RoleEditor, "")
	id := published(ed, nil)
	ed.get("/desk/incidents/" + string(id) + "/act")
	good := contents(ed.form("withdraw"))
	good.Set("do", "withdraw")
	good.Set("reason", "forged")
	path := ed.at.Path
	without := url.Values{"base": good["base"], "do": {"withdraw"}, "reason": {"forged"}}
	ed.post(path, without, nil).must(403, "older session")
	ed.post(path, good, http.Header{"Sec-Fetch-Site": {"cross-site"}, "Origin": {"https://evil.example"}}).must(403)
	ed.post(path, good, http.Header{"Sec-Fetch-Site": nil, "Origin": {"https://evil.example"}}).must(403)
	if got := o.state(id).Incident.State; got != keepiton.Published {
		t.Fatalf("a forged request made it %s", got)
	}
	ed.post(path, good, nil).must(200)
}

func TestNobodyWithoutSession(t *testing.T) {
	o := newOffice(t)
	b := o.browser()
	b.get("/desk/people").must(200, "Sign in")
	if b.at.Path != "/desk/sign-in" || b.at.Query().Get("to") != "/desk/people" {
		t.Errorf("led to %s", b.at)
	}
	b.post("/desk/incidents/new", typed(nil), nil).must(401)
	b.get("/desk/nowhere").must(404)
}
