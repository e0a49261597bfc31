package desk_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"keepiton"
)

const password = "four quiet words here"

func (o *office) signIn(name, secret string) *browser {
	o.t.Helper()
	return o.browser().get("/desk/sign-in").press("", url.Values{"name": {name}, "password": {secret}})
}

// withPassword hires somebody who then sets a password.
func (o *office) withPassword(name string, role keepiton.Role) *browser {
	o.t.Helper()
	b := o.hire(name, role, "")
	b.get("/desk/account")
	b.post("/desk/account/password", url.Values{"csrf": contents(b.form(""))["csrf"], "password": {password}, "again": {password}}, nil).must(200, "Password set")
	return b
}

func TestPasswordSignsIn(t *testing.T) {
	o := newOffice(t)
	o.withPassword("ana", keepiton.RoleAnalyst)
	o.signIn("Ana ", password).must(200, "ana · Analyst")
	o.signIn("ana", "wrong").must(401, "That did not work")
}

func TestUnknownNameGetsTheSameAnswer(t *testing.T) {
	o := newOffice(t)
	o.withPassword("ana", keepiton.RoleAnalyst)
	known, unknown := o.signIn("ana", "wrong"), o.signIn("nobody", "wrong")
	if strings.ReplaceAll(known.body, "ana", "X") != strings.ReplaceAll(unknown.body, "nobody", "X") || known.status != unknown.status {
		t.Errorf("known and unknown differ:\n%s\n%s", known.text, unknown.text)
	}
}

func TestWrongPasswordsMakeTheAccountWaitAndNoLonger(t *testing.T) {
	o := newOffice(t)
	ana := o.withPassword("ana", keepiton.RoleAnalyst)
	ana.get("/desk/account").press("", nil) // signs out everywhere
	for range 30 {
		o.signIn("ana", "wrong").must(401)
		o.pass(5 * time.Minute) // each of them counts
	}
	o.signIn("ana", "wrong").must(401)
	o.signIn("ana", password).must(401, "That did not work")
	for range 10 { // tries while it waits do not lengthen the wait
		o.pass(10 * time.Second)
		o.signIn("ana", "wrong").must(401)
	}
	o.pass(5*time.Minute - 100*time.Second)
	o.signIn("ana", password).must(200)
}

func TestBulkGuessingIsBoundedForAllAccounts(t *testing.T) {
	o := newOffice(t)
	o.withPassword("ana", keepiton.RoleAnalyst)
	refused := 0
	for range 40 {
		if o.signIn("nobody", "wrong").status == 429 {
			refused++
		}
	}
	if refused != 21 { // 20 at once, one of them used by setting ana's password
		t.Errorf("%d of 40 sign-ins were refused, want 21", refused)
	}
	o.pass(time.Second)
	o.signIn("ana", password).must(200)
}

func TestRecoveryCodeWorksOnceAndThroughTheWait(t *testing.T) {
	o := newOffice(t)
	ana := o.withPassword("ana", keepiton.RoleAnalyst)
	ana.get("/desk/account")
	ana.post("/desk/account/codes", url.Values{"csrf": contents(ana.form(""))["csrf"]}, nil).must(200, "Your recovery codes", "10 codes are left")
	_, rest, _ := strings.Cut(ana.body, `<ul class="codes"><li><code dir="ltr">`)
	code, _, _ := strings.Cut(rest, "<")
	if len(code) != 19 {
		t.Fatalf("code %q", code)
	}
	for range 10 {
		o.signIn("ana", "wrong")
	}
	use := func(code string) *browser {
		return o.browser().get("/desk/recover").press("", url.Values{"name": {"ana"}, "code": {code}})
	}
	use(strings.ToUpper(strings.ReplaceAll(code, "-", " "))).must(200, "That code is used up", "9 codes are left")
	use(code).must(401, "That did not work")
}

func TestOperatorSwitchesPasswordsOff(t *testing.T) {
	o := newOffice(t)
	o.withPassword("ana", keepiton.RoleAnalyst)
	adm := o.hire("adm", keepiton.RoleAdmin, "")
	adm.get("/desk/settings").press("", url.Values{"publishing": {"two_people"}, "passwords": {}}).must(200, "Settings saved")
	b := o.browser().get("/desk/sign-in").must(200)
	if strings.Contains(b.body, `type="password"`) {
		t.Error("the password form is still shown")
	}
	b.post("/desk/sign-in", url.Values{"name": {"ana"}, "password": {password}}, nil).must(403, "switched off")
}

func TestLinkWorksOnceAndForADay(t *testing.T) {
	o := newOffice(t)
	adm := o.hire("adm", keepiton.RoleAdmin, "")
	add := func(name string) string {
		adm.get("/desk/people").press("", url.Values{"name": {name}, "role": {"analyst"}, "organization": {"Org"}}).must(200, "Sign-in link for "+name)
		i := strings.Index(adm.text, "/desk/enter?t=")
		path, _, _ := strings.Cut(adm.text[i:], " ")
		return path
	}
	link := add("ana")
	o.browser().get(link).must(200) // a look does not use it
	b := o.browser().get(link)
	b.press("", nil).must(200, "Signed in")
	o.browser().get(link).press("", nil).must(401, "used already")
	late := add("ben")
	o.pass(24 * time.Hour)
	o.browser().get(late).press("", nil).must(401, "older than 24 hours")
}

func TestSessionsEnd(t *testing.T) {
	o := newOffice(t)
	ana := o.hire("ana", keepiton.RoleAnalyst, "")
	for range 8 {
		o.pass(2*time.Hour - time.Minute)
		ana.get("/desk/").must(200, "ana")
	}
	o.pass(9 * time.Minute) // never idle, and 16 hours and a minute old
	if ana.get("/desk/"); ana.at.Path != "/desk/sign-in" {
		t.Error("a session outlives 16 hours")
	}
	ben := o.hire("ben", keepiton.RoleAnalyst, "")
	o.pass(2 * time.Hour)
	if ben.get("/desk/"); ben.at.Path != "/desk/sign-in" {
		t.Error("an idle session outlives two hours")
	}
}

func TestDisabledAccountIsOutAtOnce(t *testing.T) {
	o := newOffice(t)
	adm, ana := o.hire("adm", keepiton.RoleAdmin, ""), o.withPassword("ana", keepiton.RoleAnalyst)
	adm.get("/desk/people")
	csrf := contents(adm.form("disable"))["csrf"]
	adm.post("/desk/people/ana", url.Values{"csrf": csrf, "do": {"disable"}}, nil).must(200, "Account changed")
	if ana.get("/desk/"); ana.at.Path != "/desk/sign-in" {
		t.Error("a disabled account goes on")
	}
	o.signIn("ana", password).must(401)
	adm.post("/desk/people/adm", url.Values{"csrf": csrf, "do": {"disable"}}, nil).must(409, "last administrator")
}

func TestSignOutEverywhereEndsOtherBrowsers(t *testing.T) {
	o := newOffice(t)
	one := o.withPassword("ana", keepiton.RoleAnalyst)
	two := o.signIn("ana", password).must(200)
	one.get("/desk/account").press("", nil).must(200, "Signed out")
	if two.get("/desk/"); two.at.Path != "/desk/sign-in" {
		t.Error("the other browser is still signed in")
	}
}

func TestCookieIsForTheDeskAlone(t *testing.T) {
	o := newOffice(t)
	o.withPassword("ana", keepiton.RoleAnalyst)
	b := o.browser().get("/desk/sign-in")
	b.client.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	b.press("", url.Values{"name": {"ana"}, "password": {password}}).must(303)
	got := b.header.Get("Set-Cookie")
	for _, want := range []string{"Path=/desk/", "HttpOnly", "SameSite=Strict"} {
		if !strings.Contains(got, want) {
			t.Errorf("cookie %q lacks %s", got, want)
		}
	}
}

func TestRedirectStaysOnTheDesk(t *testing.T) {
	o := newOffice(t)
	o.withPassword("ana", keepiton.RoleAnalyst)
	for _, to := range []string{"https://evil.example/desk/", "//evil.example/desk/", "/elsewhere", "/desk/\\evil", "javascript:alert(1)"} {
		b := o.browser().get("/desk/sign-in?to="+url.QueryEscape(to)).press("", url.Values{"name": {"ana"}, "password": {password}}).must(200)
		if b.at.Path != "/desk/" || !strings.HasPrefix(b.at.String(), o.site.URL) {
			t.Errorf("to=%s led to %s", to, b.at)
		}
		o.pass(time.Second)
	}
}
