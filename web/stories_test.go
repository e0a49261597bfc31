package web

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"keepiton"
	"keepiton/locale"
	"keepiton/sample"
	"keepiton/store"
)

// shelf is the stories of a test and their pictures.
type shelf struct {
	all   []keepiton.StoryRevision
	media map[string]store.MediaFile
}

// sampleShelf holds the made-up stories, as a store would number them.
func sampleShelf() *shelf {
	s := &shelf{media: map[string]store.MediaFile{}}
	for i, told := range sample.Stories(testNow) {
		st := told.Story
		st.ID = keepiton.NewStoryID(2026, i+1)
		s.all = append(s.all, keepiton.StoryRevision{N: 1, Recorded: testNow, Story: st})
		for _, m := range st.Media {
			s.media[m.SHA256] = store.MediaFile{SHA256: m.SHA256, Type: m.Type, Subjects: []string{string(st.ID)}, Bytes: told.Picture}
		}
	}
	return s
}

func (s *shelf) Story(_ context.Context, id keepiton.StoryID) (keepiton.StoryRevision, error) {
	for _, r := range s.all {
		if r.Story.ID == id {
			return r, nil
		}
	}
	return keepiton.StoryRevision{}, keepiton.Errorf(keepiton.NotFound, "no story %s", id)
}

func (s *shelf) ListStories(_ context.Context, q store.StoryQuery) (page store.StoryPage, err error) {
	meets := func(values []string, has func(string) bool) bool {
		return len(values) == 0 || slices.ContainsFunc(values, has)
	}
	for _, r := range slices.Backward(s.all) {
		st := &r.Story
		fits := st.State == keepiton.Published && meets(q.Harms, func(h string) bool { return slices.Contains(st.Harms, h) }) &&
			meets(q.Countries, func(cc string) bool {
				return slices.ContainsFunc(st.Places, func(p keepiton.Place) bool { return p.Country == cc })
			}) &&
			(len(q.Incidents) == 0 || slices.Contains(st.Incidents, q.Incidents[0]))
		if fits {
			page.Total++
			if len(page.Items) < q.Limit {
				page.Items = append(page.Items, r)
			}
		}
	}
	return page, nil
}

func (s *shelf) Media(_ context.Context, sum string) (store.MediaFile, error) {
	m, ok := s.media[sum]
	if !ok {
		return m, keepiton.Errorf(keepiton.NotFound, "no picture %s", sum)
	}
	return m, nil
}

// storySite is the made-up world over a shelf.
func storySite(t *testing.T, s *shelf) *Server {
	t.Helper()
	site, err := New(Options{Record: newMemory(sample.World(testNow)), Stories: s, Media: s, Now: func() time.Time { return testNow }, Sample: true, BaseURL: "https://keepiton.example"})
	if err != nil {
		t.Fatal(err)
	}
	return site
}

func TestStoriesAreFoundByWhatTheyTellOf(t *testing.T) {
	s := sampleShelf()
	site := storySite(t, s)
	st := s.all[0].Story
	for path, want := range map[string]string{
		"/en/stories": "from a man who came on foot", "/en/stories?country=XG": "from a man who came on foot", "/en/stories?harm=family": "from a man who came on foot",
		"/en/stories?incident=" + string(st.Incidents[0]): "from a man who came on foot", "/en/stories?country=XG&harm=education": "No story fits",
		"/en/incidents/" + string(st.Incidents[0]): "/en/stories/" + string(st.ID), "/en/countries/XG": "/en/stories/" + string(st.ID),
		"/am/stories": st.Quote, "/ar/stories": `dir="auto"`, "/en/stories.txt": "Guard duty", "/en/": "/en/stories",
	} {
		if w := get(t, site, path); w.Code != http.StatusOK || !strings.Contains(w.Body.String(), want) {
			t.Errorf("%s: status %d, want %q in it", path, w.Code, want)
		}
	}
	if w := get(t, site, "/en/stories?country=XC"); strings.Contains(w.Body.String(), "on foot") {
		t.Error("a story of another country is listed")
	}
	if w := get(t, site, "/en/stories?harm=boredom"); w.Code != http.StatusUnprocessableEntity && w.Code != http.StatusBadRequest {
		t.Errorf("an unknown harm: status %d", w.Code)
	}
	var list struct {
		Sample  bool
		Stories []keepiton.Story
	}
	if err := json.Unmarshal(get(t, site, "/en/stories.json?country=XG").Body.Bytes(), &list); err != nil || !list.Sample || len(list.Stories) != 1 || list.Stories[0].Text != st.Text {
		t.Errorf("as JSON: %+v, %v", list, err)
	}
	empty := storySite(t, &shelf{})
	for _, lang := range locale.Languages {
		if w := get(t, empty, "/"+lang.Tag+"/stories"); w.Code != http.StatusOK || !strings.Contains(w.Body.String(), "/"+lang.Tag+"/stories/share") {
			t.Errorf("the empty page in %s invites nobody", lang.Tag)
		}
	}
}

func TestAStoryIsReadInTheReadersLanguageOrAsItWasTold(t *testing.T) {
	s := sampleShelf()
	site := storySite(t, s)
	st := s.all[0].Story
	at := "/stories/" + string(st.ID)
	for path, want := range map[string][]string{
		"/am" + at:                    {st.Title, st.Quote, `lang="am"`},
		"/en" + at:                    {"Eight deaths, days later", "view=original", "Translated from", string(st.Incidents[0]), "https://keepiton.example/stories/" + string(st.ID), st.Name},
		"/en" + at + "?view=original": {st.Title, `lang="am"`},
		"/ar" + at:                    {"ثماني وفيات", "أعدّت آلةٌ هذه الترجمة"},
		"/pt" + at:                    {st.Title}, // not translated: as it was told
	} {
		body := get(t, site, path).Body.String()
		for _, w := range want {
			if !strings.Contains(body, w) {
				t.Errorf("%s lacks %q", path, w)
			}
		}
	}
	if body := get(t, site, "/en"+at).Body.String(); strings.Contains(body, "A machine made") {
		t.Error("a person's translation is said to be a machine's")
	}
	if w := get(t, site, "/en/stories/KIS-2026-0099"); w.Code != http.StatusNotFound {
		t.Errorf("no such story: status %d", w.Code)
	}
}

// TestWhatItsTellerTookBackIsGone is the reader's side of a withdrawal.
func TestWhatItsTellerTookBackIsGone(t *testing.T) {
	s := sampleShelf()
	site := storySite(t, s)
	at := slices.IndexFunc(s.all, func(r keepiton.StoryRevision) bool { return len(r.Story.Media) > 0 })
	st := s.all[at].Story
	page, picture := "/en/stories/"+string(st.ID), mediaAddress(st.Media[0].SHA256, st.Media[0].Type)
	w := get(t, site, picture)
	if w.Code != http.StatusOK || w.Header().Get("Content-Type") != "image/png" || w.Header().Get("X-Content-Type-Options") != "nosniff" ||
		!strings.Contains(w.Header().Get("Content-Security-Policy"), "sandbox") || w.Body.Len() != len(s.media[st.Media[0].SHA256].Bytes) {
		t.Errorf("its picture: status %d, %v", w.Code, w.Header())
	}
	for _, wrong := range []string{strings.TrimSuffix(picture, "png") + "jpg", strings.TrimSuffix(picture, ".png"), "/media/" + strings.Repeat("0", 64) + ".png", "/media/x.png"} {
		if w := get(t, site, wrong); w.Code != http.StatusNotFound {
			t.Errorf("%s: status %d", wrong, w.Code)
		}
	}
	if body := get(t, site, page).Body.String(); !strings.Contains(body, `src="`+picture+`" alt="`+st.Media[0].Alt) {
		t.Error("the page does not show it")
	}
	for _, state := range []keepiton.State{keepiton.Draft, keepiton.Withdrawn} {
		s.all[at].Story.State, s.all[at].Story.Reason = state, "a name slipped in"
		site = storySite(t, s)
		if w := get(t, site, picture); w.Code != http.StatusNotFound {
			t.Errorf("the picture of what is %s: status %d", state, w.Code)
		}
		want := map[keepiton.State]int{keepiton.Draft: http.StatusNotFound, keepiton.Withdrawn: http.StatusGone}[state]
		w := get(t, site, page)
		if w.Code != want || strings.Contains(w.Body.String(), st.Quote) || state == keepiton.Withdrawn && !strings.Contains(w.Body.String(), "a name slipped in") {
			t.Errorf("what is %s: status %d", state, w.Code)
		}
	}
	s.all[at].Story = keepiton.Story{ID: st.ID, State: keepiton.Withdrawn, Reason: "taken back by its teller", TakenBack: true}
	for lang, want := range map[string]string{"en": "took it back", "am": "መልሰው ወስደዋል"} {
		if w := get(t, storySite(t, s), "/"+lang+"/stories/"+string(st.ID)); w.Code != http.StatusGone || !strings.Contains(w.Body.String(), want) {
			t.Errorf("%s: status %d, want %q", lang, w.Code, want)
		}
	}
	if body := get(t, storySite(t, s), "/en/stories").Body.String(); strings.Contains(body, string(st.ID)) {
		t.Error("it is listed still")
	}
}

// A picture of an incident is shown while an open source names it.
func TestPicturesOfIncidentsAreShownWhileAnOpenSourceNamesThem(t *testing.T) {
	sum := strings.Repeat("ab", 32)
	s := &shelf{media: map[string]store.MediaFile{sum: {SHA256: sum, Type: "image/jpeg", Subjects: []string{"KIO-2026-0001"}, Bytes: []byte("x")}}}
	inc := keepiton.Incident{ID: "KIO-2026-0001", Sources: []keepiton.Source{{ID: "s1", SHA256: sum}}}
	for _, c := range []struct {
		state        keepiton.State
		confidential bool
		want         int
	}{{keepiton.Published, false, 200}, {keepiton.Published, true, 404}, {keepiton.Draft, false, 404}, {keepiton.Withdrawn, false, 404}} {
		inc.State, inc.Sources[0].Confidential = c.state, c.confidential
		site, err := New(Options{Record: newMemory([]keepiton.Revision{{N: 1, Incident: *inc.Clone()}}), Stories: s, Media: s})
		if err != nil {
			t.Fatal(err)
		}
		if w := get(t, site, "/media/"+sum+".jpg"); w.Code != c.want {
			t.Errorf("%s, confidential %v: status %d, want %d", c.state, c.confidential, w.Code, c.want)
		}
	}
}

func TestPagesOfStoriesWeighAtMost13000Bytes(t *testing.T) {
	s := sampleShelf()
	for i := range 40 { // as many as a page shows, each with the longest quote
		st := *s.all[0].Story.Clone()
		st.ID = keepiton.NewStoryID(2026, 100+i)
		var words strings.Builder
		for j := range 90 {
			fmt.Fprintf(&words, "%x ", (i*7919+j*104729)%4099)
		}
		st.Quote = words.String()[:280]
		st.Text = st.Quote
		st.Translations = nil
		s.all = append(s.all, keepiton.StoryRevision{N: 1, Story: st})
	}
	weigh(t, storySite(t, s), []string{"/stories", "/stories?country=XG", "/stories/KIS-2026-0001", "/stories/KIS-2026-0003", "/incidents/" + string(s.all[0].Story.Incidents[0]), "/countries/XG", "/"})
}

func TestSampleStoriesCouldBePublished(t *testing.T) {
	for _, told := range sample.Stories(testNow) {
		if found := told.Story.Check(); len(found) > 0 {
			t.Errorf("%s: %v", told.Story.Title, found)
		}
		if len(told.Story.Incidents) == 0 {
			t.Errorf("%s tells of no incident", told.Story.Title)
		}
		for _, tr := range told.Story.Translations {
			if !strings.Contains(tr.Text, tr.Quote) {
				t.Errorf("%s in %s: the quote is not of the text", told.Story.Title, tr.Lang)
			}
		}
	}
}

func TestStoriesAreAFeedOfTheSameChoice(t *testing.T) {
	s := sampleShelf()
	site := storySite(t, s)
	at := slices.IndexFunc(s.all, func(r keepiton.StoryRevision) bool { return r.Story.Name != "" })
	st := &s.all[at].Story
	cc, harm := st.Places[0].Country, st.Harms[0]
	w := get(t, site, "/en/stories.atom?country="+cc)
	feed := w.Body.String()
	if w.Code != http.StatusOK || w.Header().Get("Content-Type") != "application/atom+xml" || !strings.Contains(feed, "/en/stories/"+string(st.ID)) {
		t.Fatalf("status %d, %v", w.Code, w.Header())
	}
	if !strings.Contains(feed, "https://keepiton.example/en/stories.atom?country="+cc) {
		t.Error("the feed does not name its own address with the filter")
	}
	_, text, quote, _, _ := st.In("en")
	if quote == "" || !strings.Contains(feed, strings.ReplaceAll(quote, "'", "&#39;")) && !strings.Contains(feed, quote) {
		t.Errorf("the feed lacks the quotation %q", quote)
	}
	if strings.Contains(feed, st.Name) || len(text) > 400 && strings.Contains(feed, text[len(text)-60:]) {
		t.Error("the feed hands out a name or the whole story, which no withdrawal reaches in a reader's program")
	}
	for path, listed := range map[string]bool{"/am/stories.atom": true, "/en/stories.atom?harm=" + harm: true, "/en/stories.atom?country=XC": false} {
		if got := strings.Contains(get(t, site, path).Body.String(), string(st.ID)); got != listed {
			t.Errorf("%s: listed %v, want %v", path, got, listed)
		}
	}
	if body := get(t, site, "/en/stories?country="+cc).Body.String(); !strings.Contains(body, `type="application/atom+xml" href="/en/stories.atom?country=`+cc) {
		t.Error("the list does not lead to its feed")
	}
	s.all[at].Story = keepiton.Story{ID: st.ID, State: keepiton.Withdrawn, Reason: "taken back by its teller", TakenBack: true}
	if body := get(t, storySite(t, s), "/en/stories.atom").Body.String(); strings.Contains(body, string(s.all[at].Story.ID)) || strings.Contains(body, quote) {
		t.Error("what its teller took back is in the feed still")
	}
}
