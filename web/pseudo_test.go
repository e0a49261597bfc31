package web

import (
	"encoding/json"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"testing"

	"keepiton"
	"keepiton/export"
	"keepiton/geo"
	"keepiton/locale"
	"keepiton/locale/localetest"
	"keepiton/store"
)

// ownNames are words that are the same in every language.
var ownNames = regexp.MustCompile(`KeepItOn|CC BY|JSON Feed|BibTeX|UTC|stop-\d+|rows|events|pulse|[a-z]+://\S+|KI[A-Z]-\d{4}-\d{4}|\S+@\S+|key\.[a-z]+|[a-z.]+\.example(\.org)?\S*|curl|Python|age|GnuPG|Thunderbird|Kleopatra|OpenKeychain|Android|Signal|Skype|Viber|Grindr|SVG|PNG|PDF|ICS|Poedit|Weblate|urn:uuid:\S+|coalition|\blist\b|Access Now|Georgia Tech|IODA|intent-\d+|OONI Probe|Tor\b|STOP|IPv[46]|BGP|DNS|DPI|SNI|VPN`)

// names are the proper names that pages of the made-up world show: those that
// tables have, which come with CLDR, and those in the data.
func names(t *testing.T, data any) *strings.Replacer {
	t.Helper()
	var all []string
	for _, c := range append(geo.Countries(), madeUpCountries()...) {
		all = append(all, geo.Name(c.Code, "en"))
		for _, r := range geo.Regions(c.Code) {
			all = append(all, r.Name)
		}
	}
	for _, f := range export.Formats() {
		all = append(all, f.Name, strings.ToUpper(f.Name), formName(f.Suffix))
	}
	for suffix := range citations {
		all = append(all, strings.ToUpper(suffix))
	}
	for _, l := range locale.Languages {
		all = append(all, l.Name)
	}
	doc, err := json.Marshal(data)
	if err != nil {
		t.Fatal(err)
	}
	var any any
	if err := json.Unmarshal(doc, &any); err != nil {
		t.Fatal(err)
	}
	for _, text := range texts(any) {
		if strings.Contains(text, " ") {
			all = append(all, text) // a title, a reason
		}
		all = append(all, capital.FindAllString(text, -1)...)
	}
	slices.SortFunc(all, func(a, b string) int { return len(b) - len(a) })
	var pairs []string
	for _, name := range slices.Compact(all) {
		pairs = append(pairs, name, "")
	}
	return strings.NewReplacer(pairs...)
}

// texts lists the texts in a value of JSON.
func texts(v any) (out []string) {
	switch v := v.(type) {
	case string:
		out = append(out, v)
	case []any:
		for _, one := range v {
			out = append(out, texts(one)...)
		}
	case map[string]any:
		for _, one := range v {
			out = append(out, texts(one)...)
		}
	}
	return out
}

// capital finds words that begin with a capital: where data stand in a sentence of
// ours they are names.
var capital = regexp.MustCompile(`\b\p{Lu}[\p{L}’'-]{2,}`)

func madeUpCountries() (out []geo.Country) {
	for _, code := range []string{"XA", "XB", "XC", "XD", "XE", "XF", "XG", "XH"} {
		if c, ok := geo.ByCode(code); ok {
			out = append(out, c)
		}
	}
	return out
}

// speaksOnly reports each text of a page in the made-up language that stands in no
// message file.
func speaksOnly(t *testing.T, s http.Handler, names *strings.Replacer, path string, seen map[string]bool) {
	t.Helper()
	w := get(t, s, "/"+localetest.Tag+path)
	if w.Code == http.StatusMovedPermanently {
		return
	}
	if body := w.Body.String(); !strings.Contains(body, `<html lang="`+localetest.Tag+`"`) {
		t.Errorf("%s: status %d, not in the made-up language", path, w.Code)
	}
	for _, text := range localetest.Visible(t, w.Body.String()) {
		rest := names.Replace(ownNames.ReplaceAllString(text, ""))
		if localetest.Foreign(rest) && !seen[rest] {
			seen[rest] = true
			t.Errorf("%s says %q, which is in no message file", path, strings.TrimSpace(text))
		}
	}
}

func TestALanguageIsAddedByOneFile(t *testing.T) {
	pageAfterPage(t)
	for _, dir := range []string{"ltr", "rtl"} {
		t.Run(dir, func(t *testing.T) {
			localetest.Speak(t, dir)
			s, revs := sampleSite(t)
			known, seen := names(t, revs), map[string]bool{}
			for _, path := range paths(revs) {
				if strings.Contains(path, "q=") {
					continue // shows what was typed
				}
				speaksOnly(t, s, known, path, seen)
			}
			for _, path := range []string{"/years.svg", "/incidents.svg", "/trends.svg", "/countries/XG.svg", "/incidents.atom"} {
				for _, text := range localetest.Visible(t, get(t, s, "/"+localetest.Tag+path).Body.String()) {
					if rest := known.Replace(ownNames.ReplaceAllString(text, "")); localetest.Foreign(rest) && !seen[rest] {
						seen[rest] = true
						t.Errorf("%s says %q, which is in no message file", path, text)
					}
				}
			}
			if body := get(t, s, "/"+localetest.Tag+"/").Body.String(); !strings.Contains(body, `<html lang="`+localetest.Tag+`" dir="`+dir+`">`) {
				t.Errorf("the page does not run %s", dir)
			}
		})
	}
}

func TestTheCampaignSpeaksALanguageOfOneFile(t *testing.T) {
	pageAfterPage(t)
	localetest.Speak(t, "ltr")
	s, st := campaignSite(t)
	var all []keepiton.EntryRevision
	pages := []string{"/coalition", "/pledges", "/letters", "/petition", "/watch", "/watch?view=past", "/kit", "/alerts", "/alerts/webhook", "/languages"}
	for kind, page := range map[keepiton.EntryKind]string{keepiton.KindOrganization: "/coalition/", keepiton.KindPledge: "/pledges/", keepiton.KindWatch: "/watch/", keepiton.KindLetter: "/letters/", keepiton.KindPetition: "/petition/"} {
		list, err := st.ListEntries(t.Context(), store.EntryQuery{Kind: kind, Limit: 3})
		if err != nil {
			t.Fatal(err)
		}
		for _, rev := range list.Items {
			all = append(all, rev)
			pages = append(pages, page+string(rev.ID))
		}
	}
	known, seen := names(t, all), map[string]bool{}
	for _, path := range pages {
		speaksOnly(t, s, known, path, seen)
	}
}
