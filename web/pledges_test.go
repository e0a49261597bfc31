package web

import (
	"encoding/json"
	"html"
	"strings"
	"testing"

	"keepiton"
	"keepiton/campaign"
	"keepiton/locale"
	"keepiton/store"
)

func TestPledgesAreReadInEveryLanguage(t *testing.T) {
	s, st := campaignSite(t)
	id, p := entryWith(t, st, keepiton.KindPledge, func(p *keepiton.Pledge) bool { return p.Lang == "am" })
	for _, l := range locale.Languages {
		list := get(t, s, "/"+l.Tag+"/pledges")
		page := get(t, s, "/"+l.Tag+"/pledges/"+string(id))
		if list.Code != 200 || page.Code != 200 {
			t.Fatalf("%s: the list answers %d, the pledge %d", l.Tag, list.Code, page.Code)
		}
		words, _ := p.Words.In(l.Tag)
		for _, want := range []string{p.Leader, words, p.Words["am"], `lang="am"`, "pledge-1"} {
			if l.Tag == "am" && want == `lang="am"` {
				continue
			}
			if !strings.Contains(html.UnescapeString(page.Body.String()), want) {
				t.Errorf("%s: the pledge does not say %q", l.Tag, want)
			}
		}
		if body := html.UnescapeString(list.Body.String()); !strings.Contains(body, p.Leader) || !strings.Contains(body, words) {
			t.Errorf("%s: the list does not have %s", l.Tag, p.Leader)
		}
		for _, missing := range []string{"page.pledge", "entry.pledge", "code.pledge", "nav.pledges"} {
			if strings.Contains(list.Body.String()+page.Body.String(), missing) {
				t.Errorf("%s: a message %s… is missing", l.Tag, missing)
			}
		}
	}
}

func TestAPledgeTellsWhatTheRecordSuggestsUntilAPersonConfirms(t *testing.T) {
	s, st := campaignSite(t)
	const suggests = "The record suggests: Broken (rule pledge-1). No person has confirmed it yet."
	open, _ := entryWith(t, st, keepiton.KindPledge, func(p *keepiton.Pledge) bool { return p.Country == "XG" && p.Outcome == "open" })
	body := get(t, s, "/en/pledges/"+string(open)).Body.String()
	var doc struct {
		Pledges []struct {
			ID       keepiton.EntryID `json:"id"`
			Outcome  string           `json:"outcome"`
			Proposal struct {
				Rule, Outcome string
				BrokenBy      []keepiton.IncidentID `json:"broken_by"`
			} `json:"proposal"`
		} `json:"pledges"`
	}
	if err := json.Unmarshal(get(t, s, "/en/pledges/"+string(open)+".json").Body.Bytes(), &doc); err != nil || len(doc.Pledges) != 1 {
		t.Fatalf("%v, %d pledges", err, len(doc.Pledges))
	}
	got := doc.Pledges[0]
	if got.Outcome != "open" || got.Proposal.Outcome != "broken" || got.Proposal.Rule != campaign.PledgeRule || len(got.Proposal.BrokenBy) == 0 {
		t.Fatalf("as JSON: %+v", got)
	}
	if !strings.Contains(body, suggests) || !strings.Contains(body, "/incidents/"+string(got.Proposal.BrokenBy[0])) {
		t.Error("the page does not say what the record suggests, or by which incident")
	}
	if list := get(t, s, "/en/pledges").Body.String(); strings.Count(list, "The record suggests: Broken. Not confirmed yet.") != 1 {
		t.Error("the list does not say it, or of others too")
	}
	broken, p := entryWith(t, st, keepiton.KindPledge, func(p *keepiton.Pledge) bool { return p.Country == "XB" && p.Outcome == "broken" })
	body = get(t, s, "/en/pledges/"+string(broken)).Body.String()
	if strings.Contains(body, "The record suggests") || strings.Contains(body, "decided otherwise") {
		t.Error("where record and person agree, the page says otherwise")
	}
	if !strings.Contains(body, "/incidents/"+string(p.BrokenBy[0])) {
		t.Error("the page does not lead to the incident that broke it")
	}
}

func TestPledgesAreFoundByCountryScopeAndOutcome(t *testing.T) {
	s, st := campaignSite(t)
	_, aranda := entryWith(t, st, keepiton.KindPledge, func(p *keepiton.Pledge) bool { return p.Country == "XG" })
	_, savara := entryWith(t, st, keepiton.KindPledge, func(p *keepiton.Pledge) bool { return p.Country == "XB" })
	for path, want := range map[string][2]bool{
		"/en/pledges?country=XG":    {true, false},
		"/en/pledges?status=broken": {false, true},
		"/en/pledges?scope=exams":   {false, false},
	} {
		body := get(t, s, path).Body.String()
		if strings.Contains(body, aranda.Leader) != want[0] || strings.Contains(body, savara.Leader) != want[1] {
			t.Errorf("%s: %s %v, %s %v", path, aranda.Leader, !want[0], savara.Leader, !want[1])
		}
	}
	if body := get(t, s, "/en/pledges?country=XB&status=kept").Body.String(); !strings.Contains(body, "Nothing matches") {
		t.Error("a choice without a match does not say so")
	}
	if body := get(t, s, "/en/pledges").Body.String() + get(t, s, "/en/pledges.json").Body.String(); strings.Contains(body, "Quispe") {
		t.Error("a pledge that waits at the desk is told")
	}
	for _, path := range []string{"/en/pledges/KIP-2026-9999", "/en/pledges/KIW-2026-0001"} {
		if w := get(t, s, path); w.Code != 404 {
			t.Errorf("%s: %d", path, w.Code)
		}
	}
}

func TestPagesOfPledgesWeighAtMost13000Bytes(t *testing.T) {
	s, st := campaignSite(t)
	weigh(t, s, append(entryPaths(t, st, keepiton.KindPledge), "/pledges"))
}

// entryPaths lists the public pages of the made-up entries of a kind.
func entryPaths(t *testing.T, st store.Entries, kind keepiton.EntryKind) (out []string) {
	t.Helper()
	page, err := st.ListEntries(t.Context(), store.EntryQuery{Kind: kind, Limit: 1000})
	if err != nil || len(page.Items) == 0 {
		t.Fatalf("%v, %d entries", err, len(page.Items))
	}
	for _, rev := range page.Items {
		out = append(out, EntryPath(rev.ID))
	}
	return out
}
