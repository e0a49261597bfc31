package courier

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"keepiton"
	"keepiton/seal/work"
)

// site is a server that takes files in memory and can be broken on purpose. It
// keeps what a server would learn of a sender.
type site struct {
	mu      sync.Mutex
	office  work.Office
	uploads map[string]*bytes.Buffer
	taken   [][]byte
	steps   []string // method and path of every request
	headers http.Header

	// fail is asked before each request: a status to answer with, or -1 to take
	// the request and cut the line before the answer.
	fail func(step int, r *http.Request) int
}

func (s *site) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	defer s.mu.Unlock()
	step := len(s.steps)
	s.steps = append(s.steps, r.Method+" "+r.URL.Path)
	if s.headers == nil {
		s.headers = http.Header{}
	}
	for name, values := range r.Header {
		s.headers[name] = values
	}
	if s.fail != nil {
		switch status := s.fail(step, r); {
		case status > 0:
			http.Error(w, "", status)
			return
		case status < 0:
			s.answer(httptest.NewRecorder(), r)
			panic(http.ErrAbortHandler)
		}
	}
	s.answer(w, r)
}

func (s *site) answer(w http.ResponseWriter, r *http.Request) {
	id, isUpload := strings.CutPrefix(r.URL.Path, "/intake/uploads/")
	up := s.uploads[id]
	body, err := io.ReadAll(r.Body)
	switch {
	case err != nil:
		w.WriteHeader(http.StatusBadRequest)
	case r.URL.Path == "/intake/challenge":
		fmt.Fprintf(w, `{"challenge":%q,"bits":4}`, s.office.Challenge(4))
	case r.URL.Path == "/intake/sealed":
		s.take(w, r, body)
	case r.URL.Path == "/intake/uploads" && r.Method == http.MethodPost:
		var in struct{ Size int64 }
		if json.Unmarshal(body, &in) != nil || in.Size == 0 {
			w.WriteHeader(http.StatusBadRequest)
			return
		}
		if s.uploads == nil {
			s.uploads = map[string]*bytes.Buffer{}
		}
		id := fmt.Sprintf("%032x", len(s.steps))
		s.uploads[id] = &bytes.Buffer{}
		fmt.Fprintf(w, `{"id":%q}`, id)
	case !isUpload || up == nil:
		w.WriteHeader(http.StatusNotFound)
	case r.Method == http.MethodHead:
		w.Header().Set("Upload-Offset", strconv.Itoa(up.Len()))
	case r.Method == http.MethodPatch:
		if r.Header.Get("Upload-Offset") != strconv.Itoa(up.Len()) {
			w.WriteHeader(http.StatusConflict)
			return
		}
		up.Write(body)
	case r.Method == http.MethodPost:
		delete(s.uploads, id)
		s.take(w, r, up.Bytes())
	}
}

// take keeps a file once, as package intake does.
func (s *site) take(w http.ResponseWriter, r *http.Request, b []byte) {
	if _, err := s.office.Check(r.Header.Get(workHeader)); err != nil {
		w.WriteHeader(http.StatusForbidden)
		return
	}
	for _, t := range s.taken {
		if bytes.Equal(t, b) {
			return
		}
	}
	s.taken = append(s.taken, bytes.Clone(b))
}

// start serves a site and returns a courier to it that never waits.
func start(t *testing.T, s *site) *Courier {
	t.Helper()
	srv := httptest.NewServer(s)
	t.Cleanup(srv.Close)
	u, err := url.Parse(srv.URL)
	if err != nil {
		t.Fatal(err)
	}
	return &Courier{Server: u, Client: NewClient(nil), Pause: func(ctx context.Context, _ time.Duration) error { return ctx.Err() }}
}

func aFile(size int) []byte { return bytes.Repeat([]byte("sealed! "), size/8+1)[:size] }

func TestSmallAndLargeFilesArriveWhole(t *testing.T) {
	for _, size := range []int{1, 4096, Large, Large + 1, 3*Large + 17} {
		s := &site{}
		c := start(t, s)
		var last int64
		c.Progress = func(done, all int64) {
			if done <= last || all != int64(size) {
				t.Errorf("progress %d of %d after %d", done, all, last)
			}
			last = done
		}
		if err := c.Send(t.Context(), bytes.NewReader(aFile(size)), int64(size)); err != nil {
			t.Fatalf("%d bytes: %v", size, err)
		}
		if len(s.taken) != 1 || !bytes.Equal(s.taken[0], aFile(size)) || last != int64(size) {
			t.Errorf("%d bytes: the server has %d files", size, len(s.taken))
		}
		if large := strings.Contains(strings.Join(s.steps, "\n"), "PATCH"); large != (size > Large) {
			t.Errorf("%d bytes: in pieces: %v", size, large)
		}
	}
}

// TestEveryStepMayFail cuts the line, or answers that it is busy, once at each
// request, before and after it took effect.
func TestEveryStepMayFail(t *testing.T) {
	for _, size := range []int{100, Large + Piece/2} {
		for _, how := range []int{-1, 503, 429, 500} {
			for at := 0; ; at++ {
				s := &site{}
				broke := false
				s.fail = func(step int, _ *http.Request) int {
					if step == at {
						broke = true
						return how
					}
					return 0
				}
				c := start(t, s)
				if err := c.Send(t.Context(), bytes.NewReader(aFile(size)), int64(size)); err != nil {
					t.Fatalf("%d bytes, step %d, %d: %v\n%s", size, at, how, err, strings.Join(s.steps, "\n"))
				}
				if len(s.taken) != 1 || !bytes.Equal(s.taken[0], aFile(size)) {
					t.Errorf("%d bytes, step %d, %d: the server has %d files", size, at, how, len(s.taken))
				}
				if !broke {
					break
				}
			}
		}
	}
}

func TestUploadGoesOnInAnotherRun(t *testing.T) {
	s := &site{}
	gone := errors.New("the battery is empty")
	c := start(t, s)
	size := int64(4 * Large)
	pieces := 0
	c.Progress = func(int64, int64) { pieces++ }
	s.fail = func(step int, r *http.Request) int {
		if r.Method == http.MethodPatch && pieces == 5 {
			return 503
		}
		return 0
	}
	c.Pause = func(context.Context, time.Duration) error { return gone }
	if err := c.Send(t.Context(), bytes.NewReader(aFile(int(size))), size); !errors.Is(err, gone) || c.Upload == "" {
		t.Fatalf("got %v", err)
	}
	s.fail = nil
	again := &Courier{Server: c.Server, Client: NewClient(nil), Upload: c.Upload}
	s.steps = nil
	if err := again.Send(t.Context(), bytes.NewReader(aFile(int(size))), size); err != nil {
		t.Fatal(err)
	}
	sent := strings.Count(strings.Join(s.steps, "\n"), "PATCH")
	if len(s.taken) != 1 || !bytes.Equal(s.taken[0], aFile(int(size))) || sent != 4*Large/Piece-5 {
		t.Errorf("the server has %d files, after %d more pieces", len(s.taken), sent)
	}
	// An upload that is gone is begun anew.
	old := &Courier{Server: c.Server, Client: NewClient(nil), Upload: c.Upload}
	if err := old.Send(t.Context(), bytes.NewReader(aFile(int(size))), size); err != nil || len(s.taken) != 1 {
		t.Errorf("the same file twice: got %d files and %v", len(s.taken), err)
	}
}

func TestServerLearnsNothingButTheFile(t *testing.T) {
	s := &site{}
	c := start(t, s)
	if err := c.Send(t.Context(), bytes.NewReader(aFile(2*Large)), 2*Large); err != nil {
		t.Fatal(err)
	}
	allowed := map[string]bool{"Upload-Offset": true, "Content-Type": true, "Content-Length": true, "Accept-Encoding": true, "X-Keepiton-Work": true}
	for name := range s.headers {
		if !allowed[http.CanonicalHeaderKey(name)] {
			t.Errorf("a request carried %s: %q", name, s.headers[name])
		}
	}
}

func TestRefusalsNameTheNextStep(t *testing.T) {
	for _, c := range []struct {
		status int
		code   keepiton.Code
		hint   string
	}{
		{400, keepiton.Invalid, "bundle verify"},
		{404, keepiton.NotFound, "address that of the site"},
		{409, keepiton.Conflict, "seal the report again"},
		{413, keepiton.TooLarge, "largest attachment"},
		{429, keepiton.RateLimited, "in a few minutes"},
		{502, keepiton.Unavailable, "stays good"},
		{507, keepiton.TooLarge, "largest attachment"},
	} {
		s := &site{fail: func(int, *http.Request) int { return c.status }}
		err := start(t, s).Send(t.Context(), strings.NewReader("x"), 1)
		if keepiton.CodeOf(err) != c.code || !strings.Contains(keepiton.HintOf(err), c.hint) {
			t.Errorf("%d: got %v (%s), hint %q", c.status, err, keepiton.CodeOf(err), keepiton.HintOf(err))
		}
		if want := 1 + len(waits); passing(err) != (len(s.steps) == want) {
			t.Errorf("%d: asked %d times", c.status, len(s.steps))
		}
	}
}

func TestWhatTheServerSaysIsTold(t *testing.T) {
	asked := 0
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		asked++
		w.WriteHeader(http.StatusServiceUnavailable)
		fmt.Fprint(w, `{"detail":"there are no keys \u001b[2J yet","key":"intake.no_keys"}`)
	}))
	defer srv.Close()
	u, _ := url.Parse(srv.URL)
	err := (&Courier{Server: u, Client: NewClient(nil)}).Send(t.Context(), strings.NewReader("x"), 1)
	if asked != 1 || err == nil || !strings.Contains(err.Error(), `takes no reports yet (503): it says "there are no keys \x1b[2J yet"`) {
		t.Errorf("asked %d times, got %v", asked, err)
	}
}

func TestNothingIsSentOnToAnotherServer(t *testing.T) {
	var other site
	elsewhere := httptest.NewServer(&other)
	defer elsewhere.Close()
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		http.Redirect(w, r, elsewhere.URL+r.URL.Path, http.StatusTemporaryRedirect)
	}))
	defer srv.Close()
	u, err := url.Parse(srv.URL)
	if err != nil {
		t.Fatal(err)
	}
	c := &Courier{Server: u, Client: NewClient(nil)}
	err = c.Send(t.Context(), strings.NewReader("x"), 1)
	if err == nil || !strings.Contains(err.Error(), "sends us on to "+strings.TrimPrefix(elsewhere.URL, "http://")) || len(other.steps) > 0 {
		t.Errorf("got %v, and the other server was asked %q", err, other.steps)
	}
}

func TestForeignAnswersAndCertificatesAreNotBelieved(t *testing.T) {
	portal := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, "<html>Please log in") }))
	defer portal.Close()
	u, _ := url.Parse(portal.URL)
	if err := (&Courier{Server: u, Client: NewClient(nil)}).Send(t.Context(), strings.NewReader("x"), 1); !errors.Is(err, errStrange) {
		t.Errorf("a login page: got %v", err)
	}
	between := httptest.NewUnstartedServer(&site{})
	between.Config.ErrorLog = log.New(io.Discard, "", 0)
	between.StartTLS()
	defer between.Close()
	u, _ = url.Parse(between.URL)
	if err := (&Courier{Server: u, Client: NewClient(nil)}).Send(t.Context(), strings.NewReader("x"), 1); keepiton.CodeOf(err) != keepiton.Forbidden || !strings.Contains(err.Error(), "does not prove who it is") {
		t.Errorf("a certificate of nobody: got %v", err)
	}
}

func TestAddressesOfServersAndProxies(t *testing.T) {
	for address, good := range map[string]bool{
		"https://shutdowns.example": true, "https://shutdowns.example/": true, "http://127.0.0.1:8080": true, "http://localhost": true,
		"http://abcdefghijklmnop.onion": true, "https://shutdowns.example/base": true,
		"http://shutdowns.example": false, "shutdowns.example": false, "": false, "ftp://x.example": false, "https://a:b@x.example": false, "https://x.example/?a=b": false, "http://onion": false,
	} {
		if _, err := CheckServer(address); (err == nil) != good || err != nil && keepiton.HintOf(err) == "" {
			t.Errorf("server %q: got %v", address, err)
		}
	}
	for address, good := range map[string]bool{
		"": true, "socks5://127.0.0.1:9050": true, "socks5h://localhost:9150": true, "http://proxy:3128": true,
		"127.0.0.1:9050": false, "socks4://127.0.0.1:1": false,
	} {
		if _, err := CheckProxy(address); (err == nil) != good {
			t.Errorf("proxy %q: got %v", address, err)
		}
	}
}
