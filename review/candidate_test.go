package review

import (
	"slices"
	"strings"
	"testing"
	"time"

	"keepiton"
	"keepiton/store"
)

// newCandidate keeps a disruption of Uganda that two feeds saw.
func newCandidate(t *testing.T, d *Desk, s store.Store, id keepiton.DisruptionID) *keepiton.Disruption {
	t.Helper()
	d.Disruptions = s
	at := time.Date(2026, 2, 27, 18, 0, 0, 0, time.UTC)
	signal := func(feed, metric string, e keepiton.Entity, odds float64, veto keepiton.Veto) keepiton.Signal {
		return keepiton.Signal{
			Series: keepiton.SeriesKey{Feed: feed, Metric: metric, Entity: e}, Onset: keepiton.Interval{From: at, To: at.Add(10 * time.Minute)},
			Depth: 0.875, LogLR: odds, Veto: veto, Witness: keepiton.Witness{At: at.Add(time.Hour), Value: 12, Baseline: 96, N: 41},
		}
	}
	ug := keepiton.Entity{Country: "UG"}
	c := &keepiton.Disruption{
		ID: id, Entity: ug, Onset: keepiton.Interval{From: at, To: at.Add(10 * time.Minute)}, Depth: 0.875,
		Signals: []keepiton.Signal{
			signal("ioda", "ping-slash24", ug, 5, ""), signal("bgp", "v6", ug, 3, ""), signal("bgp", "v4", ug, 9, ""), signal("atlas", "connected", ug, 9, keepiton.CollectorHealth),
		},
		Verdicts: []keepiton.Verdict{{At: at.Add(time.Hour), Stage: keepiton.AtOnset, State: keepiton.LikelyShutdown, Disruption: 0.99, Intentional: 0.8, Rules: "r"}},
	}
	if err := s.KeepDisruption(t.Context(), *c); err != nil {
		t.Fatal(err)
	}
	return c
}

func TestAnAcceptedCandidateIsADraftThatClaimsNoMoreThanWasMeasured(t *testing.T) {
	d, s := newDesk(t)
	c := newCandidate(t, d, s, "KID-20260227T1810-UG")
	out, say, err := d.AcceptCandidate(t.Context(), ana, c.ID, 0, Acceptance{Note: "fits what people say"})
	if err != nil {
		t.Fatal(err)
	}
	inc := out.Revisions[0].Incident
	if inc.State != keepiton.Draft || len(inc.Kinds)+len(inc.Causes)+len(inc.Perpetrators) > 0 || inc.Verification.Level != keepiton.Unverified {
		t.Errorf("the draft says more than an instrument can: %+v", inc)
	}
	if inc.Visibility != "visible" || inc.Episodes[0].End.State != keepiton.Ongoing || inc.Start().String() != "2026-02-27T18:05Z" || !inc.Places[0].Nationwide {
		t.Errorf("when and where: %+v", inc)
	}
	if len(inc.Signals) != 2 || inc.Signals[0].Feed != "bgp" || inc.Signals[1].Feed != "ioda" || !strings.Contains(inc.Signals[0].Note, "KID-20260227T1810-UG: v4 of country/UG, 88 % down") ||
		!strings.HasSuffix(inc.Signals[0].Note, "12 % of what was expected, n 41") || inc.Signals[0].From.String() != "2026-02-27T18:05Z" || !inc.Signals[0].To.IsZero() {
		t.Errorf("links: %+v", inc.Signals)
	}
	if p := keepiton.Lint(&inc, noon); slices.ContainsFunc(p, func(p keepiton.Problem) bool {
		return p.Field == "signals" || p.Field == "sources" || p.Field == "places"
	}) {
		t.Errorf("the draft has faults of its own: %+v", p)
	}
	if say.What != keepiton.Accepted || say.Incident != inc.ID || say.By != "ana" || say.N != 1 {
		t.Errorf("decision %+v", say)
	}
	if _, _, err := d.AcceptCandidate(t.Context(), ed, c.ID, 1, Acceptance{}); keepiton.CodeOf(err) != keepiton.Conflict {
		t.Errorf("accepted twice: %v", err)
	}
	if _, _, err := d.AcceptCandidate(t.Context(), ed, c.ID, 0, Acceptance{}); keepiton.CodeOf(err) != keepiton.Conflict {
		t.Errorf("accepted on an old page: %v", err)
	}
}

func TestAcceptingIntoAnIncidentFollowsItsRules(t *testing.T) {
	d, s := newDesk(t)
	hidden := incident()
	hidden.Visibility = "not_visible"
	hidden.Signals = []keepiton.SignalLink{{Feed: "ooni", URL: "https://ooni.example/1"}}
	rev, err := d.Create(t.Context(), ana, hidden, "")
	if err != nil {
		t.Fatal(err)
	}
	c := newCandidate(t, d, s, "KID-1-UG")
	if _, _, err := d.AcceptCandidate(t.Context(), ana, c.ID, 0, Acceptance{Incident: rev.Incident.ID, Base: 7}); keepiton.CodeOf(err) != keepiton.Conflict {
		t.Errorf("an old page of the incident: %v", err)
	}
	if _, _, err := d.AcceptCandidate(t.Context(), ana, c.ID, 0, Acceptance{Incident: "KIO-2026-0099"}); keepiton.CodeOf(err) != keepiton.Invalid {
		t.Errorf("no such incident: %v", err)
	}
	out, _, err := d.AcceptCandidate(t.Context(), ana, c.ID, 0, Acceptance{Incident: rev.Incident.ID, Base: rev.N})
	if err != nil {
		t.Fatal(err)
	}
	got := out.Revisions[0].Incident
	if len(got.Signals) != 3 || got.Signals[0].Feed != "ooni" || got.Visibility != "visible" || got.State != keepiton.Draft {
		t.Errorf("saved %+v", got)
	}
	// Undone and done again: what is linked already is not linked twice.
	if _, err := d.Judge(t.Context(), ana, 1, keepiton.Decision{Disruption: c.ID, What: keepiton.Reopened}); err != nil {
		t.Fatal(err)
	}
	out, say, err := d.AcceptCandidate(t.Context(), ana, c.ID, 2, Acceptance{Incident: got.ID})
	if err != nil || len(out.Revisions) != 0 || say.N != 3 {
		t.Errorf("again: %+v, %+v, %v", out, say, err)
	}

	// What is published under a policy of two people waits as a proposal.
	if err := SavePolicy(t.Context(), s, Policy{Publishing: OnePerson, Passwords: true}); err != nil {
		t.Fatal(err)
	}
	public := make1(t, d, s, keepiton.Published)
	if err := SavePolicy(t.Context(), s, Policy{Publishing: TwoPeople, Passwords: true}); err != nil {
		t.Fatal(err)
	}
	other := newCandidate(t, d, s, "KID-2-UG")
	out, say, err = d.AcceptCandidate(t.Context(), ana, other.ID, 0, Acceptance{Incident: public.ID})
	if err != nil || out.Proposal == 0 || len(out.Revisions) != 0 || say.Incident != public.ID {
		t.Fatalf("under two people: %+v, %+v, %v", out, say, err)
	}
	if now, _, err := d.current(t.Context(), public.ID); err != nil || len(now.Incident.Signals) != 0 {
		t.Errorf("one person has changed what readers see: %+v, %v", now.Incident.Signals, err)
	}
}

func TestCandidatesAreJudgedByAnalystsAndTheLastWordCounts(t *testing.T) {
	d, s := newDesk(t)
	a, b := newCandidate(t, d, s, "KID-1-UG"), newCandidate(t, d, s, "KID-2-UG")
	reader := Person{Account: "rea", Role: keepiton.RoleReader}
	if _, _, err := d.Candidate(t.Context(), reader, a.ID); err != nil {
		t.Errorf("a reader of the desk: %v", err)
	}
	if _, _, err := d.Candidate(t.Context(), Person{Account: "m", Role: keepiton.RoleMember}, a.ID); keepiton.CodeOf(err) != keepiton.Forbidden {
		t.Errorf("a member: %v", err)
	}
	for name, c := range map[string]struct {
		who   Person
		after int
		say   keepiton.Decision
		want  keepiton.Code
	}{
		"a reader":         {reader, 0, keepiton.Decision{Disruption: a.ID, What: keepiton.Watched}, keepiton.Forbidden},
		"without a reason": {ana, 0, keepiton.Decision{Disruption: a.ID, What: keepiton.Rejected}, keepiton.Invalid},
		"other, no words":  {ana, 0, keepiton.Decision{Disruption: a.ID, What: keepiton.Rejected, Code: "other", Note: " "}, keepiton.Invalid},
		"into itself":      {ana, 0, keepiton.Decision{Disruption: a.ID, What: keepiton.MergedWith, Into: a.ID}, keepiton.Invalid},
		"accept":           {ana, 0, keepiton.Decision{Disruption: a.ID, What: keepiton.Accepted, Incident: "KIO-2026-0001"}, keepiton.Invalid},
		"too long":         {ana, 0, keepiton.Decision{Disruption: a.ID, What: keepiton.Watched, Note: strings.Repeat("x", 2001)}, keepiton.TooLarge},
		"an old page":      {ana, 1, keepiton.Decision{Disruption: a.ID, What: keepiton.Watched}, keepiton.Conflict},
	} {
		if _, err := d.Judge(t.Context(), c.who, c.after, c.say); keepiton.CodeOf(err) != c.want {
			t.Errorf("%s: %v, want %s", name, err, c.want)
		}
	}
	for i, say := range []keepiton.Decision{
		{What: keepiton.Watched, Note: " let us see "}, {What: keepiton.Rejected, Code: "cable"}, {What: keepiton.Reopened}, {What: keepiton.MergedWith, Into: b.ID},
	} {
		say.Disruption = a.ID
		if _, err := d.Judge(t.Context(), ana, i, say); err != nil {
			t.Fatal(err)
		}
	}
	_, all, err := d.Candidate(t.Context(), reader, a.ID)
	if err != nil || len(all) != 4 || all[0].Note != "let us see" || all[3].Into != b.ID || all[1].By != "ana" {
		t.Errorf("decisions %+v, %v", all, err)
	}
}
