package web

import (
	"log/slog"
	"net/http"
	"net/http/httptest"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"keepiton"
	"keepiton/intake/intaketest"
	"keepiton/locale"
	"keepiton/sample"
	"keepiton/seal"
)

// testNow is a moment in the middle of a year.
var testNow = time.Date(2026, 7, 15, 12, 0, 0, 0, time.UTC)

// sampleSite serves the made-up world.
func sampleSite(t testing.TB) (*Server, []keepiton.Revision) {
	t.Helper()
	revs, desk := sample.World(testNow), intaketest.New(t)
	record := newMemory(revs)
	s, err := New(Options{Record: record, Signals: sampleBoard(t, record), Now: func() time.Time { return testNow }, Sample: true, BaseURL: "https://keepiton.example", Log: slog.New(slog.NewTextHandler(t.Output(), nil)), Intake: desk.Intake, Recipients: func() (*seal.Recipients, error) { return desk.Campaign.Recipients, nil }})
	if err != nil {
		t.Fatal(err)
	}
	return s, revs
}

func get(t testing.TB, s http.Handler, path string, headers ...string) *httptest.ResponseRecorder {
	t.Helper()
	r := httptest.NewRequest(http.MethodGet, path, nil)
	for i := 0; i+1 < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
	}
	w := httptest.NewRecorder()
	s.ServeHTTP(w, r)
	return w
}

// paths lists one address of every page, and one of every kind of incident.
func paths(revs []keepiton.Revision) []string {
	out := []string{
		"/", "/incidents", "/incidents?cause=protests&sort=start", "/incidents?q=nothing+at+all+fits", "/countries", "/countries/FR", "/years", "/years/2025", "/years/2026",
		"/trends", "/trends?by=extent&rule=events", "/corrections", "/corrections?from=2020-01-01&to=2026-07-01", "/methodology", "/data", "/codebook", "/what", "/what/kinds", "/what/techniques", "/what/fault", "/why?as_of=2024-01-01", "/prepare", "/during", "/after", "/glossary", "/about", "/help", "/report", "/receipt", "/report/sealed", "/stories", "/stories/share", "/coalition/join", "/key", "/signals", "/signals?state=insufficient", "/signals?from=2026-07-01&to=2026-07-05&country=XA", "/feeds", "/countries/XG/charts", "/countries/FR/charts",
		"/?as_of=2025-01-01", "/incidents?as_of=2025-06-01", "/years?as_of=2025-01-01&rule=stop-2023",
	}
	seen := map[keepiton.IncidentID]bool{}
	for _, r := range revs {
		if !r.Incident.State.Public() || r.Incident.State == keepiton.Merged {
			continue
		}
		id := string(r.Incident.ID)
		if !seen[r.Incident.ID] {
			out = append(out, "/incidents/"+id, "/incidents/"+id+"/charts", "/incidents/"+id+"/revisions", "/incidents/"+id+"/rows")
			for _, cc := range r.Incident.Countries() {
				if path := "/countries/" + cc; !slices.Contains(out, path) {
					out = append(out, path)
				}
			}
		}
		seen[r.Incident.ID] = true
	}
	for _, d := range disruptionsAt(testNow) {
		out = append(out, "/signals/"+string(d.ID), "/signals/"+string(d.ID)+"/charts")
	}
	return out
}

var (
	rawKey      = regexp.MustCompile(`\b(page|nav|error|rule|field|code|answer|chart|map|sentence|days|date|signal|reason)\.[a-z][a-z0-9_]*(\.[a-z0-9_-]+)*`)
	placeholder = regexp.MustCompile(`\{\{|%!|<no value>|ZgotmplZ`)
	styleOrCode = regexp.MustCompile(`(?s)<style>.*?</style>|<code[ >].*?</code>|<pre.*?</pre>`)
)

func TestEveryPageInEveryLanguageIsWhole(t *testing.T) {
	pageAfterPage(t)
	s, revs := sampleSite(t)
	all := paths(revs)
	for _, lang := range locale.Languages {
		for _, path := range all {
			w := get(t, s, "/"+lang.Tag+path)
			if w.Code == http.StatusMovedPermanently {
				continue
			}
			body := w.Body.String()
			if w.Code != http.StatusOK {
				t.Errorf("/%s%s: status %d", lang.Tag, path, w.Code)
				continue
			}
			if !strings.Contains(body, `<html lang="`+lang.Tag+`" dir="`+lang.Dir+`">`) {
				t.Errorf("/%s%s: not marked as %s, %s", lang.Tag, path, lang.Tag, lang.Dir)
			}
			if !strings.HasSuffix(strings.TrimSpace(body), "</html>") {
				t.Errorf("/%s%s: cut off", lang.Tag, path)
			}
			text := styleOrCode.ReplaceAllString(body, "")
			if key := rawKey.FindString(text); key != "" && locale.For("en").T(key) == key && !strings.Contains(key, ".example") {
				t.Errorf("/%s%s: message %s is missing", lang.Tag, path, key)
			}
			if p := placeholder.FindString(text); p != "" {
				i := strings.Index(text, p)
				t.Errorf("/%s%s: unfilled: %q", lang.Tag, path, text[max(0, i-40):min(len(text), i+60)])
			}
			if !strings.Contains(body, `<div class="band" role="note"><p class="w"><b>`) {
				t.Errorf("/%s%s: made-up data is not marked", lang.Tag, path)
			}
		}
	}
}

func TestHeadingsAreInOrder(t *testing.T) {
	s, revs := sampleSite(t)
	heading := regexp.MustCompile(`<h([1-6])[ >]`)
	for _, path := range paths(revs) {
		last, first := 0, 0
		for _, m := range heading.FindAllStringSubmatch(get(t, s, "/en"+path).Body.String(), -1) {
			n := int(m[1][0] - '0')
			if n == 1 {
				first++
			}
			if n > last+1 {
				t.Errorf("%s: h%d after h%d", path, n, last)
			}
			last = n
		}
		if first != 1 && get(t, s, "/en"+path).Code == http.StatusOK {
			t.Errorf("%s: %d first headings", path, first)
		}
	}
}

// link finds addresses of the site in a page.
var link = regexp.MustCompile(`(?:href|action)="(/[^"]*)"`)

func TestNoLinkLeadsNowhere(t *testing.T) {
	pageAfterPage(t)
	s, revs := sampleSite(t)
	todo := []string{"/en/"}
	for _, p := range paths(revs) {
		todo = append(todo, "/en"+p)
	}
	seen := map[string]bool{}
	for len(todo) > 0 && len(seen) < 3000 {
		path := todo[0]
		todo = todo[1:]
		if path, _, _ = strings.Cut(path, "#"); seen[path] || strings.HasPrefix(path, "/desk") || strings.HasPrefix(path, "/api") {
			continue
		}
		seen[path] = true
		w := get(t, s, path)
		if w.Code >= 400 {
			t.Errorf("%s: status %d", path, w.Code)
		}
		if strings.HasPrefix(w.Header().Get("Content-Type"), "text/html") {
			for _, m := range link.FindAllStringSubmatch(w.Body.String(), -1) {
				if next := strings.ReplaceAll(m[1], "&amp;", "&"); strings.HasPrefix(next, "/en") && !strings.Contains(next, "as_of=") {
					todo = append(todo, next)
				}
			}
		}
	}
	t.Logf("%d addresses", len(seen))
}

func TestPagesWeighAtMost13000Bytes(t *testing.T) {
	s, revs := sampleSite(t)
	weigh(t, s, paths(revs))
}

// maxPage is the weight that one round trip brings (RFC 6928: ten segments,
// less what TLS and headers take).
const maxPage = 13000

// pageAfterPage leaves a test out under -short, as the race detector runs them:
// it asks for pages one after the other, and whatever can meet another goroutine
// on the way is met in the tests of serving and of the single pages.
func pageAfterPage(t *testing.T) {
	t.Helper()
	if testing.Short() {
		t.Skip("pages after pages, one after the other: nothing that the race detector has not seen elsewhere")
	}
}

func weigh(t *testing.T, s http.Handler, paths []string) {
	t.Helper()
	tags := locale.Tags()
	if testing.Short() {
		tags = []string{"am"} // the heaviest by far
	}
	weighIn(t, s, tags, paths)
}

func weighIn(t *testing.T, s http.Handler, tags, paths []string) {
	t.Helper()
	worst, worstPath := 0, ""
	for _, tag := range tags {
		for _, path := range paths {
			w := get(t, s, "/"+tag+path)
			if w.Code != http.StatusOK {
				continue
			}
			gz, err := compress(w.Body.Bytes(), gzipped)
			if err != nil {
				t.Fatal(err)
			}
			if len(gz) > worst {
				worst, worstPath = len(gz), "/"+tag+path
			}
			if len(gz) > maxPage {
				br, _ := compress(w.Body.Bytes(), brotlied)
				t.Errorf("/%s%s: %d bytes with gzip, %d with brotli; at most %d", tag, path, len(gz), len(br), maxPage)
			}
		}
	}
	t.Logf("heaviest: %s, %d bytes with gzip", worstPath, worst)
}

func TestTheNameOfARuleKeepsItsDirectionInArabic(t *testing.T) {
	if s := (&visit{p: locale.For("ar")}).RuleLabel("rows"); []rune(s)[0] != '\u200f' {
		t.Errorf("%q begins with no right-to-left mark", s)
	}
}
