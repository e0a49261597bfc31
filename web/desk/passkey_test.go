package desk_test

import (
	"encoding/json"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"keepiton"
	"keepiton/review/passkeytest"
)

// script posts what passkey.js posts and returns the answer.
func (b *browser) script(path, csrf, ticket, body string) (status int, answer map[string]any) {
	b.t.Helper()
	req, err := http.NewRequest("POST", b.o.site.URL+path, strings.NewReader(body))
	if err != nil {
		b.t.Fatal(err)
	}
	for k, v := range map[string]string{"Content-Type": "application/json", "Sec-Fetch-Site": "same-origin", "X-CSRF": csrf, "X-Ticket": ticket} {
		if v != "" {
			req.Header.Set(k, v)
		}
	}
	res, err := b.client.Do(req)
	if err != nil {
		b.t.Fatal(err)
	}
	defer res.Body.Close()
	if err := json.NewDecoder(res.Body).Decode(&answer); err != nil {
		b.t.Fatal(err)
	}
	return res.StatusCode, answer
}

// register adds the passkey to who is signed in at b.
func (b *browser) register(a *passkeytest.Authenticator) (status int) {
	b.t.Helper()
	b.get("/desk/account").must(200)
	csrf := contents(b.form("")).Get("csrf")
	status, begun := b.script("/desk/account/passkey/begin", csrf, "", "{}")
	if status != 200 {
		b.t.Fatalf("begin answered %d %v", status, begun)
	}
	status, _ = b.script("/desk/account/passkey/finish?label=phone", csrf, begun["ticket"].(string), a.Create(begun["options"]))
	return status
}

func (o *office) passkeySignIn(a *passkeytest.Authenticator) (b *browser, status int, replay func() int) {
	o.t.Helper()
	b = o.browser()
	_, begun := b.script("/desk/passkey/begin", "", "", "{}")
	ticket, answer := begun["ticket"].(string), a.Get(begun["options"])
	status, _ = b.script("/desk/passkey/finish", "", ticket, answer)
	return b, status, func() int {
		s, _ := o.browser().script("/desk/passkey/finish", "", ticket, answer)
		return s
	}
}

func TestPasskeySignsInWithoutAName(t *testing.T) {
	o := newOffice(t)
	ana := o.hire("ana", keepiton.RoleAnalyst, "")
	key := passkeytest.New(t, o.site.URL)
	if status := ana.register(key); status != 200 {
		t.Fatalf("register answered %d", status)
	}
	ana.get("/desk/account").must(200, "phone")
	b, status, replay := o.passkeySignIn(key)
	if status != 200 {
		t.Fatalf("sign-in answered %d", status)
	}
	b.get("/desk/").must(200, "ana · Analyst")
	if got := replay(); got != 401 {
		t.Errorf("the same answer a second time gives %d", got)
	}
}

func TestPasskeyIsNotKeptOutByWrongPasswords(t *testing.T) {
	o := newOffice(t)
	ana := o.withPassword("ana", keepiton.RoleAnalyst)
	key := passkeytest.New(t, o.site.URL)
	ana.register(key)
	for range 30 {
		o.signIn("ana", "wrong")
	}
	if _, status, _ := o.passkeySignIn(key); status != 200 {
		t.Errorf("sign-in answered %d", status)
	}
}

func TestForeignPasskeysAreRefused(t *testing.T) {
	o := newOffice(t)
	ana, eve := o.hire("ana", keepiton.RoleAnalyst, ""), o.hire("eve", keepiton.RoleAnalyst, "")
	key := passkeytest.New(t, o.site.URL)
	ana.register(key)

	if _, status, _ := o.passkeySignIn(passkeytest.New(t, o.site.URL)); status != 401 {
		t.Errorf("an unknown passkey: %d", status)
	}
	elsewhere := *key
	elsewhere.Origin = "http://evil.example"
	if _, status, _ := o.passkeySignIn(&elsewhere); status != 401 {
		t.Errorf("an answer made for another site: %d", status)
	}
	forged := passkeytest.New(t, o.site.URL)
	forged.ID, forged.Handle = key.ID, key.Handle
	if _, status, _ := o.passkeySignIn(forged); status != 401 {
		t.Errorf("another key under the same id: %d", status)
	}
	stolen := passkeytest.New(t, o.site.URL)
	stolen.ID = key.ID
	if status := eve.register(stolen); status == 200 {
		t.Error("eve took over the id of ana's passkey")
	}
	copied := *key
	copied.Count = 0 // its counter went back: a copy
	if _, status, _ := o.passkeySignIn(&copied); status != 401 {
		t.Errorf("a copied passkey: %d", status)
	}
	if _, status, _ := o.passkeySignIn(key); status != 200 {
		t.Error("the true passkey no longer works")
	}
}

func TestPasskeyCeremonyEndsAfterFiveMinutes(t *testing.T) {
	o := newOffice(t)
	ana := o.hire("ana", keepiton.RoleAnalyst, "")
	key := passkeytest.New(t, o.site.URL)
	ana.register(key)
	b := o.browser()
	_, begun := b.script("/desk/passkey/begin", "", "", "{}")
	o.pass(5 * time.Minute)
	if status, _ := b.script("/desk/passkey/finish", "", begun["ticket"].(string), key.Get(begun["options"])); status != 401 {
		t.Errorf("answered %d", status)
	}
}

func TestAddingAPasskeyNeedsTheSessionsToken(t *testing.T) {
	o := newOffice(t)
	ana := o.hire("ana", keepiton.RoleAnalyst, "")
	if status, _ := ana.script("/desk/account/passkey/begin", "", "", "{}"); status != 403 {
		t.Errorf("without the token: %d", status)
	}
	if status, _ := o.browser().script("/desk/account/passkey/begin", "x", "", "{}"); status != 401 {
		t.Errorf("without a session: %d", status)
	}
}

func TestResetTakesEveryMeansAway(t *testing.T) {
	o := newOffice(t)
	adm, ana := o.hire("adm", keepiton.RoleAdmin, ""), o.withPassword("ana", keepiton.RoleAnalyst)
	key := passkeytest.New(t, o.site.URL)
	ana.register(key)
	adm.get("/desk/people")
	adm.post("/desk/people/ana", url.Values{"csrf": contents(adm.form("reset"))["csrf"], "do": {"reset"}}, nil).must(200, "Sign-in link for ana")
	if ana.get("/desk/"); ana.at.Path != "/desk/sign-in" {
		t.Error("the old session goes on")
	}
	if _, status, _ := o.passkeySignIn(key); status != 401 {
		t.Errorf("the old passkey: %d", status)
	}
	o.signIn("ana", password).must(401)
}

func TestScriptRunsOnPasskeyPagesAndInTheEditorAlone(t *testing.T) {
	o := newOffice(t)
	adm := o.hire("adm", keepiton.RoleAdmin, "")
	for path, want := range map[string]bool{
		"/desk/account": true, "/desk/": false, "/desk/incidents": false, "/desk/incidents/new": true, "/desk/people": false, "/desk/settings": false,
	} {
		adm.get(path).must(200)
		csp := adm.header.Get("Content-Security-Policy")
		if got := strings.Contains(csp, "script-src 'self'"); got != want || strings.Contains(csp, "unsafe") || strings.Contains(adm.body, "<script") != want {
			t.Errorf("%s: policy %q", path, csp)
		}
	}
	signIn := o.browser().get("/desk/sign-in")
	if !strings.Contains(signIn.header.Get("Content-Security-Policy"), "script-src 'self'") {
		t.Error("the sign-in page has no script")
	}
	if n := len(signIn.get("/desk/passkey.js").body); n == 0 || n >= 4000 {
		t.Errorf("the script has %d bytes, at most 4000 wanted", n)
	}
}
