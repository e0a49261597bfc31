package web

import (
	"net/url"
	"strings"
	"testing"

	"keepiton"
)

// TestSearchFindsWordsAsPeopleSpellThem asks lists of the campaign for words with
// and without the Arabic article and harakat, and with the letters that sound alike
// in Amharic (notes/publication.md 5.4, 5.5).
func TestSearchFindsWordsAsPeopleSpellThem(t *testing.T) {
	s, st := campaignSite(t)
	election, _ := entryWith(t, st, keepiton.KindWatch, func(w *keepiton.Watch) bool { return strings.Contains(w.Title["am"], "የአራንዳ") })
	exams, _ := entryWith(t, st, keepiton.KindWatch, func(w *keepiton.Watch) bool { return strings.Contains(w.Title["ar"], "امتحانات") })
	noor, _ := entryWith(t, st, keepiton.KindOrganization, func(o *keepiton.Organization) bool { return strings.Contains(o.Name, "نور") })
	rights, _ := entryWith(t, st, keepiton.KindOrganization, func(o *keepiton.Organization) bool { return strings.Contains(o.Name, "የመረጃ") })
	for _, c := range []struct{ page, words, want string }{
		{"/ar/coalition", "نور", string(noor)},
		{"/ar/coalition", "النور", string(noor)},
		{"/ar/coalition", "نُور لِلحُقوق", string(noor)},
		{"/ar/coalition", "مركـز الرقميه", string(noor)},
		{"/am/coalition", "የመረጃ መብት", string(rights)},
		{"/am/coalition", "ማዕከል", string(rights)},
		{"/am/coalition", "ማእከል", string(rights)},
		{"/am/watch", "የአራንዳ", string(election)},
		{"/am/watch", "የዐራንዳ", string(election)},
		{"/ar/watch", "الامتحانات", string(exams)},
		{"/ar/watch", "إمتحانات", string(exams)},
	} {
		if body := get(t, s, c.page+"?q="+url.QueryEscape(c.words)).Body.String(); !strings.Contains(body, c.want) {
			t.Errorf("%s?q=%s does not find %s", c.page, c.words, c.want)
		}
	}
	if body := get(t, s, "/ar/coalition?q="+url.QueryEscape("الصباح")).Body.String(); strings.Contains(body, string(noor)) {
		t.Error("words that are not there are found")
	}
}
