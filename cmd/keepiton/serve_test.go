package main

import (
	"bufio"
	"bytes"
	"context"
	"io"
	"log/slog"
	"net/http"
	"net/url"
	"os"
	"strings"
	"testing"
	"time"

	"keepiton"
)

// started runs a subcommand that serves until the test stops it.
type started struct {
	address string
	stop    func() int // returns the exit code
}

func start(t *testing.T, args ...string) started {
	t.Helper()
	out, in := io.Pipe()
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan int, 1)
	go func() {
		done <- run(ctx, &env{stdin: strings.NewReader(""), stdout: in, stderr: t.Output(), getenv: os.Getenv}, args)
		in.Close()
	}()
	said := bufio.NewReader(out)
	line, err := said.ReadString('\n')
	go io.Copy(io.Discard, said)
	_, address, ok := strings.Cut(strings.TrimSpace(line), " is at ")
	if err != nil || !ok {
		cancel()
		t.Fatalf("%v: first line %q, %v, exit code %d", args, line, err, <-done)
	}
	stop := func() int { cancel(); return <-done }
	return started{address, stop}
}

func fetch(t *testing.T, url string) (int, string) {
	t.Helper()
	r, err := http.Get(url)
	if err != nil {
		t.Fatal(err)
	}
	defer r.Body.Close()
	body, err := io.ReadAll(r.Body)
	if err != nil {
		t.Fatal(err)
	}
	return r.StatusCode, string(body)
}

func TestDemoServesTheMadeUpWorldAndLeavesNothing(t *testing.T) {
	t.Setenv("TMPDIR", t.TempDir())
	s := start(t, "demo", "--listen", "127.0.0.1:0")
	for path, want := range map[string]string{
		"/healthz": "good", "/en/": "Sample data", "/ar/incidents": `dir="rtl"`, "/en/incidents.json": "sample", "/desk/": "", "/api/v1/openapi.json": "openapi",
	} {
		if code, body := fetch(t, s.address+path); code != http.StatusOK || !strings.Contains(strings.ToLower(body), strings.ToLower(want)) {
			t.Errorf("%s: status %d, want 200 with %q", path, code, want)
		}
	}
	form := url.Values{"seen": {"no internet"}, "do": {"send"}}
	code, page, err := send(s.address+"/en/report", "POST", map[string]string{"Content-Type": "application/x-www-form-urlencoded"}, strings.NewReader(form.Encode()))
	if receipt, e := receiptOn(page); err != nil || code != http.StatusOK || e != nil || stateOf(t, s.address, receipt) != keepiton.EnvelopeNew {
		t.Errorf("a report to the demo: %d, %v, %v", code, err, e)
	}
	if code := s.stop(); code != exitGood {
		t.Errorf("exit code %d after an orderly stop", code)
	}
	left, err := os.ReadDir(os.Getenv("TMPDIR"))
	if err != nil || len(left) > 0 {
		t.Errorf("left behind: %v, %v", left, err)
	}
}

func TestFirstServeMakesIdentifiersPublic(t *testing.T) {
	dir := t.TempDir()
	s := start(t, "serve", "--data", dir, "--listen", "127.0.0.1:0")
	if code, body := fetch(t, s.address+"/en/"); code != http.StatusOK || strings.Contains(body, "Sample data") {
		t.Errorf("an empty record: status %d", code)
	}
	if code := s.stop(); code != exitGood {
		t.Errorf("exit code %d", code)
	}
	st, err := openStore(t.Context(), settings{Data: dir})
	if err != nil {
		t.Fatal(err)
	}
	defer st.Close()
	since, err := st.Meta(t.Context(), "ids_public_since")
	if err != nil || since == "" {
		t.Fatalf("ids_public_since is %q, %v", since, err)
	}
	if at, err := time.Parse(time.RFC3339, since); err != nil || time.Since(at) > time.Hour {
		t.Errorf("ids_public_since is %q", since)
	}
}

func TestServeRefusesAnAddressInUse(t *testing.T) {
	s := start(t, "demo", "--listen", "127.0.0.1:0")
	defer s.stop()
	var errs bytes.Buffer
	_, port, _ := strings.Cut(strings.TrimPrefix(s.address, "http://"), ":")
	code := run(t.Context(), &env{stdout: io.Discard, stderr: &errs, getenv: os.Getenv}, []string{"demo", "--listen", "127.0.0.1:" + port})
	if code != exitFailed || !strings.Contains(errs.String(), "hint: choose another address") {
		t.Errorf("exit code %d: %s", code, errs.String())
	}
}

// TestLogOfBrokenConnectionsNamesNobody feeds the messages that net/http
// writes with a reader's address in them.
func TestLogOfBrokenConnectionsNamesNobody(t *testing.T) {
	var out bytes.Buffer
	log := slog.NewLogLogger(quiet{slog.NewTextHandler(&out, nil)}, slog.LevelWarn)
	log.Print("http: TLS handshake error from 203.0.113.7:5123: EOF")
	log.Print("http: panic serving 203.0.113.7:5123: secret\ngoroutine 1")
	log.Print("http: response.WriteHeader on hijacked connection from main.go")
	if strings.Contains(out.String(), "203.0.113.7") || strings.Contains(out.String(), "secret") || strings.Count(out.String(), "msg=") != 3 {
		t.Errorf("log: %s", out.String())
	}
}
