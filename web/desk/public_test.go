package desk_test

import (
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"keepiton"
	"keepiton/web"
)

// publicSite serves the public pages of the office's record.
func (o *office) publicSite() func(path string) (status int, body string) {
	o.t.Helper()
	pages, err := web.New(web.Options{Record: o.store, Now: o.now, BaseURL: o.site.URL})
	if err != nil {
		o.t.Fatal(err)
	}
	return func(path string) (int, string) {
		pages.Expire()
		w := httptest.NewRecorder()
		pages.ServeHTTP(w, httptest.NewRequest("GET", path, nil))
		return w.Code, w.Body.String()
	}
}

func TestPublicPageFollowsTheDesk(t *testing.T) {
	o := newOffice(t)
	ed := o.hire("ed-the-editor", keepiton.RoleEditor, "Org One")
	public := o.publicSite()
	id := write(ed, "save", url.Values{"f.summary": {"first words"}})
	page := "/en/incidents/" + string(id)
	expect := func(status int, has, hasNot string) {
		t.Helper()
		got, body := public(page)
		if got != status || !strings.Contains(body, has) || hasNot != "" && strings.Contains(body, hasNot) {
			t.Errorf("the public page answers %d; want %d with %q and without %q", got, status, has, hasNot)
		}
		if strings.Contains(body, "ed-the-editor") {
			t.Error("the public page names an account")
		}
	}
	expect(404, "", "first words")

	ed.get("/desk/incidents/"+string(id)+"/act").press("publish", nil).must(200)
	expect(200, "first words", "")

	ed.get("/desk/incidents/"+string(id)).press("preview", url.Values{"f.summary": {"second words"}, "reason": {"the ministry said so"}})
	ed.press("correct", nil).must(200)
	expect(200, "second words", "")
	if status, body := public(page + "/revisions"); status != 200 || !strings.Contains(body, "the ministry said so") || strings.Contains(body, "ed-the-editor") {
		t.Errorf("the public revisions answer %d, without the reason or with the account", status)
	}

	ed.get("/desk/incidents/"+string(id)+"/act").press("withdraw", url.Values{"reason": {"it was a power cut"}}).must(200)
	expect(200, "it was a power cut", "")

	other := published(ed, nil)
	merged := published(ed, url.Values{"f.summary": {"the same"}})
	ed.get("/desk/incidents/"+string(merged)+"/act").press("merge", url.Values{"into": {string(other)}, "reason": {"same cut"}}).must(200)
	page = "/en/incidents/" + string(merged)
	if status, body := public(page); status < 300 || status > 399 {
		t.Errorf("a merged incident answers %d %.200s, want a redirect", status, body)
	}
}

func TestWhatADraftSaidStaysAtTheDesk(t *testing.T) {
	o := newOffice(t)
	ed := o.hire("ed", keepiton.RoleEditor, "")
	public := o.publicSite()
	id := write(ed, "save", url.Values{"f.summary": {"told by Jane Roe"}, "reason": {"call with Jane Roe"}})
	ed.get("/desk/incidents/"+string(id)).press("save", url.Values{"f.summary": {"told by a partner"}}).must(200)
	ed.get("/desk/incidents/"+string(id)+"/act").press("publish", nil).must(200)
	for _, path := range []string{"", "/revisions", "/revisions/1", "/revisions/2", "/revisions/3", "/diff", "/diff?from=1&to=3", ".json"} {
		if status, body := public("/en/incidents/" + string(id) + path); strings.Contains(body, "Jane Roe") {
			t.Errorf("%s (%d) shows what the draft said", path, status)
		}
	}
}
