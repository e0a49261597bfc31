package notify_test

import (
	"strings"
	"testing"
	"time"

	"keepiton"
	"keepiton/notify"
)

const (
	sudan = "Sudan, 10 January 2027"
	wait  = time.Minute
)

func tokenIn(text string) string {
	_, rest, _ := strings.Cut(text, "/alerts/confirm/")
	token, _, _ := strings.Cut(rest, "\n")
	return token
}

func TestEverybodyWhoAskedIsToldOnce(t *testing.T) {
	w := newWorld(t)
	w.subscribe("all@a.test", keepiton.Instant, notify.Topics{})
	w.subscribe("sudan@a.test", keepiton.Instant, notify.Topics{Countries: []string{"SD", "ET"}})
	w.subscribe("africa@a.test", keepiton.Instant, notify.Topics{Regions: []string{"africa", "mena"}, Networks: []string{"mobile"}, Causes: []string{"protests"}})
	w.subscribe("fixed@a.test", keepiton.Instant, notify.Topics{Networks: []string{"fixed"}})
	w.subscribe("chad@a.test", keepiton.Instant, notify.Topics{Countries: []string{"TD"}})
	w.subscribe("watch@a.test", keepiton.Instant, notify.Topics{About: []string{"watch"}})
	w.publish()
	w.step()
	if got := w.mail.all(); len(got) != 0 {
		t.Fatalf("told before it rested: %d", len(got))
	}
	w.later(wait)
	w.deliver()
	w.want("a new incident", w.mail, "africa@a.test | New: "+sudan, "all@a.test | New: "+sudan, "sudan@a.test | New: "+sudan)
	w.deliver()
	w.want("again", w.mail)
}

func TestWhatStoodInTheRecordIsNotTold(t *testing.T) {
	w := newWorld(t)
	w.subscribe("all@a.test", keepiton.Instant, notify.Topics{})
	w.publish(func(i *keepiton.Incident) { // published now, over for long
		i.Episodes = []keepiton.Episode{{Start: keepiton.On(2019, 6, 3), End: keepiton.Ending{State: keepiton.Ended, At: keepiton.On(2019, 7, 9)}}}
	})
	w.later(wait)
	w.deliver()
	w.want("history", w.mail)
}

func TestAnEditionBeginsNoAlertButCorrectsOne(t *testing.T) {
	w := newWorld(t)
	w.subscribe("all@a.test", keepiton.Instant, notify.Topics{})
	told := w.publish()
	w.later(wait)
	w.deliver()
	w.want("by a person", w.mail, "all@a.test | New: "+sudan)
	edition := func(id keepiton.IncidentID, inc keepiton.Incident) {
		inc.ID = id
		err := w.ApplyImport(w.ctx, importOf(id, keepiton.Revision{Recorded: w.clock(), Role: keepiton.RoleImport, Edition: "e", Incident: inc}))
		if err != nil {
			t.Fatal(err)
		}
	}
	edition("KIO-2027-0099", incident())
	edition(told.Incident.ID, *told.Incident.Clone())
	changed := told.Incident.Clone()
	changed.Causes = []string{"conflict"}
	edition(told.Incident.ID, *changed)
	w.later(wait)
	w.deliver()
	w.want("by an edition", w.mail, "all@a.test | Correction: "+sudan)
}

func TestWhoeverWasToldHearsWhatBecomesOfIt(t *testing.T) {
	w := newWorld(t)
	w.subscribe("sudan@a.test", keepiton.Instant, notify.Topics{Countries: []string{"SD"}})
	w.subscribe("chad@a.test", keepiton.Instant, notify.Topics{Countries: []string{"TD"}})
	rev := w.publish()
	w.later(wait)
	w.deliver()
	w.want("new", w.mail, "sudan@a.test | New: "+sudan)

	rev = w.correct(rev, "another link", func(i *keepiton.Incident) {
		i.Sources = append(i.Sources, keepiton.Source{ID: "s2", Kind: "news", URL: "https://example.org/2"})
	})
	w.later(wait)
	w.deliver()
	w.want("another source alters nothing that was told", w.mail)

	rev = w.correct(rev, "it was Chad", func(i *keepiton.Incident) { i.Places[0].Country, i.Places[0].Words = "TD", "Chad" })
	w.later(wait)
	w.deliver()
	const chad = "Chad, 10 January 2027"
	got := w.mail.all()
	w.want("a correction to another country", w.mail, "chad@a.test | Correction: "+chad, "sudan@a.test | Correction: "+chad)
	for _, m := range got {
		if len(m.Earlier) != 1 || m.Earlier[0] == m.Name {
			t.Errorf("the correction points back to %v", m.Earlier)
		}
		if text := strings.Join(m.Told[0].Lines, "\n"); !strings.Contains(text, "it was Chad") {
			t.Errorf("the correction does not say why:\n%s", text)
		}
	}

	rev = w.correct(rev, "back", func(i *keepiton.Incident) {
		i.Episodes[0].End = keepiton.Ending{State: keepiton.Ended, At: keepiton.On(2027, 1, 11)}
	})
	w.later(wait)
	w.deliver()
	w.want("the end", w.mail, "chad@a.test | Over: "+chad, "sudan@a.test | Over: "+chad)

	rev = w.correct(rev, "a hoax", func(i *keepiton.Incident) { i.State, i.Reason = keepiton.Withdrawn, "a hoax" })
	w.later(wait)
	w.deliver()
	got = w.mail.all()
	w.want("withdrawn", w.mail, "chad@a.test | Withdrawn: "+chad, "sudan@a.test | Withdrawn: "+chad)
	if len(got) > 0 && len(got[0].Earlier) != 3 {
		t.Errorf("the withdrawal points back to %d messages, want 3", len(got[0].Earlier))
	}

	w.correct(rev, "no hoax", func(i *keepiton.Incident) { i.State, i.Reason = keepiton.Published, "" })
	w.later(wait)
	w.deliver()
	w.want("back again", w.mail, "chad@a.test | Stands again: "+chad, "sudan@a.test | Stands again: "+chad)
}

func TestASlipThatIsMendedAtOnceIsNotTold(t *testing.T) {
	w := newWorld(t)
	w.subscribe("all@a.test", keepiton.Instant, notify.Topics{})
	rev := w.publish(func(i *keepiton.Incident) { i.Places[0].Country, i.Places[0].Words = "SO", "Somalia" })
	w.step()
	w.later(wait / 2)
	rev = w.correct(rev, "wrong country", func(i *keepiton.Incident) { i.Places[0].Country, i.Places[0].Words = "SD", "Sudan" })
	w.later(wait / 2)
	w.deliver()
	w.want("the slip", w.mail)
	w.later(wait / 2)
	w.deliver()
	w.want("what stands", w.mail, "all@a.test | New: "+sudan)

	rev = w.correct(rev, "published by mistake", func(i *keepiton.Incident) { i.Area = "x" })
	w.later(wait / 2)
	w.correct(rev, "", func(i *keepiton.Incident) { i.Area = "" })
	w.later(2 * wait)
	w.deliver()
	w.want("there and back", w.mail)
}

func TestAnEmbargoKeepsBackAndTellsWhatStandsWhenItIsLifted(t *testing.T) {
	w := newWorld(t)
	w.subscribe("all@a.test", keepiton.Instant, notify.Topics{})
	rev := w.publish()
	hold := func() {
		err := w.PutEmbargo(w.ctx, keepiton.Embargo{Subject: string(rev.Incident.ID), Reason: "people hide there", Account: "ana", Day: day0})
		if err != nil {
			t.Fatal(err)
		}
	}
	hold()
	w.later(wait)
	w.deliver()
	w.want("under embargo", w.mail)
	rev = w.correct(rev, "", func(i *keepiton.Incident) { i.Causes = []string{"conflict"} })
	w.later(time.Hour)
	w.deliver()
	w.want("under embargo still", w.mail)
	if err := w.LiftEmbargo(w.ctx, string(rev.Incident.ID), "ana", day0); err != nil {
		t.Fatal(err)
	}
	w.deliver()
	w.want("lifted: one alert, as it stands now", w.mail, "all@a.test | New: "+sudan)
	if got, err := w.Alert(w.ctx, keepiton.NewAlertID(string(rev.Incident.ID), 1)); err != nil || got.State != keepiton.AlertSilent {
		t.Errorf("the older alert is %q, %v", got.State, err)
	}
}

func TestDatesAndStatementsAreTold(t *testing.T) {
	w := newWorld(t)
	w.subscribe("all@a.test", keepiton.Instant, notify.Topics{})
	w.subscribe("elections@a.test", keepiton.Instant, notify.Topics{Countries: []string{"ET"}, Causes: []string{"elections"}, Networks: []string{"mobile"}})
	w.subscribe("shutdowns@a.test", keepiton.Instant, notify.Topics{About: []string{"incidents"}})
	watch := &keepiton.Watch{Title: keepiton.Texts{"en": "General election", "am": "ጠቅላላ ምርጫ"}, Cause: "election", Country: "ET", From: keepiton.On(2027, 6, 5), Status: "tentative", Why: keepiton.Texts{"en": "Cut twice before."}}
	rev := w.enter(keepiton.EntryRevision{}, keepiton.Draft, watch, "")
	rev = w.enter(rev, keepiton.Published, watch, "")
	w.later(wait)
	w.deliver()
	got := w.mail.all()
	w.want("a date", w.mail, "all@a.test | To watch: General election", "elections@a.test | To watch: General election")
	if len(got) > 0 {
		if text := strings.Join(got[0].Told[0].Lines, "\n"); text != "Ethiopia, 5 June 2027: Election. Date not certain.\nCut twice before." {
			t.Errorf("the date is told as %q", text)
		}
		if want := "https://keepiton.test/en/watch/" + string(rev.ID); got[0].Told[0].URL != want {
			t.Errorf("its page is %q, want %q", got[0].Told[0].URL, want)
		}
	}
	watch.Sources = []keepiton.Source{{URL: "https://example.org"}}
	rev = w.enter(rev, keepiton.Published, watch, "a source")
	w.later(wait)
	w.deliver()
	w.want("another source", w.mail)
	watch.Status = "confirmed"
	rev = w.enter(rev, keepiton.Published, watch, "")
	w.later(wait)
	w.deliver()
	w.want("the date is certain", w.mail, "all@a.test | Correction: General election", "elections@a.test | Correction: General election")
	w.enter(rev, keepiton.Withdrawn, watch, "no election")
	w.later(wait)
	w.deliver()
	w.want("no election", w.mail, "all@a.test | Withdrawn: General election", "elections@a.test | Withdrawn: General election")

	statement := &keepiton.Statement{Title: keepiton.Texts{"en": "Keep it on"}, Body: keepiton.Texts{"en": "One.\n\nTwo."}, Dated: keepiton.On(2027, 1, 12), Embargo: w.clock().Add(3 * time.Hour)}
	w.enter(keepiton.EntryRevision{}, keepiton.Published, statement, "")
	w.later(time.Hour)
	w.deliver()
	w.want("a statement before its hour", w.mail)
	w.later(2 * time.Hour)
	w.deliver()
	w.want("at its hour", w.mail, "all@a.test | Statement: Keep it on")
	w.enter(keepiton.EntryRevision{}, keepiton.Published, &keepiton.Pledge{Leader: "A", Country: "ET"}, "")
	w.later(wait)
	w.deliver()
	w.want("a pledge", w.mail)
}

func TestADigestHasTheNewestOfEachOnce(t *testing.T) {
	w := newWorld(t) // Monday, 12:00
	w.subscribe("daily@a.test", keepiton.Daily, notify.Topics{})
	w.subscribe("chad@a.test", keepiton.Daily, notify.Topics{Countries: []string{"TD"}})
	w.subscribe("weekly@a.test", keepiton.Weekly, notify.Topics{})
	rev := w.publish()
	w.later(wait)
	w.step()
	w.correct(rev, "", func(i *keepiton.Incident) { i.Causes = []string{"conflict"} })
	w.later(wait)
	w.deliver()
	w.want("at once", w.mail)
	w.later(19 * time.Hour) // Tuesday, 7:02
	w.deliver()
	w.want("in the morning", w.mail, "daily@a.test | Correction: "+sudan)
	w.later(24 * time.Hour)
	w.deliver()
	w.want("a day without news", w.mail)
	w.publish(func(i *keepiton.Incident) { i.Places[0].Country, i.Places[0].Words = "TD", "Chad" })
	w.later(24 * time.Hour)
	w.deliver() // announced now, after the hour of the digest
	w.want("news after the hour", w.mail)
	w.later(24 * time.Hour)
	w.deliver()
	w.want("the next morning", w.mail, "chad@a.test | New: Chad, 10 January 2027", "daily@a.test | New: Chad, 10 January 2027")
	w.later(3 * 24 * time.Hour)
	w.deliver()
	w.want("on Monday", w.mail, "weekly@a.test | Correction: "+sudan+"| New: Chad, 10 January 2027")
}

func TestOneThatIsBrokenKeepsNobodyBack(t *testing.T) {
	w := newWorld(t)
	w.subscribe("all@a.test", keepiton.Instant, notify.Topics{})
	watch := &keepiton.Watch{Title: keepiton.Texts{"en": "Exams"}, Cause: "exam", Country: "IQ", From: keepiton.On(2027, 6, 5), Status: "confirmed"}
	if _, err := w.AppendEntry(w.ctx, keepiton.KindWatch, 0, keepiton.EntryRevision{State: keepiton.Published, Recorded: w.clock(), Doc: []byte(`{"title": 7}`)}, watch.Index()); err != nil {
		t.Fatal(err)
	}
	w.enter(keepiton.EntryRevision{}, keepiton.Published, watch, "")
	// An alert about an incident that is not there, as after a record was restored.
	if err := w.NoteAlerts(w.ctx, "x", "", []keepiton.Alert{{ID: "KIO-2027-0077.1", Subject: "KIO-2027-0077", N: 1, Due: w.clock()}}); err != nil {
		t.Fatal(err)
	}
	w.later(wait)
	w.deliver()
	w.want("beside two that are broken", w.mail, "all@a.test | To watch: Exams")
}

func TestAConfidentialSourceIsToldToNobody(t *testing.T) {
	w := newWorld(t)
	w.subscribe("all@a.test", keepiton.Instant, notify.Topics{})
	rev := w.publish()
	w.later(wait)
	w.deliver()
	w.correct(rev, "Ali Hassan told us so", func(i *keepiton.Incident) {
		i.Sources = append(i.Sources, keepiton.Source{ID: "s2", Kind: "partner", Words: "Ali Hassan", Confidential: true})
		i.Causes = []string{"conflict"}
	})
	w.later(wait)
	w.deliver()
	all := w.mail.all()
	if len(all) != 2 {
		t.Fatalf("%d messages", len(all))
	}
	for _, m := range all {
		for _, told := range m.Told {
			if strings.Contains(strings.Join(append(told.Lines, told.Head), "\n"), "Ali Hassan") {
				t.Errorf("told: %q", told.Lines)
			}
		}
	}
}
