package desk_test

import (
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"

	"keepiton"
	"keepiton/geo"
	"keepiton/locale"
	"keepiton/locale/localetest"
)

// sameEverywhere are words of the desk that no language changes: names, codes and
// formats.
var sameEverywhere = regexp.MustCompile(`KeepItOn|KI[A-Z]-\d{4}-\d{4}|UTC|Org One|Access Now|WhatsApp|STOP|Signal|X twitter|\bana\b`)

func TestTheDeskSpeaksALanguageOfOneFile(t *testing.T) {
	localetest.Speak(t, "rtl")
	o := newOffice(t)
	b := o.hire("ana", keepiton.RoleAdmin, "")
	at, err := url.Parse(o.site.URL)
	if err != nil {
		t.Fatal(err)
	}
	b.client.Jar.SetCookies(at, []*http.Cookie{{Name: "keepiton_desk_lang", Value: localetest.Tag, Path: "/desk/"}})
	var names []string
	for _, c := range geo.Countries() {
		names = append(names, geo.Name(c.Code, "en"))
	}
	for _, l := range locale.Languages {
		names = append(names, l.Name)
	}
	slices.SortFunc(names, func(a, b string) int { return len(b) - len(a) })
	var pairs []string
	for _, name := range names {
		pairs = append(pairs, name, "")
	}
	tables := strings.NewReplacer(pairs...)
	seen := map[string]bool{}
	for _, path := range []string{
		"/desk/", "/desk/account", "/desk/people", "/desk/settings", "/desk/incidents", "/desk/incidents/new", "/desk/stories", "/desk/alerts", "/desk/questions", "/desk/unmapped", "/desk/pair",
		"/desk/campaign", "/desk/campaign/new?kind=organization", "/desk/campaign/new?kind=pledge", "/desk/campaign/new?kind=watch", "/desk/campaign/new?kind=petition", "/desk/campaign/new?kind=letter", "/desk/campaign/new?kind=statement", "/desk/nothing-here",
	} {
		b.get(path)
		if !strings.Contains(b.body, `<html lang="`+localetest.Tag+`" dir="rtl">`) {
			t.Errorf("%s: status %d, not in the made-up language", path, b.status)
		}
		for _, text := range localetest.Visible(t, b.body) {
			if rest := tables.Replace(sameEverywhere.ReplaceAllString(text, "")); localetest.Foreign(rest) && !seen[rest] {
				seen[rest] = true
				t.Errorf("%s says %q, which is in no message file", path, strings.TrimSpace(text))
			}
		}
	}
}
