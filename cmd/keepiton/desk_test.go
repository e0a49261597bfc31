package main

import (
	"bufio"
	"context"
	"encoding/json"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"os"
	"regexp"
	"strings"
	"testing"

	"keepiton/casework/remote"
	"keepiton/review/passkeytest"
	"keepiton/seal"
)

// analystAt is an analyst's browser at the server's desk, with a passkey.
type analystAt struct {
	t    *testing.T
	site string
	http *http.Client
}

// enter signs somebody in by a link, adds a passkey, and signs in with it.
func enter(t *testing.T, site, link string) *analystAt {
	t.Helper()
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	p := &analystAt{t, site, &http.Client{Jar: jar}}
	u, err := url.Parse(link)
	if err != nil {
		t.Fatal(err)
	}
	p.form("/desk/enter", url.Values{"t": {u.Query().Get("t")}})
	csrf := p.csrf("/desk/account")
	key := passkeytest.New(t, site)
	begun := p.script("/desk/account/passkey/begin", csrf, "", "{}")
	p.script("/desk/account/passkey/finish", csrf, begun["ticket"].(string), key.Create(begun["options"]))
	begun = p.script("/desk/passkey/begin", "", "", "{}")
	p.script("/desk/passkey/finish", "", begun["ticket"].(string), key.Get(begun["options"]))
	return p
}

func (p *analystAt) do(method, path, mediaType, body string, header map[string]string) string {
	p.t.Helper()
	req, err := http.NewRequest(method, p.site+path, strings.NewReader(body))
	if err != nil {
		p.t.Fatal(err)
	}
	req.Header.Set("Content-Type", mediaType)
	req.Header.Set("Sec-Fetch-Site", "same-origin")
	for k, v := range header {
		req.Header.Set(k, v)
	}
	res, err := p.http.Do(req)
	if err != nil {
		p.t.Fatal(err)
	}
	defer res.Body.Close()
	text, err := io.ReadAll(res.Body)
	if err != nil || res.StatusCode != http.StatusOK {
		p.t.Fatalf("%s %s: %d %v %s", method, path, res.StatusCode, err, text)
	}
	return string(text)
}

func (p *analystAt) get(path string) string { p.t.Helper(); return p.do("GET", path, "", "", nil) }

func (p *analystAt) form(path string, v url.Values) string {
	p.t.Helper()
	return p.do("POST", path, "application/x-www-form-urlencoded", v.Encode(), nil)
}

func (p *analystAt) script(path, csrf, ticket, body string) (answer map[string]any) {
	p.t.Helper()
	text := p.do("POST", path, "application/json", body, map[string]string{"X-CSRF": csrf, "X-Ticket": ticket})
	if err := json.Unmarshal([]byte(text), &answer); err != nil {
		p.t.Fatal(err)
	}
	return answer
}

var csrfField = regexp.MustCompile(`name="csrf" value="([^"]+)"`)

func (p *analystAt) csrf(path string) string {
	p.t.Helper()
	m := csrfField.FindStringSubmatch(p.get(path))
	if m == nil {
		p.t.Fatalf("no form at %s", path)
	}
	return m[1]
}

// talking is a command that runs while its lines are read.
type talking struct {
	t     *testing.T
	lines *bufio.Reader
	stop  func() int
}

func talk(t *testing.T, args ...string) talking {
	t.Helper()
	out, in := io.Pipe()
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan int, 1)
	go func() {
		done <- run(ctx, &env{stdin: strings.NewReader(""), stdout: in, stderr: t.Output(), getenv: func(string) string { return "" }}, args)
		in.Close()
	}()
	return talking{t, bufio.NewReader(out), func() int { cancel(); go io.Copy(io.Discard, out); return <-done }}
}

// until reads lines up to one that matches, and returns what it captured.
func (c talking) until(pattern string) string {
	c.t.Helper()
	re := regexp.MustCompile(pattern)
	for said := ""; ; {
		line, err := c.lines.ReadString('\n')
		said += line
		if m := re.FindStringSubmatch(strings.TrimRight(line, "\n")); m != nil {
			return m[1]
		}
		if err != nil {
			c.t.Fatalf("it ended without %q: %s", pattern, said)
		}
	}
}

func TestAnAnalystOpensReportsOnTheirOwnMachine(t *testing.T) {
	a, data := newAnalyst(t), t.TempDir()
	settings := []string{"--data", data}
	link := strings.Fields(mustRun(t, exitGood, append([]string{"user", "add", "ana", "--role", "analyst", "--organization", "Org One", "--base-url", "http://localhost"}, settings...)...))
	set, err := seal.LoadRecipients(a.public)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.MkdirAll(data+"/keys", 0o700); err != nil {
		t.Fatal(err)
	}
	if err := set.Write(data + "/keys"); err != nil {
		t.Fatal(err)
	}
	server := served(t, "--data", data)

	sealed := t.TempDir() + "/notes.dat"
	mustRun(t, exitGood, "report", "seal", writtenForm(t), "--recipients", a.public, "-o", sealed)
	mustRun(t, exitGood, "report", "send", sealed, "--server", server)

	var token string
	for _, word := range link {
		if strings.Contains(word, "/desk/enter?t=") {
			token = word
		}
	}
	ana := enter(t, server, token)
	own := talk(t, "desk", "--server", server, "--keys", a.private, "--passphrase-file", a.passphrase, "--recipients", a.public, "--listen", "127.0.0.1:0")
	code := own.until(`^  ([A-Z]{4}-[A-Z]{4})$`)
	if page := ana.get("/desk/pair?code=" + code); !strings.Contains(page, code) {
		t.Fatalf("the code does not stand on the page: %s", page)
	}
	ana.form("/desk/pair", url.Values{"csrf": {ana.csrf("/desk/pair?code=" + code)}, "code": {code}})
	desk := own.until(`Your desk is at (http://127\.0\.0\.1:\d+/[0-9a-f]{32}/)`)

	status, page := fetch(t, desk)
	if status != http.StatusOK {
		t.Fatalf("the desk answers %d: %s", status, page)
	}
	base, _ := url.Parse(desk)
	if status, _ := fetch(t, "http://"+base.Host+"/"); status != http.StatusNotFound {
		t.Errorf("without its secret path the desk answers %d", status)
	}
	req, _ := http.NewRequest("GET", desk, nil)
	req.Host = "evil.example"
	if res, err := http.DefaultClient.Do(req); err != nil || res.StatusCode != http.StatusMisdirectedRequest {
		t.Errorf("under another name it answers %v, %v", res, err)
	}
	csrf := csrfField.FindStringSubmatch(page)
	if csrf == nil {
		t.Fatalf("the queue has no form: %s", page)
	}
	res, err := http.PostForm(desk+"open", url.Values{"csrf": {csrf[1]}})
	if err != nil {
		t.Fatal(err)
	}
	text, _ := io.ReadAll(res.Body)
	res.Body.Close()
	if res.StatusCode != http.StatusOK || !strings.Contains(string(text), "MARKED-WORDS") {
		t.Errorf("the report was not opened: %d %s", res.StatusCode, text)
	}
	if strings.Contains(ana.get("/desk/"), "MARKED") {
		t.Error("the server shows the report")
	}
	if code := own.stop(); code != exitGood {
		t.Errorf("exit code %d after an orderly stop", code)
	}
	if page := ana.get("/desk/account"); !strings.Contains(page, "No machine is paired") {
		t.Error("the pairing outlives the desk")
	}
}

func TestTheDeskOnTheServerSaysThatItIsWeaker(t *testing.T) {
	a, data := newAnalyst(t), t.TempDir()
	link := strings.Fields(mustRun(t, exitGood, "user", "add", "ana", "--role", "analyst", "--base-url", "http://localhost", "--data", data))
	set, _ := seal.LoadRecipients(a.public)
	_ = os.MkdirAll(data+"/keys", 0o700)
	if err := set.Write(data + "/keys"); err != nil {
		t.Fatal(err)
	}
	server := served(t, "--desk", "--keys", a.private, "--passphrase-file", a.passphrase, "--data", data)
	var token string
	for _, word := range link {
		if strings.Contains(word, "/desk/enter?t=") {
			token = word
		}
	}
	ana := enter(t, server, token)
	weaker := ana.get("/desk/reports/")
	if !strings.Contains(weaker, "weaker") {
		t.Errorf("the page does not say so: %s", weaker)
	}
	if status, _ := fetch(t, server+remote.Prefix+"usage"); status != http.StatusUnauthorized {
		t.Errorf("a stranger's machine is answered %d", status)
	}
}

func TestDeskRefusesWhatWouldExposeReports(t *testing.T) {
	a := newAnalyst(t)
	keys := []string{"--keys", a.private, "--passphrase-file", a.passphrase, "--recipients", a.public}
	for _, c := range []struct {
		args []string
		code int
		says string
	}{
		{[]string{"--server", "https://s.example", "--listen", ":8090"}, exitUsage, "not of this machine alone"},
		{[]string{"--server", "https://s.example", "--listen", "0.0.0.0:8090"}, exitUsage, "not of this machine alone"},
		{[]string{"--server", "http://s.example", "--listen", "127.0.0.1:0"}, exitFailed, "not encrypted"},
		{[]string{"--server", "http://" + strings.Repeat("a", 56) + ".onion", "--listen", "127.0.0.1:0"}, exitFailed, "--proxy socks5"},
		{[]string{"--listen", "127.0.0.1:0"}, exitUsage, "no server"},
		{[]string{"--server", "https://s.example", "and more"}, exitUsage, "one word too many"},
	} {
		code, _, errs := runCLI(t, append(append([]string{"desk"}, c.args...), keys...)...)
		if code != c.code || !strings.Contains(errs, c.says) {
			t.Errorf("desk %v: exit %d, %s", c.args, code, errs)
		}
	}
	if code, _, errs := runCLI(t, "desk", "--server", "https://s.example"); code == exitGood || !strings.Contains(errs, "--keys") {
		t.Errorf("without keys: %d %s", code, errs)
	}
	for _, args := range [][]string{{"--desk"}, {"--keys", a.private}} {
		if code, _, errs := runCLI(t, append([]string{"serve", "--data", t.TempDir(), "--listen", "127.0.0.1:0"}, args...)...); code != exitUsage || !strings.Contains(errs, "run keepiton desk") && !strings.Contains(errs, "help desk") {
			t.Errorf("serve %v: exit %d, %s", args, code, errs)
		}
	}
}
