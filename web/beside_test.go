package web

import (
	"html"
	"strings"
	"testing"

	"keepiton"
	"keepiton/locale"
)

func TestAnIncidentNamesThePledgeThatItBroke(t *testing.T) {
	s, st := campaignSite(t)
	id, p := entryWith(t, st, keepiton.KindPledge, func(p *keepiton.Pledge) bool { return p.Outcome == "broken" })
	path := "/incidents/" + string(p.BrokenBy[0])
	for _, l := range locale.Languages {
		body := html.UnescapeString(get(t, s, "/"+l.Tag+path).Body.String())
		note := locale.For(l.Tag).T("entry.kind.pledge") + " · " + locale.For(l.Tag).Code("pledge_outcome", "broken")
		if !strings.Contains(body, `href="/`+l.Tag+"/pledges/"+string(id)+`"`) || !strings.Contains(body, p.Leader) || !strings.Contains(body, note) {
			t.Errorf("%s: the incident does not lead to the pledge of %s", l.Tag, p.Leader)
		}
	}
	if body := get(t, s, "/en"+path+"?as_of=2026-07-01").Body.String(); strings.Contains(body, string(id)) {
		t.Error("a page of a past day tells of what stands today")
	}
}

func TestAnIncidentNamesEveryKindOfEntryAboutIt(t *testing.T) {
	s, st := campaignSite(t)
	id, l := entryWith(t, st, keepiton.KindLetter, func(l *keepiton.Letter) bool { return len(l.Incidents) > 0 })
	petition, _ := entryWith(t, st, keepiton.KindPetition, func(p *keepiton.Petition) bool { return p.Country == "XG" })
	watch, _ := entryWith(t, st, keepiton.KindWatch, func(w *keepiton.Watch) bool { return len(w.Incidents) > 0 })
	body := get(t, s, "/en/incidents/"+string(l.Incidents[0])).Body.String()
	for _, path := range []string{EntryPath(id), EntryPath(petition), EntryPath(watch)} {
		if !strings.Contains(body, `href="/en`+path+`"`) {
			t.Errorf("no link to %s", path)
		}
	}
}

func TestACountryLeadsToWhatTheCampaignHasOfIt(t *testing.T) {
	s, _ := campaignSite(t)
	for _, l := range locale.Languages {
		body := get(t, s, "/"+l.Tag+"/countries/XG").Body.String()
		for page, n := range map[string]string{"pledges": "1", "letters": "1", "petition": "1", "watch": "2"} {
			want := `href="/` + l.Tag + "/" + page + `?country=XG">` + html.EscapeString(locale.For(l.Tag).T("nav."+page)) + ": " + n + "<"
			if !strings.Contains(body, want) {
				t.Errorf("%s: no %s", l.Tag, want)
			}
		}
	}
	if body := get(t, s, "/en/countries/FR").Body.String(); strings.Contains(body, "?country=FR\">Pledges") {
		t.Error("a country without pledges leads to a list of none")
	}
}

func TestPagesBesideTheCampaignWeighAtMost13000Bytes(t *testing.T) {
	s, st := campaignSite(t)
	_, l := entryWith(t, st, keepiton.KindLetter, func(l *keepiton.Letter) bool { return len(l.Incidents) > 0 })
	weigh(t, s, []string{"/countries/XG", "/countries/XC", "/countries/XB", "/incidents/" + string(l.Incidents[0])})
}
