package desk_test

import (
	"context"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"golang.org/x/net/html"

	"keepiton"
	"keepiton/locale"
)

// asks posts what lint.js posts: the editor's form as it stands.
func (b *browser) asks(page string, more url.Values) *browser {
	b.t.Helper()
	form := b.get(page).must(200).form("")
	to := attr(form, "data-lint")
	if to == "" {
		b.t.Fatalf("%s has no live lint", page)
	}
	values := contents(form)
	for k, v := range more {
		values[k] = v
	}
	return b.post(to, values, nil)
}

// says is the text of the element with the id, and whether it is there.
func (b *browser) says(id string) (text string, found bool) {
	walk(b.page, func(n *html.Node) {
		if attr(n, "id") == id {
			text, found = strings.Join(strings.Fields(words(n)), " "), true
		}
	})
	return text, found
}

func (o *office) version() uint64 {
	o.t.Helper()
	v, err := o.store.Version(context.Background())
	if err != nil {
		o.t.Fatal(err)
	}
	return v
}

var backwards = url.Values{"episodes.0.end": {"2026-02-03"}}

func TestLiveLintAnswersWhatTheFormHoldsAndStoresNothing(t *testing.T) {
	o := newOffice(t)
	ana := o.hire("ana", keepiton.RoleAnalyst, "")
	id := write(ana, "save", nil)
	page := "/desk/incidents/" + string(id)
	before, version := o.state(id), o.version()

	ana.asks(page, backwards).must(200)
	const message = "Episode 1 ends on 2026-02-03~, before it starts on 2026-03-01"
	if got, _ := ana.says("live-episodes"); !strings.Contains(got, message) {
		t.Errorf("beside the field: %q", got)
	}
	if got, _ := ana.says("live-list"); !strings.Contains(got, message) {
		t.Errorf("in the summary: %q", got)
	}
	if got, _ := ana.says("live-count"); got != "1 finding" {
		t.Errorf("counted %q", got)
	}
	if strings.Contains(ana.body, "<script") || strings.Contains(ana.header.Get("Content-Security-Policy"), "script-src") {
		t.Error("the answer may run script")
	}
	ana.asks(page, url.Values{"episodes.0.end": {"3 March"}, "f.summary": {"<img src=x>"}}).must(200)
	if got, _ := ana.says("wrong-episodes-0-end"); !strings.Contains(got, "no date we can read") {
		t.Errorf("beside an unreadable date: %q", got)
	}
	if ana.asks(page, nil).must(200); strings.Contains(ana.body, "wrong-") || ana.sees("before it starts") {
		t.Errorf("a clean form answers %s", ana.text)
	}
	ana.asks("/desk/incidents/new", typed(backwards)).must(200, "before it starts")

	if after := o.state(id); after.N != before.N || o.version() != version {
		t.Errorf("asking made revision %d and version %d of %d and %d", after.N, o.version(), before.N, version)
	}
}

func TestLiveLintSaysWhatCheckSays(t *testing.T) {
	o := newOffice(t)
	ana := o.hire("ana", keepiton.RoleAnalyst, "")
	bad := typed(url.Values{"episodes.0.end": {"2026-02-03"}, "f.kinds": {}, "sources.0.url": {"nowhere"}, "sources.0.published": {"soon"}})
	for _, l := range locale.Languages {
		ana.get("/desk/").post("/desk/language", url.Values{"lang": {l.Tag}, "to": {"/desk/"}}, nil).must(200)
		ana.get("/desk/incidents/new").press("check", bad).must(200)
		checked := map[string]string{}
		walk(ana.page, func(n *html.Node) {
			if has(n, "data-live") {
				checked[attr(n, "id")] = strings.Join(strings.Fields(words(n)), " ")
			}
		})
		ana.asks("/desk/incidents/new", bad).must(200)
		for id, want := range checked {
			if got, _ := ana.says(id); got != want {
				t.Errorf("%s, %s: live %q, after Check %q", l.Tag, id, got, want)
			}
		}
		if checked["live-episodes"] == "" || checked["wrong-sources-0-published"] == "" || checked["live-kinds"] == "" {
			t.Errorf("%s: Check shows %v", l.Tag, checked)
		}
	}
}

func TestLiveLintIsForThoseWhoMayWrite(t *testing.T) {
	o := newOffice(t)
	ana, rea := o.hire("ana", keepiton.RoleAnalyst, ""), o.hire("rea", keepiton.RoleReader, "")
	ed := o.hire("ed", keepiton.RoleEditor, "")
	id := published(ed, nil)
	page := "/desk/incidents/" + string(id)
	to := page + "/lint"

	rea.get(page).must(200)
	if strings.Contains(rea.body, "data-lint") || strings.Contains(rea.body, "<script") {
		t.Error("a reader gets the script")
	}
	token := contents(rea.form(""))["csrf"]
	rea.post(to, url.Values{"csrf": token}, nil).must(403)
	rea.post("/desk/incidents/new/lint", url.Values{"csrf": token}, nil).must(403)

	form := contents(ana.get(page).form("preview"))
	ana.post(to, form, http.Header{"Sec-Fetch-Site": {"cross-site"}, "Origin": {"https://evil.example"}}).must(403)
	form.Set("f.impact", strings.Repeat("x", 1<<20))
	ana.post(to, form, nil).must(413)
	form.Del("f.impact")
	ana.post("/desk/incidents/KIO-2026-9999/lint", form, nil).must(404)
	ana.post(to, form, nil).must(200)
	form.Del("csrf")
	ana.post(to, form, nil).must(403, "older session")
	o.browser().get("/desk/sign-in").post(to, form, nil).must(401)

	ed.get(page+"/act").press("withdraw", url.Values{"reason": {"it was a power cut"}}).must(200)
	if ed.get(page).must(200); strings.Contains(ed.body, "data-lint") {
		t.Error("what is withdrawn cannot be changed, and the page has live lint")
	}
	ed.post(to, url.Values{"csrf": contents(ed.form(""))["csrf"]}, nil).must(403)
}

func TestLiveLintIsSmallAndTheNewFormStaysQuiet(t *testing.T) {
	o := newOffice(t)
	ana := o.hire("ana", keepiton.RoleAnalyst, "")
	ana.get("/desk/incidents/new").must(200)
	if got, found := ana.says("findings"); !found || got != "" {
		t.Errorf("a new form shows findings: %q, %v", got, found)
	}
	if strings.Contains(ana.header.Get("Content-Security-Policy"), "unsafe") || strings.Contains(ana.body, " onchange") || !strings.Contains(ana.body, `src="/desk/lint.js?`) {
		t.Error("the editor's script is not a file of its own")
	}
	if n := len(ana.get("/desk/lint.js").must(200).body); n == 0 || n >= 3000 {
		t.Errorf("the script has %d bytes, fewer than 3000 wanted", n)
	}
}
