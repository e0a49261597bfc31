//go:build e2e && linux

package main

import (
	"bufio"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"
)

// firefox is a browser that is driven by Marionette, Mozilla's own protocol: JSON
// behind its length, over TCP on loopback. It works with script off, since it
// asks the browser and not the page.
type firefox struct {
	*testing.T
	conn    net.Conn
	in      *bufio.Reader
	last    int // number of the last command
	profile string
}

// startFirefox starts a browser without a screen, with preferences, in a profile
// of its own that ends with the test.
func startFirefox(t *testing.T, prefs map[string]any) *firefox {
	t.Helper()
	if !needs(t, "firefox-esr") {
		t.Skip("no firefox-esr: the safest level of Tor Browser is not tried")
	}
	profile := t.TempDir()
	var lines strings.Builder
	for name, value := range prefs {
		v, err := json.Marshal(value)
		if err != nil {
			t.Fatal(err)
		}
		fmt.Fprintf(&lines, "user_pref(%q, %s);\n", name, v)
	}
	if err := os.WriteFile(filepath.Join(profile, "user.js"), []byte(lines.String()), 0o600); err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command("firefox-esr", "--headless", "--no-remote", "--marionette", "--remote-allow-system-access", "--profile", profile)
	cmd.Env = append(os.Environ(), "HOME="+t.TempDir(), "MOZ_CRASHREPORTER_DISABLE=1")
	said, pipe := io.Pipe()
	cmd.Stdout, cmd.Stderr = pipe, pipe
	endWithUs(cmd)
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	port, all := make(chan string, 1), make(chan string, 1)
	go func() { // it says where it listens, and goes on talking
		var text strings.Builder
		for scan := bufio.NewScanner(said); scan.Scan(); {
			if _, at, ok := strings.Cut(scan.Text(), "Marionette\tINFO\tListening on port "); ok {
				port <- at
			}
			text.WriteString(scan.Text() + "\n")
		}
		all <- text.String()
	}()
	t.Cleanup(func() {
		cmd.Process.Kill()
		cmd.Wait()
		pipe.Close()
		if text := <-all; t.Failed() {
			t.Logf("firefox-esr: %s", last([]byte(text), 2000))
		}
	})
	f := &firefox{T: t, profile: profile}
	select {
	case at := <-port:
		conn, err := net.Dial("tcp", "127.0.0.1:"+at)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { conn.Close() })
		f.conn, f.in = conn, bufio.NewReader(conn)
	case <-time.After(2 * time.Minute):
		t.Fatal("firefox-esr says nothing of Marionette")
	}
	var hello struct{ MarionetteProtocol int }
	if f.read(&hello); hello.MarionetteProtocol != 3 {
		t.Fatalf("it speaks Marionette %d", hello.MarionetteProtocol)
	}
	f.call("WebDriver:NewSession", map[string]any{"capabilities": map[string]any{}}, nil)
	f.call("WebDriver:SetTimeouts", map[string]any{"pageLoad": 120_000, "implicit": 60_000}, nil)
	return f
}

func (f *firefox) read(v any) {
	f.Helper()
	f.conn.SetReadDeadline(time.Now().Add(150 * time.Second))
	length, err := f.in.ReadString(':')
	n, convErr := strconv.Atoi(strings.TrimSuffix(length, ":"))
	if err != nil || convErr != nil {
		f.Fatalf("Marionette says %q, %v", length, err)
	}
	b := make([]byte, n)
	if _, err = io.ReadFull(f.in, b); err == nil {
		err = json.Unmarshal(b, v)
	}
	if err != nil {
		f.Fatalf("Marionette: %v: %.300s", err, b)
	}
}

// try calls a command; what goes wrong is its name in WebDriver, and a message.
func (f *firefox) try(name string, params, result any) (wrong, message string) {
	f.Helper()
	f.last++
	b, err := json.Marshal([]any{0, f.last, name, params})
	if err == nil {
		_, err = fmt.Fprintf(f.conn, "%d:%s", len(b), b)
	}
	if err != nil {
		f.Fatal(err)
	}
	var answer [4]json.RawMessage
	f.read(&answer)
	var failed *struct{ Error, Message string }
	if err := json.Unmarshal(answer[2], &failed); err != nil || string(answer[1]) != strconv.Itoa(f.last) {
		f.Fatalf("%s: %s, %v", name, answer, err)
	}
	if failed != nil {
		return failed.Error, failed.Message
	}
	if result != nil {
		if err := json.Unmarshal(answer[3], result); err != nil {
			f.Fatalf("%s: %s, %v", name, answer[3], err)
		}
	}
	return "", ""
}

func (f *firefox) call(name string, params, result any) {
	f.Helper()
	if wrong, message := f.try(name, params, result); wrong != "" {
		f.Fatalf("%s %v: %s: %s", name, params, wrong, message)
	}
}

func (f *firefox) open(address string) {
	f.Helper()
	f.call("WebDriver:Navigate", map[string]any{"url": address}, nil)
}

// find returns the element that a selector names first, as soon as there is one.
func (f *firefox) find(selector string) string {
	f.Helper()
	var found struct{ Value map[string]string }
	f.call("WebDriver:FindElement", map[string]any{"using": "css selector", "value": selector}, &found)
	for _, id := range found.Value {
		return id
	}
	f.Fatalf("%s is nowhere", selector)
	return ""
}

// of asks something of the element that a selector names.
func (f *firefox) of(command, selector string, params map[string]any, result any) {
	f.Helper()
	all := map[string]any{"id": f.find(selector)}
	for k, v := range params {
		all[k] = v
	}
	f.call("WebDriver:"+command, all, &struct{ Value any }{result})
}

func (f *firefox) text(selector string) (said string) {
	f.Helper()
	f.of("GetElementText", selector, nil, &said)
	return said
}

func (f *firefox) press(selector string) {
	f.Helper()
	f.of("ElementClick", selector, nil, nil)
}

// write types into a field, or names the file of a field for files.
func (f *firefox) write(selector, words string) {
	f.Helper()
	f.of("ElementSendKeys", selector, map[string]any{"text": words}, nil)
}

func (f *firefox) address() string {
	f.Helper()
	var at struct{ Value string }
	f.call("WebDriver:GetCurrentURL", nil, &at)
	return at.Value
}

// inPage runs script of the test in the page, where the page's own may be off.
func (f *firefox) inPage(script string, result any) {
	f.Helper()
	f.call("WebDriver:ExecuteScript", map[string]any{"script": script, "args": []any{}}, &struct{ Value any }{result})
}

// inBrowser runs script with the rights of the browser itself, not of the page.
func (f *firefox) inBrowser(script string, result any, args ...any) {
	f.Helper()
	f.call("Marionette:SetContext", map[string]any{"value": "chrome"}, nil)
	f.call("WebDriver:ExecuteScript", map[string]any{"script": script, "args": append([]any{}, args...)}, &struct{ Value any }{result})
	f.call("Marionette:SetContext", map[string]any{"value": "content"}, nil)
}

// narrowest is the width below which this browser makes no window.
const narrowest = 500

// wide shows the page on a screen of a width, as soon as it is laid out so. A
// narrow one is a window that is zoomed, as phones do; a wide one is rounded down
// to hundreds, so that windows are alike (letterboxing).
func (f *firefox) wide(width int) {
	f.Helper()
	zoom := 1.0
	if width < narrowest {
		zoom = float64(narrowest) / float64(width-2) // it rounds zooms
	}
	f.call("WebDriver:SetWindowRect", map[string]any{"width": max(width, narrowest), "height": 900}, nil)
	f.inBrowser("gBrowser.selectedBrowser.fullZoom = arguments[0]", nil, zoom)
	patience, tick := time.After(time.Minute), time.NewTicker(20*time.Millisecond)
	defer tick.Stop()
	for is := 0; is > width || is < width-100; {
		select {
		case <-tick.C:
			f.inPage("return innerWidth", &is)
		case <-patience:
			f.Fatalf("the screen is %d wide, want %d", is, width)
		}
	}
}

// picture is what the whole page looks like, as PNG.
func (f *firefox) picture() []byte {
	f.Helper()
	var shot struct{ Value string }
	f.call("WebDriver:TakeScreenshot", map[string]any{"full": true, "hash": false}, &shot)
	png, err := base64.StdEncoding.DecodeString(shot.Value)
	if err != nil {
		f.Fatal(err)
	}
	return png
}
