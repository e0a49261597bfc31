package web

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"

	"keepiton/locale"
)

func TestTheSiteSaysHowMuchOfALanguageSomebodyRead(t *testing.T) {
	s, _ := sampleSite(t)
	for _, lang := range locale.Languages {
		body := get(t, s, "/"+lang.Tag+"/languages").Body.String()
		for _, other := range locale.Languages {
			if !strings.Contains(body, `href="/`+lang.Tag+`/languages/`+other.Tag+`"`) {
				t.Errorf("%s: no way to the messages of %s", lang.Tag, other.Tag)
			}
			c := locale.CompletenessOf(other.Tag)
			if other.Tag != "en" && !strings.Contains(body, `<td class="n">`+locale.For(lang.Tag).Number(c.Machine())+`</td>`) {
				t.Errorf("%s: does not say how many messages of %s a machine made", lang.Tag, other.Tag)
			}
		}
		for _, path := range []string{"/", "/about", "/years/2025", "/report"} {
			if !strings.Contains(get(t, s, "/"+lang.Tag+path).Body.String(), `href="/`+lang.Tag+`/languages"`) {
				t.Errorf("/%s%s does not lead to the languages", lang.Tag, path)
			}
		}
	}
	var doc struct {
		Languages []struct{ Messages, Machine, Reviewed int }
	}
	if err := json.Unmarshal(get(t, s, "/en/languages.json").Body.Bytes(), &doc); err != nil || len(doc.Languages) != len(locale.Languages) || doc.Languages[0].Machine != 0 || doc.Languages[1].Machine+doc.Languages[1].Reviewed == 0 {
		t.Errorf("languages.json: %+v, %v", doc, err)
	}
}

func TestATranslatorSeesEachMessageInItsPlace(t *testing.T) {
	pageAfterPage(t)
	s, _ := sampleSite(t)
	seen, pages := 0, 0
	for next := "/en/languages/ar"; next != ""; pages++ {
		body := get(t, s, next).Body.String()
		seen += strings.Count(body, `<section id="`)
		_, after, more := strings.Cut(body, `<a rel="next" href="`)
		next, _, _ = strings.Cut(after, `"`)
		if !more {
			break
		}
	}
	if want := locale.CompletenessOf("ar").Messages; seen != want {
		t.Errorf("%d pages show %d messages of %d", pages, seen, want)
	}
	one := get(t, s, "/fr/languages/ar?q=page.home.dark.text").Body.String()
	for _, want := range []string{`<code dir="ltr">few</code>`, `3, 4, 5, 6 …`, `<td lang="ar" dir="rtl">`, `<td lang="en" dir="ltr">`, `href="/ar/?message=page.home.dark.text#message"`} {
		if !strings.Contains(one, want) {
			t.Errorf("the message's entry has no %s", want)
		}
	}
	if body := get(t, s, "/en/languages/ar?q=%D9%82%D9%8E%D8%B7%D8%B9&area=nav&state=machine").Body.String(); !strings.Contains(body, `id="nav.`) || strings.Contains(body, `id="page.`) {
		t.Error("search, part and state do not narrow the list together")
	}
	for _, lang := range []string{"ar", "am", "fr"} {
		weigh(t, s, []string{"/languages", "/languages/" + lang, "/languages/" + lang + "?area=page", "/languages/" + lang + "?area=casework", "/languages/" + lang + "?area=entry", "/languages/" + lang + "?area=rule", "/languages/" + lang + "?area=field"})
	}
}

func TestAMessageIsPointedOutOnThePage(t *testing.T) {
	pageAfterPage(t)
	s, _ := sampleSite(t)
	w := get(t, s, "/ar/?message=nav.report")
	body := w.Body.String()
	if !strings.Contains(body, `<mark id="message">`+locale.For("ar").T("nav.report")+`</mark>`) || strings.Contains(body, locale.PointStart) {
		t.Error("the message is not marked where it stands")
	}
	if w.Header().Get("X-Robots-Tag") != "noindex" || w.Header().Get("Cache-Control") != "no-store" {
		t.Errorf("a marked page may be kept: %v", w.Header())
	}
	if !strings.Contains(body, `href="/ar/languages/ar?q=nav.report"`) {
		t.Error("no way back to the message")
	}
	title := get(t, s, "/en/about?message=page.about.title").Body.String()
	if !strings.Contains(title, "<title>About this record · KeepItOn</title>") || !strings.Contains(title, `<h1><mark id="message">About this record</mark></h1>`) {
		t.Error("a title that shows twice is not whole")
	}
	for _, bad := range []string{"no.such", `%3Cscript%3Ealert(1)%3C/script%3E`, `nav.report%22onclick`} {
		if w := get(t, s, "/en/about?message="+bad); w.Code != http.StatusNotFound || strings.Contains(w.Body.String(), "alert(1)") || strings.Contains(w.Body.String(), `"onclick`) {
			t.Errorf("message=%s: status %d", bad, w.Code)
		}
	}
	// Every page that the index names has the message, and stays whole.
	v := &visit{ctx: t.Context(), today: testNow}
	where, wrong, asked := s.whereShown(v), 0, 0
	for key, paths := range where.at {
		if asked++; asked%23 != 0 { // each takes some milliseconds
			continue
		}
		body := get(t, s, "/en"+paths[0]+"?message="+key).Body.String()
		if !strings.Contains(body, `<div class="band" role="note"><p class="w"><a href="/en/languages/en?q=`) || strings.Contains(body, locale.PointStart) || strings.Contains(body, "%EE%82") || !strings.HasSuffix(strings.TrimSpace(body), "</html>") {
			wrong++
			t.Errorf("%s?message=%s is broken", paths[0], key)
		}
	}
	if len(where.at) < 500 {
		t.Errorf("the pages show %d messages: are they read?", len(where.at))
	}
	t.Logf("%d messages are shown by pages, %d broken", len(where.at), wrong)
}

func TestALanguageIsHandedOutAsAFile(t *testing.T) {
	s, _ := sampleSite(t)
	for _, suffix := range []string{"po", "csv", "json"} {
		w := get(t, s, "/en/languages/am."+suffix)
		if back, err := locale.ReadReturned("am."+suffix, w.Body.Bytes()); err != nil || len(back) < locale.CompletenessOf("am").Messages {
			t.Errorf("am.%s: %d texts, %v", suffix, len(back), err)
		}
		if got := w.Header().Get("Content-Disposition"); got != `attachment; filename="keepiton-am.`+suffix+`"` {
			t.Errorf("am.%s: %s", suffix, got)
		}
	}
	if w := get(t, s, "/en/languages/xx"); w.Code != http.StatusNotFound {
		t.Errorf("an unknown language: status %d", w.Code)
	}
}
