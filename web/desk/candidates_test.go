package desk_test

import (
	"net/url"
	"strings"
	"testing"
	"time"

	"golang.org/x/net/html"

	"keepiton"
	"keepiton/review"
	"keepiton/store"
)

// measure keeps a disruption of a country for a desk to find.
func (o *office) measure(id keepiton.DisruptionID, country string, onset time.Time, change func(*keepiton.Disruption)) {
	o.t.Helper()
	e := keepiton.Entity{Country: country}
	d := keepiton.Disruption{
		ID: id, Entity: e, Onset: keepiton.Interval{From: onset, To: onset.Add(10 * time.Minute)}, Depth: 0.91, Shape: []string{"mobile_only"},
		Signals: []keepiton.Signal{{
			Series: keepiton.SeriesKey{Feed: "bgp", Metric: "v4", Entity: e}, Family: keepiton.ControlPlane, Onset: keepiton.Interval{From: onset, To: onset.Add(10 * time.Minute)},
			Depth: 0.91, LogLR: 9, Witness: keepiton.Witness{At: onset.Add(time.Hour), Value: 9, Baseline: 97, N: 43},
		}},
		Verdicts: []keepiton.Verdict{
			{At: onset.Add(15 * time.Minute), Stage: keepiton.AtOnset, State: keepiton.Disrupted, Disruption: 0.72, Intentional: 0.5, Rules: "r1", Geolocation: "table 2026-05"},
			{
				At: onset.Add(time.Hour), Stage: keepiton.After1h, State: keepiton.LikelyShutdown, Disruption: 0.97, Intentional: 0.84, Rules: "r1", Geolocation: "table 2026-05",
				Reasons: []keepiton.Reason{{Key: "made_up_ground", Weight: 2, Of: "disruption"}, {Key: "vanished", Weight: -1, Of: "intentional"}},
				Silent:  []keepiton.Silence{{Series: keepiton.SeriesKey{Feed: "ioda", Metric: "gtr", Entity: e}, State: keepiton.SourceDown}},
			},
		},
	}
	if change != nil {
		change(&d)
	}
	if err := o.store.KeepDisruption(o.t.Context(), d); err != nil {
		o.t.Fatal(err)
	}
}

func TestCandidatesWaitSortedByHowMuchTheyPress(t *testing.T) {
	o := newOffice(t)
	ana := o.hire("ana", keepiton.RoleAnalyst, "")
	ana.get("/desk/candidates").must(200, "No candidate waits", "No feed is switched on here")
	now := o.now()
	ended := func(d *keepiton.Disruption) {
		d.End = keepiton.Interval{From: now.Add(-time.Hour), To: now.Add(-time.Hour)}
	}
	o.measure("KID-1-KE", "KE", now.Add(-5*time.Hour), ended)
	o.measure("KID-2-UG", "UG", now.Add(-30*time.Hour), nil)
	o.measure("KID-3-ET", "ET", now.Add(-20*time.Hour), func(d *keepiton.Disruption) { d.Verdicts[1].Intentional = 0.2 })
	o.measure("KID-4-TD", "TD", now.Add(-2*time.Hour), func(d *keepiton.Disruption) {
		d.Verdicts = d.Verdicts[:1]
		d.Verdicts[0].State = keepiton.Insufficient
	})
	ana.get("/desk/candidates").must(200, "3 candidates", "Uganda", "91% missing", "97%", "84%", "made up ground", "1 source silent")
	if order := []int{strings.Index(ana.body, "KID-2-UG"), strings.Index(ana.body, "KID-3-ET"), strings.Index(ana.body, "KID-1-KE")}; order[0] < 0 || order[0] > order[1] || order[1] > order[2] {
		t.Errorf("what goes on and is likelier on purpose comes first: %v", order)
	}
	if ana.sees("Chad") && strings.Contains(ana.body, "KID-4-TD") {
		t.Error("what is below the floor stands among the others")
	}
	ana.get("/desk/candidates?weak=yes&country=TD").must(200, "1 candidate")
	ana.get("/desk/candidates?country=UG").must(200, "1 candidate")
	if strings.Contains(ana.body, "KID-3-ET") {
		t.Error("the filter by country lets others through")
	}
	ana.get("/desk/").must(200, "Candidates", "Uganda")
	ana.get("/desk/candidates?cursor=x").must(422)
	ana.get("/desk/candidates/KID-9-UG").must(404)
}

// TestACandidateThatIsLostFromSightDoesNotPress has one that nobody saw for a month and
// a day, and one for two days.
func TestACandidateThatIsLostFromSightDoesNotPress(t *testing.T) {
	o := newOffice(t)
	ana := o.hire("ana", keepiton.RoleAnalyst, "")
	lost := func(days int) func(*keepiton.Disruption) {
		return func(d *keepiton.Disruption) {
			d.Seen = o.now().AddDate(0, 0, -days)
			d.Lost = d.Seen.Add(keepiton.LostAfter)
		}
	}
	o.measure("KID-1-KE", "KE", o.now().AddDate(0, 0, -40), lost(32))
	o.measure("KID-2-UG", "UG", o.now().AddDate(0, 0, -3), lost(2))
	o.measure("KID-3-ET", "ET", o.now().Add(-20*time.Hour), func(d *keepiton.Disruption) { d.Verdicts[1].Intentional = 0.2 })
	ana.get("/desk/candidates").must(200, "3 candidates", "lost from sight since")
	if strings.Index(ana.body, "KID-3-ET") > strings.Index(ana.body, "KID-2-UG") {
		t.Error("what nobody sees presses more than what goes on")
	}
	ana.get("/desk/candidates/KID-2-UG").must(200, "lost from sight since", "no end seen")
	if strings.Contains(ana.body, ">goes on<") {
		t.Error("it is said to go on")
	}
	ana.get("/desk/").must(200, "Uganda", "lost from sight since")
	if strings.Contains(ana.body, "KID-1-KE") {
		t.Error("what was lost from sight a month ago stands on the dashboard")
	}
}

func TestACandidateIsAcceptedIntoADraft(t *testing.T) {
	o := newOffice(t)
	o.measure("KID-2-UG", "UG", o.now().Add(-30*time.Hour), nil)
	ana := o.hire("ana", keepiton.RoleAnalyst, "")
	ana.get("/desk/candidates/KID-2-UG").must(200, "Uganda: what instruments saw", "A machine found this and verified nothing", "The record has nothing there about this time", "n = 43", "Later data speak against it",
		"speaks against it", "After 1 hour", "At the beginning", "72%")
	ana.press("accept", url.Values{"into": {"new"}, "note": {"fits"}})
	ana.must(200, "Accepted: here is the draft", "KIO-2026-0001")
	rev, err := o.store.Get(t.Context(), "KIO-2026-0001", time.Time{})
	if err != nil || rev.Incident.State != keepiton.Draft || len(rev.Incident.Signals) != 1 || rev.Author != "ana" {
		t.Errorf("%+v, %v", rev, err)
	}
	ana.get("/desk/candidates/KID-2-UG").must(200, "Part of an incident", "KIO-2026-0001", "fits")
	if ana.form("accept") != nil {
		t.Error("what is accepted is offered again")
	}
	ana.press("reopen", url.Values{"note": {"too early"}})
	ana.must(200, "It waits again")
	ana.get("/desk/candidates/KID-2-UG").must(200, "KIO-2026-0001", "another incident")
	ana.press("accept", url.Values{"into": {""}, "incident": {"KIO-2026-0077"}})
	ana.must(422, "There is no such incident")
	ana.press("accept", url.Values{"into": {"KIO-2026-0001"}})
	ana.must(200, "Accepted: the incident has its links")
}

func TestARefusedDecisionComesBackAsItWasSent(t *testing.T) {
	o := newOffice(t)
	o.measure("KID-2-UG", "UG", o.now().Add(-30*time.Hour), nil)
	o.measure("KID-3-UG", "UG", o.now().Add(-29*time.Hour), nil)
	ana, ben := o.hire("ana", keepiton.RoleAnalyst, ""), o.hire("ben", keepiton.RoleAnalyst, "")
	ana.get("/desk/candidates/KID-2-UG")
	ben.get("/desk/candidates/KID-2-UG")
	ana.press("reject", url.Values{"code": {"other"}, "note": {""}})
	ana.must(422, "Tell the other reason in a note")
	ana.press("reject", url.Values{"code": {"cable"}, "note": {"a ship's anchor"}})
	ana.must(200, "Rejected", "cable cut", "a ship's anchor")
	ben.press("watch", url.Values{"note": {"let us see"}})
	ben.must(409, "Somebody else has decided meanwhile")
	ana.press("reopen", nil)
	ana.get("/desk/candidates/KID-2-UG").press("merge", url.Values{"other": {"KID-3-UG"}})
	ana.must(200, "Merged", "KID-3-UG")
	ana.get("/desk/candidates/KID-3-UG").must(200, "Merged with it", "KID-2-UG")
	ana.get("/desk/candidates?show=merge").must(200, "1 candidate")
	all, err := o.store.Decisions(t.Context(), "KID-2-UG")
	if err != nil || len(all) != 3 {
		t.Errorf("%+v, %v", all, err)
	}
}

func TestOnlyAnalystsDecideAndMembersSeeNothing(t *testing.T) {
	o := newOffice(t)
	o.measure("KID-2-UG", "UG", o.now().Add(-30*time.Hour), nil)
	rea := o.hire("rea", keepiton.RoleReader, "")
	rea.get("/desk/candidates/KID-2-UG").must(200, "Uganda")
	if rea.form("accept") != nil || rea.form("reject") != nil {
		t.Error("a reader is offered to decide")
	}
	token := ""
	walk(rea.page, func(n *html.Node) {
		if attr(n, "name") == "csrf" {
			token = attr(n, "value")
		}
	})
	rea.post("/desk/candidates/KID-2-UG", url.Values{"csrf": {token}, "do": {"watch"}, "after": {"0"}}, nil)
	if rea.status != 403 {
		t.Errorf("a reader's decision: %d", rea.status)
	}
	if all, _ := o.store.Decisions(t.Context(), "KID-2-UG"); len(all) != 0 {
		t.Errorf("decided by a reader: %+v", all)
	}
}

func TestACandidateShowsWhatIsBesideIt(t *testing.T) {
	o := newOffice(t)
	now := o.now()
	o.measure("KID-2-UG", "UG", now.Add(-30*time.Hour), nil)
	add := func(start time.Time, state keepiton.State, region string) keepiton.IncidentID {
		inc := keepiton.Incident{
			State: state, Episodes: []keepiton.Episode{{Start: keepiton.Moment{At: start.Truncate(24 * time.Hour)}, End: keepiton.Ending{State: keepiton.Ended, At: keepiton.Moment{At: start.Truncate(24 * time.Hour)}}}},
			Places: []keepiton.Place{{Country: "UG", Region: region, Confidence: 1}}, Kinds: []string{"shutdown"}, Networks: keepiton.Networks{Mobile: keepiton.Yes},
		}
		revs, err := o.store.Append(t.Context(), store.Edit{Rev: keepiton.Revision{Recorded: now, Role: keepiton.RoleEditor, Author: "x", Reason: "x", Incident: inc}})
		if err != nil {
			t.Fatal(err)
		}
		return revs[0].Incident.ID
	}
	same, old := add(now.Add(-24*time.Hour), keepiton.Published, ""), add(now.AddDate(-2, 0, 0), keepiton.Published, "UG-C")
	ana := o.hire("ana", keepiton.RoleAnalyst, "")
	ana.get("/desk/candidates/KID-2-UG").must(200, string(same), string(old), "Nothing on the watch list")
	if first, second := strings.Index(ana.body, string(same)), strings.Index(ana.body, string(old)); first > second {
		t.Error("what touches it comes after what is long past")
	}
	ana.get("/desk/candidates").must(200, "1 earlier in the record")
	if who := (review.Person{Role: keepiton.RoleReader}); who.May(review.Unseal, "") {
		t.Error("readers may see what senders left readable")
	}
}

// TestWhatSendersLeftReadableStandsBesideForThoseWhoMayReadReports sends reports of
// Uganda and of elsewhere, on two lanes, and one more after the page was seen.
func TestWhatSendersLeftReadableStandsBesideForThoseWhoMayReadReports(t *testing.T) {
	o, _ := newSealedOffice(t, nil)
	now := o.now()
	o.measure("KID-2-UG", "UG", now.Add(-30*time.Hour), nil)
	tell := func(lane keepiton.Lane, country string, day time.Time) {
		t.Helper()
		body, err := o.sealed.Stage(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		_, _ = body.Write([]byte(country + day.String() + string(lane) + now.String()))
		today := now.Truncate(24 * time.Hour)
		e := keepiton.Envelope{Lane: lane, Day: today, Expires: today.AddDate(0, 1, 0), Open: keepiton.OpenFields{Country: country, Day: day.Format(time.DateOnly), Kind: "mobile"}}
		if _, _, err := o.sealed.Accept(t.Context(), e, body); err != nil {
			t.Fatal(err)
		}
	}
	o.arrive("nothing of it is readable")
	tell(keepiton.LaneOpen, "UG", now.Add(-24*time.Hour))
	tell(keepiton.LaneMail, "UG", now.Add(-24*time.Hour))
	tell(keepiton.LaneOpen, "UG", now.AddDate(0, 0, -20)) // long before
	tell(keepiton.LaneOpen, "KE", now.Add(-24*time.Hour))
	ana, rea := o.hire("ana", keepiton.RoleAnalyst, ""), o.hire("rea", keepiton.RoleReader, "")
	ana.get("/desk/candidates/KID-2-UG").must(200, "mobile", "2 reports", "2 lanes", "no public page knows of it")
	ana.get("/desk/candidates").must(200, "2 reports")
	rea.get("/desk/candidates/KID-2-UG").must(200, "Nothing readable was reported")
	if rea.get("/desk/candidates").sees("2 reports") {
		t.Error("a reader of the desk is told of reports")
	}
	now = now.Add(time.Minute) // another body
	tell(keepiton.LaneOpen, "UG", o.now().Add(-24*time.Hour))
	ana.get("/desk/candidates/KID-2-UG").must(200, "3 reports")
	d, err := o.store.Disruption(t.Context(), "KID-2-UG")
	if err != nil || len(d.Verdicts) != 2 {
		t.Errorf("reports have changed a verdict: %+v, %v", d.Verdicts, err)
	}
}
