package twin_test

import (
	"bytes"
	"context"
	"io/fs"
	"net/http"
	"net/url"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"golang.org/x/net/html"

	"keepiton"
	"keepiton/export/pack"
	"keepiton/locale"
	"keepiton/store"
	"keepiton/web"
	"keepiton/web/twin"
)

// page is what a test asks of one HTML file.
type page struct {
	ids   map[string]bool
	links []link
	tags  map[string]int
	text  string
}

type link struct{ tag, attr, value, rel string }

// readPages parses every page of a copy but the carried forms, which are whole
// by themselves.
func readPages(t *testing.T, dir string) map[string]*page {
	t.Helper()
	out := map[string]*page{}
	files := os.DirFS(dir)
	err := fs.WalkDir(files, ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || path.Ext(name) != ".html" || path.Base(name) == "report-offline.html" {
			return err
		}
		raw, err := fs.ReadFile(files, name)
		if err != nil {
			return err
		}
		doc, err := html.Parse(bytes.NewReader(raw))
		if err != nil {
			return err
		}
		p := &page{ids: map[string]bool{}, tags: map[string]int{}, text: string(raw)}
		for n := range doc.Descendants() {
			if n.Type != html.ElementNode {
				continue
			}
			p.tags[n.Data]++
			rel := ""
			for _, a := range n.Attr {
				if a.Key == "rel" {
					rel = a.Val
				}
			}
			for _, a := range n.Attr {
				switch {
				case a.Key == "id":
					p.ids[a.Val] = true
				case strings.HasPrefix(a.Key, "on") || a.Key == "style":
					t.Errorf("%s: attribute %s", name, a.Key)
				case slices.Contains([]string{"href", "src", "action", "srcset", "poster", "data", "formaction"}, a.Key):
					p.links = append(p.links, link{n.Data, a.Key, a.Val, rel})
				}
			}
		}
		out[name] = p
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// TestEveryLinkOfACopyLeadsToAFileOrElsewhereOnPurpose follows every link of
// every page in all languages.
func TestEveryLinkOfACopyLeadsToAFileOrElsewhereOnPurpose(t *testing.T) {
	if testing.Short() {
		t.Skip("the whole once more, in every language: nothing that the race detector has not seen elsewhere")
	}
	languages := locale.Languages
	dir := newWorld(t).copied(t, func(o *twin.Options) {
		o.Languages = nil
		for _, l := range languages {
			o.Languages = append(o.Languages, l.Tag)
		}
	})
	pages := readPages(t, dir)
	if len(pages) < len(languages)*150 {
		t.Errorf("only %d pages", len(pages))
	}
	followed := 0
	for name, p := range pages {
		for _, l := range p.links {
			u, err := url.Parse(l.value)
			if err != nil {
				t.Errorf("%s: %s", name, err)
				continue
			}
			if u.Scheme != "" {
				if l.tag != "a" || l.attr != "href" || u.Host == "keepiton.example" {
					t.Errorf("%s: <%s %s=%q> goes to the network", name, l.tag, l.attr, l.value)
				}
				continue
			}
			if u.RawQuery != "" || strings.HasPrefix(u.Path, "/") {
				t.Errorf("%s: %q needs a server", name, l.value)
				continue
			}
			to := name
			if u.Path != "" {
				to = path.Join(path.Dir(name), u.Path)
			}
			followed++
			if info, err := os.Stat(dir + "/" + to); err != nil || !info.Mode().IsRegular() {
				t.Errorf("%s: %q leads nowhere", name, l.value)
			} else if target := pages[to]; u.Fragment != "" && target != nil && !target.ids[u.Fragment] {
				t.Errorf("%s: %s has no place %q", name, to, u.Fragment)
			}
		}
		for _, tag := range []string{"script", "form", "template", "iframe", "object", "embed", "base", "input", "button"} {
			if p.tags[tag] > 0 {
				t.Errorf("%s has a <%s>", name, tag)
			}
		}
		if !strings.Contains(p.text, "Content-Security-Policy") {
			t.Errorf("%s has no policy", name)
		}
	}
	if followed < len(languages)*3000 {
		t.Errorf("only %d links were followed", followed)
	}
	// The same world on the site has these; each has its file, or is said to have none.
	for _, lang := range languages {
		for _, file := range []string{"index", "incidents", "incidents/view-map", "incidents/status-ongoing", "countries", "countries/XA", "years", "years/2026", "years/rule-rows", "trends", "trends/by-extent", "corrections", "methodology", "data", "codebook", "about", "help", "key", "stories", "receipt", "report/sealed"} {
			p := pages[lang.Tag+"/"+file+".html"]
			if p == nil {
				t.Errorf("%s/%s.html is missing", lang.Tag, file)
				continue
			}
			if !strings.Contains(p.text, `<html lang="`+lang.Tag+`" dir="`+lang.Dir+`">`) {
				t.Errorf("%s/%s.html is in another language", lang.Tag, file)
			}
			// "Report a shutdown" in the head of each page.
			if !slices.ContainsFunc(p.links, func(l link) bool {
				return path.Join(path.Dir(lang.Tag+"/"+file), l.value) == lang.Tag+"/report-offline.html"
			}) {
				t.Errorf("%s/%s.html does not lead to the form", lang.Tag, file)
			}
			if !strings.Contains(p.text, html.EscapeString(locale.For(lang.Tag).T("copy.of", "Day", keepiton.AsOf(testNow)))) {
				t.Errorf("%s/%s.html does not say that it is a copy", lang.Tag, file)
			}
		}
	}
}

// TestACopyHasWhatTheSiteHas compares the record with the copy: every public
// incident with every revision, every story with its picture.
func TestACopyHasWhatTheSiteHas(t *testing.T) {
	w, dir := english()
	site := w.site(t, testNow)
	there := func(name string) string {
		raw, err := os.ReadFile(dir + "/" + name)
		if err != nil {
			t.Errorf("%v", err)
		}
		return string(raw)
	}
	revisions := 0
	for _, id := range everyID(t, w) {
		body := there("en/incidents/" + id + ".html")
		if !strings.Contains(body, id) {
			t.Errorf("%s: the page does not name it", id)
		}
		list := ask(t, site, "/en/incidents/"+id+"/revisions")
		all := regexp.MustCompile(`/revisions/(\d+)"`).FindAllStringSubmatch(list, -1)
		for _, m := range all[1:] { // newest first
			revisions++
			if body := there("en/incidents/" + id + "-revisions-" + m[1] + ".html"); !strings.Contains(body, id) {
				t.Errorf("%s revision %s: not its page", id, m[1])
			}
		}
		if len(all) > 1 {
			there("en/incidents/" + id + "-revisions.html")
		}
	}
	if revisions < 5 {
		t.Errorf("only %d older revisions in the made-up world", revisions)
	}
	pictures := 0
	for _, l := range readPages(t, dir)["en/stories.html"].links {
		if !strings.HasPrefix(l.value, "stories/KIS-") {
			continue
		}
		for _, m := range regexp.MustCompile(`src="\.\./\.\./(media/[0-9a-f]{64}\.\w+)"`).FindAllStringSubmatch(there("en/"+l.value), -1) {
			if pictures++; len(there(m[1])) == 0 {
				t.Error("an empty picture")
			}
		}
	}
	if pictures == 0 {
		t.Error("no story has its picture")
	}
	form := ask(t, site, "/report-offline.html")
	if there("report-offline.html") != form {
		t.Error("the carried form is not that of the site, so that nobody can compare its hash")
	}
	for _, name := range []string{"key.asc", "key.txt", "key.json", "index.html", "favicon.svg", "en/stories.json", "en/codebook.csv", "en/years.svg"} {
		there(name)
	}
}

func everyID(t *testing.T, w *world) []string {
	t.Helper()
	var out []string
	seen := regexp.MustCompile(`KIO-\d{4}-\d{4}`)
	for _, state := range []string{"published", "withdrawn"} {
		body := ask(t, w.site(t, testNow), "/en/incidents.txt?state="+state)
		out = append(out, seen.FindAllString(body, -1)...)
	}
	slices.Sort(out)
	if out = slices.Compact(out); len(out) < 40 {
		t.Fatalf("only %d incidents", len(out))
	}
	return out
}

func ask(t *testing.T, site http.Handler, path string) string {
	t.Helper()
	rec := &recorder{header: http.Header{}}
	r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, path, nil)
	if err != nil {
		t.Fatal(err)
	}
	site.ServeHTTP(rec, r)
	return rec.body.String()
}

type recorder struct {
	header http.Header
	body   bytes.Buffer
}

func (r *recorder) Header() http.Header         { return r.header }
func (r *recorder) WriteHeader(int)             {}
func (r *recorder) Write(b []byte) (int, error) { return r.body.Write(b) }

// TestTheSameRecordGivesTheSameBytes makes a copy on the day itself on all cores,
// and as of that day half a year later on one.
func TestTheSameRecordGivesTheSameBytes(t *testing.T) {
	if testing.Short() {
		t.Skip("the whole once more, by one worker: nothing that the race detector has not seen elsewhere")
	}
	w, dir := english()
	first := tree(t, dir)
	if len(first) < 150 {
		t.Fatalf("only %d files", len(first))
	}
	second := tree(t, w.copied(t, func(o *twin.Options) {
		o.Languages, o.Workers, o.Past, o.Site = []string{"en"}, 1, true, w.site(t, testNow.AddDate(0, 6, 0))
	}))
	for name, body := range first {
		if second[name] != body {
			t.Errorf("%s differs: %s", name, difference(body, second[name]))
		}
	}
	if len(second) != len(first) {
		t.Errorf("%d files and %d", len(first), len(second))
	}
}

func difference(a, b string) string {
	i := 0
	for i < min(len(a), len(b)) && a[i] == b[i] {
		i++
	}
	part := func(s string) string { return s[min(len(s), max(0, i-60)):min(len(s), i+60)] }
	return "…" + part(a) + "… and …" + part(b) + "…"
}

func tree(t *testing.T, dir string) map[string]string {
	t.Helper()
	out := map[string]string{}
	files := os.DirFS(dir)
	err := fs.WalkDir(files, ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		raw, err := fs.ReadFile(files, name)
		out[name] = string(raw)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// TestACopyOfAPastDayHasThatDaysRecord looks at a day before some of the record.
func TestACopyOfAPastDayHasThatDaysRecord(t *testing.T) {
	if testing.Short() {
		t.Skip("the whole once more: nothing that the race detector has not seen elsewhere")
	}
	w, dir := english()
	day := time.Date(2025, 1, 1, 0, 0, 0, 0, time.UTC)
	now := tree(t, dir)
	then := tree(t, w.copied(t, func(o *twin.Options) { o.Languages, o.Past, o.AsOf = []string{"en"}, true, keepiton.AsOf(day) }))
	later := 0
	for name := range now {
		if _, ok := then[name]; !ok && strings.HasPrefix(name, "en/incidents/KIO-") {
			later++
		}
	}
	if later == 0 {
		t.Error("everything was there in 2025 already")
	}
	for name, body := range then {
		if strings.Contains(body, "as_of") && path.Ext(name) == ".html" && path.Base(name) != "report-offline.html" {
			t.Errorf("%s names a query", name)
		}
		if strings.HasPrefix(name, "en/") && path.Ext(name) == ".html" && !strings.Contains(name, "report-offline") && !strings.Contains(body, "1 January 2025") {
			t.Errorf("%s does not tell the day", name)
		}
	}
}

// TestANarrowedCopySaysSoAndHasNoLooseEnds holds one country, whose numbers on
// pages about all countries stay those of the whole record.
func TestANarrowedCopySaysSoAndHasNoLooseEnds(t *testing.T) {
	w, all := english()
	dir := w.copied(t, func(o *twin.Options) { o.Languages, o.Countries = []string{"en"}, []string{"XB"} })
	pages := readPages(t, dir)
	for name, p := range pages {
		for _, l := range p.links {
			if u, err := url.Parse(l.value); err == nil && u.Scheme == "" && u.Path != "" {
				if _, err := os.Stat(dir + "/" + path.Join(path.Dir(name), u.Path)); err != nil {
					t.Errorf("%s: %q leads nowhere", name, l.value)
				}
			}
		}
	}
	if pages["en/countries/XB.html"] == nil || pages["en/countries/XA.html"] != nil || pages["fr/index.html"] != nil {
		t.Error("another country or language is in the copy")
	}
	list := pages["en/incidents.html"]
	if list == nil || !strings.Contains(list.text, "Country") || len(regexp.MustCompile(`incidents/KIO-`).FindAllString(list.text, -1)) >= 40 {
		t.Errorf("the list of the copy is not that of one country")
	}
	whole := readPages(t, all)
	number := regexp.MustCompile(`<span class="big">[^<]*`)
	if got, want := number.FindString(pages["en/index.html"].text), number.FindString(whole["en/index.html"].text); got != want || want == "" {
		t.Errorf("the front page says %q, the whole record %q", got, want)
	}
}

// TestACopyWithoutKeysSaysNothingOfAForm is of a site that takes no reports.
func TestACopyWithoutKeysSaysNothingOfAForm(t *testing.T) {
	if testing.Short() {
		t.Skip("the whole once more: nothing that the race detector has not seen elsewhere")
	}
	w := newWorld(t)
	w.set = nil
	dir := w.copied(t, func(o *twin.Options) { o.Languages = []string{"en"} })
	for name, p := range readPages(t, dir) {
		for _, l := range p.links {
			if strings.Contains(l.value, "report-offline") || strings.HasSuffix(l.value, "en/report.html") {
				t.Errorf("%s leads to %s", name, l.value)
			}
		}
	}
	if _, err := os.Stat(dir + "/report-offline.html"); err == nil {
		t.Error("there is a form that seals to nobody")
	}
}

// TestPagesOfTheSiteAreAllCopied fails when a page of the site has none in a copy:
// whoever adds one decides.
func TestPagesOfTheSiteAreAllCopied(t *testing.T) {
	if len(web.Pages()) < 15 || !slices.Contains(web.Pages(), "/") || !slices.Contains(web.Pages(), "/methodology") {
		t.Errorf("pages: %q", web.Pages())
	}
	w, dir := english()
	site := w.site(t, testNow)
	for _, p := range web.Pages() {
		if p == "/coalition/join" || strings.HasPrefix(p, "/alerts") || strings.Contains(ask(t, site, "/en"+p), `<p class="note">404</p>`) {
			continue // what it does needs the server, or it is not there on this site
		}
		file := strings.TrimPrefix(p, "/")
		if p == "/" {
			file = "index"
		}
		if p == "/report" || p == "/stories/share" {
			file = "report-offline" // in their place
		}
		if _, err := os.Stat(dir + "/en/" + file + ".html"); err != nil {
			t.Errorf("%s: %v", p, err)
		}
	}
}

// TestInterruptedCopyIsNone stops a copy on its way, and changes the record under
// another.
func TestInterruptedCopyIsNone(t *testing.T) {
	w := newWorld(t)
	for _, c := range []struct {
		name  string
		while func(stop func())
		code  keepiton.Code
	}{
		{"stopped", func(stop func()) { stop() }, keepiton.Internal},
		{"changed", func(func()) {
			inc := keepiton.Incident{State: keepiton.Published, Episodes: []keepiton.Episode{{Start: keepiton.On(2026, 7, 1)}}}
			if _, err := w.store.Append(t.Context(), store.Edit{Rev: keepiton.Revision{Recorded: testNow, Role: keepiton.RoleEditor, Incident: inc}}); err != nil {
				t.Error(err)
			}
		}, keepiton.Conflict},
	} {
		dir := filepath.Join(t.TempDir(), "copy")
		tree, err := pack.CreateFolder(dir)
		if err != nil {
			t.Fatal(err)
		}
		ctx, stop := context.WithCancel(t.Context())
		var once sync.Once
		err = w.write(t, ctx, tree, func(o *twin.Options) {
			o.Languages = []string{"en"}
			o.Progress = func(int, int) { once.Do(func() { c.while(stop) }) }
		})
		stop()
		if keepiton.CodeOf(err) != c.code {
			t.Errorf("%s: %v", c.name, err)
		}
		tree.Abort()
		if left, err := os.ReadDir(filepath.Dir(dir)); err != nil || len(left) > 0 {
			t.Errorf("%s: left behind: %v, %v", c.name, left, err)
		}
	}
}
