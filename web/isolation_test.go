package web

import (
	"net/http"
	"regexp"
	"strings"
	"testing"

	"keepiton/locale"
	"keepiton/locale/localetest"
)

// isolated is what the signs of Unicode keep apart (UAX 9, U+2066 to U+2069).
var isolated = regexp.MustCompile("[\u2066-\u2068][^\u2066-\u2069]*\u2069")

var latinWord = regexp.MustCompile(`[A-Za-z][A-Za-z.]*`)

// TestWhatOthersWroteDoesNotTurnAnArabicPageRound looks for words in Latin letters
// that stand in no element of their own direction and between no isolates: there a
// bracket or a full stop beside them jumps to the other end.
func TestWhatOthersWroteDoesNotTurnAnArabicPageRound(t *testing.T) {
	pageAfterPage(t)
	site, revs := sampleSite(t)
	all, seen, ours := paths(revs), map[string]bool{}, map[string]bool{}
	for _, m := range locale.Texts("ar") { // whoever translates chose these words' places
		for _, f := range m.Forms {
			for _, word := range latinWord.FindAllString(f.Own, -1) {
				ours[word] = true
			}
		}
	}
	look := func(s http.Handler, path string) {
		for _, text := range localetest.Visible(t, get(t, s, "/ar"+path).Body.String()) {
			rest := text
			for isolated.MatchString(rest) {
				rest = isolated.ReplaceAllString(rest, "")
			}
			rest = latinWord.ReplaceAllStringFunc(ownNames.ReplaceAllString(strings.ReplaceAll(rest, "report.age", ""), ""), func(word string) string {
				if ours[word] {
					return ""
				}
				return word
			})
			if localetest.Foreign(rest) && strings.ContainsFunc(rest, arabic) && !seen[rest] {
				seen[rest] = true
				t.Errorf("%s: %q", path, text)
			}
		}
	}
	for _, path := range all {
		look(site, path)
	}
	campaign, _ := campaignSite(t)
	for _, path := range []string{"/coalition", "/pledges", "/letters", "/petition", "/watch", "/stories", "/countries/XG"} {
		look(campaign, path)
	}
}

func arabic(r rune) bool { return r >= 0x0620 && r <= 0x064A }
