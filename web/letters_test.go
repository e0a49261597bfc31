package web

import (
	"encoding/json"
	"html"
	"strings"
	"testing"

	"keepiton"
	"keepiton/locale"
)

func TestLettersAreReadInEveryLanguage(t *testing.T) {
	s, st := campaignSite(t)
	id, l := entryWith(t, st, keepiton.KindLetter, func(l *keepiton.Letter) bool { return len(l.Signers) > 0 })
	for _, lang := range locale.Languages {
		list, page := get(t, s, "/"+lang.Tag+"/letters"), get(t, s, "/"+lang.Tag+"/letters/"+string(id))
		if list.Code != 200 || page.Code != 200 {
			t.Fatalf("%s: the list answers %d, the letter %d", lang.Tag, list.Code, page.Code)
		}
		title, _ := l.Title.In(lang.Tag)
		text, in := l.Body.In(lang.Tag)
		body := html.UnescapeString(page.Body.String())
		last := text[strings.LastIndex(text, "\n\n")+2:]
		for _, want := range []string{title, last, l.Signers[0], l.Signers[1]} {
			if !strings.Contains(body, want) {
				t.Errorf("%s: the letter does not say %q", lang.Tag, want)
			}
		}
		notice := locale.For(lang.Tag).T("page.letter.original", "Language", languageName(in))
		if strings.Contains(body, notice) != (in != lang.Tag) {
			t.Errorf("%s: the letter stands in %s; the notice of that: %v", lang.Tag, in, in == lang.Tag)
		}
		if !strings.Contains(html.UnescapeString(list.Body.String()), title) {
			t.Errorf("%s: the list does not have %q", lang.Tag, title)
		}
		for _, missing := range []string{"page.letter", "entry.letter", "nav.letters"} {
			if strings.Contains(list.Body.String()+body, missing) {
				t.Errorf("%s: a message %s… is missing", lang.Tag, missing)
			}
		}
	}
}

func TestALetterLeadsToItsTranslationsAndWhatItIsAbout(t *testing.T) {
	s, st := campaignSite(t)
	id, l := entryWith(t, st, keepiton.KindLetter, func(l *keepiton.Letter) bool { return l.Watch != "" })
	body := get(t, s, "/es/letters/"+string(id)).Body.String()
	for _, want := range []string{
		`href="/am/letters/` + string(id) + `"`, `href="/fr/letters/` + string(id) + `"`,
		"/es/incidents/" + string(l.Incidents[0]), "/es/watch/" + string(l.Watch), "/es/countries/XG",
	} {
		if !strings.Contains(body, want) {
			t.Errorf("no %s", want)
		}
	}
	if strings.Contains(body, `hreflang="ca"`) {
		t.Error("a translation is offered that is not there")
	}
}

func TestALetterAsTextAndJSON(t *testing.T) {
	s, st := campaignSite(t)
	id, l := entryWith(t, st, keepiton.KindLetter, func(l *keepiton.Letter) bool { return len(l.Signers) > 0 })
	text := get(t, s, "/fr/letters/"+string(id)+".txt")
	if got := text.Header().Get("Content-Type"); text.Code != 200 || !strings.HasPrefix(got, "text/plain") {
		t.Fatalf("%d, %s", text.Code, got)
	}
	for _, want := range []string{l.Title["fr"], l.To["fr"], l.Body["fr"], l.Signers[1], string(id)} {
		if !strings.Contains(text.Body.String(), want) {
			t.Errorf("the text lacks %q", want)
		}
	}
	var doc struct {
		Letters []struct {
			ID      keepiton.EntryID  `json:"id"`
			Body    map[string]string `json:"body"`
			Signers []string          `json:"signers"`
		} `json:"letters"`
	}
	if err := json.Unmarshal(get(t, s, "/en/letters.json?country=XB").Body.Bytes(), &doc); err != nil || len(doc.Letters) != 1 || doc.Letters[0].ID != id || doc.Letters[0].Body["fr"] != l.Body["fr"] || len(doc.Letters[0].Signers) != 2 {
		t.Errorf("%v, %+v", err, doc)
	}
	for _, path := range []string{"/en/letters/KIL-2026-9999", "/en/letters/KIP-2026-0001"} {
		if w := get(t, s, path); w.Code != 404 {
			t.Errorf("%s: %d", path, w.Code)
		}
	}
}

func TestPagesOfLettersWeighAtMost13000Bytes(t *testing.T) {
	s, st := campaignSite(t)
	weigh(t, s, append(entryPaths(t, st, keepiton.KindLetter), "/letters"))
}
