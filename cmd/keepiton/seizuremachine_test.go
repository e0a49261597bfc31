package main

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"keepiton/seal"
)

// machine is a server as it would be seized: everything that the program may
// write to lies under root.
type machine struct {
	t        *testing.T
	root     string // data, tmp, cwd, log
	bin      string
	settings []string // of serve
	cmd      *exec.Cmd
	address  string // http://…
	mail     string // host:port, as are the next two
	lmtp     string
	onion    string
	service  string       // name of the onion service, where there is one
	partner  string       // key of a partner, on the partner's machine
	analyst  *seal.Person // whose machine is another one
	reading  *seal.Keys   // opens mail to the campaign, on the analyst's machine
	keys     keyWorld
}

// secrets of the SMS gateways, as an operator sets them.
const gatewaySecret = "a secret of the gateway"

// newMachine makes a campaign on a machine of its own and hands its public keys
// to a server. With built the program is built as people build it; otherwise the
// binary of this test stands in for it.
func newMachine(t *testing.T, built bool) *machine {
	t.Helper()
	m := &machine{t: t, root: t.TempDir(), keys: newKeyWorld(t)}
	for _, name := range []string{"data", "tmp", "cwd"} {
		if err := os.Mkdir(filepath.Join(m.root, name), 0o700); err != nil {
			t.Fatal(err)
		}
	}
	m.keys.key("init", "campaign", "--name", "Reports", "--email", "report@campaign.example")
	var err error
	if m.analyst, err = seal.NewPerson("desk 1", "Org One", time.Now()); err != nil {
		t.Fatal(err)
	}
	file, err := seal.MemberFile(m.analyst.Member())
	if err != nil {
		t.Fatal(err)
	}
	m.keys.key("add", putFile(t, "desk-1.member.json", file))
	m.keys.key("export", "--to", filepath.Join(m.root, "data", "keys"))
	reading := filepath.Join(t.TempDir(), "reading.asc")
	m.keys.key("export", "--reading", reading, "--reading-passphrase-file", m.keys.words)
	if m.reading, err = seal.LoadKeys(seal.KeySource{Files: []string{reading}, Passphrase: func(string) ([]byte, error) { return []byte("six words that nobody guesses soon"), nil }}); err != nil {
		t.Fatal(err)
	}
	if m.bin, err = os.Executable(); err != nil {
		t.Fatal(err)
	}
	if built {
		m.bin = filepath.Join(t.TempDir(), "keepiton")
		if out, err := exec.Command("go", "build", "-o", m.bin, ".").CombinedOutput(); err != nil {
			t.Fatalf("build: %v\n%s", err, out)
		}
	}
	return m
}

func (m *machine) data() string { return filepath.Join(m.root, "data") }

// command is the program with arguments, on this machine. It may write as large
// an image of its memory as it likes, and crashes as loudly as Go can.
func (m *machine) command(args ...string) *exec.Cmd {
	cmd := exec.Command("sh", append([]string{"-c", `ulimit -c "$(ulimit -Hc)"; exec "$@"`, "sh", m.bin}, args...)...)
	cmd.Dir = filepath.Join(m.root, "cwd")
	cmd.Env = append(os.Environ(), childVariable+"=1", "TMPDIR="+filepath.Join(m.root, "tmp"), "GOTRACEBACK=crash", "HOME="+filepath.Join(m.root, "cwd"))
	log, err := os.OpenFile(filepath.Join(m.root, "log"), os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o600)
	if err != nil {
		m.t.Fatal(err)
	}
	m.t.Cleanup(func() { log.Close() })
	cmd.Stderr = log
	return cmd
}

// run runs the program on the machine to its end, with something on standard
// input, and returns what the operator reads on the terminal.
func (m *machine) run(stdin string, args ...string) string {
	m.t.Helper()
	cmd := m.command(append(args, "--data", m.data())...)
	cmd.Stdin = strings.NewReader(stdin)
	out, err := cmd.Output()
	if err != nil {
		m.t.Fatalf("keepiton %v: %v: %s\n%s", args, err, out, m.log())
	}
	return string(out)
}

// start starts the server.
func (m *machine) start() {
	m.t.Helper()
	m.cmd = m.command(append([]string{"serve", "--data", m.data(), "--listen", "127.0.0.1:0"}, m.settings...)...)
	stdout, err := m.cmd.StdoutPipe()
	if err != nil {
		m.t.Fatal(err)
	}
	if err := m.cmd.Start(); err != nil {
		m.t.Fatal(err)
	}
	m.t.Cleanup(func() { m.cmd.Process.Kill(); m.cmd.Wait() })
	line, err := bufio.NewReader(stdout).ReadString('\n')
	_, address, ok := strings.Cut(strings.TrimSpace(line), " is at ")
	if err != nil || !ok {
		m.t.Fatalf("first line %q, %v\n%s", line, err, m.log())
	}
	m.address = strings.Replace(address, "localhost", "127.0.0.1", 1)
}

// end ends the server by a signal and returns how it ended.
func (m *machine) end(s syscall.Signal) syscall.WaitStatus {
	m.t.Helper()
	if err := m.cmd.Process.Signal(s); err != nil {
		m.t.Fatal(err)
	}
	m.cmd.Wait()
	return m.cmd.ProcessState.Sys().(syscall.WaitStatus)
}

func (m *machine) log() string { return readText(m.t, filepath.Join(m.root, "log")) }

// seized is a copy of the machine as it stands, running or not.
func (m *machine) seized() string {
	m.t.Helper()
	to := filepath.Join(m.t.TempDir(), "seized")
	if out, err := exec.Command("cp", "-a", m.root, to).CombinedOutput(); err != nil {
		m.t.Fatalf("%v: %s", err, out)
	}
	return to
}

// client is a sender's device, with an address and a browser of its own.
type client struct {
	http   *http.Client
	header map[string]string
	dialer *net.Dialer
}

// newClient makes a device whose every trait is marked. The network of this
// machine has as many addresses as one likes: 127.0.0.0/8.
func newClient(t *testing.T, mark func(string) string) *client {
	t.Helper()
	c := &client{dialer: &net.Dialer{LocalAddr: &net.TCPAddr{IP: net.ParseIP(mark(ofAddress))}}}
	c.http = &http.Client{Timeout: time.Minute, Transport: &http.Transport{DialContext: c.dial}}
	t.Cleanup(c.http.CloseIdleConnections)
	behind := mark(ofAddress)
	c.header = map[string]string{
		"User-Agent": "Mozilla/5.0 (" + mark("browser") + ")", "Referer": "https://" + mark("referrer") + ".example/page", "X-Forwarded-For": behind, "Forwarded": "for=" + behind,
		"X-Real-Ip": behind, "Cookie": "id=" + mark("cookie"), "Accept-Language": "am-" + mark("language"), "From": mark(ofMail), "X-Request-Id": mark("request id"),
	}
	return c
}

// dial connects from the device's own address, where the system lets it.
func (c *client) dial(ctx context.Context, network, address string) (net.Conn, error) {
	conn, err := c.dialer.DialContext(ctx, network, address)
	if err != nil {
		conn, err = (&net.Dialer{}).DialContext(ctx, network, address)
	}
	return conn, err
}

// send sends a request and returns the status and the answer.
func (c *client) send(method, url string, header map[string]string, body io.Reader) (int, string, error) {
	req, err := http.NewRequest(method, url, body)
	if err != nil {
		return 0, "", err
	}
	for _, h := range []map[string]string{c.header, header} {
		for k, v := range h {
			req.Header.Set(k, v)
		}
	}
	res, err := c.http.Do(req)
	if err != nil {
		return 0, "", err
	}
	defer res.Body.Close()
	text, err := io.ReadAll(res.Body)
	return res.StatusCode, string(text), err
}

// wellTaken is for what a server has to take.
func wellTaken(t *testing.T, code int, text string, err error) string {
	t.Helper()
	if err = taken(code, text, err); err != nil {
		t.Fatal(fmt.Errorf("%.600w", err))
	}
	return text
}
