package web

import (
	"html"
	"net/http"
	"regexp"
	"strings"
	"testing"

	"keepiton"
	"keepiton/campaign"
	"keepiton/count"
	"keepiton/locale"
	"keepiton/store"
)

var embedCode = regexp.MustCompile(`<pre dir="ltr"><code>(.*?)</code></pre>`)

func TestBadgesSayWhatTheRecordSays(t *testing.T) {
	s, _ := campaignSite(t)
	rev := firstIncident(t, s)
	id, cc := string(rev.Incident.ID), rev.Incident.Countries()[0]
	c := count.CaseOf(&rev.Incident)
	var of, all count.Touched
	of.Add(&c, rev.KnownAt(keepiton.AsOf(testNow)))
	list, err := s.opt.Record.List(t.Context(), store.Query{Countries: []string{cc}, Limit: 1000})
	if err != nil {
		t.Fatal(err)
	}
	ongoing := false
	for i := range list.Items {
		c := count.CaseOf(&list.Items[i].Incident)
		all.Add(&c, list.Items[i].KnownAt(keepiton.AsOf(testNow)))
		ongoing = ongoing || list.Items[i].Incident.End().State == keepiton.Ongoing
	}
	since := int(keepiton.AsOf(testNow).Sub(all.Last()).Hours() / 24)
	if ongoing {
		since = 0
	}
	for _, l := range locale.Languages {
		p := locale.For(l.Tag)
		for path, words := range map[string][]string{
			"/badge/incidents/" + id + ".svg":            {p.Number(of.Days()), (&visit{p: p}).daysOf(&rev.Incident, of.Days()), count.TouchedRule, id, "https://keepiton.example/" + l.Tag + "/incidents/" + id},
			"/badge/countries/" + cc + ".svg":            {p.Number(all.In(2026)), p.N("page.badge.year", all.In(2026), "Year", "2026"), count.TouchedRule, "https://keepiton.example/" + l.Tag + "/countries/" + cc},
			"/badge/countries/" + cc + ".svg?view=since": {p.Number(since), p.N("page.badge.since", since), count.TouchedRule},
		} {
			w := get(t, s, "/"+l.Tag+path)
			for _, want := range append(words, p.DayShort(testNow)[:2]) {
				if w.Code != http.StatusOK || !strings.Contains(html.UnescapeString(w.Body.String()), want) {
					t.Errorf("/%s%s: %d, does not say %q", l.Tag, path, w.Code, want)
				}
			}
			h := w.Header()
			if h.Get("Content-Type") != "image/svg+xml" || h.Get("Access-Control-Allow-Origin") != "*" || h.Get("Cross-Origin-Resource-Policy") != "cross-origin" || !strings.Contains(h.Get("Content-Security-Policy"), "sandbox") || strings.Contains(w.Body.String(), "<script") {
				t.Errorf("/%s%s: %v", l.Tag, path, h)
			}
		}
	}
	if of.Days() == 0 || all.Days() == 0 {
		t.Error("the made-up record has no days: this test shows nothing")
	}
}

func TestAPageShowsTheCodeOfItsBadge(t *testing.T) {
	s, st := campaignSite(t)
	rev := firstIncident(t, s)
	broken, _ := entryWith(t, st, keepiton.KindPledge, func(p *keepiton.Pledge) bool { return p.Outcome == "broken" })
	for path, want := range map[string]int{"/incidents/" + string(rev.Incident.ID): 1, "/countries/" + rev.Incident.Countries()[0]: 2, EntryPath(broken): 1} {
		found := embedCode.FindAllStringSubmatch(get(t, s, "/ar"+path).Body.String(), -1)
		if len(found) != want {
			t.Errorf("%s: %d pieces of code, want %d", path, len(found), want)
		}
		for _, m := range found {
			code := html.UnescapeString(m[1])
			src := regexp.MustCompile(`src="https://keepiton.example([^"]+)" width="320" height="80" alt="([^"]+)"`).FindStringSubmatch(code)
			if src == nil || !strings.HasPrefix(code, `<a href="https://keepiton.example/ar`+path+`">`) {
				t.Fatalf("%s: %s", path, code)
			}
			if w := get(t, s, html.UnescapeString(src[1])); w.Code != http.StatusOK || w.Header().Get("Content-Type") != "image/svg+xml" {
				t.Errorf("%s: %d", src[1], w.Code)
			}
		}
	}
}

func TestBadgesOfPledgesSayWhatAPersonConfirmed(t *testing.T) {
	s, st := campaignSite(t)
	for _, outcome := range []string{"kept", "broken"} {
		id, p := entryWith(t, st, keepiton.KindPledge, func(p *keepiton.Pledge) bool { return p.Outcome == outcome })
		svg := get(t, s, "/am/badge/pledges/"+string(id)+".svg").Body.String()
		for _, want := range []string{locale.For("am").T("kit." + outcome + ".title"), p.Leader, campaign.PledgeRule, string(id)} {
			if !strings.Contains(svg, want) {
				t.Errorf("%s: does not say %q", id, want)
			}
		}
	}
	open, _ := entryWith(t, st, keepiton.KindPledge, func(p *keepiton.Pledge) bool { return p.Outcome == "open" })
	for path, want := range map[string]int{"/en/badge/pledges/" + string(open) + ".svg": 404, "/en/badge/countries/QQ.svg": 404, "/en/badge/incidents/KIO-1999-0001.svg": 404, "/en/badge/countries/FR": 404} {
		if w := get(t, s, path); w.Code != want {
			t.Errorf("%s: %d, want %d", path, w.Code, want)
		}
	}
}
