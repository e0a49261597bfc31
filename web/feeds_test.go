package web

import (
	"encoding/json"
	"encoding/xml"
	"slices"
	"strings"
	"testing"

	"keepiton"
	"keepiton/sample"
)

type atomPage struct {
	ID    string `xml:"id"`
	Links []struct {
		Rel  string `xml:"rel,attr"`
		Href string `xml:"href,attr"`
	} `xml:"link"`
	Entries []struct {
		ID      string `xml:"id"`
		Title   string `xml:"title"`
		Updated string `xml:"updated"`
		Content string `xml:"content"`
	} `xml:"entry"`
}

func (p *atomPage) link(rel string) string {
	for _, l := range p.Links {
		if l.Rel == rel {
			return strings.TrimPrefix(l.Href, "https://keepiton.example")
		}
	}
	return ""
}

func atom(t *testing.T, s *Server, path string) (p atomPage) {
	t.Helper()
	w := get(t, s, path)
	if err := xml.Unmarshal(w.Body.Bytes(), &p); err != nil || w.Code != 200 {
		t.Fatalf("%s: %d, %v\n%s", path, w.Code, err, w.Body)
	}
	return p
}

func TestAFeedIsReadPageByPageAndHasWhatWasTakenBack(t *testing.T) {
	s, revs := newAlertSite(t).Server, sample.World(testNow)
	public, gone := map[keepiton.IncidentID]bool{}, ""
	for _, r := range revs {
		if r.Incident.State.Public() {
			public[r.Incident.ID] = true
		}
		if r.Incident.State == keepiton.Withdrawn {
			gone = r.Incident.Reason
		}
	}
	var titles, ids []string
	var updated []string
	feed := ""
	for path := "/en/incidents.atom?limit=10"; path != ""; {
		p := atom(t, s, path)
		if feed == "" {
			feed = p.ID
		}
		if p.ID != feed || len(p.Entries) > 10 {
			t.Errorf("%s: another feed, or %d entries", path, len(p.Entries))
		}
		for _, e := range p.Entries {
			ids, titles, updated = append(ids, e.ID), append(titles, e.Title+e.Content), append(updated, e.Updated)
		}
		if path = p.link("next"); path != "" {
			path += "&limit=10"
		}
	}
	if len(ids) != len(public) || len(slices.Compact(slices.Sorted(slices.Values(ids)))) != len(public) {
		t.Errorf("%d entries for %d public incidents", len(ids), len(public))
	}
	if !slices.IsSortedFunc(updated, func(a, b string) int { return strings.Compare(b, a) }) {
		t.Error("what was changed last does not come first")
	}
	if !slices.ContainsFunc(titles, func(s string) bool { return strings.Contains(s, "Withdrawn: ") && strings.Contains(s, gone) }) {
		t.Error("what was withdrawn is missing, or does not say why")
	}
	if !slices.ContainsFunc(titles, func(s string) bool { return strings.Contains(s, "Changed: ") }) {
		t.Error("no correction says what it changed")
	}
}

func TestFeedsOfTheCampaignHaveWhatWasWithdrawnAndNoDrafts(t *testing.T) {
	s, st := campaignSite(t)
	s.opt.Changes = st.(Changes)
	for name := range entryFeeds {
		p := atom(t, s, "/en/feeds/"+name+".atom")
		if len(p.Entries) == 0 {
			t.Errorf("the feed of %s is empty", name)
		}
		var feed struct {
			Items []struct {
				Title   string
				Content string `json:"content_text"`
			}
		}
		if err := json.Unmarshal(get(t, s, "/ar/feeds/"+name+".feed.json").Body.Bytes(), &feed); err != nil || len(feed.Items) != len(p.Entries) {
			t.Errorf("%s as JSON: %d of %d, %v", name, len(feed.Items), len(p.Entries), err)
		}
		for _, e := range p.Entries {
			if name == "watch" && strings.Contains(e.Title+e.Content, "Velkovia") {
				t.Errorf("%s tells of a draft", name)
			}
		}
	}
	all := atom(t, s, "/en/feeds/watch.atom")
	some := atom(t, s, "/en/feeds/watch.atom?country=XA")
	if len(some.Entries) == 0 || len(some.Entries) >= len(all.Entries) {
		t.Errorf("%d of %d dates are of one country", len(some.Entries), len(all.Entries))
	}
	id, w := entryWith(t, st, keepiton.KindWatch, func(w *keepiton.Watch) bool { return w.Country == "XA" })
	rev, err := st.Entry(t.Context(), id)
	if err != nil {
		t.Fatal(err)
	}
	rev.State, rev.Reason = keepiton.Withdrawn, "it was called off"
	if _, err := st.AppendEntry(t.Context(), keepiton.KindWatch, rev.N, rev, w.Index()); err != nil {
		t.Fatal(err)
	}
	s.cache = newPageCache(1 << 20) // the record of this site is not the store of its campaign
	for _, path := range []string{"/en/feeds/watch.atom", "/en/feeds/watch.atom?country=XA"} {
		p := atom(t, s, path)
		if !slices.ContainsFunc(p.Entries, func(e struct {
			ID      string `xml:"id"`
			Title   string `xml:"title"`
			Updated string `xml:"updated"`
			Content string `xml:"content"`
		},
		) bool {
			return strings.HasPrefix(e.Title, "Withdrawn: ") && strings.Contains(e.Content, "it was called off")
		}) {
			t.Errorf("%s does not say that a date was withdrawn", path)
		}
	}
	for _, path := range []string{"/en/feeds/nonsense.atom", "/en/feeds/watch", "/en/feeds/watch.atom?cursor=x"} {
		if w := get(t, s, path); w.Code == 200 {
			t.Errorf("%s: %d", path, w.Code)
		}
	}
}
