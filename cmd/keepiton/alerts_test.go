package main

import (
	"bufio"
	"bytes"
	"context"
	"io"
	"mime"
	"mime/quotedprintable"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"keepiton"
	"keepiton/notify/mail/mailtest"
	"keepiton/store"
)

// nextMail returns the n-th mail that the server takes.
func nextMail(t *testing.T, server *mailtest.Server, n int) *mailtest.Mail {
	t.Helper()
	for range 3000 {
		if mails := server.Mails(); len(mails) >= n {
			return mails[n-1]
		}
		time.Sleep(10 * time.Millisecond)
	}
	t.Fatalf("mail %d did not come", n)
	return nil
}

func textOf(t *testing.T, m *mailtest.Mail) string {
	t.Helper()
	body, err := io.ReadAll(quotedBody(m))
	if err != nil {
		t.Fatal(err)
	}
	return strings.ReplaceAll(string(body), "\r\n", "\n")
}

// TestAnAlertFromTheFormToTheMailbox signs up by the pages of the program as it
// runs, publishes an incident, corrects it, and ends the subscription by one click.
func TestAnAlertFromTheFormToTheMailbox(t *testing.T) {
	dir := t.TempDir()
	server, _ := mailtest.New(t, mailtest.Options{})
	var log lockedBuffer
	out, in := io.Pipe()
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan int, 1)
	go func() {
		done <- run(ctx, &env{stdin: strings.NewReader(""), stdout: in, stderr: &log, getenv: os.Getenv}, []string{
			"serve", "--data", dir, "--listen", "127.0.0.1:0", "--smtp", "smtp://" + server.Addr, "--mail-from", "KeepItOn <alerts@keepiton.test>", "--alerts-wait", "0s",
		})
		in.Close()
	}()
	line, err := bufio.NewReader(out).ReadString('\n')
	_, address, ok := strings.Cut(strings.TrimSpace(line), " is at ")
	if err != nil || !ok {
		t.Fatalf("%q, %v, exit code %d", line, err, <-done)
	}
	go io.Copy(io.Discard, out)

	post := func(path string, form url.Values) (int, string) {
		t.Helper()
		code, page, err := send(path, "POST", map[string]string{"Content-Type": "application/x-www-form-urlencoded"}, strings.NewReader(form.Encode()))
		if err != nil {
			t.Fatal(err)
		}
		return code, page
	}
	if code, _ := post(address+"/fr/alerts", url.Values{"address": {"marked-reader@reader.test"}, "pace": {"instant"}, "country": {"SD"}, "do": {"mail"}}); code != http.StatusOK {
		t.Fatalf("asked: %d", code)
	}
	text := textOf(t, nextMail(t, server, 1))
	_, rest, _ := strings.Cut(text, address)
	confirm, _, _ := strings.Cut(rest, "\n")
	if code, _ := post(address+confirm, nil); code != http.StatusOK {
		t.Fatalf("confirmed: %d", code)
	}

	st, err := openStore(t.Context(), settings{Data: dir})
	if err != nil {
		t.Fatal(err)
	}
	defer st.Close()
	now := time.Now().UTC()
	inc := keepiton.Incident{
		State: keepiton.Published, Kinds: []string{"shutdown"}, Extents: []string{"full_network"}, Causes: []string{"protests"},
		Episodes: []keepiton.Episode{{Start: keepiton.On(now.Year(), now.Month(), now.Day()), End: keepiton.Ending{State: keepiton.Ongoing}}},
		Places:   []keepiton.Place{{Country: "SD", Nationwide: true, Confidence: 1}},
	}
	revs, err := st.Append(t.Context(), store.Edit{Rev: keepiton.Revision{Recorded: now, Role: keepiton.RoleEditor, Author: "ana", Incident: inc}})
	if err != nil {
		t.Fatal(err)
	}
	first := nextMail(t, server, 2)
	h := first.Message.Header
	if first.To != "marked-reader@reader.test" || h.Get("List-Unsubscribe-Post") != "List-Unsubscribe=One-Click" || h.Get("Content-Language") != "fr" || !strings.HasPrefix(decoded(t, h.Get("Subject")), "Nouveau : Soudan") {
		t.Errorf("the alert: to %s, %q", first.To, h)
	}
	changed := revs[0].Incident.Clone()
	changed.Causes = []string{"conflict"}
	if _, err := st.Append(t.Context(), store.Edit{ID: changed.ID, Base: 1, Rev: keepiton.Revision{Recorded: time.Now().UTC(), Role: keepiton.RoleEditor, Author: "ana", Reason: "checked", Incident: *changed}}); err != nil {
		t.Fatal(err)
	}
	second := nextMail(t, server, 3)
	if s := second.Message.Header; s.Get("In-Reply-To") != h.Get("Message-Id") || !strings.HasPrefix(decoded(t, s.Get("Subject")), "Correction : ") {
		t.Errorf("the correction answers %q, not %q", s.Get("In-Reply-To"), h.Get("Message-Id"))
	}
	if code, body := fetch(t, address+"/feeds/cap.xml"); code != http.StatusOK || !strings.Contains(body, string(changed.ID)+"/2.xml") {
		t.Errorf("the index of CAP: %d", code)
	}

	end := strings.Trim(second.Message.Header.Get("List-Unsubscribe"), "<>")
	if code, _ := fetch(t, end); code != http.StatusOK {
		t.Errorf("looking at the link that ends: %d", code)
	}
	if counts, err := st.CountSubscriptions(t.Context()); err != nil || len(counts) != 1 {
		t.Errorf("after looking: %v, %v", counts, err)
	}
	if code, _ := post(end, url.Values{"List-Unsubscribe": {"One-Click"}}); code != http.StatusOK {
		t.Errorf("one click: %d", code)
	}
	if counts, err := st.CountSubscriptions(t.Context()); err != nil || len(counts) != 0 {
		t.Errorf("after one click: %v, %v", counts, err)
	}
	cancel()
	if code := <-done; code != exitGood {
		t.Errorf("exit code %d", code)
	}
	if strings.Contains(log.String(), "marked") || strings.Contains(log.String(), "/confirm/") {
		t.Errorf("the log names somebody:\n%s", log.String())
	}
	for _, f := range []string{"record.db", "record.db-wal", "alerts.journal", "alerts.key"} {
		if b, err := os.ReadFile(filepath.Join(dir, f)); err == nil && bytes.Contains(b, []byte("marked-reader")) {
			t.Errorf("%s names somebody", f)
		}
	}
}

// lockedBuffer is a log that is written while it is read.
type lockedBuffer struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (l *lockedBuffer) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.Write(p)
}

func (l *lockedBuffer) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.String()
}

func TestWrongSettingsOfAlertsAreWrongUse(t *testing.T) {
	for _, args := range [][]string{
		{"--smtp", "smtp://user:secret@mail.test"},
		{"--smtp", "ftp://user:secret@mail.test", "--mail-from", "a@b.test"},
		{"--smtp", "smtp://mail.test", "--mail-from", "a@b.test", "--dkim-key", "/nonexistent"},
		{"--mastodon", "https://mastodon.test/@keepiton"},
		{"--mastodon", "https://mastodon.test/@keepiton", "--mastodon-token", "secret", "--mastodon-langs", "en,xx"},
		{"--telegram-token", "1:secret", "--telegram-chats", "keepiton"},
		{"--telegram-token", "no token at all", "--telegram-chats", "@keepiton:en"},
	} {
		var errs bytes.Buffer
		code := run(t.Context(), &env{stdout: io.Discard, stderr: &errs, getenv: func(string) string { return "" }}, append([]string{"serve", "--data", t.TempDir(), "--listen", "127.0.0.1:0"}, args...))
		if code != exitUsage || strings.Contains(errs.String(), "secret") {
			t.Errorf("%v: exit code %d, %s", args, code, errs.String())
		}
	}
}

func quotedBody(m *mailtest.Mail) io.Reader { return quotedprintable.NewReader(m.Message.Body) }

func decoded(t *testing.T, header string) string {
	t.Helper()
	s, err := new(mime.WordDecoder).DecodeHeader(header)
	if err != nil {
		t.Fatal(err)
	}
	return s
}
