package twin

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"keepiton"
	"keepiton/locale"
)

// aCopy is a copier with a small world, for pages that the tests write.
func aCopy() *copier {
	c := &copier{opt: Options{Languages: []string{"en", "ar"}, BaseURL: "https://keepiton.example", AsOf: time.Date(2026, 11, 23, 0, 0, 0, 0, time.UTC)}, carried: true, there: func(a address) bool { return a.path != "/missing.png" }, seen: map[string]string{}, styles: map[string]string{}}
	c.opt.Files = []File{{Name: "data/README.txt"}, {Name: "data/incidents.csv", Form: "csv"}, {Name: "data/stop-2025.csv", Form: "stop-2025"}, {Name: "en/incidents.txt", Form: "txt", Lang: "en"}}
	c.holds = contents{
		newest:    map[keepiton.IncidentID]int{"KIO-2022-0001": 3, "KIO-2023-0001": 1},
		stories:   map[keepiton.StoryID]bool{"KIS-2026-0001": true},
		countries: map[string]bool{"IN": true}, years: map[string]bool{"2022": true},
		only: map[string][]string{},
	}
	return c
}

func TestAddressesHaveTheirFiles(t *testing.T) {
	c := aCopy()
	on := address{lang: "en", path: "/incidents", n: 3, cursor: "THIS"}
	for _, x := range []struct{ href, rel, want string }{
		{"/en/", "", "en/index.html"},
		{"/ar/", "", "ar/index.html"},
		{"/en/years", "", "en/years.html"},
		{"/en/years.html", "", "en/years.html"},
		{"/en/years.csv", "", "en/years.csv"},
		{"/en/years?rule=rows", "", "en/years/rule-rows.html"},
		{"/en/years/2022?rule=rows", "", "en/years/2022-rule-rows.html"},
		{"/en/incidents/KIO-2022-0001", "", "en/incidents/KIO-2022-0001.html"},
		{"/incidents/KIO-2022-0001", "", "en/incidents/KIO-2022-0001.html"}, // as on paper
		{"/en/incidents/KIO-2022-0001/revisions", "", "en/incidents/KIO-2022-0001-revisions.html"},
		{"/en/incidents/KIO-2022-0001/revisions/2", "", "en/incidents/KIO-2022-0001-revisions-2.html"},
		{"/en/incidents/KIO-2022-0001/revisions/3", "", "en/incidents/KIO-2022-0001.html"},
		{"/en/incidents/KIO-2023-0001/revisions", "", "en/incidents/KIO-2023-0001.html"},
		{"/en/incidents/KIO-2022-0001/diff?from=1&to=2", "", "en/incidents/KIO-2022-0001-diff-1_2.html"},
		{"/en/incidents?cause=protests", "", "en/incidents/cause-protests.html"},
		{"/en/incidents?as_of=2023-01-01", "", "en/incidents.html"},
		{"/en/incidents?view=map", "", "en/incidents/view-map.html"},
		{"/en/incidents?place=IN-JK", "", "en/incidents/place-IN-JK.html"},
		{"/en/incidents?cursor=NEXT", "next", "en/incidents/page-4.html"},
		{"/en/incidents?cursor=PREV", "prev", "en/incidents/page-2.html"},
		{"/ar/incidents?cursor=THIS", "", "ar/incidents/page-3.html"},
		{"/en/incidents.csv", "", "data/incidents.csv"},
		{"/ar/incidents.csv?format=stop-2025", "", "data/stop-2025.csv"},
		{"/en/incidents.txt", "", "en/incidents.txt"},
		{"/en/incidents.svg", "", "en/incidents.svg"},
		{"/en/stories.feed.json", "", "en/stories.feed.json"},
		{"/en/incidents.feed.json", "", ""},
		{"/en/report", "", "en/report-offline.html"},
		{"/ar/stories/share", "", "ar/report-offline.html"},
		{"/en/report-offline.html", "", "en/report-offline.html"},
		{"/report-offline.html", "", "report-offline.html"},
		{"/en/report/sealed", "", "en/report/sealed.html"},
		{"/key.asc", "", "key.asc"},
		{"/media/" + strings.Repeat("ab", 32) + ".jpg", "", "media/" + strings.Repeat("ab", 32) + ".jpg"},
		{"/en/stories/KIS-2026-0001?view=original", "", "en/stories/KIS-2026-0001-view-original.html"},
		{"/en/corrections?from=2023-03-01&to=2026-05-20", "", "en/corrections/2023-03-01_2026-05-20.html"},
		// What a copy has no page of.
		{"/fr/years", "", ""},
		{"/en/incidents?cause=protests&year=2022", "", ""},
		{"/en/incidents?cause=protests&cause=conflict", "", ""},
		{"/en/incidents?q=cable", "", ""},
		{"/en/incidents?cursor=OTHER", "", ""},
		{"/en/incidents.csv?year=2022", "", ""},
		{"/en/incidents.parquet", "", ""},
		{"/en/incidents/KIO-2022-0001.json", "", ""},
		{"/en/incidents/KIO-2099-0001", "", ""},
		{"/en/countries/FR", "", ""},
		{"/en/years/1999", "", ""},
		{"/en/corrections?from=2023-03-01&to=2026-05-20&field=causes&year=2022", "", ""},
		{"/en/incidents?cause=../../etc", "", ""},
		{"/en/%2e%2e/secret", "", ""},
		{"/missing.png", "", ""}, // where the site has none
		{"/embed.html", "", ""},
		{"/desk/", "", ""},
		{"/api/v1/openapi.json", "", ""},
		{"/seal.js", "", ""},
	} {
		s := &sheet{c: c, at: on, file: on.file()}
		got, ok := s.turn(x.href, x.rel)
		want := x.want
		if want != "" {
			want = relative(on.file(), want)
		}
		if got != want || ok != (want != "") {
			t.Errorf("%s leads to %q, want %q", x.href, got, want)
		}
	}
}

func TestWaysBetweenFiles(t *testing.T) {
	for _, x := range [][3]string{
		{"index.html", "en/a.html", "en/a.html"},
		{"en/a.html", "en/b.html", "b.html"},
		{"en/a.html", "en/b/c.html", "b/c.html"},
		{"en/b/c.html", "en/b/d.html", "d.html"},
		{"en/b/c.html", "ar/b/c.html", "../../ar/b/c.html"},
		{"en/b/c.html", "en/a.html", "../a.html"},
		{"en/b/c.html", "style/x.css", "../../style/x.css"},
		{"en/b/c.html", "key.asc", "../../key.asc"},
	} {
		if got := relative(x[0], x[1]); got != x[2] {
			t.Errorf("from %s to %s: %q, want %q", x[0], x[1], got, x[2])
		}
	}
}

// turned makes a page of a copy from the main part of one of the site.
func turned(t *testing.T, path, main string) string {
	t.Helper()
	c := aCopy()
	page := `<!doctype html><html lang="en" dir="ltr"><head><meta charset="utf-8"><title>x</title><meta property="og:image" content="https://keepiton.example/card.png"><style>a{}</style><script type="application/ld+json">{"a":1}</script></head><body><header><a class="go" href="/en/report">Report</a></header><main id="main">` + main + `</main></body></html>`
	at := address{lang: "en", path: path, n: 1}
	body, _, style, err := c.page(at, &answer{status: http.StatusOK, header: http.Header{"Content-Type": {"text/html"}}, body: []byte(page)})
	if err != nil {
		t.Fatal(err)
	}
	if style != "a{}" {
		t.Errorf("style %q", style)
	}
	out := string(body)
	for _, gone := range []string{"<script", "<form", "<style", "og:image", "<input", "<select", "<button"} {
		if strings.Contains(out, gone) {
			t.Errorf("%s stayed in %s", gone, out)
		}
	}
	if !strings.Contains(out, `>Report</a>`) || !strings.Contains(out, locale.For("en").T("copy.about")) {
		t.Errorf("no way to the form, or no word that this is a copy: %s", out)
	}
	_, out, _ = strings.Cut(out, `<main id="main">`)
	out, _, _ = strings.Cut(out, "</main>")
	return out
}

func TestPagesAreTurnedIntoThoseOfACopy(t *testing.T) {
	p := locale.For("en")
	for _, x := range []struct{ name, path, site, copy string }{
		{"a link", "/years", `<a href="/en/countries/IN">India</a>`, `<a href="countries/IN.html">India</a>`},
		{"a place on another page", "/years", `<a href="/en/methodology#stop-2024">rule</a>`, `<a href="methodology.html#stop-2024">rule</a>`},
		{"a place on this page", "/years", `<a href="#s1">[s1]</a>`, `<a href="#s1">[s1]</a>`},
		{"a source elsewhere", "/years", `<a href="https://news.example/a?b=c" rel="external noreferrer">news</a>`, `<a href="https://news.example/a?b=c" rel="external noreferrer">news</a>`},
		{"the site's own address in full", "/years", `<a href="https://keepiton.example/en/years.csv">CSV</a>`, `<a href="years.csv">CSV</a>`},
		{"a word that would run", "/years", `<a href="javascript:alert(1)">x</a>`, `x`},
		{"another host without a scheme", "/years", `<a href="//evil.example/">x</a>`, `x`},
		{"a link within a text that has no page", "/years", `<p>See <a href="/en/countries/FR">France</a>.</p>`, `<p>See France.</p>`},
		{"a paragraph that is a link alone", "/years", `<p><a href="/en/countries/FR">All of it</a></p>`, ``},
		{"a list that says something", "/years", `<ul><li><a href="/en/corrections?from=2023-01-01&amp;to=2024-01-01&amp;field=causes">33 causes changed</a></li></ul>`, `<ul><li><a>33 causes changed</a></li></ul>`},
		{"a line of a list whose noun is not in the copy", "/years", `<ol class="list"><li><a href="/en/incidents/KIO-2099-0001">Iran: <bdi>Qom</bdi></a> <span>mobile</span></li></ol>`, `<ol class="list"><li><a>Iran: <bdi>Qom</bdi></a> <span>mobile</span></li></ol>`},
		{"a row of links, some without a page", "/years", `<ul class="row"><li>As:</li><li><a href="/en/years.csv">CSV</a></li><li><a href="/en/incidents/KIO-2022-0001.bib">BibTeX</a></li></ul>`, `<ul class="row"><li>As:</li><li><a href="years.csv">CSV</a></li></ul>`},
		{"a row of links, all without a page", "/years", `<div class="tb"><ul class="row"><li>As:</li><li><a href="/en/incidents/KIO-2022-0001.bib">BibTeX</a></li></ul></div>`, ``},
		{"a table without its link", "/years", `<table><tbody><tr><th><a href="/en/countries/FR">France</a></th><td>3</td></tr></tbody></table>`, `<table><tbody><tr><th>France</th><td>3</td></tr></tbody></table>`},
		{"a picture", "/stories/KIS-2026-0001", `<img src="/media/` + strings.Repeat("ab", 32) + `.png" alt="a gate">`, `<img src="../../media/` + strings.Repeat("ab", 32) + `.png" alt="a gate"/>`},
		{"a picture that is not there", "/stories/KIS-2026-0001", `<p>a <img src="/missing.png" alt="x"></p>`, `<p>a </p>`},
		{"a drawing", "/years", `<svg viewBox="0 0 1 1" role="img"><title>t</title><linearGradient id="g"></linearGradient><path d="M0 0"/></svg>`, `<svg viewBox="0 0 1 1" role="img"><title>t</title><linearGradient id="g"></linearGradient><path d="M0 0"></path></svg>`},
		{"what only script fills", "/receipt", `<p>a</p><template id="opened"><p>b</p></template>`, `<p>a</p>`},
		{"the form of the day", "/years", `<form method="get"><label for="as_of">Day</label><input type="date" id="as_of" name="as_of"><input type="hidden" name="by" value="x"><button>Show</button></form>`, ``},
		{
			"the search", "/incidents", `<form method="get" role="search"><label>Words<input type="search" name="q"></label><label>Cause<select name="cause"><option value="">any</option><option value="protests">Protests</option><option value="exam_cheating" selected>Exams</option></select></label><label>Sort<select name="sort"><option value="start">oldest</option></select></label><button>Go</button></form>`,
			`<p class="note">` + p.T("copy.search") + ` <a href="incidents.txt">` + p.T("copy.search.list") + `</a></p><div class="row"><details><summary>Cause</summary><ul class="row"><li><a href="incidents/cause-protests.html">Protests</a></li><li><a href="incidents/cause-exam_cheating.html">Exams</a></li></ul></details></div>`,
		},
		{"a choice", "/trends", `<form method="get"><label>By<select name="by"><option value="cause">Cause</option></select></label></form>`, `<p class="note">` + p.T("copy.choose") + `</p><div class="row"><details><summary>By</summary><ul class="row"><li><a href="trends/by-cause.html">Cause</a></li></ul></details></div>`},
		{"a choice of nothing that is there", "/incidents/KIO-2022-0001/diff", `<form method="get"><label>From<select name="from"><option value="1">1</option></select></label></form>`, `<p class="note">` + p.T("copy.form") + `</p>`},
		{"a form that sends", "/receipt", `<form method="post"><input name="receipt"><template><i>x</i></template></form>`, `<div class="tell" role="note"><p>` + p.T("copy.receipt") + `</p><p>` + p.T("copy.site") + ` <bdi dir="ltr">https://keepiton.example/receipt</bdi></p></div>`},
		{"another form that sends", "/petition", `<form method="post"><input name="name"></form>`, `<div class="tell" role="note"><p>` + p.T("copy.form") + `</p><p>` + p.T("copy.site") + ` <bdi dir="ltr">https://keepiton.example</bdi></p></div>`},
	} {
		if got := turned(t, x.path, x.site); got != x.copy {
			t.Errorf("%s:\n got %s\nwant %s", x.name, got, x.copy)
		}
	}
}

func TestAddressThatLeadsOnHasAPageThatDoes(t *testing.T) {
	c := aCopy()
	at := address{lang: "ar", path: "/incidents/KIO-2021-0009", n: 1}
	body, links, _, err := c.page(at, &answer{status: http.StatusMovedPermanently, header: http.Header{"Location": {"/ar/incidents/KIO-2022-0001"}}})
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{`content="0;url=KIO-2022-0001.html"`, `href="KIO-2022-0001.html"`, `<html lang="ar" dir="rtl">`, locale.For("ar").T("copy.moved")} {
		if !strings.Contains(string(body), want) {
			t.Errorf("no %s in %s", want, body)
		}
	}
	if len(links) != 1 || links[0].path != "/incidents/KIO-2022-0001" {
		t.Errorf("links %+v", links)
	}
	for _, got := range []*answer{{status: http.StatusNotFound, header: http.Header{}}, {status: http.StatusFound, header: http.Header{"Location": {"https://elsewhere.example:x/"}}}} {
		if body, _, _, err := c.page(at, got); err != nil || !strings.Contains(string(body), locale.For("ar").T("copy.gone")) {
			t.Errorf("%d: %s %v", got.status, body, err)
		}
	}
}

// TestFiltersOfANarrowedCopy follows the chips of its lists.
func TestFiltersOfANarrowedCopy(t *testing.T) {
	c := aCopy()
	c.holds.only = map[string][]string{"country": {"IN", "SD"}, "year": {"2022"}}
	on := address{lang: "en", path: "/incidents", param: "cause", value: "protests", n: 1}
	s := &sheet{c: c, at: on, file: on.file()}
	for _, x := range []struct{ href, want string }{
		{"/en/incidents?country=SD&country=IN&year=2022", "../incidents.html"},        // without the cause
		{"/en/incidents?country=SD&year=2022", "country-SD.html"},                     // without India, and the cause
		{"/en/incidents?country=SD&year=2022&cause=protests", ""},                     // two at once
		{"/en/incidents?country=IN&country=SD&cause=protests", "cause-protests.html"}, // the year cannot go
		{"/en/incidents?country=PK", ""},                                              // another country
		{"/en/incidents?country=IN&country=SD&year=2022&cause=conflict", "cause-conflict.html"},
	} {
		if got, _ := s.turn(x.href, ""); got != x.want {
			t.Errorf("%s leads to %q, want %q", x.href, got, x.want)
		}
	}
	if ask := c.ask(on); ask != "/en/incidents?cause=protests&country=IN&country=SD&year=2022" {
		t.Errorf("asked for %s", ask)
	}
	if ask := c.ask(address{lang: "en", path: "/incidents", param: "country", value: "SD", n: 1}); ask != "/en/incidents?country=SD&year=2022" {
		t.Errorf("asked for %s", ask)
	}
	body, _, _, err := c.page(on, &answer{status: http.StatusOK, header: http.Header{"Content-Type": {"text/html"}}, body: []byte(`<html><head></head><body><ul class="chips"><li><a href="/en/incidents?country=IN&amp;country=SD&amp;cause=protests">Year: 2022 ×</a></li><li><a href="/en/incidents?country=IN&amp;country=SD&amp;year=2022">Cause: Protests ×</a></li></ul></body></html>`)})
	if err != nil || strings.Contains(string(body), "Year: 2022") || !strings.Contains(string(body), `<a href="../incidents.html">Cause: Protests`) {
		t.Errorf("%s %v", body, err)
	}
}
