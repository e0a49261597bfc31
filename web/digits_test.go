package web

import (
	"net/http"
	"strings"
	"testing"

	"keepiton"
	"keepiton/locale"
	"keepiton/locale/localetest"
)

func TestEveryFigureOfAnArabicPageFollowsTheSwitch(t *testing.T) {
	pageAfterPage(t)
	s, revs := sampleSite(t)
	all, seen := paths(revs), map[string]bool{}
	figuresFollow(t, s, all, seen)
	campaign, st := campaignSite(t)
	election, _ := entryWith(t, st, keepiton.KindWatch, func(w *keepiton.Watch) bool { return w.Country == "XG" })
	figuresFollow(t, campaign, []string{"/coalition", "/pledges", "/letters", "/petition", "/watch", "/watch?view=past", "/watch/" + string(election)}, seen)
}

func figuresFollow(t *testing.T, s http.Handler, paths []string, seen map[string]bool) {
	t.Helper()
	for _, path := range paths {
		sep := "?"
		if strings.Contains(path, "?") {
			sep = "&"
		}
		w := get(t, s, "/ar"+path+sep+"digits=arab")
		if w.Code != http.StatusOK {
			continue
		}
		p := locale.For("ar").Digits("arab")
		for _, text := range localetest.Visible(t, w.Body.String()) {
			if shaped := p.Figures(text); shaped != text && !seen[text] && !strings.HasSuffix(text, " 0123") {
				seen[text] = true
				t.Errorf("%s: %q", path, strings.TrimSpace(text))
			}
		}
	}
}

func TestDigitsAreCarriedByLinksAndLeaveFilesAlone(t *testing.T) {
	s, _ := sampleSite(t)
	page := get(t, s, "/ar/incidents?digits=arab").Body.String()
	for _, want := range []string{`href="/ar/about?digits=arab"`, `href="/ar/incidents.csv"`, `href="/ar/incidents.svg?digits=arab"`, `href="/fr/incidents"`, `href="/ar/incidents"`, `<input type="hidden" name="digits" value="arab">`} {
		if !strings.Contains(page, want) {
			t.Errorf("the page has no %s", want)
		}
	}
	if body := get(t, s, "/ar/incidents").Body.String(); strings.Contains(body, "digits=arab\"") != true || strings.ContainsAny(strings.Join(localetest.Visible(t, strings.ReplaceAll(body, "٠١٢٣", "")), ""), "٠١٢٣٤٥٦٧٨٩") {
		t.Error("without the switch the page has Latin digits, and the switch")
	}
	for _, suffix := range []string{"csv", "json", "txt"} {
		if a, b := get(t, s, "/ar/years."+suffix+"?digits=arab").Body.String(), get(t, s, "/ar/years."+suffix).Body.String(); a != b {
			t.Errorf("years.%s follows the switch", suffix)
		}
	}
	if svg := get(t, s, "/ar/years.svg?digits=arab").Body.String(); !strings.ContainsAny(svg, "٠١٢٣") {
		t.Error("a drawing does not follow the switch")
	}
	for path, headers := range map[string]string{"/": "ar-EG,en;q=0.5", "/years/2025": "ar-SD"} {
		if to := get(t, s, path, "Accept-Language", headers).Header().Get("Location"); !strings.HasPrefix(to, "/ar"+path) || !strings.HasSuffix(to, "?digits=arab") {
			t.Errorf("%s leads a reader of %s to %s", path, headers, to)
		}
	}
	if to := get(t, s, "/", "Accept-Language", "ar-MA").Header().Get("Location"); to != "/ar/" {
		t.Errorf("a reader in Morocco is led to %s", to)
	}
	if body := get(t, s, "/am/?digits=arab").Body.String(); strings.Contains(body, "digits=") {
		t.Error("Amharic has a switch for Arabic digits")
	}
}

func TestArabicPagesKeepTheirWeightInBothDigits(t *testing.T) {
	pageAfterPage(t)
	s, revs := sampleSite(t)
	var with []string
	for _, path := range paths(revs) {
		if !strings.Contains(path, "?") {
			with = append(with, path+"?digits=arab")
		}
	}
	weighIn(t, s, []string{"ar"}, with)
}
