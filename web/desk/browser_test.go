package desk_test

import (
	"context"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/url"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"golang.org/x/net/html"

	"keepiton"
	"keepiton/campaign"
	"keepiton/notify"
	"keepiton/review"
	"keepiton/store"
	"keepiton/store/sqlite"
	"keepiton/web/desk"
)

// quickArgon keeps tests fast; the format is the same.
var quickArgon = review.Argon{Memory: 64, Time: 1, Threads: 1}

// office is a desk on loopback with a clock of its own.
type office struct {
	t        *testing.T
	store    store.Store
	accounts *review.Accounts
	sealed   store.Sealed // where the server takes reports
	site     *httptest.Server
	mu       sync.Mutex
	clock    time.Time
	book     *notify.Book
}

func (o *office) now() time.Time {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.clock
}

func (o *office) pass(d time.Duration) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.clock = o.clock.Add(d)
}

func newOffice(t *testing.T) *office {
	t.Helper()
	s, err := sqlite.Open(context.Background(), filepath.Join(t.TempDir(), "record.db"), sqlite.Options{Volatile: true})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	o := &office{t: t, store: s, clock: time.Date(2026, 5, 4, 9, 0, 0, 0, time.UTC)}
	var h http.Handler
	o.site = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { h.ServeHTTP(w, r) }))
	t.Cleanup(o.site.Close)
	o.site.URL = strings.Replace(o.site.URL, "127.0.0.1", "localhost", 1)
	keys, err := notify.NewKeys([32]byte{1})
	if err != nil {
		t.Fatal(err)
	}
	o.book = &notify.Book{Outbox: s, Keys: keys, Links: notify.Links{Base: o.site.URL}, Mail: unsent{}, Hooks: willing{}, Now: o.now}
	h, err = desk.New(desk.Options{Store: o.store, Now: o.now, BaseURL: o.site.URL, Argon: quickArgon, Office: o.campaign(), Book: o.book})
	if err != nil {
		t.Fatal(err)
	}
	o.accounts = &review.Accounts{Store: o.store, Meta: o.store, Now: o.now, Argon: quickArgon}
	return o
}

// unsent keeps mails from going anywhere, willing is a webhook that wants alerts.
type unsent struct{}

func (unsent) Channel() keepiton.Channel { return keepiton.ChannelMail }
func (unsent) Send(context.Context, *notify.Message, func() error) (string, error) {
	return "", keepiton.Errorf(keepiton.Internal, "nobody sends")
}

type willing struct{}

func (willing) Challenge(context.Context, *notify.Message) error { return nil }

// campaign is the office as cmd builds it.
func (o *office) campaign() *campaign.Office {
	return &campaign.Office{Entries: o.store, Signatures: o.store, Need: desk.Needs(o.store), Counts: desk.Counts(o.store), Now: o.now}
}

func (o *office) policy(p review.Policy) {
	o.t.Helper()
	if err := review.SavePolicy(context.Background(), o.store, p); err != nil {
		o.t.Fatal(err)
	}
}

// hire makes an account and signs it in by its link.
func (o *office) hire(name string, role keepiton.Role, organization string) *browser {
	o.t.Helper()
	link, err := o.accounts.Add(context.Background(), review.Operator, name, role, organization)
	if err != nil {
		o.t.Fatal(err)
	}
	b := o.browser()
	b.get("/desk/enter?t=" + url.QueryEscape(link))
	b.press("", nil)
	if b.status != 200 || !b.sees("Signed in") {
		o.t.Fatalf("%s could not enter by link: %d %s", name, b.status, b.text)
	}
	return b
}

// browser is a person's browser without script: it reads pages, fills the forms
// that stand on them, and presses their buttons.
type browser struct {
	t      *testing.T
	o      *office
	client *http.Client
	at     *url.URL
	status int
	header http.Header
	body   string
	text   string
	page   *html.Node
}

func (o *office) browser() *browser {
	jar, err := cookiejar.New(nil)
	if err != nil {
		o.t.Fatal(err)
	}
	return &browser{t: o.t, o: o, client: &http.Client{Jar: jar}}
}

func (b *browser) get(path string) *browser {
	b.t.Helper()
	req, err := http.NewRequest("GET", b.o.site.URL+path, nil)
	if err != nil {
		b.t.Fatal(err)
	}
	return b.do(req)
}

func (b *browser) do(req *http.Request) *browser {
	b.t.Helper()
	res, err := b.client.Do(req)
	if err != nil {
		b.t.Fatal(err)
	}
	defer res.Body.Close()
	text, err := io.ReadAll(res.Body)
	if err != nil {
		b.t.Fatal(err)
	}
	b.at, b.status, b.header, b.body = res.Request.URL, res.StatusCode, res.Header, string(text)
	if b.page, err = html.Parse(strings.NewReader(b.body)); err != nil {
		b.t.Fatal(err)
	}
	b.text = strings.Join(strings.Fields(words(b.page)), " ")
	return b
}

// sees reports whether the page's text holds the words.
func (b *browser) sees(words string) bool { return strings.Contains(b.text, words) }

func (b *browser) must(status int, words ...string) *browser {
	b.t.Helper()
	if b.status != status {
		b.t.Fatalf("%s answered %d, want %d: %s", b.at, b.status, status, b.text)
	}
	for _, w := range words {
		if !b.sees(w) {
			b.t.Fatalf("%s does not say %q: %s", b.at, w, b.text)
		}
	}
	return b
}

// press submits the form that has the button do with what stands in it, after
// typing; an empty do takes the last form of the page that has a button.
func (b *browser) press(do string, typed url.Values) *browser {
	b.t.Helper()
	form := b.form(do)
	if form == nil {
		b.t.Fatalf("%s has no button %q: %s", b.at, do, b.text)
	}
	values := contents(form)
	for k, v := range typed {
		values[k] = v
	}
	if do != "" {
		values.Set("do", do)
	}
	return b.post(attr(form, "action"), values, nil)
}

func (b *browser) post(path string, values url.Values, header http.Header) *browser {
	b.t.Helper()
	to, err := b.at.Parse(path)
	if err != nil {
		b.t.Fatal(err)
	}
	if path == "" {
		to = b.at
	}
	req, err := http.NewRequest("POST", to.String(), strings.NewReader(values.Encode()))
	if err != nil {
		b.t.Fatal(err)
	}
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	req.Header.Set("Sec-Fetch-Site", "same-origin")
	req.Header.Set("Origin", b.o.site.URL)
	for k, v := range header {
		req.Header[k] = v
	}
	return b.do(req)
}

func (b *browser) form(do string) (found *html.Node) {
	walk(b.page, func(n *html.Node) {
		if n.Data != "form" || attr(n, "method") != "post" {
			return
		}
		walk(n, func(c *html.Node) {
			if c.Data == "button" && (do == "" || attr(c, "name") == "do" && attr(c, "value") == do) {
				found = n
			}
		})
	})
	return found
}

// contents is what a browser would send of the form, buttons aside.
func contents(form *html.Node) url.Values {
	out := url.Values{}
	walk(form, func(n *html.Node) {
		name := attr(n, "name")
		if name == "" {
			return
		}
		switch n.Data {
		case "input":
			if kind := attr(n, "type"); (kind == "checkbox" || kind == "radio") && !has(n, "checked") {
				return
			}
			out.Add(name, attr(n, "value"))
		case "textarea":
			out.Add(name, words(n))
		case "select":
			value, chosen := "", false
			walk(n, func(o *html.Node) {
				if o.Data == "option" && (has(o, "selected") || !chosen && value == "") {
					if value, chosen = attr(o, "value"), has(o, "selected"); !has(o, "value") {
						value = words(o)
					}
				}
			})
			out.Add(name, value)
		}
	})
	return out
}

func walk(n *html.Node, visit func(*html.Node)) {
	visit(n)
	for c := n.FirstChild; c != nil; c = c.NextSibling {
		walk(c, visit)
	}
}

func attr(n *html.Node, name string) string {
	for _, a := range n.Attr {
		if a.Key == name {
			return a.Val
		}
	}
	return ""
}

func has(n *html.Node, name string) bool {
	for _, a := range n.Attr {
		if a.Key == name {
			return true
		}
	}
	return false
}

func words(n *html.Node) string {
	var b strings.Builder
	walk(n, func(c *html.Node) {
		if c.Type == html.TextNode {
			b.WriteString(c.Data)
		}
	})
	return b.String()
}
