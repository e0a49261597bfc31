package main

import (
	"bufio"
	"bytes"
	"context"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"strings"
	"testing"

	"golang.org/x/net/html"
)

// served runs keepiton serve on a free port of the loopback, as an operator
// would, until the test ends, and returns the address that it prints.
func served(t *testing.T, args ...string) string {
	t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	out, in := io.Pipe()
	var log bytes.Buffer
	e := &env{stdin: strings.NewReader(""), stdout: in, stderr: &log, getenv: func(string) string { return "" }}
	done := make(chan int, 1)
	go func() {
		code := run(ctx, e, append([]string{"serve", "--listen", "127.0.0.1:0"}, args...))
		in.Close()
		done <- code
	}()
	line, err := bufio.NewReader(out).ReadString('\n')
	address, found := strings.CutPrefix(strings.TrimSpace(line), "KeepItOn is at ")
	stop := func() {
		cancel()
		if code := <-done; code != exitGood || strings.Contains(log.String(), "level=ERROR") {
			t.Errorf("serve ended with exit %d and wrote %s", code, log.String())
		}
	}
	if err != nil || !found {
		stop()
		t.Fatalf("serve printed %q: %v", line, err)
	}
	t.Cleanup(stop)
	return address
}

// person is somebody with a browser without script: it reads pages, fills in
// the forms that stand on them, and presses their buttons.
type person struct {
	t      *testing.T
	site   string
	client *http.Client
	at     *url.URL
	status int
	header http.Header
	body   string
	text   string
	page   *html.Node
}

func visitor(t *testing.T, site string) *person {
	t.Helper()
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	at, err := url.Parse(site)
	if err != nil {
		t.Fatal(err)
	}
	return &person{t: t, site: site, client: &http.Client{Jar: jar}, at: at}
}

func (p *person) get(path string) *person {
	p.t.Helper()
	req, err := http.NewRequest("GET", p.site+path, nil)
	if err != nil {
		p.t.Fatal(err)
	}
	return p.do(req)
}

func (p *person) do(req *http.Request) *person {
	p.t.Helper()
	res, err := p.client.Do(req)
	if err != nil {
		p.t.Fatal(err)
	}
	defer res.Body.Close()
	body, err := io.ReadAll(res.Body)
	if err != nil {
		p.t.Fatal(err)
	}
	p.at, p.status, p.header, p.body, p.text, p.page = res.Request.URL, res.StatusCode, res.Header, string(body), string(body), nil
	if strings.HasPrefix(res.Header.Get("Content-Type"), "text/html") {
		if p.page, err = html.Parse(bytes.NewReader(body)); err != nil {
			p.t.Fatal(err)
		}
		p.text = strings.Join(strings.Fields(words(p.page)), " ")
	}
	return p
}

// must wants the status and these words on the page.
func (p *person) must(status int, says ...string) *person {
	p.t.Helper()
	if p.status != status {
		p.t.Fatalf("%s answered %d, want %d: %.2000s", p.at, p.status, status, p.text)
	}
	for _, s := range says {
		if !strings.Contains(p.text, s) {
			p.t.Errorf("%s does not say %q: %.2000s", p.at, s, p.text)
		}
	}
	return p
}

// mustNot wants none of these words on the page.
func (p *person) mustNot(says ...string) *person {
	p.t.Helper()
	for _, s := range says {
		if strings.Contains(p.text, s) {
			p.t.Errorf("%s says %q", p.at, s)
		}
	}
	return p
}

// press fills in the form that has the button do and submits it; without do, the
// form that leads to action.
func (p *person) press(action, do string, typed url.Values) *person {
	p.t.Helper()
	form := p.form(action, do)
	if form == nil {
		p.t.Fatalf("%s has no form %q with a button %q: %.2000s", p.at, action, do, p.text)
	}
	values := contents(form)
	for name, v := range typed {
		values[name] = v
	}
	if do != "" {
		values.Set("do", do)
	}
	to, err := p.at.Parse(attr(form, "action"))
	if err != nil {
		p.t.Fatal(err)
	}
	req, err := http.NewRequest("POST", to.String(), strings.NewReader(values.Encode()))
	if err != nil {
		p.t.Fatal(err)
	}
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	req.Header.Set("Sec-Fetch-Site", "same-origin")
	req.Header.Set("Origin", p.site)
	return p.do(req)
}

func (p *person) form(action, do string) (found *html.Node) {
	if p.page == nil {
		return nil
	}
	for form := range p.page.Descendants() {
		if form.Data != "form" || attr(form, "method") != "post" || action != "" && attr(form, "action") != action {
			continue
		}
		if do == "" {
			return form
		}
		for b := range form.Descendants() {
			if b.Data == "button" && attr(b, "name") == "do" && attr(b, "value") == do {
				found = form
			}
		}
	}
	return found
}

// contents is what a browser would send of the form, buttons aside.
func contents(form *html.Node) url.Values {
	out := url.Values{}
	for n := range form.Descendants() {
		name := attr(n, "name")
		if name == "" {
			continue
		}
		switch n.Data {
		case "input":
			if kind := attr(n, "type"); (kind == "checkbox" || kind == "radio") && !has(n, "checked") {
				continue
			}
			out.Add(name, attr(n, "value"))
		case "textarea":
			out.Add(name, words(n))
		case "select":
			out.Add(name, chosen(n))
		}
	}
	return out
}

// chosen is the value of a select: the option marked, else the first.
func chosen(list *html.Node) string {
	value, first := "", true
	for o := range list.Descendants() {
		if o.Data == "option" && (first || has(o, "selected")) {
			value, first = attr(o, "value"), false
		}
	}
	return value
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

// words is the text below n, styles and drawings aside.
func words(n *html.Node) string {
	if n.Data == "style" {
		return ""
	}
	if n.Type == html.TextNode {
		return n.Data
	}
	var b strings.Builder
	for c := range n.ChildNodes() {
		b.WriteString(words(c))
		b.WriteString(" ")
	}
	return b.String()
}
