//go:build e2e

package web

import (
	"context"
	"maps"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"keepiton"
	"keepiton/campaign"
	"keepiton/kit"
	"keepiton/notify"
	"keepiton/sample"
	"keepiton/store"
)

// walkedSite is the whole site over the made-up world: with its campaign, stories,
// forms, signatures, alerts and what is under embargo. links are the addresses that
// only a mail tells, by the pattern of their route.
func walkedSite(t *testing.T) (s *Server, links map[string][]string) {
	t.Helper()
	s, st, told := pressSite(t)
	whose, org := entryWith(t, st, keepiton.KindOrganization, func(o *keepiton.Organization) bool { return o.Logo != "" })
	told.media[org.Logo] = store.MediaFile{SHA256: org.Logo, Type: "image/png", Subjects: []string{string(whose)}, Bytes: sample.Logo()}
	mails := takeSignatures(t, s, st)
	for _, path := range entryPaths(t, st, keepiton.KindPetition) {
		id := keepiton.EntryID(path[strings.LastIndexByte(path, '/')+1:])
		_, p := entryWith(t, st, keepiton.KindPetition, func(p *keepiton.Petition) bool { return true })
		if _, err := st.OpenPetition(t.Context(), id, make([]byte, 32)); err != nil {
			t.Fatal(err)
		}
		for _, signer := range sample.Signers(id, p, testNow) {
			if _, err := st.SignPetition(t.Context(), signer); err != nil {
				t.Fatal(err)
			}
		}
	}
	if err := s.opt.Petitions.Tend(t.Context()); err != nil {
		t.Fatal(err)
	}
	open, _ := entryWith(t, st, keepiton.KindPetition, func(p *keepiton.Petition) bool { return p.Closes.At.After(testNow) })
	at := "/en/petition/" + string(open)
	if w := postForm(t, s, at, url.Values{"address": {"walker@reader.test"}, "do": {"mail"}}); w.Code != 200 {
		t.Fatalf("sign: %d", w.Code)
	}
	sign := mails.link(t, campaign.UseConfirm)

	var edits []store.Edit
	for _, rev := range sample.World(testNow) {
		edits = append(edits, store.Edit{ID: rev.Incident.ID, Base: rev.N - 1, Rev: rev})
	}
	if _, err := st.Append(t.Context(), edits...); err != nil {
		t.Fatal(err)
	}
	keys, err := notify.NewKeys([32]byte{2})
	if err != nil {
		t.Fatal(err)
	}
	public := notify.Links{Base: "https://keepiton.example"}
	bell := &notify.Notifier{Record: st, Outbox: st, Keys: keys, Links: public, Now: s.opt.Now, Past: true}
	if err := bell.Step(t.Context()); err != nil {
		t.Fatal(err)
	}
	tray := make(chan *notify.Message, 20)
	s.opt.Alerts, s.opt.Tell, s.opt.Signatures = st, bell.Tell, st
	s.opt.Accounts = []Account{{"Mastodon", "https://mastodon.example/@keepiton"}}
	s.opt.Book = &notify.Book{Outbox: st, Keys: keys, Links: public, Mail: mailTray(tray), Hooks: trusting{}, Now: s.opt.Now}
	go s.opt.Book.Run(t.Context())
	a := &alertSite{Server: s, st: st, mails: tray}
	manage := a.subscribe(t)
	if w := a.post(t, "/en/alerts", url.Values{"address": {"again@reader.test"}, "pace": {"daily"}, "country": {"XA"}, "do": {"mail"}}); w.Code != 200 {
		t.Fatalf("subscribe: %d", w.Code)
	}
	confirm := linkIn((<-tray).Plain.Text)

	office := &campaign.Office{Entries: st, Stories: told, Now: s.opt.Now, Need: func(context.Context, keepiton.EntryKind) (campaign.Need, error) { return campaign.Need{}, nil }}
	_, said := entryWith(t, st, keepiton.KindStatement, func(b *keepiton.Statement) bool { return b.Country == "XG" })
	rev := embargoedIn(t, office, said.Incidents[0], testNow.AddDate(0, 0, 3))
	token, early := campaign.NewEarlyLink(rev.ID, "a reporter", "ben", testNow, 24*time.Hour)
	if err := st.PutEarlyLink(t.Context(), early); err != nil {
		t.Fatal(err)
	}
	s.opt.Signals = sampleBoard(t, newMemory(sample.World(testNow)))
	links = map[string][]string{
		"/petition/{id}/{use}/{token}": {sign},
		"/early/{token}":               {"/en/early/" + token},
		"/alerts/confirm/{token}":      {confirm},
		"/alerts/manage/{token}":       {manage},
		"/alerts/end/{token}":          {strings.Replace(manage, "/manage/", "/end/", 1)},
	}
	s.mux = s.routes()
	return fresh(s), links
}

// onlyFiles are routes that answer with pictures, texts and feeds alone.
var onlyFiles = []string{"card", "badge", "kitpicture", "lettertext", "lettersignature", "feeds"}

// walkedPages lists addresses without their language: every page of the route
// table, and what the made-up world has for the parts of its patterns. A route with
// a part that nothing fills fails the test: then this list is behind the table.
func walkedPages(t *testing.T, s *Server, links map[string][]string) (out []string) {
	t.Helper()
	fill := map[string][]string{
		"signals/{id}":   {string(disruptionsAt(testNow)[0].ID), string(disruptionsAt(testNow)[2].ID)},
		"countries/{cc}": {"XG", "FR"}, "years/{yyyy}": {"2025"}, "languages/{code}": {"fr"}, "revisions/{n}": {"1"},
	}
	last := map[keepiton.IncidentID]keepiton.Revision{}
	for _, rev := range sample.World(testNow) {
		if last[rev.Incident.ID] = rev; !rev.Incident.State.Public() || rev.Incident.State == keepiton.Merged {
			delete(last, rev.Incident.ID)
		}
	}
	ids := slices.SortedFunc(maps.Keys(last), func(a, b keepiton.IncidentID) int {
		return 100*(last[b].N-last[a].N) + strings.Compare(string(a), string(b))
	})
	fill["incidents/{id}"] = []string{string(ids[0]), string(ids[len(ids)-1])} // of much history, and of none
	for _, story := range s.opt.Stories.(*shelf).all[:2] {
		fill["stories/{id}"] = append(fill["stories/{id}"], string(story.Story.ID))
	}
	for _, tpl := range kit.Templates() {
		if n := len(fill["kit/{template}"]); n == 0 || n == 1 && len(tpl.Needs) > 0 {
			fill["kit/{template}"] = append(fill["kit/{template}"], tpl.ID)
		}
	}
	for _, rev := range sample.Entries(testNow) {
		noun, id, _ := strings.Cut(strings.TrimPrefix(EntryPath(rev.ID), "/"), "/")
		if have := fill[noun+"/{id}"]; rev.State == keepiton.Published && len(have) < 2 && !slices.Contains(have, id) {
			fill[noun+"/{id}"] = append(have, id)
		}
	}
	for _, rt := range routeTable {
		if slices.Contains(onlyFiles, rt.name) {
			continue
		}
		if told, ok := links[rt.pattern]; ok {
			for _, path := range told {
				out = append(out, strings.TrimPrefix(path, "/en"))
			}
			continue
		}
		pages := []string{strings.TrimSuffix(rt.pattern, "{$}")}
		for part, values := range fill {
			for _, page := range pages {
				if before, after, found := strings.Cut(page, part); found {
					noun, _, _ := strings.Cut(part, "{")
					pages = nil
					for _, v := range values {
						pages = append(pages, before+noun+v+after)
					}
				}
			}
		}
		if rt.name == "diff" {
			pages = []string{pages[0] + "?from=1&to=2"}
		}
		for _, page := range pages {
			if strings.Contains(page, "{") {
				t.Errorf("nobody walks %s: nothing of the made-up world stands for its parts", rt.pattern)
			}
		}
		out = append(out, pages...)
	}
	return append(out, "/incidents?q=nothing+at+all+fits", "/incidents?cause=protests&view=map", "/trends?by=extent&rule=events", "/?as_of=2025-01-01", "/watch?view=past",
		"/press?country=XG", "/early/NOTHING", "/alerts?country=XG&operator=aranda+tel", "/alerts/webhook?country=XA", "/no-such-page")
}
