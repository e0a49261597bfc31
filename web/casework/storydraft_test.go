package casework_test

import (
	"net/url"
	"regexp"
	"strings"
	"testing"

	"keepiton"
	"keepiton/intake"
	"keepiton/store"
)

var drafted = regexp.MustCompile(`/desk/stories/(KIS-[0-9]+-[0-9]+)`)

func (w *world) tell(text string, c keepiton.Consent, picture []byte) string {
	w.Helper()
	s, err := w.server.Begin(w.Context(), intake.Pass{Lane: keepiton.LaneOpen})
	w.must(err)
	defer s.Cancel()
	if picture != nil {
		f, err := s.File("IMG_private.png", "image/png")
		w.must(err)
		_, err = f.Write(picture)
		w.must(err)
	}
	at, err := keepiton.ParseMoment("2026-11-24T06:12Z")
	w.must(err)
	_, err = s.Finish(&keepiton.Report{
		Kind: keepiton.ReportStory, Country: "ET", Place: "Kebele 14, behind the mill", Lang: "en", Began: keepiton.When{At: at},
		Story: &keepiton.StoryWords{Title: "Guard duty", Text: keepiton.Private(text), Harms: []string{"safety"}}, Consent: c,
	}, keepiton.OpenFields{})
	w.must(err)
	_, page := w.post("/desk/reports/open", url.Values{})
	for _, m := range reportLink.FindAllStringSubmatch(page, -1) {
		if strings.Contains(w.get(m[1]), text) {
			return m[1]
		}
	}
	w.Fatal("the report is not in the queue")
	return ""
}

// TestAStoryIsDraftedAsItsTellerAllows is the analyst's side of consent.
func TestAStoryIsDraftedAsItsTellerAllows(t *testing.T) {
	w := newWorld(t)
	at := w.tell("We stood guard all night. Nobody could call.", keepiton.Consent{Publish: true, Media: true, Press: true, Naming: keepiton.NamedRolePlace, Name: "a shopkeeper"}, screenshot(t))
	w.post(at+"/files/1/exhibit", url.Values{"do": {"public"}, "boxes": {"1 10 10 50 30"}, "alt": {"a closed gate"}})
	page := w.get(at + "/story")
	for _, want := range []string{"As it was told", "Kebele 14", "Guard duty", `value="a shopkeeper"`, `value="2026-11"`, "a closed gate", `name="named" value="role_place" checked`} {
		if !strings.Contains(page, want) {
			t.Errorf("the page lacks %q", want)
		}
	}
	_, form, _ := strings.Cut(page, "<form method=\"post\" action=\""+at)
	if strings.Contains(form, "Kebele") || strings.Contains(form, `name="named" value="name"`) || strings.Contains(form, `value="court"`) {
		t.Error("the form offers more than was allowed, or the place in its words")
	}
	sum := regexp.MustCompile(`name="m_show0" value="([0-9a-f]{64})"`).FindStringSubmatch(page)
	if sum == nil {
		t.Fatal("the picture is not offered")
	}
	fields := url.Values{
		"lang": {"en"}, "title": {"Guard duty"}, "text": {"We stood guard all night. Nobody could call."}, "quote": {"Nobody could call."}, "harm": {"safety"}, "country": {"ET"}, "when": {"2026-11"},
		"named": {"role_place"}, "name": {"a shopkeeper"}, "use": {"press"}, "m_show0": {sum[1]}, "m_alt0": {"a closed gate"},
		"t_lang0": {"am"}, "t_title0": {"ጥበቃ"}, "t_text0": {"ሌሊቱን ሙሉ ጠበቅን።"}, "t_machine0": {"1"},
	}
	with := func(name, value string) url.Values {
		f := url.Values{}
		for k, v := range fields {
			f[k] = v
		}
		f.Set(name, value)
		return f
	}
	if rec := w.do("POST", at+"/story", with("named", "name")); rec.Code != 403 || !strings.Contains(rec.Body.String(), "Nobody could call.") {
		t.Errorf("a name that was not allowed: %d", rec.Code)
	}
	for name, value := range map[string]string{"quote": "words nobody said", "when": "2026-11-24T06:12Z", "country": "ZZ", "m_alt0": ""} {
		if rec := w.do("POST", at+"/story", with(name, value)); rec.Code != 422 || !strings.Contains(rec.Body.String(), "findings") {
			t.Errorf("%s %q: %d", name, value, rec.Code)
		}
	}
	if all, err := w.record.ListStories(t.Context(), store.StoryQuery{States: keepiton.States}); err != nil || all.Total != 0 {
		t.Fatalf("a refused draft was stored: %d, %v", all.Total, err)
	}
	where, page := w.post(at+"/story", fields)
	id := drafted.FindStringSubmatch(page)
	if !strings.HasPrefix(where, at) || id == nil {
		t.Fatalf("%s: no story is named", where)
	}
	rev, err := w.record.Story(t.Context(), keepiton.StoryID(id[1]))
	w.must(err)
	st := rev.Story
	if st.State != keepiton.Draft || len(st.Basis) != 1 || !strings.HasSuffix(at, string(st.Basis[0])) || st.Media[0].SHA256 != sum[1] || st.Uses[0] != "press" || st.Places[0].Words != "" || !st.Translations[0].Machine {
		t.Errorf("stored %+v", st)
	}
	if m, err := w.record.Media(t.Context(), sum[1]); err != nil || len(m.Subjects) != 1 || m.Subjects[0] != id[1] {
		t.Errorf("its picture: %+v, %v", m.Subjects, err)
	}
	if rec := w.do("POST", at+"/story", fields); rec.Code != 409 {
		t.Errorf("a second draft from one report: %d", rec.Code)
	}
}

func TestNoStoryIsDraftedWithoutConsent(t *testing.T) {
	w := newWorld(t)
	at := w.tell("Nothing of this may be shown.", keepiton.Consent{Press: true}, nil)
	if page := w.get(at + "/story"); !strings.Contains(page, "did not allow") || strings.Contains(page, `name="text"`) {
		t.Error("a form is offered")
	}
	if rec := w.do("POST", at+"/story", url.Values{"lang": {"en"}, "title": {"x"}, "text": {"x"}}); rec.Code != 403 {
		t.Errorf("sent without a form: %d", rec.Code)
	}
	// Words, but no pictures and no name.
	at = w.tell("The words alone.", keepiton.Consent{Publish: true}, screenshot(t))
	w.post(at+"/files/1/exhibit", url.Values{"do": {"public"}, "boxes": {""}, "alt": {"a gate"}})
	page := w.get(at + "/story")
	if strings.Contains(page, "m_show0") || strings.Contains(page, `name="named" value="role_place"`) || strings.Contains(page, `name="use"`) {
		t.Error("pictures, naming or uses are offered")
	}
	w.post(at+"/story", url.Values{"lang": {"en"}, "title": {"x"}, "text": {"The words alone."}, "named": {""}, "m_show0": {strings.Repeat("0", 64)}, "use": {""}})
	all, err := w.record.ListStories(t.Context(), store.StoryQuery{States: keepiton.States})
	if err != nil || all.Total != 1 || len(all.Items[0].Story.Media) != 0 {
		t.Errorf("stored %+v, %v", all.Items, err)
	}
}
