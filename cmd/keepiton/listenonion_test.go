package main

import (
	"bytes"
	"context"
	"io"
	"io/fs"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"keepiton"
)

// throughSocket is a client whose every connection goes to a socket.
func throughSocket(t *testing.T, path string) *http.Client {
	t.Helper()
	dial := func(ctx context.Context, _, _ string) (net.Conn, error) {
		return (&net.Dialer{}).DialContext(ctx, "unix", path)
	}
	c := &http.Client{Transport: &http.Transport{DialContext: dial}}
	t.Cleanup(c.CloseIdleConnections)
	return c
}

func TestTheOnionListenerMayBeASocket(t *testing.T) {
	dir := t.TempDir()
	campaignIn(t, dir)
	path := filepath.Join(shortDir(t), "onion.sock")
	s := start(t, "serve", "--data", dir, "--listen", "127.0.0.1:0", "--onion-listen", "unix:"+path, "--onion-url", "http://"+aServiceName)
	info, err := os.Stat(path)
	if err != nil || info.Mode() != fs.ModeSocket|socketMode {
		t.Errorf("the socket is %v, %v", info, err)
	}
	kind, body := form((&marks{}).by("socket"), map[string][]string{"seen": {"no internet"}}, "send")
	req, err := http.NewRequest("POST", "http://"+aServiceName+"/en/report", body)
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Content-Type", kind)
	res, err := throughSocket(t, path).Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	page, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	receipt := receiptFrom(t, string(page))
	if code := s.stop(); code != exitGood {
		t.Fatalf("exit code %d", code)
	}
	if e, err := openSealedIn(t, dir).EnvelopeByLookup(t.Context(), receipt.Address().Lookup); err != nil || e.Lane != keepiton.LaneOnion {
		t.Errorf("it came in by the lane %s, %v", e.Lane, err)
	}
	if _, err := os.Lstat(path); !os.IsNotExist(err) {
		t.Errorf("the socket is left behind: %v", err)
	}
}

// aServiceName is the name of a service with a checksum that is right.
const aServiceName = "pg6mmjiyjmcrsslvykfwnntlaru7p5svn6y2ymmju6nubxndf4pscryd.onion"

// shortDir is a folder with a short name: that of a socket has at most 104
// bytes on some systems.
func shortDir(t *testing.T) string {
	t.Helper()
	dir, err := os.MkdirTemp("", "kio")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.RemoveAll(dir) })
	return dir
}

func TestASocketThatIsLeftBehindIsReplacedAndNothingElse(t *testing.T) {
	path := filepath.Join(shortDir(t), "s")
	left, err := net.Listen("unix", path)
	if err != nil {
		t.Fatal(err)
	}
	left.(*net.UnixListener).SetUnlinkOnClose(false)
	if _, err := listenForOnion("unix:" + path); keepiton.CodeOf(err) != keepiton.Unavailable || !strings.Contains(err.Error(), "another server") {
		t.Errorf("beside another server: %v", err)
	}
	left.Close() // as after a kill: the file stays
	l, err := listenForOnion("unix:" + path)
	if err != nil {
		t.Fatalf("after a kill: %v", err)
	}
	l.Close()
	letter := putFile(t, "letter", []byte("mine"))
	for _, path := range []string{letter, t.TempDir(), filepath.Join(t.TempDir(), "nowhere", "s"), filepath.Join(shortDir(t), strings.Repeat("x", 120)), ""} {
		if l, err := listenForOnion("unix:" + path); keepiton.CodeOf(err) != keepiton.Unavailable {
			t.Errorf("%q: %v, %v", path, l, err)
		}
	}
	if readText(t, letter) != "mine" {
		t.Error("a file that is no socket was touched")
	}
}

// TestALineBeforeTheRequestIsRefused holds what docs/intake.md says of
// HiddenServiceExportCircuitID haproxy: the visitor's number is not read.
func TestALineBeforeTheRequestIsRefused(t *testing.T) {
	onion := freePort(t)
	s := start(t, "serve", "--data", t.TempDir(), "--listen", "127.0.0.1:0", "--onion-listen", onion)
	defer s.stop()
	conn, err := net.Dial("tcp", onion)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	io.WriteString(conn, "PROXY TCP6 fc00:dead:beef:4dad::ffff:ffff ::1 65535 42\r\nGET /en/ HTTP/1.1\r\nHost: "+aServiceName+"\r\n\r\n")
	answer, err := io.ReadAll(conn)
	if err != nil || !strings.HasPrefix(string(answer), "HTTP/1.1 400 ") {
		t.Errorf("%.200s, %v", answer, err)
	}
}

func TestWrongOnionSettingsAreRefusedAtTheStart(t *testing.T) {
	for _, args := range [][]string{
		{"--onion-url", "http://" + strings.Replace(aServiceName, "pg6", "pg7", 1)},
		{"--onion-url", "https://keepiton.example"},
		{"--onion-listen", "unix:" + t.TempDir()},
		{"--onion-listen", "127.0.0.1:x"},
	} {
		var errs bytes.Buffer
		e := &env{stdout: io.Discard, stderr: &errs, getenv: func(string) string { return "" }}
		if code := run(t.Context(), e, append([]string{"serve", "--data", t.TempDir(), "--listen", "127.0.0.1:0"}, args...)); code == exitGood || !strings.Contains(errs.String(), "hint: ") {
			t.Errorf("%v: exit code %d: %s", args, code, errs.String())
		}
	}
}

func TestAListenerThatOthersReachIsSaidSo(t *testing.T) {
	for address, want := range map[string]bool{"127.0.0.1:0": false, "[::1]:0": false, ":0": true, "unix:" + filepath.Join(shortDir(t), "s"): false} {
		l, err := listenForOnion(address)
		if err != nil {
			t.Logf("%s: %v", address, err) // a machine without IPv6
			continue
		}
		if got := reachable(l); got != want {
			t.Errorf("%s: reachable is %v", address, got)
		}
		l.Close()
	}
}
