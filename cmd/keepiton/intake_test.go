package main

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"mime/multipart"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"keepiton"
	"keepiton/bundle"
	"keepiton/intake/intaketest"
	"keepiton/seal"
	"keepiton/seal/sealtest"
	"keepiton/store"
)

// campaignIn makes a campaign whose public keys lie in the data folder.
func campaignIn(t *testing.T, data string) *sealtest.Campaign {
	t.Helper()
	c := sealtest.NewCampaign(t)
	if err := os.MkdirAll(filepath.Join(data, "keys"), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := c.Recipients.Write(filepath.Join(data, "keys")); err != nil {
		t.Fatal(err)
	}
	return c
}

// container seals a report with one file to a campaign.
func container(t testing.TB, c *sealtest.Campaign, words string, file []byte) (seal.Receipt, []byte) {
	t.Helper()
	receipt, rep := seal.NewReceipt(), intaketest.Report()
	rep.Receipt, rep.Seen = receipt.Address(), keepiton.Private(words)
	var out bytes.Buffer
	if err := bundle.WriteHeader(&out, bundle.Header{Receipt: rep.Receipt}); err != nil {
		t.Fatal(err)
	}
	sealed, err := c.Recipients.Sealer().Seal(&out)
	if err != nil {
		t.Fatal(err)
	}
	w := bundle.NewWriter(sealed)
	if file != nil {
		f, err := w.File("photo", "image/jpeg")
		if err != nil {
			t.Fatal(err)
		}
		f.Write(file)
	}
	if err := w.Close(rep); err != nil {
		t.Fatal(err)
	}
	if err := sealed.Close(); err != nil {
		t.Fatal(err)
	}
	return receipt, out.Bytes()
}

// send sends to a door and returns the status and the answer.
func send(url, method string, header map[string]string, body io.Reader) (int, string, error) {
	req, err := http.NewRequest(method, url, body)
	if err != nil {
		return 0, "", err
	}
	for k, v := range header {
		req.Header.Set(k, v)
	}
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		return 0, "", err
	}
	defer res.Body.Close()
	text, err := io.ReadAll(res.Body)
	return res.StatusCode, string(text), err
}

// stateOf asks the server how a report stands; empty: it is not there.
func stateOf(t *testing.T, address string, r seal.Receipt) keepiton.EnvelopeState {
	t.Helper()
	code, text, err := send(address+"/intake/mailbox", "POST", nil, strings.NewReader(`{"lookup":"`+r.Address().Lookup+`"}`))
	var box struct{ State keepiton.EnvelopeState }
	if err == nil {
		err = json.Unmarshal([]byte(text), &box)
	}
	if err != nil || code != 200 {
		t.Fatalf("mailbox: %d, %v", code, err)
	}
	return box.State
}

// openSealedIn opens what a server that has ended keeps.
func openSealedIn(t *testing.T, data string) store.Sealed {
	t.Helper()
	st, err := openSealed(t.Context(), settings{Data: data})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { st.Close() })
	return st
}

var (
	shownDigits = regexp.MustCompile(`(?s)id="digits"[^>]*>(.*?)</p>`)
	tags        = regexp.MustCompile(`<[^>]*>`)
)

// receiptOn reads the receipt off the page that answers a form.
func receiptOn(page string) (seal.Receipt, error) {
	m := shownDigits.FindStringSubmatch(page)
	if m == nil {
		return seal.Receipt{}, fmt.Errorf("no digits on the page: %.400s", page)
	}
	return seal.ParseReceipt(tags.ReplaceAllString(m[1], ""))
}

func TestReportsComeInByFormAndByDoor(t *testing.T) {
	dir := t.TempDir()
	c := campaignIn(t, dir)
	s := start(t, "serve", "--data", dir, "--listen", "127.0.0.1:0")
	receipt, sealed := container(t, c, "by the door", []byte("pixels"))
	if code, text, err := send(s.address+"/intake/sealed", "POST", nil, bytes.NewReader(sealed)); err != nil || code != 200 {
		t.Fatalf("door: %d %s, %v", code, text, err)
	}
	var form bytes.Buffer
	w := multipart.NewWriter(&form)
	w.WriteField("seen", "by the form: no internet since morning")
	w.WriteField("country", "ET")
	w.WriteField("do", "send")
	f, _ := w.CreateFormFile("files", "IMG_1.jpg")
	f.Write(bytes.Repeat([]byte("pixels"), 50_000))
	w.Close()
	code, page, err := send(s.address+"/en/report", "POST", map[string]string{"Content-Type": w.FormDataContentType()}, &form)
	if err != nil || code != 200 {
		t.Fatalf("form: %d, %v: %s", code, err, page)
	}
	second, err := receiptOn(page)
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range []seal.Receipt{receipt, second} {
		if state := stateOf(t, s.address, r); state != keepiton.EnvelopeNew {
			t.Errorf("state %q", state)
		}
	}
	if code := s.stop(); code != exitGood {
		t.Errorf("exit code %d", code)
	}
	st := openSealedIn(t, dir)
	for words, r := range map[string]seal.Receipt{"by the door": receipt, "by the form: no internet since morning": second} {
		e, err := st.EnvelopeByLookup(t.Context(), r.Address().Lookup)
		if err != nil {
			t.Fatal(err)
		}
		body, err := st.OpenBody(t.Context(), e.ID)
		if err != nil {
			t.Fatal(err)
		}
		if o := intaketest.Unseal(t, c.Keys[0], body); o.Report.Seen != keepiton.Private(words) || len(o.Files) != 1 {
			t.Errorf("opened %q with %d files, want %q", o.Report.Seen.Reveal(), len(o.Files), words)
		}
		body.Close()
	}
}

func TestServeWithoutKeysTakesNothingAndSaysSo(t *testing.T) {
	dir := t.TempDir()
	s := start(t, "serve", "--data", dir, "--listen", "127.0.0.1:0")
	defer s.stop()
	c := sealtest.NewCampaign(t)
	_, sealed := container(t, c, "x", nil)
	code, text, err := send(s.address+"/intake/sealed", "POST", nil, bytes.NewReader(sealed))
	if err != nil || code != 503 || !strings.Contains(text, "no keys") {
		t.Errorf("%d %s, %v; want 503", code, text, err)
	}
	// Keys that come while it runs are used without a restart.
	if err := os.MkdirAll(filepath.Join(dir, "keys"), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := c.Recipients.Write(filepath.Join(dir, "keys")); err != nil {
		t.Fatal(err)
	}
	if code, text, err := send(s.address+"/intake/sealed", "POST", nil, bytes.NewReader(sealed)); err != nil || code != 200 {
		t.Errorf("with keys: %d %s, %v", code, text, err)
	}
}

func TestTheOnionListenerHasALaneOfItsOwn(t *testing.T) {
	dir := t.TempDir()
	c := campaignIn(t, dir)
	onion := freePort(t)
	s := start(t, "serve", "--data", dir, "--listen", "127.0.0.1:0", "--onion-listen", onion)
	first, sealed := container(t, c, "x", nil)
	if code, _, err := send("http://"+onion+"/intake/sealed", "POST", nil, bytes.NewReader(sealed)); err != nil || code != 200 {
		t.Fatal(code, err)
	}
	second, sealed := container(t, c, "x", nil)
	if code, _, err := send(s.address+"/intake/sealed", "POST", map[string]string{"X-Onion": "1", "Forwarded": "host=x.onion"}, bytes.NewReader(sealed)); err != nil || code != 200 {
		t.Fatal(code, err)
	}
	s.stop()
	st := openSealedIn(t, dir)
	for want, r := range map[keepiton.Lane]seal.Receipt{keepiton.LaneOnion: first, keepiton.LaneOpen: second} {
		if e, err := st.EnvelopeByLookup(t.Context(), r.Address().Lookup); err != nil || e.Lane != want {
			t.Errorf("lane %q, %v; want %s", e.Lane, err, want)
		}
	}
}

func freePort(t *testing.T) string {
	t.Helper()
	l, err := listen(settings{Listen: "127.0.0.1:0"})
	if err != nil {
		t.Fatal(err)
	}
	defer l[0].Close()
	return l[0].Addr().String()
}

// TestTheEndWaitsForAReportOnItsWayIn stops the server in the middle of a
// report. What is not said to be taken would not be lost, but would have to be
// sent again over a bad line.
func TestTheEndWaitsForAReportOnItsWayIn(t *testing.T) {
	dir := t.TempDir()
	c := campaignIn(t, dir)
	s := start(t, "serve", "--data", dir, "--listen", "127.0.0.1:0")
	receipt, sealed := container(t, c, "slow", make([]byte, 300_000))
	r, w := io.Pipe()
	sent := make(chan error, 1)
	patient := &http.Client{Transport: &http.Transport{ExpectContinueTimeout: time.Hour}}
	go func() {
		req, _ := http.NewRequest("POST", s.address+"/intake/sealed", r)
		req.Header.Set("Expect", "100-continue")
		res, err := patient.Do(req)
		if err == nil {
			if res.Body.Close(); res.StatusCode != 200 {
				err = fmt.Errorf("status %d", res.StatusCode)
			}
		}
		sent <- err
	}()
	w.Write(sealed[:200_000]) // returns when the server has asked for the body, so the report is under way
	ended := make(chan int, 1)
	go func() { ended <- s.stop() }()
	for { // until the listener is closed
		if _, _, err := send(s.address+"/healthz", "GET", nil, nil); err != nil {
			break
		}
	}
	w.Write(sealed[200_000:])
	w.Close()
	if err := <-sent; err != nil {
		t.Errorf("the report was cut off: %v", err)
	}
	if code := <-ended; code != exitGood {
		t.Errorf("exit code %d", code)
	}
	if _, err := openSealedIn(t, dir).EnvelopeByLookup(t.Context(), receipt.Address().Lookup); err != nil {
		t.Error(err)
	}
}

// TestNothingOfASenderIsLogged sends by every door, well and badly, with marked
// words in every place that a request has, and reads what the server printed.
func TestNothingOfASenderIsLogged(t *testing.T) {
	dir := t.TempDir()
	c := campaignIn(t, dir)
	child := startChild(t, dir)
	_, sealed := container(t, c, "MARKED", nil)
	header := map[string]string{"User-Agent": "MARKED-agent", "Referer": "https://MARKED.example/", "X-Forwarded-For": "203.0.113.77", "Cookie": "MARKED=1", "X-KeepItOn-Token": "MARKED", "X-KeepItOn-Work": "MARKED"}
	for _, method := range []string{"POST", "GET", "PATCH", "PUT"} {
		for _, path := range []string{"/intake/sealed?MARKED=1", "/intake/uploads/MARKED", "/intake/mailbox", "/intake/withdraw?MARKED", "/intake/tokens", "/intake/MARKED", "/en/report?MARKED=1", "/en/MARKED"} {
			for _, body := range [][]byte{sealed, []byte("MARKED words"), []byte(`{"lookup":"MARKED"}`)} {
				if _, _, err := send(child.address+path, method, header, bytes.NewReader(body)); err != nil {
					t.Fatal(err)
				}
			}
		}
	}
	child.stop(t, os.Interrupt)
	if printed := child.printed(); strings.Contains(printed, "MARKED") || strings.Contains(printed, "203.0.113") || strings.Contains(printed, "127.0.0.1:") {
		t.Errorf("printed: %s", printed)
	}
}

// childProcess is the program in a process of its own.
type childProcess struct {
	cmd     *exec.Cmd
	address string
	out     *syncBuffer
}

type syncBuffer struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (s *syncBuffer) Write(p []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.b.Write(p)
}

func (c *childProcess) printed() string {
	c.out.mu.Lock()
	defer c.out.mu.Unlock()
	return c.out.b.String()
}

// childVariable makes the test binary the program.
const childVariable = "KEEPITON_TEST_AS_PROGRAM"

func startChild(t testing.TB, data string, more ...string) *childProcess {
	t.Helper()
	exe, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	c := &childProcess{cmd: exec.Command(exe, append([]string{"serve", "--data", data, "--listen", "127.0.0.1:0"}, more...)...), out: &syncBuffer{}}
	c.cmd.Env = append(os.Environ(), childVariable+"=1")
	c.cmd.Stderr = c.out
	stdout, err := c.cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := c.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { c.cmd.Process.Kill(); c.cmd.Wait() })
	line, err := bufio.NewReader(stdout).ReadString('\n')
	_, address, ok := strings.Cut(strings.TrimSpace(line), " is at ")
	if err != nil || !ok {
		t.Fatalf("first line %q, %v\n%s", line, err, c.printed())
	}
	c.address = address
	return c
}

func (c *childProcess) stop(t testing.TB, s os.Signal) {
	t.Helper()
	if err := c.cmd.Process.Signal(s); err != nil {
		t.Fatal(err)
	}
	if err := c.cmd.Wait(); err != nil && s != os.Kill {
		t.Errorf("ended with %v\n%s", err, c.printed())
	}
}

func TestUsageShowsEachLane(t *testing.T) {
	dir := t.TempDir()
	c := campaignIn(t, dir)
	s := start(t, "serve", "--data", dir, "--listen", "127.0.0.1:0")
	_, sealed := container(t, c, "x", nil)
	if code, _, err := send(s.address+"/intake/sealed", "POST", nil, bytes.NewReader(sealed)); err != nil || code != 200 {
		t.Fatal(code, err)
	}
	s.stop()
	code, out, errs := runWith(t, nil, "intake", "usage", "--data", dir)
	if code != exitGood || !strings.Contains(string(out), "open          0.0 of 1000 MB, 1 reports, 1 not opened yet") {
		t.Errorf("%d %s%s", code, out, errs)
	}
	if code, out, errs := runWith(t, nil, "intake", "expire", "--lane", "open", "--data", dir); code != exitGood || !strings.HasPrefix(string(out), "0 reports") {
		t.Errorf("%d %s%s", code, out, errs)
	}
	for _, args := range [][]string{{"intake"}, {"intake", "expire", "--lane", "fast"}, {"intake", "usage", "more"}, {"intake", "usage", "--intake-disk", "much"}} {
		if code, _, errs := runWith(t, nil, append(args, "--data", dir)...); code == exitGood || !strings.Contains(errs, "hint:") {
			t.Errorf("%v: exit code %d, %s", args, code, errs)
		}
	}
}

func TestSizesAreReadAsPeopleWriteThem(t *testing.T) {
	for text, want := range map[string]int64{"2GB": 2e9, "500 MB": 5e8, "1.5GiB": 3 << 29, "1000": 1000, "10tb": 1e13, "64 KiB": 65536} {
		if got, err := parseSize(text); err != nil || got != want {
			t.Errorf("%q: %d, %v; want %d", text, got, err, want)
		}
	}
	for _, text := range []string{"", "GB", "-1GB", "2GBs", "1e9", "1.2.3MB", "99999999TB"} {
		if got, err := parseSize(text); err == nil {
			t.Errorf("%q is read as %d", text, got)
		}
	}
}
