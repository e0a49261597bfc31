package main

import (
	"bytes"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
)

// TestAServerKilledInMidUploadGivesNothingAway kills the server again and again
// while people send by the form, in pieces and by mail, some of whom have sent a
// part and no more, and looks through what then lies there, before and after the
// next start.
func TestAServerKilledInMidUploadGivesNothingAway(t *testing.T) {
	m := newMachine(t, false)
	m.operate()
	all, rounds := &marks{}, 6
	if testing.Short() {
		rounds = 2
	}
	var left []string
	acknowledged := 0
	for round := range rounds {
		m.start()
		acknowledged += m.killedWhileTheySend(t, all.by(fmt.Sprintf("senders of round %d", round+1)))
		left = append(left, m.seized())
	}
	m.start()
	if ended := m.end(syscall.SIGTERM); ended.ExitStatus() != exitGood {
		t.Errorf("ended with %v", ended.ExitStatus())
	}
	left = append(left, m.seized())
	s := newSearch(t, all.list())
	for i, dir := range left {
		for _, f := range s.under(t, dir) {
			t.Errorf("killed %d times: %v", i+1, f)
		}
	}
	if acknowledged < rounds || s.seen < 1<<20 {
		t.Errorf("only %d reports were acknowledged, %d bytes looked through", acknowledged, s.seen)
	}
	t.Logf("%d marks, killed %d times, %d reports acknowledged before, %d MB looked through", len(all.list()), rounds, acknowledged, s.seen>>20)
}

// killedWhileTheySend lets people send until the server is killed, and returns
// how many were acknowledged.
func (m *machine) killedWhileTheySend(t *testing.T, mark func(string) string) int {
	t.Helper()
	var ends sync.WaitGroup
	for _, half := range []func(*testing.T, *machine, func(string) string) func(){halfForm, halfPiece, halfMail} {
		for range 2 {
			hold := half(t, m, mark)
			defer hold()
		}
	}
	var n atomic.Int64
	after := 1 + rand.Int64N(12)
	dead := make(chan struct{})
	kill := sync.OnceFunc(func() { close(dead); m.cmd.Process.Kill() })
	for _, whole := range []func(*testing.T, *machine, func(string) string) func() error{wholeForm, wholePieces, wholeMail} {
		ends.Go(func() {
			for {
				if err := whole(t, m, mark)(); err != nil {
					select {
					case <-dead: // nobody knows what became of it
					default:
						t.Errorf("before it was killed: %v", err)
						kill()
					}
					return
				}
				if n.Add(1) >= after {
					kill()
				}
			}
		})
	}
	ends.Wait()
	kill()
	m.cmd.Wait()
	return int(n.Load())
}

func wholeForm(t *testing.T, m *machine, mark func(string) string) func() error {
	c := newClient(t, mark)
	kind, body := form(mark, typedWords(mark), "send", picture(mark, 200_000))
	return func() error {
		return taken(c.send("POST", m.address+"/en/report", map[string]string{"Content-Type": kind}, body))
	}
}

func wholePieces(t *testing.T, m *machine, mark func(string) string) func() error {
	c := newClient(t, mark)
	_, sealed := sealedReport(t, m, mark, 200_000)
	return func() error { return upload(c, m.address, sealed, len(sealed), 30_000) }
}

func wholeMail(t *testing.T, m *machine, mark func(string) string) func() error {
	letter := clearMail(mark)
	return func() error { return mailUpTo(t, m, mark, letter+"\r\n.\r\n", true) }
}

// mailUpTo sends a letter, or the part of it that there is.
func mailUpTo(t *testing.T, m *machine, mark func(string) string, letter string, whole bool) error {
	talk, err := converse(t, mark, m.mail)
	for _, line := range []struct {
		want int
		text string
	}{{250, "MAIL FROM:<" + mark(ofMail) + ">"}, {250, "RCPT TO:<" + mailTo + ">"}, {354, "DATA"}} {
		if err == nil {
			err = talk.say(line.want, "%s", line.text)
		}
	}
	if err == nil {
		_, err = io.WriteString(talk.W, letter)
	}
	if err == nil {
		err = talk.W.Flush()
	}
	if err == nil && whole {
		_, _, err = talk.ReadResponse(250)
	}
	return err
}

// halfForm, halfPiece and halfMail send up to a point that chance picks and then
// nothing more. What is returned lets go of the line.
func halfForm(t *testing.T, m *machine, mark func(string) string) func() {
	kind, body := form(mark, typedWords(mark), "send", picture(mark, 300_000))
	return m.half(t, mark, "POST", "/am/report", kind, body.Bytes())
}

func halfPiece(t *testing.T, m *machine, mark func(string) string) func() {
	_, sealed := sealedReport(t, m, mark, 200_000)
	code, text, err := newClient(t, mark).send("POST", m.address+"/intake/uploads", nil, strings.NewReader(fmt.Sprintf(`{"size":%d}`, len(sealed))))
	id := strings.Split(wellTaken(t, code, text, err)+`""""`, `"`)[3]
	return m.half(t, mark, "PATCH", "/intake/uploads/"+id, "application/octet-stream", sealed)
}

func halfMail(t *testing.T, m *machine, mark func(string) string) func() {
	letter := clearMail(mark)
	if err := mailUpTo(t, m, mark, letter[:rand.IntN(len(letter))], false); err != nil {
		t.Fatal(err)
	}
	return func() {}
}

// half sends a part of a request and returns when that is on the line.
func (m *machine) half(t *testing.T, mark func(string) string, method, path, kind string, body []byte) func() {
	t.Helper()
	r, w := io.Pipe()
	req, err := http.NewRequestWithContext(t.Context(), method, m.address+path, r)
	if err != nil {
		t.Fatal(err)
	}
	c := newClient(t, mark)
	for k, v := range c.header {
		req.Header.Set(k, v)
	}
	req.Header.Set("Content-Type", kind)
	req.Header.Set("Upload-Offset", "0")
	req.ContentLength = int64(len(body))
	go func() {
		res, err := c.http.Do(req)
		if err == nil {
			res.Body.Close()
		}
		r.Close() // whoever still writes is let go
	}()
	_, _ = io.Copy(w, bytes.NewReader(body[:rand.IntN(len(body))]))
	return func() { w.CloseWithError(io.ErrUnexpectedEOF) }
}
