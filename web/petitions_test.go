package web

import (
	"encoding/json"
	"html"
	"strings"
	"testing"

	"keepiton"
	"keepiton/locale"
)

func TestPetitionsAreReadInEveryLanguage(t *testing.T) {
	s, st := campaignSite(t)
	id, p := entryWith(t, st, keepiton.KindPetition, func(p *keepiton.Petition) bool { return p.Closes.At.After(testNow) })
	handed, h := entryWith(t, st, keepiton.KindPetition, func(p *keepiton.Petition) bool { return !p.Handed.IsZero() })
	for _, lang := range locale.Languages {
		pr := locale.For(lang.Tag)
		list, page, over := get(t, s, "/"+lang.Tag+"/petition"), get(t, s, "/"+lang.Tag+"/petition/"+string(id)), get(t, s, "/"+lang.Tag+"/petition/"+string(handed))
		if list.Code != 200 || page.Code != 200 || over.Code != 200 {
			t.Fatalf("%s: the list answers %d, the petitions %d and %d", lang.Tag, list.Code, page.Code, over.Code)
		}
		demand, _ := p.Demand.In(lang.Tag)
		to, _ := p.To.In(lang.Tag)
		body, after := html.UnescapeString(page.Body.String()), html.UnescapeString(over.Body.String())
		for _, want := range []string{demand, to, pr.T("page.petition.state.open", "Day", pr.Date(p.Closes)), pr.N("page.petition.goal", p.Goal), pr.T("page.petition.nosigning")} {
			if !strings.Contains(body, want) {
				t.Errorf("%s: the petition does not say %q", lang.Tag, want)
			}
		}
		answer, _ := h.Answer.In(lang.Tag)
		if !strings.Contains(after, pr.T("page.petition.state.handed", "Day", pr.Date(h.Handed))) || !strings.Contains(after, answer) {
			t.Errorf("%s: what was handed over does not say when, or what came of it", lang.Tag)
		}
		if strings.Contains(after, pr.T("page.petition.nosigning")) {
			t.Errorf("%s: what is over speaks of signing", lang.Tag)
		}
		for _, missing := range []string{"page.petition", "entry.petition", "nav.petition"} {
			if strings.Contains(list.Body.String()+body+after, missing) {
				t.Errorf("%s: a message %s… is missing", lang.Tag, missing)
			}
		}
	}
}

func TestAPetitionIsSoonOpenOrClosed(t *testing.T) {
	v := &visit{p: locale.For("en"), now: testNow}
	for _, tc := range []struct{ opens, closes, want string }{
		{"2026-07-16", "2026-08-01", "soon"},
		{"2026-07-15", "2026-08-01", "open"},
		{"2026-07-01", "2026-07-15", "open"}, // its last day
		{"2026-07-01", "2026-07-14", "closed"},
	} {
		opens, err1 := keepiton.ParseMoment(tc.opens)
		closes, err2 := keepiton.ParseMoment(tc.closes)
		if err1 != nil || err2 != nil {
			t.Fatal(err1, err2)
		}
		if line := v.petitionLine("KIT-2026-0001", &keepiton.Petition{Opens: opens, Closes: closes}); line.State != tc.want {
			t.Errorf("from %s to %s it is %s, want %s", tc.opens, tc.closes, line.State, tc.want)
		}
	}
}

func TestPetitionsAsJSON(t *testing.T) {
	s, st := campaignSite(t)
	id, p := entryWith(t, st, keepiton.KindPetition, func(p *keepiton.Petition) bool { return p.Country == "XG" })
	var doc struct {
		Petitions []struct {
			ID     keepiton.EntryID  `json:"id"`
			Demand map[string]string `json:"demand"`
			Goal   int               `json:"goal"`
		} `json:"petitions"`
	}
	if err := json.Unmarshal(get(t, s, "/en/petition.json?country=XG").Body.Bytes(), &doc); err != nil || len(doc.Petitions) != 1 || doc.Petitions[0].ID != id || doc.Petitions[0].Goal != p.Goal || doc.Petitions[0].Demand["am"] != p.Demand["am"] {
		t.Errorf("%v, %+v", err, doc)
	}
	for _, path := range []string{"/en/petition/KIT-2026-9999", "/en/petition/KIL-2026-0001"} {
		if w := get(t, s, path); w.Code != 404 {
			t.Errorf("%s: %d", path, w.Code)
		}
	}
}

func TestPagesOfPetitionsWeighAtMost13000Bytes(t *testing.T) {
	s, st := campaignSite(t)
	weigh(t, s, append(entryPaths(t, st, keepiton.KindPetition), "/petition"))
}
