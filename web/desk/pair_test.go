package desk_test

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"golang.org/x/net/html"

	"keepiton"
	"keepiton/casework"
	"keepiton/casework/remote"
	"keepiton/review"
	"keepiton/review/passkeytest"
	"keepiton/store"
	"keepiton/store/sqlite"
	"keepiton/web/desk"
)

// newSealedOffice is an office whose server takes reports; log is its log.
func newSealedOffice(t *testing.T, reports http.Handler) (o *office, log *strings.Builder) {
	t.Helper()
	o, log = newOffice(t), &strings.Builder{}
	opt := sqlite.SealedOptions{}
	opt.Now = o.now
	dir := t.TempDir()
	sealed, err := sqlite.OpenSealed(t.Context(), filepath.Join(dir, "sealed.db"), filepath.Join(dir, "sealed"), opt)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = sealed.Close() })
	h, err := desk.New(desk.Options{
		Store: o.store, Now: o.now, BaseURL: o.site.URL, Argon: quickArgon, Sealed: sealed, Reports: reports,
		Log: slog.New(slog.NewTextHandler(log, nil)),
	})
	if err != nil {
		t.Fatal(err)
	}
	o.site.Config.Handler = h
	o.sealed = sealed
	return o, log
}

// arrive lets in a report that nobody can open.
func (o *office) arrive(text string) keepiton.EnvelopeID {
	o.t.Helper()
	body, err := o.sealed.Stage(o.t.Context())
	if err != nil {
		o.t.Fatal(err)
	}
	_, _ = body.Write([]byte(text))
	today := o.now().Truncate(24 * time.Hour)
	e, _, err := o.sealed.Accept(o.t.Context(), keepiton.Envelope{Lane: keepiton.LaneOpen, Day: today, Expires: today.AddDate(0, 1, 0)}, body)
	if err != nil {
		o.t.Fatal(err)
	}
	return e.ID
}

// byPasskey signs somebody in with a new passkey.
func (o *office) byPasskey(name string, role keepiton.Role, organization string) (*browser, *passkeytest.Authenticator) {
	o.t.Helper()
	_, key := o.passkeyed(name, role, organization)
	b, status, _ := o.passkeySignIn(key)
	if status != 200 {
		o.t.Fatalf("sign-in answered %d", status)
	}
	return b, key
}

// machine is an analyst's own machine that asks to be let in. confirm is called
// with the code that it shows.
func (o *office) machine(confirm func(code string)) (*remote.Client, error) {
	ctx, cancel := context.WithTimeout(o.t.Context(), time.Minute)
	defer cancel()
	return remote.Pair(ctx, remote.Dial{URL: o.site.URL, Pause: []time.Duration{}}, func(code, address string) {
		if address != o.site.URL+"/desk/pair" {
			o.t.Errorf("the analyst is sent to %s", address)
		}
		confirm(code)
	})
}

// confirm lets the machine with the code in at b.
func (b *browser) confirm(code string) *browser {
	b.t.Helper()
	return b.get("/desk/pair?code="+url.QueryEscape(code)).must(200, "Never confirm a code").press("", nil)
}

// contentsOf is what the form that goes to the address would send.
func (b *browser) contentsOf(action string) (out url.Values) {
	walk(b.page, func(n *html.Node) {
		if n.Data == "form" && attr(n, "action") == action {
			out = contents(n)
		}
	})
	return out
}

func TestAMachineIsPairedAndWorks(t *testing.T) {
	o, log := newSealedOffice(t, nil)
	ana, _ := o.byPasskey("ana", keepiton.RoleAnalyst, "Org One")
	var shown string
	c, err := o.machine(func(code string) {
		shown = code
		ana.get("/desk/pair?code="+code).must(200, code)
		ana.confirm(strings.ToLower(" "+strings.ReplaceAll(code, "-", " ")+" ")).must(200, "Paired.", "Paired machines")
	})
	if err != nil {
		t.Fatal(err)
	}
	who, err := c.Account(t.Context())
	if want := (casework.Account{Name: "ana", Role: keepiton.RoleAnalyst, Organization: "Org One", Budget: casework.DefaultBudget}); err != nil || who != want {
		t.Errorf("it speaks for %+v, %v", who, err)
	}
	inc := &keepiton.Incident{Episodes: []keepiton.Episode{{Start: keepiton.On(2026, 5, 1)}}, Sources: []keepiton.Source{{ID: "s1", Kind: keepiton.KindReport, Confidential: true}}}
	rev, err := c.Draft(t.Context(), inc, "from four reports")
	if err != nil || rev.Incident.State != keepiton.Draft {
		t.Fatalf("drafted %+v, %v", rev, err)
	}
	ana.get("/desk/incidents/"+string(rev.Incident.ID)+"/act").must(200, "Signatures", "0 signatures so far")
	if got := o.state(rev.Incident.ID); got.Author != "ana" || got.Reason != "from four reports" {
		t.Errorf("the draft is by %q: %q", got.Author, got.Reason)
	}
	// A code is good once.
	ana.get("/desk/pair?code="+shown).must(404, "no such code")
	// The owner ends it.
	ana.get("/desk/account").must(200, "Paired on")
	ana.post("/desk/account/machine/end", ana.contentsOf("/desk/account/machine/end"), nil).must(200, "no longer paired", "No machine is paired")
	if _, err := c.Account(t.Context()); keepiton.CodeOf(err) != keepiton.Unsigned {
		t.Errorf("after its end: %v", err)
	}
	if strings.Contains(log.String(), strings.ReplaceAll(shown, "-", "")) || strings.Contains(log.String(), shown) {
		t.Error("the code stands in the log")
	}
}

func TestAMachineSaysGoodbye(t *testing.T) {
	o, _ := newSealedOffice(t, nil)
	ana, _ := o.byPasskey("ana", keepiton.RoleAnalyst, "")
	c, err := o.machine(func(code string) { ana.confirm(code) })
	if err != nil {
		t.Fatal(err)
	}
	if err := c.End(t.Context()); err != nil {
		t.Fatal(err)
	}
	ana.get("/desk/account").must(200, "No machine is paired")
}

func TestAMachineEndsWithTheAccountsRightsAndTime(t *testing.T) {
	for what, c := range map[string]struct {
		end  func(o *office, ana *browser)
		want keepiton.Code
	}{
		"idle for two hours": {func(o *office, _ *browser) { o.pass(2*time.Hour + time.Minute) }, keepiton.Unsigned},
		"signed out everywhere": {func(_ *office, ana *browser) {
			ana.get("/desk/account").post("/desk/sign-out", url.Values{"csrf": {contents(ana.form("")).Get("csrf")}, "everywhere": {"1"}}, nil)
		}, keepiton.Unsigned},
		"disabled": {func(o *office, _ *browser) {
			if err := o.accounts.Disable(context.Background(), review.Operator, "ana", true); err != nil {
				o.t.Fatal(err)
			}
		}, keepiton.Unsigned},
		"a reader": {func(o *office, _ *browser) {
			if err := o.accounts.SetRole(context.Background(), review.Operator, "ana", keepiton.RoleReader); err != nil {
				o.t.Fatal(err)
			}
		}, keepiton.Unsigned},
		"a reader by the database": {func(o *office, _ *browser) {
			_ = o.store.UpdateAccount(context.Background(), "ana", func(a *store.Account) error { a.Role = keepiton.RoleReader; return nil })
		}, keepiton.Forbidden},
	} {
		o, _ := newSealedOffice(t, nil)
		ana, _ := o.byPasskey("ana", keepiton.RoleAnalyst, "")
		m, err := o.machine(func(code string) { ana.confirm(code) })
		if err != nil {
			t.Fatal(err)
		}
		if _, err := m.Usage(t.Context()); err != nil {
			t.Fatal(err)
		}
		c.end(o, ana)
		if _, err := m.Usage(t.Context()); keepiton.CodeOf(err) != c.want {
			t.Errorf("%s: %v, want %s", what, err, c.want)
		}
	}
}

func TestAMachineEndsAfterSixteenHoursInUse(t *testing.T) {
	o, _ := newSealedOffice(t, nil)
	ana, _ := o.byPasskey("ana", keepiton.RoleAnalyst, "")
	m, err := o.machine(func(code string) { ana.confirm(code) })
	if err != nil {
		t.Fatal(err)
	}
	for h := 1; h <= 16; h++ {
		o.pass(time.Hour)
		_, err := m.Usage(t.Context())
		if ended := keepiton.CodeOf(err) == keepiton.Unsigned; ended != (h == 16) {
			t.Fatalf("after %d hours: %v", h, err)
		}
	}
}

func TestOnlyAPasskeySessionPairs(t *testing.T) {
	o, _ := newSealedOffice(t, nil)
	begun := func() string {
		_, a := o.browser().script(remote.BeginPath, "", "", "{}")
		return a["code"].(string)
	}
	byLink := o.hire("lin", keepiton.RoleAnalyst, "")
	o.withPassword("ana", keepiton.RoleAnalyst)
	byPassword := o.signIn("ana", password)
	reader, _ := o.byPasskey("rea", keepiton.RoleReader, "")
	for who, b := range map[string]*browser{"by link": byLink, "by password": byPassword} {
		code := begun()
		if b.get("/desk/pair?code="+code).must(403, "sign in with a passkey"); b.form("") != nil && strings.Contains(b.body, "Yes, pair it") {
			t.Errorf("%s: it is offered to pair", who)
		}
		csrf := contents(b.get("/desk/account").form("")).Get("csrf")
		b.post("/desk/pair", url.Values{"csrf": {csrf}, "code": {code}}, nil).must(403, "sign in with a passkey")
	}
	reader.get("/desk/pair?code=" + begun()).must(403)
	if b := o.browser().get("/desk/pair?code=" + begun()); b.at.Path != "/desk/sign-in" {
		t.Errorf("a stranger is at %s", b.at)
	}
	// Unless the policy says so.
	o.policy(review.Policy{Publishing: review.OnePerson, Passwords: true, Pairing: true})
	byPassword.get("/desk/pair?code="+begun()).must(200, "Yes, pair it")
}

func TestCodesAreFewTimesGuessedAndShortLived(t *testing.T) {
	o, _ := newSealedOffice(t, nil)
	ana, _ := o.byPasskey("ana", keepiton.RoleAnalyst, "")
	ben, _ := o.byPasskey("ben", keepiton.RoleAnalyst, "")
	_, begun := o.browser().script(remote.BeginPath, "", "", "{}")
	code, poll := begun["code"].(string), begun["poll"].(string)
	for i := range 5 {
		ana.get(fmt.Sprintf("/desk/pair?code=BBBB-BBB%c", "CDFGH"[i])).must(404)
	}
	ana.get("/desk/pair?code="+code).must(429, "Too many wrong codes") // even the right one
	ben.get("/desk/pair?code="+code).must(200, "Yes, pair it")         // others are not kept out
	o.pass(5 * time.Minute)
	ask := func(want int) map[string]any {
		t.Helper()
		status, a := o.browser().script(remote.PollPath, "", "", `{"poll":"`+poll+`"}`)
		if status != want {
			t.Errorf("the machine was answered %d %v, want %d", status, a, want)
		}
		return a
	}
	if a := ask(200); a["state"] != "waiting" || a["token"] != nil {
		t.Errorf("before it was confirmed: %v", a)
	}
	ask(429) // it asks again at once
	o.pass(6 * time.Minute)
	ben.get("/desk/pair?code=" + code).must(404)
	ask(404)
	o.pass(5 * time.Minute)
	_, begun = o.browser().script(remote.BeginPath, "", "", "{}")
	ana.confirm(begun["code"].(string)).must(200, "Paired")
	poll = begun["poll"].(string)
	token := ask(200)["token"].(string)
	ask(404) // the token is handed out once
	if status := o.ask(token, "usage"); status != 200 {
		t.Errorf("with the token: %d", status)
	}
}

// ask makes one request of a machine with a token.
func (o *office) ask(token, path string) int {
	o.t.Helper()
	req, _ := http.NewRequest("GET", o.site.URL+remote.Prefix+path, nil)
	req.Header.Set("Authorization", "Bearer "+token)
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		o.t.Fatal(err)
	}
	res.Body.Close()
	return res.StatusCode
}

func TestManyPairingsAtOnceAreSlowedDown(t *testing.T) {
	o, _ := newSealedOffice(t, nil)
	n := 0
	for range 30 {
		if status, _ := o.browser().script(remote.BeginPath, "", "", "{}"); status == 200 {
			n++
		} else if status != 429 {
			t.Fatalf("answered %d", status)
		}
	}
	if n != 20 {
		t.Errorf("%d at once, want 20", n)
	}
}

func TestTokensOfMachinesAndOfBrowsersAreNotMixed(t *testing.T) {
	o, _ := newSealedOffice(t, nil)
	ana, _ := o.byPasskey("ana", keepiton.RoleAnalyst, "")
	at, _ := url.Parse(o.site.URL + "/desk/")
	cookie := ""
	for _, c := range ana.client.Jar.Cookies(at) {
		if c.Name == "keepiton_desk" {
			cookie = c.Value
		}
	}
	if cookie == "" || o.ask(cookie, "usage") != 401 {
		t.Error("a browser's cookie works as a machine's token")
	}
	_, begun := o.browser().script(remote.BeginPath, "", "", "{}")
	ana.confirm(begun["code"].(string))
	_, a := o.browser().script(remote.PollPath, "", "", `{"poll":"`+begun["poll"].(string)+`"}`)
	token := a["token"].(string)
	req, _ := http.NewRequest("GET", o.site.URL+"/desk/account", nil)
	req.AddCookie(&http.Cookie{Name: "keepiton_desk", Value: token})
	res, err := (&http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}).Do(req)
	if err != nil {
		t.Fatal(err)
	}
	res.Body.Close()
	if res.StatusCode != 303 {
		t.Errorf("a machine's token opens the pages: %d", res.StatusCode)
	}
	// And a machine is asked for its token although a browser's cookie comes along.
	req, _ = http.NewRequest("GET", o.site.URL+remote.Prefix+"usage", nil)
	res, err = ana.client.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	res.Body.Close()
	if res.StatusCode != 401 {
		t.Errorf("a cookie alone is answered %d", res.StatusCode)
	}
}

func TestTheBudgetOfTheSettingsHolds(t *testing.T) {
	o, log := newSealedOffice(t, nil)
	adm := o.hire("adm", keepiton.RoleAdmin, "")
	adm.get("/desk/settings").press("", url.Values{"budget": {"many"}}).must(422, "1 to 100,000")
	adm.get("/desk/settings").press("", url.Values{"budget": {"0"}}).must(422)
	adm.get("/desk/settings").press("", url.Values{"budget": {"2"}}).must(200, "Settings saved")
	ana, _ := o.byPasskey("ana", keepiton.RoleAnalyst, "")
	c, err := o.machine(func(code string) { ana.confirm(code) })
	if err != nil {
		t.Fatal(err)
	}
	for i, want := range []keepiton.Code{"", "", keepiton.RateLimited} {
		id := o.arrive(strings.Repeat("x", i+1))
		got, err := c.Body(t.Context(), id)
		if keepiton.CodeOf(err) != want {
			t.Errorf("body %d: %v, want %q", i+1, err, want)
		}
		if err == nil {
			_, _ = io.Copy(io.Discard, got)
			got.Close()
		} else if !strings.Contains(err.Error(), "2 sealed reports") {
			t.Errorf("the analyst reads %q", err)
		}
		if strings.Contains(log.String(), string(id)) {
			t.Error("the log says which report was opened")
		}
	}
	if !strings.Contains(log.String(), "used up") || !strings.Contains(log.String(), "account=ana") {
		t.Errorf("no alarm in the log: %s", log)
	}
	adm.get("/desk/people").must(200, "Sealed reports opened today")
	if n, _ := o.store.Opened(t.Context(), "ana", o.now()); n != 2 {
		t.Errorf("%d are counted", n)
	}
}

func TestReportsOnTheServerAreForPasskeySessions(t *testing.T) {
	inside := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		g, ok := desk.GuestOf(r)
		a, err := g.Way.Account(r.Context())
		fmt.Fprintf(w, "inside %v %s %s %v", ok, a.Name, g.CSRF[:0], err)
	})
	o, _ := newSealedOffice(t, inside)
	ana, _ := o.byPasskey("ana", keepiton.RoleAnalyst, "")
	ana.get("/desk/reports/").must(200, "inside true ana")
	o.hire("lin", keepiton.RoleAnalyst, "").get("/desk/reports/").must(403, "sign in with a passkey")
	reader, _ := o.byPasskey("rea", keepiton.RoleReader, "")
	reader.get("/desk/reports/").must(403)
	if b := o.browser().get("/desk/reports/cases"); b.at.Path != "/desk/sign-in" || b.at.Query().Get("to") != "/desk/reports/cases" {
		t.Errorf("a stranger is at %s", b.at)
	}
	req := httptest.NewRequest("POST", "/desk/reports/x", nil)
	req.Header.Set("Sec-Fetch-Site", "cross-site")
	rec := httptest.NewRecorder()
	o.site.Config.Handler.ServeHTTP(rec, req)
	if rec.Code != 403 {
		t.Errorf("from another site: %d", rec.Code)
	}
}
