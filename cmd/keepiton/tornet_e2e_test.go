//go:build e2e && linux

package main

import (
	"bytes"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"
)

// relays of the network beside the authority. With fewer it gets up no faster:
// circuits that would pass a relay twice are refused and tried again.
const relays = 9

// torNetwork is a private Tor network: tor of the system, many times, on loopback
// alone, each ended by the test. One directory authority is enough, and nobody
// can be late for its votes.
type torNetwork struct {
	t         *testing.T
	dir       string
	common    string // lines of every torrc
	directory string // host:port of the authority's directory
	socks     string // host:port of the client's proxy
	asked     *controlled
}

// startTorNetwork starts the authority and the relays. Nobody waits for them yet.
func startTorNetwork(t *testing.T) *torNetwork {
	t.Helper()
	t.Setenv("PATH", os.Getenv("PATH")+":/usr/sbin") // where Debian puts tor
	for _, program := range []string{"tor", "tor-gencert"} {
		if !needs(t, program) {
			t.Skip("no tor: the onion service is not tried")
		}
	}
	n := &torNetwork{t: t, dir: shortDir(t), directory: freePort(t), socks: freePort(t)}
	// TestingTorNetwork sets what suits a network on one machine: man tor.
	// __OwningControllerProcess ends each with this process, however that ends.
	n.common = fmt.Sprintf("TestingTorNetwork 1\nAssumeReachable 1\nPathsNeededToBuildCircuits 0.25\nShutdownWaitLength 0\nGeoIPFile \nGeoIPv6File \n__OwningControllerProcess %d\n", os.Getpid())
	line, torrc := n.authority("authority", freePort(t))
	n.common += line
	n.start("authority", torrc)
	for i := range relays {
		n.start(fmt.Sprintf("relay%d", i), "SocksPort 0\nExitRelay 0\nNickname relay"+fmt.Sprint(i)+"\nAddress 127.0.0.1\nORPort "+freePort(t)+"\n")
	}
	return n
}

// ready waits until the authority has every relay in its consensus and starts the
// client: one that starts earlier makes do with a few, and waits longer.
func (n *torNetwork) ready() {
	n.t.Helper()
	patience, tick := time.After(2*time.Minute), time.NewTicker(100*time.Millisecond)
	defer tick.Stop()
	plain := &http.Client{Transport: &http.Transport{DisableCompression: true, DisableKeepAlives: true}} // tor would deflate
	for listed := 0; listed < relays+1; {
		select {
		case <-tick.C:
		case <-patience:
			n.t.Fatalf("after two minutes, the consensus has %d of %d relays", listed, relays+1)
		}
		if res, err := plain.Get("http://" + n.directory + "/tor/status-vote/current/consensus-microdesc"); err == nil {
			consensus, _ := io.ReadAll(res.Body)
			res.Body.Close()
			listed = bytes.Count(consensus, []byte("\nr "))
		}
	}
	n.start("client", "SocksPort "+n.socks+"\nControlPort unix:"+n.path("client", "control")+"\n")
	n.asked = control(n.t, n.path("client", "control"), "STREAM")
}

func (n *torNetwork) path(elem ...string) string {
	return filepath.Join(append([]string{n.dir}, elem...)...)
}

// authority makes the keys of a directory authority. It returns the line by
// which all others know it, and the lines of its own torrc.
func (n *torNetwork) authority(name, or string) (line, torrc string) {
	n.t.Helper()
	keys := n.path(name, "keys")
	if err := os.MkdirAll(keys, 0o700); err != nil {
		n.t.Fatal(err)
	}
	cmd := exec.Command("tor-gencert", "--create-identity-key", "-m", "12", "-a", n.directory, "-i", keys+"/authority_identity_key", "-s", keys+"/authority_signing_key", "-c", keys+"/authority_certificate", "--passphrase-fd", "0")
	cmd.Stdin = strings.NewReader("\n")
	if out, err := cmd.CombinedOutput(); err != nil {
		n.t.Fatalf("tor-gencert: %v\n%s", err, out)
	}
	certificate := readText(n.t, keys+"/authority_certificate")
	identity := regexp.MustCompile(`(?m)^fingerprint (\w+)$`).FindStringSubmatch(certificate)
	out, err := exec.Command("tor", "-f", "/dev/null", "--ignore-missing-torrc", "--defaults-torrc", "/dev/null", "--DataDirectory", n.path(name), "--ORPort", or, "--DirAuthority", "x 127.0.0.1:1 "+strings.Repeat("F", 40), "--list-fingerprint", "--quiet").Output()
	_, fingerprint, ok := strings.Cut(strings.TrimSpace(string(out)), " ")
	if err != nil || identity == nil || !ok {
		n.t.Fatalf("fingerprint of %s: %v: %s\n%s", name, err, out, certificate)
	}
	_, port, _ := net.SplitHostPort(or)
	line = fmt.Sprintf("DirAuthority %s orport=%s no-v2 v3ident=%s %s %s\n", name, port, identity[1], n.directory, fingerprint)
	return line, "Nickname " + name + "\nAddress 127.0.0.1\nORPort " + or + "\nDirPort " + n.directory + `
SocksPort 0
ExitRelay 0
ContactInfo nobody@authority.example
AuthoritativeDirectory 1
V3AuthoritativeDirectory 1
TestingV3AuthInitialVotingInterval 10
TestingV3AuthInitialVoteDelay 2
TestingV3AuthInitialDistDelay 2
V3AuthVotingInterval 10
V3AuthVoteDelay 2
V3AuthDistDelay 2
TestingDirAuthVoteGuard *
TestingDirAuthVoteExit *
TestingDirAuthVoteHSDir *
TestingMinExitFlagThreshold 0
AuthDirMaxServersPerAddr 0
MinUptimeHidServDirectoryV2 0
`
}

// start starts one tor with a torrc of its own, and ends it with the test. What
// it has to say is kept for a look, unless its torrc says what to log.
func (n *torNetwork) start(name, torrc string) {
	n.t.Helper()
	data := n.path(name)
	if err := os.MkdirAll(data, 0o700); err != nil {
		n.t.Fatal(err)
	}
	if !strings.Contains(torrc, "\nLog ") {
		torrc += "\nLog notice file " + n.path(name, "notices") + "\n"
	}
	file := n.path(name, "torrc")
	if err := os.WriteFile(file, []byte(n.common+"DataDirectory "+data+"\n"+torrc), 0o600); err != nil {
		n.t.Fatal(err)
	}
	var out bytes.Buffer
	cmd := exec.Command("tor", "-f", file, "--defaults-torrc", "/dev/null", "--hush")
	cmd.Stdout, cmd.Stderr = &out, &out
	if err := cmd.Start(); err != nil {
		n.t.Fatalf("start %s: %v", name, err)
	}
	n.t.Cleanup(func() {
		cmd.Process.Kill()
		cmd.Wait()
		if n.t.Failed() {
			notices, _ := os.ReadFile(n.path(name, "notices"))
			n.t.Logf("%s: %s\n%s", name, out.Bytes(), last(notices, 2000))
		}
	})
}

func last(b []byte, n int) []byte { return b[max(0, len(b)-n):] }

// targets are the names that somebody asked the client's proxy for.
func (n *torNetwork) targets() []string {
	said, _ := n.asked.events()
	var out []string
	for _, line := range said { // 650 STREAM 12 NEW 0 name:80 …
		f := strings.Fields(line)
		if len(f) > 5 && f[1] == "STREAM" && f[3] == "NEW" && !strings.Contains(line, "PURPOSE=DIR") && !slices.Contains(out, f[5]) {
			out = append(out, f[5])
		}
	}
	return out
}

// through is a transport whose every connection goes by the client's proxy.
func (n *torNetwork) through() *http.Transport {
	tr := &http.Transport{Proxy: http.ProxyURL(&url.URL{Scheme: "socks5", Host: n.socks})}
	n.t.Cleanup(tr.CloseIdleConnections)
	return tr
}
