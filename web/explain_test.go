package web

import (
	"encoding/json"
	"encoding/xml"
	"io"
	"net/http"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"keepiton/chart"
	"keepiton/locale"
)

// explainSite is the made-up world with its stories and its campaign.
func explainSite(t *testing.T) *Server {
	t.Helper()
	s, _ := campaignSite(t)
	shelf := sampleShelf()
	s.opt.Stories, s.opt.Media = shelf, shelf
	return s
}

func TestPagesThatExplainWeighAtMost13000Bytes(t *testing.T) {
	s := explainSite(t)
	var all []string
	for _, p := range explainOrder {
		all = append(all, p.path)
	}
	weigh(t, s, all)
}

// messageKeys lists the messages, which are the same in every language.
func messageKeys(t *testing.T) (keys []string) {
	t.Helper()
	file, err := os.ReadFile("../locale/messages/en.json")
	if err != nil {
		t.Fatal(err)
	}
	var all map[string]any
	if err := json.Unmarshal(file, &all); err != nil {
		t.Fatal(err)
	}
	for key := range all {
		keys = append(keys, key)
	}
	slices.Sort(keys)
	return keys
}

// anchor finds what a link may lead to within a page.
var anchor = regexp.MustCompile(` id="([^"]+)"`)

func TestPagesThatExplainLeadNowhereInVain(t *testing.T) {
	s := explainSite(t)
	href := regexp.MustCompile(`href="([^"]*)"`)
	for _, l := range []locale.Language{locale.For("en").Lang(), locale.For("ar").Lang()} {
		known := map[string][]string{} // anchors, by page
		open := func(path string) []string {
			ids, seen := known[path]
			if !seen {
				w := get(t, s, path)
				if w.Code != http.StatusOK {
					t.Errorf("%s: status %d", path, w.Code)
				}
				for _, m := range anchor.FindAllStringSubmatch(w.Body.String(), -1) {
					ids = append(ids, m[1])
				}
				known[path] = ids
			}
			return ids
		}
		for _, p := range explainOrder {
			here := "/" + l.Tag + p.path
			open(here)
			for _, m := range href.FindAllStringSubmatch(get(t, s, here).Body.String(), -1) {
				to := strings.ReplaceAll(m[1], "&amp;", "&")
				path, id, found := strings.Cut(to, "#")
				if path == "" {
					path = here
				}
				if !strings.HasPrefix(path, "/"+l.Tag+"/") {
					continue
				}
				if ids := open(path); found && !slices.Contains(ids, id) {
					t.Errorf("%s: %s leads to nothing on its page", here, to)
				}
			}
		}
	}
}

// TestTranslationsLeadWhereTheEnglishDoes lets the links of two languages stand for
// those of all.
func TestTranslationsLeadWhereTheEnglishDoes(t *testing.T) {
	target := regexp.MustCompile(`\]\([^)]*\)|\[\^[^\]]*\]`)
	for _, key := range messageKeys(t) {
		want := target.FindAllString(locale.For("en").T(key), -1)
		slices.Sort(want)
		for _, l := range locale.Languages {
			got := target.FindAllString(locale.For(l.Tag).T(key), -1)
			if slices.Sort(got); !slices.Equal(got, want) {
				t.Errorf("%s: %s leads to %v, in English to %v", l.Tag, key, got, want)
			}
		}
	}
}

// TestEveryMessageThatExplainsIsShown fails for a paragraph behind a gap in the
// numbering, and for a section that no page has.
func TestEveryMessageThatExplainsIsShown(t *testing.T) {
	pageAfterPage(t)
	s := explainSite(t)
	digits := regexp.MustCompile(`\.\d+$`)
	for _, l := range locale.Languages {
		p := locale.For(l.Tag)
		var all strings.Builder
		for _, e := range explainOrder {
			all.WriteString(get(t, s, "/"+l.Tag+e.path).Body.String())
		}
		shown := bare(all.String())
		w := &prose{visit: &visit{p: p}, has: func(string) bool { return false }}
		for _, key := range messageKeys(t) {
			name, _, _ := strings.Cut(strings.TrimPrefix(key, "page."), ".")
			paragraph := strings.HasPrefix(key, "page.") && digits.MatchString(key) && (explained[name] != nil)
			if !paragraph && !strings.HasPrefix(key, "term.") && !strings.HasPrefix(key, "scene.") {
				continue
			}
			if want := bare(string(w.Say(key))); !strings.Contains(shown, want) {
				t.Errorf("%s: no page says %s: %s", l.Tag, key, want)
			}
		}
	}
}

// tag is markup.
var tag = regexp.MustCompile(`<[^>]*>`)

// bare is a text without markup, and without the marks of sources, which count
// anew on each page.
func bare(html string) string {
	return tag.ReplaceAllString(regexp.MustCompile(`<sup>.*?</sup>`).ReplaceAllString(html, ""), "")
}

func TestEverySceneIsShownAndDescribed(t *testing.T) {
	var shown []string
	for _, parts := range explained {
		for _, p := range parts {
			if p.scene != "" {
				shown = append(shown, p.scene)
			}
		}
	}
	slices.Sort(shown)
	if all := chart.Scenes(); !slices.Equal(shown, all) {
		t.Errorf("shown are %v, drawn are %v", shown, all)
	}
	s := explainSite(t)
	for _, l := range locale.Languages {
		p := locale.For(l.Tag)
		for _, page := range []string{"/what/kinds", "/what/techniques"} {
			body := get(t, s, "/"+l.Tag+page).Body.String()
			for svg := range strings.SplitSeq(body, "<svg") {
				if !strings.Contains(svg, "</svg>") {
					continue
				}
				if !strings.Contains(svg, "<title") || !strings.Contains(svg, "<desc") {
					t.Errorf("%s: a drawing without title or description: %.80s", l.Tag, svg)
				}
			}
		}
		for _, name := range shown {
			if !p.Has("scene." + name) {
				t.Errorf("%s: scene %s has no description", l.Tag, name)
			}
		}
	}
}

func TestEverySourceThatIsCitedStandsBelow(t *testing.T) {
	s := explainSite(t)
	cited := map[string]bool{}
	mark := regexp.MustCompile(`\[\^([^\]]*)\]`)
	for _, l := range locale.Languages {
		for _, key := range messageKeys(t) {
			for _, m := range mark.FindAllStringSubmatch(locale.For(l.Tag).T(key), -1) {
				if cited[m[1]] = true; works[m[1]].Title == "" {
					t.Errorf("%s: %s cites %q, which is no source", l.Tag, key, m[1])
				}
			}
		}
	}
	for name := range works {
		if !cited[name] {
			t.Errorf("no message cites %s", name)
		}
	}
	body := get(t, s, "/en/why").Body.String()
	for _, name := range []string{"destination", "oecd", "cipesa"} {
		if !strings.Contains(body, works[name].URL) {
			t.Errorf("/en/why does not name %s", name)
		}
	}
}

func TestTheGlossaryIsSortedAsItsLanguageIs(t *testing.T) {
	s := explainSite(t)
	word := regexp.MustCompile(`<dfn>([^<]*)</dfn>`)
	for _, l := range locale.Languages {
		var words []string
		for _, m := range word.FindAllStringSubmatch(get(t, s, "/"+l.Tag+"/glossary").Body.String(), -1) {
			words = append(words, m[1])
		}
		if len(words) != len(terms) {
			t.Errorf("%s: %d words of %d", l.Tag, len(words), len(terms))
		}
		if !slices.IsSortedFunc(words, func(a, b string) int { return locale.Compare(l.Tag, a, b) }) {
			t.Errorf("%s: %v", l.Tag, words)
		}
		seen := slices.Clone(words)
		slices.Sort(seen)
		if len(slices.Compact(seen)) != len(words) {
			t.Errorf("%s: a word stands twice: %v", l.Tag, seen)
		}
	}
}

func TestPagesThatExplainSayWhatTheyAreToThoseWhoShareThem(t *testing.T) {
	s := explainSite(t)
	for _, p := range explainOrder {
		body := get(t, s, "/fr"+p.path).Body.String()
		for _, want := range []string{`<meta property="og:title"`, `<meta property="og:description"`, `id="sentence"`} {
			if strings.Count(body, want) != 1 {
				t.Errorf("%s: %d times %s", p.path, strings.Count(body, want), want)
			}
		}
		dec := xml.NewDecoder(strings.NewReader(body))
		dec.Strict, dec.AutoClose, dec.Entity = false, xml.HTMLAutoClose, xml.HTMLEntity
		for {
			if _, err := dec.Token(); err == io.EOF {
				break
			} else if err != nil {
				t.Errorf("%s: %v", p.path, err)
				break
			}
		}
	}
}
