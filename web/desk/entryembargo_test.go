package desk_test

import (
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"keepiton"
	"keepiton/campaign"
	"keepiton/review"
)

// statementForm is a statement as somebody types it, under an embargo by a clock three
// hours ahead of UTC.
func statementForm() url.Values {
	return url.Values{
		"e.title.en": {"What the second round needs"}, "e.title.am": {"ሁለተኛው ዙር"}, "e.body.en": {"For release later."}, "e.dated": {"2026-05-04"}, "e.embargo": {"2026-05-04 18:30 +03:00"}, "e.country": {"ET"},
		"quotes.0.row": {"1"}, "quotes.0.words.en": {"We will be watching."}, "quotes.0.who": {"a lawyer"}, "quotes.0.agreed": {"1"},
	}
}

var earlyLink = regexp.MustCompile(`/en/early/([A-Z2-7]{26})<`)

func TestAStatementGoesUnderEmbargoAndJournalistsGetLinks(t *testing.T) {
	o := newOffice(t)
	o.policy(review.Policy{Publishing: review.OnePerson, Passwords: true})
	ana, ben := o.hire("ana", keepiton.RoleAnalyst, "One"), o.hire("ben", keepiton.RoleEditor, "Two")
	const act = "/desk/campaign/KIB-2026-0001/act"
	ana.get("/desk/campaign/new?kind=statement").must(200, "Notes to editors", "Place line")
	typed := statementForm()
	typed.Set("e.embargo", "tomorrow")
	ana.press("save", typed).must(422, "Write the minute with its offset")
	ana.press("submit", url.Values{"e.embargo": {"2026-05-04 18:30 +03:00"}}).must(200, "Statement KIB-2026-0001")
	if ana.get("/desk/campaign/KIB-2026-0001"); !strings.Contains(ana.body, `value="2026-05-04T18:30&#43;03:00"`) {
		t.Error("the time of the embargo lost its clock")
	}
	ana.get(act).must(200, "Before it is published", "Title and text stand in different languages: አማርኛ", "1 quote, with a name", "It names its sources")
	if ana.form("embargo") != nil || ana.form("publish") != nil {
		t.Error("an analyst may publish")
	}
	ben.get(act)
	if ben.form("publish") != nil {
		t.Error("what has an embargo can be published past it")
	}
	ben.press("embargo", url.Values{"reason": {""}}).must(422, "A reason is needed")
	ben.press("embargo", url.Values{"reason": {"the family leaves first"}}).must(200, "Under embargo", "15:30", "2026-05-04 18:30 +03:00", "No link leads to it")

	ben.press("make", url.Values{"whom": {"Radio Aranda"}, "hours": {"6"}}).must(200, "It is shown this once", "Radio Aranda", "made by ben")
	found := earlyLink.FindStringSubmatch(ben.body)
	if found == nil {
		t.Fatal("no link is shown")
	}
	link, err := o.store.EarlyLink(t.Context(), campaign.EarlyHash(found[1]))
	if err != nil || link.Entry != "KIB-2026-0001" || !link.Expires.Equal(o.clock.Add(6*time.Hour)) {
		t.Errorf("the link is %+v, %v", link, err)
	}
	ben.get(act).must(200, "Radio Aranda")
	if earlyLink.MatchString(ben.body) {
		t.Error("the link is shown again")
	}
	ana.get(act).must(200, "Radio Aranda")
	if ana.form("end") != nil || ana.form("make") != nil {
		t.Error("an analyst hands out statements")
	}
	ana.post("/desk/campaign/KIB-2026-0001/links", url.Values{"csrf": {attrOf(ana, "csrf")}, "do": {"make"}}, nil).must(403)
	ben.get(act).press("end", nil).must(200, "The link is over", "No link leads to it")
	if _, err := o.store.EarlyLink(t.Context(), link.Token); keepiton.CodeOf(err) != keepiton.NotFound {
		t.Errorf("a link that was taken back: %v", err)
	}

	ben.get("/desk/campaign/KIB-2026-0001").must(200, "Saving a change makes it a draft again")
	if _, err := o.store.PublicEntry(t.Context(), "KIB-2026-0001"); keepiton.CodeOf(err) != keepiton.NotFound {
		t.Errorf("readers see it: %v", err)
	}
	ben.get(act).press("make", nil).must(200)
	ben.get(act).press("lift", url.Values{"hold": {"yes"}, "hold_reason": {"no mail yet"}}).must(200, "Published")
	if links, err := o.store.EarlyLinks(t.Context(), "KIB-2026-0001"); err != nil || len(links) != 0 {
		t.Errorf("%d links are left, %v", len(links), err)
	}
	held, err := o.store.Embargoes(t.Context(), false)
	if err != nil || len(held) != 1 || held[0].Subject != "KIB-2026-0001" || held[0].Reason != "no mail yet" {
		t.Errorf("alerts are held by %+v, %v", held, err)
	}
	if rev, err := o.store.PublicEntry(t.Context(), "KIB-2026-0001"); err != nil || rev.Author != "ben" || strings.Contains(string(rev.Doc), "embargo") {
		t.Errorf("readers see %+v, %v", rev, err)
	}
}

func TestADateToWatchIsPublishedWithoutAWordToAnybody(t *testing.T) {
	o := newOffice(t)
	o.policy(review.Policy{Publishing: review.OnePerson, Passwords: true})
	ben := o.hire("ben", keepiton.RoleEditor, "Two")
	ben.get("/desk/campaign/new?kind=watch").press("submit", url.Values{
		"e.title.en": {"A vote"}, "e.kind": {"election"}, "e.country": {"ET"}, "e.from": {"2026-06-01"}, "e.status": {"tentative"},
		"sources.0.row": {"1"}, "sources.0.id": {"s1"}, "sources.0.kind": {"news"}, "sources.0.url": {"https://news.example/vote"},
	}).must(200)
	ben.get("/desk/campaign/KIW-2026-0001/act").press("publish", url.Values{"hold": {"yes"}, "hold_reason": {""}}).must(422, "Say why")
	if held, _ := o.store.Embargoes(t.Context(), false); len(held) != 0 {
		t.Errorf("held without a reason: %+v", held)
	}
	ben.press("publish", url.Values{"hold": {"yes"}, "hold_reason": {"observers are on the road"}}).must(200, "Published")
	if held, err := o.store.Embargoes(t.Context(), false); err != nil || len(held) != 1 || held[0].Subject != "KIW-2026-0001" {
		t.Errorf("alerts are held by %+v, %v", held, err)
	}
}
