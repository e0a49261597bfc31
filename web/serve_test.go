package web

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/andybalholm/brotli"

	"keepiton"
	"keepiton/sample"
)

func TestCompressedPagesAreTheSamePage(t *testing.T) {
	s, _ := sampleSite(t)
	plain := get(t, s, "/en/").Body.String()
	gz := get(t, s, "/en/", "Accept-Encoding", "gzip, deflate")
	r, err := gzip.NewReader(gz.Body)
	if err != nil {
		t.Fatal(err)
	}
	if body, _ := io.ReadAll(r); string(body) != plain || gz.Header().Get("Content-Encoding") != "gzip" {
		t.Error("gzip gives another page")
	}
	br := get(t, s, "/en/", "Accept-Encoding", "gzip, deflate, br, zstd")
	if body, _ := io.ReadAll(brotli.NewReader(br.Body)); string(body) != plain || br.Header().Get("Content-Encoding") != "br" {
		t.Error("brotli gives another page")
	}
	if none := get(t, s, "/en/", "Accept-Encoding", "br;q=0, gzip; q=0"); none.Header().Get("Content-Encoding") != "" {
		t.Error("a refused coding was sent")
	}
	if gz.Header().Get("ETag") == br.Header().Get("ETag") {
		t.Error("two codings share a strong entity tag")
	}
	if v := gz.Header().Get("Vary"); v != "Accept-Encoding" {
		t.Errorf("Vary is %q", v)
	}
}

func TestUnchangedPageIsNotSentAgain(t *testing.T) {
	s, _ := sampleSite(t)
	first := get(t, s, "/en/incidents")
	tag := first.Header().Get("ETag")
	if strings.HasPrefix(tag, "W/") || len(tag) < 10 {
		t.Fatalf("entity tag %q is not a strong one", tag)
	}
	again := get(t, s, "/en/incidents", "If-None-Match", `"other", `+tag)
	if again.Code != http.StatusNotModified || again.Body.Len() != 0 {
		t.Errorf("status %d with %d bytes, want 304", again.Code, again.Body.Len())
	}
}

func TestHeadHasTheHeadersOfThePage(t *testing.T) {
	s, _ := sampleSite(t)
	server := httptest.NewServer(s)
	defer server.Close()
	client := &http.Client{Transport: &http.Transport{DisableCompression: true}}
	for _, path := range []string{"/en/", "/en/nothing", "/en/incidents.csv"} {
		h, err := client.Head(server.URL + path)
		if err != nil {
			t.Fatal(err)
		}
		g, err := client.Get(server.URL + path)
		if err != nil {
			t.Fatal(err)
		}
		g.Body.Close()
		if h.StatusCode != g.StatusCode || h.Header.Get("Content-Type") != g.Header.Get("Content-Type") || h.Header.Get("ETag") != g.Header.Get("ETag") {
			t.Errorf("%s: HEAD says %d %v, GET %d %v", path, h.StatusCode, h.Header, g.StatusCode, g.Header)
		}
	}
}

func TestCorrectionShowsAtOnce(t *testing.T) {
	now := testNow
	m := newMemory(sample.World(testNow))
	s, err := New(Options{Record: m, Now: func() time.Time { return now }})
	if err != nil {
		t.Fatal(err)
	}
	id := m.ids[0]
	path := "/en/incidents/" + string(id)
	get(t, s, path)
	rev, _ := m.at(id, time.Time{})
	rev.N, rev.Recorded = rev.N+1, testNow
	rev.Incident.Summary = "Corrected by hand."
	m.revs[id] = append(m.revs[id], rev)
	m.version++
	if strings.Contains(get(t, s, path).Body.String(), "Corrected by hand.") {
		t.Fatal("the store was asked although its version is fresh: this test shows nothing")
	}
	s.Expire()
	if !strings.Contains(get(t, s, path).Body.String(), "Corrected by hand.") {
		t.Error("the page does not show the correction after Expire")
	}
	now = now.Add(time.Hour)
	m.revs[id][len(m.revs[id])-1].Incident.Summary = "Corrected again."
	m.version++
	if !strings.Contains(get(t, s, path).Body.String(), "Corrected again.") {
		t.Error("the page does not show a correction of another process")
	}
}

func TestPolicyAllowsTheOneStyleAndNothingElse(t *testing.T) {
	pageAfterPage(t)
	s, revs := sampleSite(t)
	sheet := regexp.MustCompile(`(?s)<style>(.*?)</style>`)
	for _, path := range paths(revs) {
		w := get(t, s, "/en"+path)
		if w.Code != http.StatusOK {
			continue
		}
		body := w.Body.String()
		m := sheet.FindStringSubmatch(body)
		if m == nil || len(sheet.FindAllString(body, -1)) != 1 {
			t.Fatalf("%s: not one style sheet", path)
		}
		sum := sha256.Sum256([]byte(m[1]))
		csp := w.Header().Get("Content-Security-Policy")
		if !strings.Contains(csp, "default-src 'none'; style-src 'sha256-"+base64.StdEncoding.EncodeToString(sum[:])+"'") || strings.Contains(csp, "unsafe") {
			t.Fatalf("%s: policy %q does not name the style", path, csp)
		}
		if slices.Contains(sealingPages, path) { // the one script that there is, see TestScriptIsNamedByItsHash
			body = strings.Replace(body, `<script src="/seal.js" `, "", 1)
		}
		for _, no := range []string{` style="`, "<script>", "<script src", "javascript:", " onclick", "<iframe", "<img", "<link rel=\"stylesheet", "Set-Cookie"} {
			if strings.Contains(body, no) {
				t.Errorf("%s: holds %s", path, no)
			}
		}
		for header, want := range map[string]string{"X-Content-Type-Options": "nosniff", "Referrer-Policy": "no-referrer", "Cross-Origin-Opener-Policy": "same-origin"} {
			if got := w.Header().Get(header); got != want {
				t.Errorf("%s: %s is %q, want %q", path, header, got, want)
			}
		}
		if w.Header().Get("Set-Cookie") != "" {
			t.Errorf("%s sets a cookie", path)
		}
	}
}

func TestVisitorIsLedToTheirLanguage(t *testing.T) {
	s, _ := sampleSite(t)
	for _, c := range []struct{ path, accept, to string }{
		{"/", "fr-CH, fr;q=0.9, en;q=0.8", "/fr/"},
		{"/", "", "/en/"},
		{"/", "am", "/am/"},
		{"/incidents/KIO-2022-0001.json", "ar", "/ar/incidents/KIO-2022-0001.json"},
		{"/incidents?cause=protests&utm_source=x", "es", "/es/incidents?cause=protests"},
		{"/en", "", "/en/"},
		{"/en/incidents/", "", "/en/incidents"},
	} {
		w := get(t, s, c.path, "Accept-Language", c.accept)
		if w.Code != http.StatusFound || w.Header().Get("Location") != c.to {
			t.Errorf("%s for %q: %d to %q, want %q", c.path, c.accept, w.Code, w.Header().Get("Location"), c.to)
		}
		if !strings.Contains(w.Header().Get("Vary"), "Accept-Language") {
			t.Errorf("%s: Vary is %q", c.path, w.Header().Get("Vary"))
		}
	}
}

func TestMistakesAreExplained(t *testing.T) {
	s, _ := sampleSite(t)
	for _, c := range []struct {
		path string
		want int
		say  string
	}{
		{"/en/nothing", 404, "Page not found"},
		{"/xx/incidents", 404, "Page not found"},
		{"/en/incidents/KIO-2099-0001", 404, "Page not found"},
		{"/en/incidents/robert';drop", 404, "Page not found"},
		{"/en/incidents?as_of=yesterday", 400, "2023-03-01"},
		{"/en/incidents?cause=weather", 400, "cause=weather"},
		{"/en/incidents?country=QQ", 400, "country=QQ"},
		{"/en/incidents?year=soon", 400, "year=soon"},
		{"/en/incidents?q=" + strings.Repeat("a", 300), 413, "limit is 200"},
		{"/en/incidents?" + strings.Repeat("a", 9000), 413, "limit is 8192"},
		{"/en/years?rule=guess", 400, "stop-2024"},
		{"/en/trends?by=mood", 400, "by=mood"},
		{"/en/corrections?from=2025-01-01&to=2024-01-01", 400, "is after"},
		{"/en/countries/ZZ", 404, "Page not found"},
		{"/en/years/1789", 404, "Page not found"},
		{"/en/about.csv", 404, "Page not found"},
		{"/fr/nothing", 404, `lang="fr"`},
	} {
		w := get(t, s, c.path)
		if w.Code != c.want || !strings.Contains(w.Body.String(), c.say) {
			t.Errorf("%.60s: status %d, want %d with %q", c.path, w.Code, c.want, c.say)
		}
		if w.Header().Get("Cache-Control") != "no-store" || !strings.Contains(w.Body.String(), `action="/`) {
			t.Errorf("%.60s: is kept, or offers no search", c.path)
		}
	}
	r := httptest.NewRequest(http.MethodPost, "/en/", nil)
	w := httptest.NewRecorder()
	s.ServeHTTP(w, r)
	if w.Code != http.StatusMethodNotAllowed || w.Header().Get("Allow") != "GET, HEAD" {
		t.Errorf("POST: %d, Allow %q", w.Code, w.Header().Get("Allow"))
	}
}

func TestOurFaultsHaveAReferenceAndHideTheirCause(t *testing.T) {
	var log bytes.Buffer
	m := newMemory(sample.World(testNow))
	m.fail = errors.New("disk /var/secret is full")
	s, err := New(Options{Record: m, Now: func() time.Time { return testNow }, Log: slog.New(slog.NewJSONHandler(&log, nil))})
	if err != nil {
		t.Fatal(err)
	}
	w := get(t, s, "/en/incidents?q=name+of+a+person", "User-Agent", "telltale", "X-Forwarded-For", "203.0.113.9")
	if w.Code != http.StatusInternalServerError || strings.Contains(w.Body.String(), "secret") {
		t.Fatalf("status %d: %s", w.Code, w.Body.String())
	}
	var line struct{ Reference, Cause string }
	if err := json.Unmarshal(log.Bytes(), &line); err != nil || line.Reference == "" || !strings.Contains(line.Cause, "disk /var/secret is full") {
		t.Fatalf("log line %s: %v", log.String(), err)
	}
	if !strings.Contains(w.Body.String(), line.Reference) {
		t.Error("page and log do not share the reference")
	}
	for _, no := range []string{"person", "telltale", "203.0.113.9", "192.0.2.1"} {
		if strings.Contains(log.String(), no) {
			t.Errorf("the log holds %s", no)
		}
	}
}

func TestMergedIncidentLeadsToItsTarget(t *testing.T) {
	s, revs := sampleSite(t)
	found := 0
	for _, rev := range revs {
		if rev.Incident.State != keepiton.Merged {
			continue
		}
		found++
		w := get(t, s, "/en/incidents/"+string(rev.Incident.ID))
		if want := "/en/incidents/" + string(rev.Incident.MergedInto); w.Code != http.StatusMovedPermanently || w.Header().Get("Location") != want {
			t.Errorf("%s: %d to %q, want %q", rev.Incident.ID, w.Code, w.Header().Get("Location"), want)
		}
	}
	if found == 0 {
		t.Fatal("the made-up world has no merged incident")
	}
}

func TestAddressesMayBeTypedInSmallLetters(t *testing.T) {
	s, revs := sampleSite(t)
	id := string(revs[0].Incident.ID)
	for typed, want := range map[string]string{
		"/en/incidents/" + strings.ToLower(id):           "/en/incidents/" + id,
		"/ar/incidents/" + strings.ToLower(id) + ".json": "/ar/incidents/" + id + ".json",
		"/en/countries/in":                               "/en/countries/IN",
		"/en/countries/in.csv":                           "/en/countries/IN.csv",
	} {
		w := get(t, s, typed)
		if w.Code != http.StatusMovedPermanently || w.Header().Get("Location") != want {
			t.Errorf("%s: %d to %q, want %q", typed, w.Code, w.Header().Get("Location"), want)
		}
	}
	if w := get(t, s, "/en/incidents/kio-not-an-id"); w.Code != http.StatusNotFound {
		t.Errorf("what is no id answers %d", w.Code)
	}
}

func TestDraftsDoNotExistForReaders(t *testing.T) {
	s, revs := sampleSite(t)
	last := map[keepiton.IncidentID]keepiton.Revision{}
	for _, r := range revs {
		last[r.Incident.ID] = r
	}
	found := 0
	for id, rev := range last {
		if rev.Incident.State.Public() {
			continue
		}
		found++
		base := "/en/incidents/" + string(id)
		for _, path := range []string{base, base + ".json", base + "/revisions", base + "/revisions/1", base + "/diff", base + "/rows", base + ".bib"} {
			if w := get(t, s, path); w.Code != http.StatusNotFound {
				t.Errorf("%s: status %d", path, w.Code)
			}
		}
	}
	if found == 0 {
		t.Fatal("the made-up world has no draft")
	}
}

func TestAsOfIsKeptByEveryLink(t *testing.T) {
	s, _ := sampleSite(t)
	for _, path := range []string{"/", "/incidents", "/countries", "/years", "/trends", "/data"} {
		body := get(t, s, "/en"+path+"?as_of=2025-03-01").Body.String()
		if !strings.Contains(body, `class="asof"`) || !strings.Contains(body, "1 March 2025") {
			t.Errorf("%s: no banner", path)
		}
		lost := 0
		for _, m := range link.FindAllStringSubmatch(body, -1) {
			if strings.HasPrefix(m[1], "/en/") && !strings.Contains(m[1], "as_of=2025-03-01") {
				lost++
			}
		}
		if lost > 1 { // the one that leads back to the present
			t.Errorf("%s: %d links lose the day", path, lost)
		}
	}
	if body := get(t, s, "/en/?as_of=2026-07-15").Body.String(); strings.Contains(body, `class="asof"`) {
		t.Error("today is shown as a past day")
	}
}

func TestCacheStaysWithinItsBudget(t *testing.T) {
	c := newPageCache(100_000)
	for i := range 1000 {
		c.put(pageKey{path: "/en/" + strconv.Itoa(i)}, &entry{body: make([]byte, 1000), version: 1})
		c.get(pageKey{path: "/en/0"}, 1, 0, 0)
	}
	if c.size() > 100_000 {
		t.Errorf("%d bytes of 100000", c.size())
	}
	if _, ok := c.get(pageKey{path: "/en/0"}, 1, 0, 0); !ok {
		t.Error("the page that is used most was dropped")
	}
	if _, ok := c.get(pageKey{path: "/en/0"}, 2, 0, 0); ok {
		t.Error("an old version was given out")
	}
	if _, ok := c.get(pageKey{path: "/en/0"}, 1, 1, 0); ok {
		t.Error("yesterday's page was given out")
	}
	c.put(pageKey{path: "/huge"}, &entry{body: make([]byte, 90_000), version: 1})
	if _, ok := c.get(pageKey{path: "/huge"}, 1, 0, 0); ok {
		t.Error("one answer may fill the whole cache")
	}
}

func TestQueryIsNormalised(t *testing.T) {
	a, err := normalise("year=2022&cause=protests&cause=elections&country=&fbclid=abc&q=++wadi++noor+")
	if err != nil {
		t.Fatal(err)
	}
	if got, want := write(a), "q=wadi+noor&year=2022&cause=elections&cause=protests"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

func FuzzQuery(f *testing.F) {
	f.Add("a=b&cause=protests&as_of=2023-01-01")
	f.Add("q=%ff%00&year=1&&;")
	f.Fuzz(func(t *testing.T, raw string) {
		q, err := normalise(raw)
		if err != nil {
			return
		}
		again, err := normalise(write(q))
		if err != nil || write(again) != write(q) {
			t.Errorf("%q: %q then %q, %v", raw, write(q), write(again), err)
		}
	})
}

func BenchmarkCachedPage(b *testing.B) {
	s, _ := sampleSite(b)
	r := httptest.NewRequest(http.MethodGet, "/en/", nil)
	r.Header.Set("Accept-Encoding", "gzip, br")
	w := discard{http.Header{}}
	s.ServeHTTP(w, r)
	b.ReportAllocs()
	for b.Loop() {
		clear(w.h)
		s.ServeHTTP(w, r)
	}
}

func BenchmarkUncachedPage(b *testing.B) {
	for _, path := range []string{"/en/", "/en/incidents", "/en/incidents/KIO-2025-0001", "/en/countries/XA"} {
		b.Run(strings.Trim(path, "/"), func(b *testing.B) {
			s, _ := sampleSite(b)
			r := httptest.NewRequest(http.MethodGet, path, nil)
			r.Header.Set("Accept-Encoding", "gzip, br")
			for b.Loop() {
				s.cache = newPageCache(1 << 20)
				s.ServeHTTP(discard{http.Header{}}, r)
			}
		})
	}
}

type discard struct{ h http.Header }

func (d discard) Header() http.Header         { return d.h }
func (d discard) Write(b []byte) (int, error) { return len(b), nil }
func (d discard) WriteHeader(int)             {}

func TestCountrySaysWhyItsYearsAddUpToMore(t *testing.T) {
	s, revs := sampleSite(t)
	const note = "so sums over years are not numbers of shutdowns"
	with, without := 0, 0
	seen := map[string]bool{}
	for _, rev := range revs {
		for _, code := range rev.Incident.Countries() {
			if seen[code] {
				continue
			}
			seen[code] = true
			if strings.Contains(get(t, s, "/en/countries/"+code).Body.String(), note) {
				with++
			} else {
				without++
			}
		}
	}
	if with == 0 || without == 0 {
		t.Errorf("%d countries have the note and %d do not: it must depend on the counts", with, without)
	}
}
