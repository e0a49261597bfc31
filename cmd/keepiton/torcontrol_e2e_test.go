//go:build e2e && linux

package main

import (
	"bytes"
	"errors"
	"io"
	"net"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"
)

// controlled is a talk with the control port of a tor (control-spec.txt).
type controlled struct {
	conn net.Conn
	mu   sync.Mutex
	said []string      // events, in order
	more chan struct{} // closed and replaced at each event
}

// control connects to a control port as soon as it is there and asks for events.
func control(t *testing.T, socket string, events ...string) *controlled {
	t.Helper()
	c := &controlled{more: make(chan struct{})}
	patience, tick := time.After(time.Minute), time.NewTicker(50*time.Millisecond)
	defer tick.Stop()
	for c.conn == nil {
		conn, err := net.Dial("unix", socket)
		if err == nil {
			c.conn = conn
			break
		}
		select {
		case <-tick.C:
		case <-patience:
			t.Fatalf("control port: %v", err)
		}
	}
	t.Cleanup(func() { c.conn.Close() })
	lines := newLines(c.conn)
	for _, say := range []string{"AUTHENTICATE", "SETEVENTS " + strings.Join(events, " ")} {
		if _, err := io.WriteString(c.conn, say+"\r\n"); err != nil {
			t.Fatal(err)
		}
		if line, err := lines(); err != nil || line != "250 OK" {
			t.Fatalf("%s: %q, %v", say, line, err)
		}
	}
	go func() {
		for {
			line, err := lines()
			if err != nil {
				return
			}
			c.mu.Lock()
			c.said = append(c.said, line)
			close(c.more)
			c.more = make(chan struct{})
			c.mu.Unlock()
		}
	}()
	return c
}

// events returns what was said so far, and a channel that is closed with the next.
func (c *controlled) events() ([]string, <-chan struct{}) {
	c.mu.Lock()
	defer c.mu.Unlock()
	return slices.Clone(c.said), c.more
}

// until waits for events that satisfy a condition.
func (c *controlled) until(t *testing.T, what string, good func(said []string) bool) {
	t.Helper()
	patience := time.After(3 * time.Minute)
	for {
		said, more := c.events()
		if good(said) {
			return
		}
		select {
		case <-more:
		case <-patience:
			t.Fatalf("waiting for %s; so far:\n%s", what, strings.Join(said, "\n"))
		}
	}
}

// published waits until every directory that a service chose has its descriptor.
func (c *controlled) published(t *testing.T, address string) {
	t.Helper()
	name := strings.TrimSuffix(address, ".onion")
	c.until(t, "the descriptor of "+address, func(said []string) bool {
		open := map[string]bool{}
		for _, line := range said {
			f := strings.Fields(line)
			if len(f) < 6 || f[1] != "HS_DESC" || f[3] != name {
				continue
			}
			switch f[2] {
			case "UPLOAD":
				open[f[5]] = true
			case "UPLOADED":
				open[f[5]] = false
			}
		}
		waiting := 0
		for _, is := range open {
			if is {
				waiting++
			}
		}
		return len(open) > 0 && waiting == 0
	})
}

// newLines reads lines that end in CRLF, from a reader of their own.
func newLines(r io.Reader) func() (string, error) {
	var rest []byte
	buf := make([]byte, 4096)
	return func() (string, error) {
		for {
			if i := bytes.Index(rest, []byte("\r\n")); i >= 0 {
				line := string(rest[:i])
				rest = rest[i+2:]
				return line, nil
			}
			n, err := r.Read(buf)
			rest = append(rest, buf[:n]...)
			if err != nil {
				return "", errors.Join(err, io.ErrUnexpectedEOF)
			}
		}
	}
}
