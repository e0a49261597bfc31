package web

import (
	"bytes"
	"context"
	"encoding/json"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"keepiton"
	"keepiton/locale"
	"keepiton/notify"
	"keepiton/sample"
	"keepiton/store"
	"keepiton/store/sqlite"
)

// alertSite is a site on a real store whose made-up world was announced.
type alertSite struct {
	*Server
	st    store.Store
	mails chan *notify.Message
	log   *bytes.Buffer
	now   time.Time
	bell  *notify.Notifier
}

type mailTray chan *notify.Message

func (mailTray) Channel() keepiton.Channel { return keepiton.ChannelMail }

func (c mailTray) Send(_ context.Context, m *notify.Message, _ func() error) (string, error) {
	c <- m
	return "", nil
}

type trusting struct{}

func (trusting) Challenge(context.Context, *notify.Message) error { return nil }

func newAlertSite(t *testing.T) *alertSite {
	t.Helper()
	st, err := sqlite.Open(t.Context(), filepath.Join(t.TempDir(), "record.db"), sqlite.Options{Volatile: true})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { st.Close() })
	var edits []store.Edit
	for _, rev := range sample.World(testNow) {
		edits = append(edits, store.Edit{ID: rev.Incident.ID, Base: rev.N - 1, Rev: rev})
	}
	if _, err := st.Append(t.Context(), edits...); err != nil {
		t.Fatal(err)
	}
	keys, err := notify.NewKeys([32]byte{1})
	if err != nil {
		t.Fatal(err)
	}
	a := &alertSite{st: st, mails: make(chan *notify.Message, 8), log: &bytes.Buffer{}, now: testNow}
	now := func() time.Time { return a.now }
	links := notify.Links{Base: "https://keepiton.example"}
	a.bell = &notify.Notifier{Record: st, Outbox: st, Keys: keys, Links: links, Now: now, Past: true}
	if err := a.bell.Step(t.Context()); err != nil {
		t.Fatal(err)
	}
	book := &notify.Book{Outbox: st, Keys: keys, Links: links, Mail: mailTray(a.mails), Hooks: trusting{}, Now: now}
	go book.Run(t.Context())
	a.Server, err = New(Options{
		Record: st, Campaign: st, Changes: st, Alerts: st, Tell: a.bell.Tell, Book: book, Now: now, BaseURL: "https://keepiton.example",
		Log: slog.New(slog.NewTextHandler(a.log, nil)), Accounts: []Account{{"Mastodon", "https://mastodon.example/@keepiton"}},
	})
	if err != nil {
		t.Fatal(err)
	}
	return a
}

// post sends a form as a browser of the site does.
func (a *alertSite) post(t *testing.T, path string, form url.Values, headers ...string) *httptest.ResponseRecorder {
	t.Helper()
	r := httptest.NewRequest(http.MethodPost, path, strings.NewReader(form.Encode()))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	r.Header.Set("Sec-Fetch-Site", "same-origin")
	for i := 0; i+1 < len(headers); i += 2 {
		if r.Header.Set(headers[i], headers[i+1]); headers[i+1] == "" {
			r.Header.Del(headers[i])
		}
	}
	w := httptest.NewRecorder()
	a.ServeHTTP(w, r)
	return w
}

func (a *alertSite) subscriptions(t *testing.T) (n int) {
	t.Helper()
	counts, err := a.st.CountSubscriptions(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for _, paces := range counts {
		for _, k := range paces {
			n += k
		}
	}
	return n
}

// subscribe signs up by the pages, and returns the path of the page that manages.
func (a *alertSite) subscribe(t *testing.T) (manage string) {
	t.Helper()
	if w := a.post(t, "/en/alerts", url.Values{"address": {"marked@reader.test"}, "pace": {"daily"}, "country": {"XA", ""}, "do": {"mail"}}); w.Code != 200 {
		t.Fatalf("asked: %d\n%s", w.Code, w.Body)
	}
	confirm := linkIn((<-a.mails).Plain.Text)
	if w := a.post(t, confirm, nil); w.Code == 200 {
		_, after, _ := strings.Cut(w.Body.String(), `href="/en/alerts/manage/`)
		token, _, _ := strings.Cut(after, `"`)
		return "/en/alerts/manage/" + token
	}
	t.Fatal("not confirmed")
	return ""
}

func linkIn(text string) string {
	_, rest, _ := strings.Cut(text, "https://keepiton.example")
	link, _, _ := strings.Cut(rest, "\n")
	return link
}

func TestSigningUpTakesAMailAndAButton(t *testing.T) {
	a := newAlertSite(t)
	w := a.post(t, "/am/alerts", url.Values{"address": {"marked@reader.test"}, "pace": {"weekly"}, "country": {"XA"}, "cause": {"protests"}, "do": {"mail"}})
	if w.Code != 200 || strings.Contains(w.Body.String(), "marked") || w.Header().Get("Cache-Control") != "no-store" {
		t.Errorf("asked: %d, %q", w.Code, w.Header().Get("Cache-Control"))
	}
	m := <-a.mails
	confirm := linkIn(m.Plain.Text)
	if !strings.HasPrefix(confirm, "/am/alerts/confirm/") || m.To.Address != "marked@reader.test" {
		t.Fatalf("the mail has %q", confirm)
	}
	for range 2 { // mail filters look at links, more than once
		if w := get(t, a, confirm); w.Code != 200 || a.subscriptions(t) != 0 || !strings.Contains(w.Body.String(), "m…@r….test") {
			t.Errorf("looking at the link: %d, %d subscriptions", w.Code, a.subscriptions(t))
		}
	}
	w = a.post(t, confirm, nil)
	if w.Code != 200 || a.subscriptions(t) != 1 || !strings.Contains(w.Body.String(), "/am/alerts/manage/") {
		t.Errorf("confirmed: %d, %d subscriptions", w.Code, a.subscriptions(t))
	}
	if w := get(t, a, "/am/alerts/confirm/AAAA"); w.Code != 404 {
		t.Errorf("a link that is none: %d", w.Code)
	}
	if w := a.post(t, "/en/alerts", url.Values{"address": {"nobody"}, "pace": {"daily"}, "country": {"XA"}}); w.Code != 422 && w.Code != 400 || !strings.Contains(w.Body.String(), `value="nobody"`) || !strings.Contains(w.Body.String(), `name="country" value="XA"`) {
		t.Errorf("a wrong address: %d; what was typed is gone", w.Code)
	}
}

func TestItsOwnerManagesAndEndsIt(t *testing.T) {
	a := newAlertSite(t)
	manage := a.subscribe(t)
	body := get(t, a, manage).Body.String()
	for _, want := range []string{"m…@r….test", `name="country" value="XA" checked`, `value="daily" selected`} {
		if !strings.Contains(body, want) {
			t.Errorf("the page lacks %q", want)
		}
	}
	if strings.Contains(body, "marked") {
		t.Error("the page shows the address")
	}
	w := a.post(t, manage, url.Values{"do": {"save"}, "pace": {"weekly"}, "lang": {"ar"}, "cause": {"protests", "elections"}, "html": {"yes"}})
	if body = w.Body.String(); w.Code != 200 || !strings.Contains(body, `name="cause" value="elections" checked`) || strings.Contains(body, `value="XA" checked`) || !strings.Contains(body, `value="weekly" selected`) {
		t.Errorf("saved: %d", w.Code)
	}
	if w = a.post(t, manage, url.Values{"do": {"save"}, "pace": {"hourly"}, "lang": {"ar"}}); w.Code != 400 && w.Code != 422 {
		t.Errorf("a pace that is none: %d", w.Code)
	}
	if w = a.post(t, manage, url.Values{"do": {"end"}}); w.Code != 200 || a.subscriptions(t) != 0 {
		t.Errorf("ended: %d, %d left", w.Code, a.subscriptions(t))
	}
	if w = get(t, a, manage); w.Code != 404 {
		t.Errorf("after its end: %d", w.Code)
	}
}

// TestOneClickEndsASubscriptionAndLookingDoesNot posts what a mail program does
// (RFC 8058, section 3.2): no cookie, no origin, no word of a browser.
func TestOneClickEndsASubscriptionAndLookingDoesNot(t *testing.T) {
	a := newAlertSite(t)
	a.subscribe(t)
	sub := onlySubscription(t, a)
	end := "/en/alerts/end/" + endToken(t, a, sub)
	for range 2 {
		if w := get(t, a, end); w.Code != 200 || a.subscriptions(t) != 1 || !strings.Contains(w.Body.String(), `<form method="post">`) {
			t.Errorf("looking: %d, %d subscriptions", w.Code, a.subscriptions(t))
		}
	}
	w := a.post(t, end, url.Values{"List-Unsubscribe": {"One-Click"}}, "Sec-Fetch-Site", "")
	if w.Code != 200 || a.subscriptions(t) != 0 || w.Header().Get("Set-Cookie") != "" || w.Header().Get("Location") != "" {
		t.Errorf("one click: %d, %d left", w.Code, a.subscriptions(t))
	}
	if w = a.post(t, end, url.Values{"List-Unsubscribe": {"One-Click"}}, "Sec-Fetch-Site", ""); w.Code != 200 {
		t.Errorf("a second click: %d", w.Code)
	}
	var body bytes.Buffer
	body.WriteString("--b\r\nContent-Disposition: form-data; name=\"List-Unsubscribe\"\r\n\r\nOne-Click\r\n--b--\r\n")
	r := httptest.NewRequest(http.MethodPost, end, &body)
	r.Header.Set("Content-Type", "multipart/form-data; boundary=b")
	rec := httptest.NewRecorder()
	if a.ServeHTTP(rec, r); rec.Code != 200 {
		t.Errorf("as multipart/form-data: %d", rec.Code)
	}
}

// onlySubscription is the id of the one subscription: it is told of what happens.
func onlySubscription(t *testing.T, a *alertSite) *notify.Message {
	t.Helper()
	ctx, stop := context.WithCancel(t.Context())
	defer stop()
	at := a.now
	inc := keepiton.Incident{State: keepiton.Published, Episodes: []keepiton.Episode{{Start: keepiton.On(2026, 7, 14), End: keepiton.Ending{State: keepiton.Ongoing}}}, Places: []keepiton.Place{{Country: "XA", Nationwide: true, Confidence: 1}}, Kinds: []string{"shutdown"}}
	if _, err := a.st.Append(t.Context(), store.Edit{Rev: keepiton.Revision{Recorded: at, Role: keepiton.RoleEditor, Incident: inc}}); err != nil {
		t.Fatal(err)
	}
	a.now = time.Date(2026, 7, 16, 8, 0, 0, 0, time.UTC)
	if err := a.bell.Step(ctx); err != nil {
		t.Fatal(err)
	}
	bell := &notify.Notifier{Record: a.st, Outbox: a.st, Keys: a.bell.Keys, Links: a.bell.Links, Now: func() time.Time { return a.now }, Senders: []notify.Sender{mailTray(a.mails)}}
	go bell.Run(ctx)
	return <-a.mails
}

func endToken(t *testing.T, a *alertSite, m *notify.Message) string {
	t.Helper()
	_, token, ok := strings.Cut(m.End, "/alerts/end/")
	if !ok {
		t.Fatalf("the mail ends by %q", m.End)
	}
	return token
}

func TestAWebhookIsSetUpInTwoSteps(t *testing.T) {
	a := newAlertSite(t)
	w := a.post(t, "/en/alerts/webhook", url.Values{"url": {"https://hooks.example.org/in"}, "country": {"XA"}, "do": {"offer"}})
	body := w.Body.String()
	if w.Code != 200 || !strings.Contains(body, "whsec_") || a.subscriptions(t) != 0 {
		t.Fatalf("offered: %d", w.Code)
	}
	_, rest, _ := strings.Cut(body, `name="offer" value="`)
	offer, _, _ := strings.Cut(rest, `"`)
	w = a.post(t, "/en/alerts/webhook", url.Values{"offer": {offer}, "do": {"challenge"}})
	if w.Code != 200 || a.subscriptions(t) != 1 || strings.Contains(w.Body.String(), "whsec_") {
		t.Fatalf("challenged: %d, %d subscriptions", w.Code, a.subscriptions(t))
	}
	_, rest, _ = strings.Cut(w.Body.String(), `href="/en/alerts/manage/`)
	token, _, _ := strings.Cut(rest, `"`)
	w = a.post(t, "/en/alerts/manage/"+token, url.Values{"do": {"rotate"}})
	if w.Code != 200 || !strings.Contains(w.Body.String(), "whsec_") {
		t.Errorf("a new secret: %d", w.Code)
	}
	if w = a.post(t, "/en/alerts/webhook", url.Values{"url": {"http://127.0.0.1/"}, "do": {"offer"}}); w.Code != 422 && w.Code != 400 {
		t.Errorf("an address without TLS: %d", w.Code)
	}
}

func TestPagesOfAlertsAreWholeInEveryLanguage(t *testing.T) {
	a := newAlertSite(t)
	manage := a.subscribe(t)
	end := strings.Replace(manage, "/manage/", "/end/", 1)
	for _, l := range locale.Languages {
		for path, code := range map[string]int{"/alerts": 200, "/alerts?country=XA&cause=protests&about=watch&network=mobile": 200, "/alerts/webhook?country=XA": 200, manage[3:]: 200, end[3:]: 404} {
			w := get(t, a, "/"+l.Tag+path, "Accept-Encoding", "gzip")
			if w.Code != code {
				t.Errorf("/%s%s: %d, want %d", l.Tag, path, w.Code, code)
			}
			if n := w.Body.Len(); n > 13_000 {
				t.Errorf("/%s%s weighs %d bytes", l.Tag, path, n)
			}
			body := get(t, a, "/"+l.Tag+path).Body.String()
			if m := rawKey.FindString(styleOrCode.ReplaceAllString(body, "")); m != "" {
				t.Errorf("/%s%s shows the key %s", l.Tag, path, m)
			}
			if m := placeholder.FindString(body); m != "" {
				t.Errorf("/%s%s shows %s", l.Tag, path, m)
			}
		}
		w := a.post(t, "/"+l.Tag+"/alerts", url.Values{"address": {"x"}, "pace": {"daily"}}, "Accept-Encoding", "gzip")
		if n := w.Body.Len(); n > 13_000 {
			t.Errorf("%s: a refused form weighs %d bytes", l.Tag, n)
		}
	}
}

func TestNobodysLinkStandsInALog(t *testing.T) {
	a := newAlertSite(t)
	manage := a.subscribe(t)
	a.st.Close()
	if w := get(t, a, manage); w.Code < 500 {
		t.Fatalf("a store that is closed: %d", w.Code)
	}
	a.post(t, manage, url.Values{"do": {"save"}, "pace": {"daily"}, "lang": {"en"}})
	token := manage[strings.LastIndexByte(manage, '/')+1:]
	if log := a.log.String(); !strings.Contains(log, "/alerts/manage") || strings.Contains(log, token) || strings.Contains(log, "marked") {
		t.Errorf("the log has\n%s", log)
	}
}

func TestFeedsOfAlertsAreNarrowedAsMailIs(t *testing.T) {
	a := newAlertSite(t)
	var feed struct {
		Version, Title string
		Items          []struct {
			ID, Title, URL string
			Text           string `json:"content_text"`
		}
	}
	if err := json.Unmarshal(get(t, a, "/en/feeds/alerts.feed.json").Body.Bytes(), &feed); err != nil || len(feed.Items) == 0 || feed.Version != "https://jsonfeed.org/version/1.1" {
		t.Fatalf("%d alerts, %v", len(feed.Items), err)
	}
	all := len(feed.Items)
	feed.Items = nil
	w := get(t, a, "/en/feeds/alerts.feed.json?country=XA")
	if err := json.Unmarshal(w.Body.Bytes(), &feed); err != nil || len(feed.Items) == 0 || len(feed.Items) >= all {
		t.Errorf("%d of %d alerts are of one country, %v", len(feed.Items), all, err)
	}
	for format, entry := range map[string]string{"/en/feeds/alerts.feed.json": `"id":`, "/en/feeds/alerts.atom": "<entry>", "/feeds/cap.xml": "<entry>"} {
		entries := func(query string) int { return strings.Count(get(t, a, format+"?"+query).Body.String(), entry) }
		whole := entries("")
		for _, narrow := range []string{"country=XG", "region=africa", "network=mobile", "cause=elections", "operator=aranda+tel", "operator=Savatel", "service=whatsapp", "about=incidents", "about=statements"} {
			one, old := entries(narrow), narrow == "operator=Savatel" || narrow == "service=whatsapp" || narrow == "about=statements"
			if one > whole || one == 0 && !old || one == whole && narrow != "about=incidents" && narrow != "network=mobile" || one == 0 && narrow == "operator=Savatel" && format != "/feeds/cap.xml" {
				t.Errorf("%s?%s: %d of %d", format, narrow, one, whole)
			}
			if none := entries(narrow + "&country=AQ"); narrow != "country=XG" && none != 0 {
				t.Errorf("%s?%s: %d in the Antarctic", format, narrow, none)
			}
		}
	}
	if w.Header().Get("Content-Type") != "application/feed+json" {
		t.Errorf("it is %s", w.Header().Get("Content-Type"))
	}
	if w := get(t, a, "/en/feeds/alerts.atom?country=ZZ"); w.Code == 200 {
		t.Error("a country that is none narrows to nothing without a word")
	}
	if w := get(t, a, "/feeds/alerts.atom", "Accept-Language", "ar"); w.Code != 302 || w.Header().Get("Location") != "/ar/feeds/alerts.atom" {
		t.Errorf("without a language: %d to %q", w.Code, w.Header().Get("Location"))
	}
}

func TestCAPIsListedServedAndHeldBack(t *testing.T) {
	a := newAlertSite(t)
	index := get(t, a, "/feeds/cap.xml").Body.String()
	_, rest, found := strings.Cut(index, `type="application/cap+xml" href="https://keepiton.example`)
	path, _, _ := strings.Cut(rest, `"`)
	if !found {
		t.Fatalf("the index lists nothing:\n%s", index)
	}
	w := get(t, a, path)
	if w.Code != 200 || w.Header().Get("Content-Type") != "application/cap+xml" || !strings.Contains(w.Body.String(), "<sender>keepiton.example</sender>") || strings.Count(w.Body.String(), "<info>") != 7 {
		t.Fatalf("%s: %d\n%s", path, w.Code, w.Body)
	}
	subject := strings.Split(path, "/")[3]
	if err := a.st.PutEmbargo(t.Context(), keepiton.Embargo{Subject: subject, Reason: "people hide", Day: testNow}); err != nil {
		t.Fatal(err)
	}
	a.Expire()
	if w := get(t, a, path); w.Code != 404 {
		t.Errorf("under an embargo: %d", w.Code)
	}
	if index := get(t, a, "/feeds/cap.xml").Body.String(); strings.Contains(index, path) {
		t.Error("under an embargo it is listed")
	}
	if feed := get(t, a, "/en/feeds/alerts.atom").Body.String(); strings.Contains(feed, subject) {
		t.Error("under an embargo it stands in the feed of alerts")
	}
	for _, bad := range []string{"/feeds/cap/KIO-2026-9999/1.xml", "/feeds/cap/x/1.xml", "/feeds/cap/" + subject + "/0.xml", "/feeds/cap/KIW-2026-0001/1.xml", "/feeds/cap"} {
		if w := get(t, a, bad); w.Code != 404 {
			t.Errorf("%s: %d", bad, w.Code)
		}
	}
}
