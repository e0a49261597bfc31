//go:build e2e && linux

package main

import (
	"net"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"keepiton"
	"keepiton/intake/intaketest"
	"keepiton/locale"
	"keepiton/seal"
)

// clearnet is the other address of the servers of these tests.
const clearnet = "https://shutdowns.example"

// TestReportsComeInThroughTor sends reports to the running program through the
// real tor, many times, as a private network: with plain requests, with the
// command line, and with a browser at the safest level of Tor Browser. The onion
// services are those of docs/intake.md, by port and by socket.
func TestReportsComeInThroughTor(t *testing.T) {
	n := startTorNetwork(t)
	browser := startFirefox(t, safestPrefs(n.socks))
	byPort, bySocket := newMachine(t, false), newMachine(t, false)
	n.ready()
	services := n.services(t, byPort, bySocket)
	for _, m := range []*machine{byPort, bySocket} {
		m.settings = append(m.settings, "--base-url", clearnet, "--onion-url", "http://"+m.service)
		m.withSample()
		m.start()
	}
	services.published(t, bySocket.service)
	t.Run("plain requests", func(t *testing.T) { plainThroughTor(t, n, bySocket) })
	services.published(t, byPort.service)
	t.Run("the safest level", func(t *testing.T) { safestThroughTor(t, browser, byPort) })

	for _, target := range n.targets() {
		name, port, _ := net.SplitHostPort(target)
		switch {
		case (name == byPort.service || name == bySocket.service) && port == "80":
		case slices.ContainsFunc(upkeep, func(domain string) bool { return strings.HasSuffix(name, domain) }):
		default:
			t.Errorf("through Tor somebody asked for %s", target)
		}
	}
	for line := range strings.Lines(readText(t, n.path("service", "log"))) {
		if !strings.Contains(line, "opening new log file") {
			t.Errorf("the tor of the services wrote %s", line)
		}
	}
}

// upkeep is what Firefox asks for by itself, whatever it shows. This network has
// no way out to it.
var upkeep = []string{".mozilla.org", ".mozilla.com", ".googleapis.com"}

// withSample writes the made-up world into the record of the machine.
func (m *machine) withSample() {
	m.t.Helper()
	st, err := openStore(m.t.Context(), settings{Data: m.data()})
	if err == nil {
		err = fillSample(m.t.Context(), st, time.Now())
	}
	if err == nil {
		err = st.Close()
	}
	if err != nil {
		m.t.Fatal(err)
	}
}

// plainThroughTor takes the part of a browser that knows nothing but HTTP.
func plainThroughTor(t *testing.T, n *torNetwork, m *machine) {
	all := &marks{}
	mark := all.by("onion service through Tor")
	c := newClient(t, mark)
	c.http.Transport, c.http.Timeout = n.through(), 2*time.Minute
	c.http.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	site := "http://" + m.service
	for path, to := range map[string]string{"/": "/en/", "/report": "/en/report", "/en": "/en/"} {
		if res := c.get(t, site+path); res.StatusCode != http.StatusFound || res.Header.Get("Location") != to {
			t.Errorf("%s leads to %d %q, want %q", path, res.StatusCode, res.Header.Get("Location"), to)
		}
	}
	for _, path := range []string{"/en/", "/am/report", "/ar/stories/share", "/fr/receipt", "/es/report/sealed", "/pt/key", "/ca/help", "/en/stories", "/en/nothing", "/desk/"} {
		staysWithin(t, c, site, path)
	}

	typed, photo := typedWords(mark), picture(mark, 200_000)
	kind, body := form(mark, typed, "check", photo)
	code, text, err := c.send("POST", site+"/am/report", map[string]string{"Content-Type": kind}, body)
	wellTaken(t, code, text, err)
	kind, body = form(mark, typed, "send", photo)
	code, text, err = c.send("POST", site+"/am/report", map[string]string{"Content-Type": kind}, body)
	receipt := receiptFrom(t, wellTaken(t, code, text, err))
	kind, body = form(mark, map[string][]string{"receipt": {receipt.String()}}, "look")
	code, text, err = c.send("POST", site+"/am/receipt", map[string]string{"Content-Type": kind}, body)
	if text = wellTaken(t, code, text, err); !strings.Contains(text, locale.For("am").T("page.receipt.state.new")) {
		t.Errorf("the receipt shows %.500s", text)
	}
	got := m.cameIn(t, receipt, keepiton.LaneOnion)
	if got.Report.Seen.Reveal() != typed.Get("seen") || len(got.Files) != 1 {
		t.Errorf("another report came in: %q, %d files", got.Report.Seen.Reveal(), len(got.Files))
	}
	for _, file := range got.Files {
		if string(file) != string(photo) {
			t.Error("another photo came in")
		}
	}

	sealed, file := sealedFileOf(t, m, mark)
	mustRun(t, exitGood, "report", "send", file, "--server", site, "--proxy", "socks5://"+n.socks)
	m.cameIn(t, sealed, keepiton.LaneWork) // which it does by itself, and which counts for more

	there, err := http.NewRequest("GET", m.address+"/am/report", nil)
	if err != nil {
		t.Fatal(err)
	}
	there.Host = strings.TrimPrefix(clearnet, "https://")
	res, err := http.DefaultClient.Do(there)
	if err != nil {
		t.Fatal(err)
	}
	res.Body.Close()
	if at := res.Header.Values("Onion-Location"); !slices.Equal(at, []string{site + "/am/report"}) {
		t.Errorf("the other address names %q", at)
	}

	leftBehind(t, withOurs(all), m.seized())
	leftBehind(t, all.list(), n.path("service")) // the addresses in it are tor's own
}

// leftBehind looks for marks in every byte of a folder.
func leftBehind(t *testing.T, marks []mark, dir string) {
	t.Helper()
	s := newSearch(t, marks)
	for _, f := range s.under(t, dir) {
		t.Errorf("left behind: %v", f)
	}
	if s.seen < 8000 || len(marks) < 5 {
		t.Errorf("too little was looked for: %d marks in %d bytes", len(marks), s.seen)
	}
}

// get asks for a page and reads it to its end.
func (c *client) get(t *testing.T, url string) *http.Response {
	t.Helper()
	req, err := http.NewRequest("GET", url, nil)
	if err != nil {
		t.Fatal(err)
	}
	res, err := c.http.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { res.Body.Close() })
	return res
}

// addresses are what a page links to, sends to or loads.
var addresses = regexp.MustCompile(`(?i)\s(href|src|srcset|action|formaction|poster|data)=["']?([^"'>\s]+)`)

// outside are the only addresses that pages of the site link to elsewhere, for
// people to follow.
var outside = []string{"https://creativecommons.org/licenses/by/4.0/", "https://www.accessnow.org/keepiton/"}

// foreignURL is what a style loads; a drawing names its own hatching.
var foreignURL = regexp.MustCompile(`url\([^#)][^)]*`)

// staysWithin looks at a page as it comes through Tor: it sends nobody to another
// address, loads nothing from there, and its answer names none.
func staysWithin(t *testing.T, c *client, site, path string) {
	t.Helper()
	code, body, err := c.send("GET", site+path, nil, nil)
	if err != nil || code >= 500 || len(body) < 300 && code == http.StatusOK {
		t.Errorf("%s: %d, %d bytes, %v", path, code, len(body), err)
	}
	if host := strings.TrimPrefix(clearnet, "https://"); strings.Contains(body, host) {
		t.Errorf("%s names the other address", path)
	}
	for _, m := range addresses.FindAllStringSubmatch(body, -1) {
		kind, to := strings.ToLower(m[1]), m[2]
		within := strings.HasPrefix(to, "/") && !strings.HasPrefix(to, "//") || strings.HasPrefix(to, "#") || strings.HasPrefix(to, "?") || strings.HasPrefix(to, site+"/")
		if !within && (kind != "href" || !slices.Contains(outside, to)) {
			t.Errorf("%s: %s leads to %s", path, kind, to)
		}
	}
	for _, no := range []string{`http-equiv="refresh"`, "@import", "<base", "<iframe", "<object", "<embed"} {
		if strings.Contains(strings.ToLower(body), no) {
			t.Errorf("%s holds %s", path, no)
		}
	}
	res := c.get(t, site+path)
	if at := foreignURL.FindString(body); at != "" {
		t.Errorf("%s: its style loads %s", path, at)
	}
	for _, no := range []string{"Onion-Location", "Strict-Transport-Security", "Alt-Svc", "Server", "Via", "X-Powered-By", "Set-Cookie", "Report-To", "Nel"} {
		if got := res.Header.Get(no); got != "" {
			t.Errorf("%s: %s: %s", path, no, got)
		}
	}
	for name, values := range res.Header {
		if v := strings.Join(values, ", "); strings.Contains(v, "://") {
			t.Errorf("%s: %s: %s", path, name, v)
		}
	}
}

// cameIn opens what came in under a receipt, by a lane.
func (m *machine) cameIn(t *testing.T, r seal.Receipt, lane keepiton.Lane) intaketest.Opened {
	t.Helper()
	st := openSealedIn(t, m.data())
	e, err := st.EnvelopeByLookup(t.Context(), r.Address().Lookup)
	if err != nil || e.Lane != lane {
		t.Fatalf("it came in by the lane %q, %v; want %q", e.Lane, err, lane)
	}
	body, err := st.OpenBody(t.Context(), e.ID)
	if err != nil {
		t.Fatal(err)
	}
	defer body.Close()
	return intaketest.Unseal(t, m.analyst.Keys(), body)
}
