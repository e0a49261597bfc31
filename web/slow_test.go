package web

import (
	"bufio"
	"bytes"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"keepiton"
	"keepiton/intake"
	"keepiton/intake/intaketest"
)

// pipeListener is a network of one process: its deadlines follow the clock of
// the bubble that a test runs in.
type pipeListener struct{ conns chan net.Conn }

func (l *pipeListener) Accept() (net.Conn, error) {
	c, ok := <-l.conns
	if !ok {
		return nil, net.ErrClosed
	}
	return c, nil
}
func (l *pipeListener) Close() error   { return nil }
func (l *pipeListener) Addr() net.Addr { return &net.IPAddr{} }

// slowly sends a form to a server with the limits of serve, in so many pieces
// with a pause before each, and returns the answer.
func slowly(t *testing.T, s http.Handler, body []byte, kind string, pieces int, pause time.Duration) (status int, answer string, err error) {
	t.Helper()
	l := &pipeListener{make(chan net.Conn)}
	server := &http.Server{Handler: s, ReadHeaderTimeout: 10 * time.Second, ReadTimeout: time.Minute, WriteTimeout: 10 * time.Minute}
	go server.Serve(l)
	client, conn := net.Pipe()
	l.conns <- conn
	defer func() {
		client.Close()
		close(l.conns)
		server.Close()
	}()
	answers := make(chan error, 1)
	go func() {
		r, err := http.ReadResponse(bufio.NewReader(client), nil)
		if err == nil {
			var b []byte
			b, err = io.ReadAll(r.Body)
			status, answer = r.StatusCode, string(b)
		}
		answers <- err
	}()
	fmt.Fprintf(client, "POST /en/report HTTP/1.1\r\nHost: keepiton.example\r\nContent-Type: %s\r\nContent-Length: %d\r\n\r\n", kind, len(body))
	for len(body) > 0 {
		time.Sleep(pause)
		n := max(1, min(len(body), len(body)/pieces))
		if _, err := client.Write(body[:n]); err != nil {
			break // the server has hung up
		}
		body, pieces = body[n:], max(1, pieces-1)
	}
	return status, answer, <-answers
}

// A bad line takes its time: this form arrives for an hour and a half.
func TestSlowFormArrives(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newSenderSite(t)
		body, kind := encode(url.Values{"seen": {"slow line"}}, []upload{{"a.png", bytes.Repeat([]byte("x"), 200_000)}}, "send")
		status, answer, err := slowly(t, s, body.Bytes(), kind, 180, 30*time.Second)
		if err != nil || status != http.StatusOK {
			t.Fatalf("status %d, %v", status, err)
		}
		if _, got := s.stored(t, receiptOn(t, answer)); len(got.Files["a.png"]) != 200_000 {
			t.Errorf("%d bytes arrived", len(got.Files["a.png"]))
		}
	})
}

// But a form that says nothing for long gives its place back, and leaves nothing.
func TestSilentFormEnds(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newSenderSite(t)
		body, kind := encode(url.Values{"seen": {"silent line"}}, []upload{{"a.png", bytes.Repeat([]byte("x"), 200_000)}}, "send")
		status, answer, err := slowly(t, s, body.Bytes(), kind, 4, 5*time.Minute)
		if err == nil && status == http.StatusOK {
			t.Errorf("status %d: %s", status, strings.TrimSpace(answer[:min(len(answer), 200)]))
		}
		if n := s.envelopes(t); n != 0 {
			t.Errorf("%d envelopes", n)
		}
	})
}

// Whose line brings next to nothing gives its place to who waits, and hears it on
// the form, where the words still are.
func TestFormThatLostItsPlaceSaysSo(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		desk := intaketest.New(t)
		desk.Intake = &intake.Intake{Store: desk.Store, Sealer: desk.Sealer, Now: desk.Clock.Now, Slots: map[keepiton.Lane]int{keepiton.LaneOpen: 1}}
		s := senderSiteOver(t, desk)
		photo := bytes.Repeat([]byte("x"), 200_000)
		form := func(seen string) ([]byte, string) {
			body, kind := encode(url.Values{"seen": {seen}}, []upload{{"a.png", photo}}, "send")
			return body.Bytes(), kind
		}
		done := make(chan string)
		go func() {
			body, kind := form("words of a dripping line")
			status, answer, err := slowly(t, s, body, kind, 1000, 50*time.Second)
			done <- fmt.Sprint(status, err, answer)
		}()
		time.Sleep(5 * time.Minute)
		begun := time.Now()
		body, kind := form("another line")
		status, answer, err := slowly(t, s, body, kind, 10, time.Second)
		if err != nil || status != http.StatusOK || time.Since(begun) > 15*time.Second {
			t.Errorf("who waited: status %d after %v, %v", status, time.Since(begun), err)
		}
		if got := <-done; !strings.HasPrefix(got, "429 <nil>") || !strings.Contains(got, "others were waiting") || !strings.Contains(got, "words of a dripping line") {
			t.Errorf("who lost the place hears %.300s", got)
		}
		if n := s.envelopes(t); n != 1 {
			t.Errorf("%d envelopes", n)
		}
		receiptOn(t, answer)
	})
}
