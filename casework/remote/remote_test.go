package remote

import (
	"bytes"
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"keepiton"
	"keepiton/casework"
	"keepiton/casework/casetest"
	"keepiton/store"
	"keepiton/store/sqlite"
)

// stores opens real ones.
func stores(ctx context.Context, folder string, now func() time.Time) (store.Store, store.Sealed, error) {
	record, err := sqlite.Open(ctx, filepath.Join(folder, "record.db"), sqlite.Options{Volatile: true})
	if err != nil {
		return nil, nil, err
	}
	opt := sqlite.SealedOptions{}
	opt.Now = now
	sealed, err := sqlite.OpenSealed(ctx, filepath.Join(folder, "sealed.db"), filepath.Join(folder, "sealed"), opt)
	return record, sealed, err
}

// quick makes retries of tests come at once.
var quick = []time.Duration{0, 0, 0}

// served is a server over TLS that knows tokens; between lets a test stand
// between it and its clients.
func served(t testing.TB, byToken func(token string) (casework.Server, error), between func(http.Handler) http.Handler) Dial {
	t.Helper()
	h := NewHandler(Options{
		Server: func(_ *http.Request, token string) (casework.Server, error) { return byToken(token) },
		Say:    func(_ *http.Request, err error) string { return "said: " + err.Error() },
	})
	if between != nil {
		h = between(h)
	}
	ts := httptest.NewTLSServer(h)
	t.Cleanup(ts.Close)
	pool := x509.NewCertPool()
	pool.AddCert(ts.Certificate())
	return Dial{URL: ts.URL, TLS: &tls.Config{RootCAs: pool, MinVersion: tls.VersionTLS12}, Pause: quick, Wait: 20 * time.Second}
}

// over gives a way over HTTP to the same local one.
func over(between func(http.Handler) http.Handler) casetest.Form {
	return func(w *casetest.World, who casework.Account) casework.Server {
		w.Helper()
		d := served(w, func(token string) (casework.Server, error) {
			if token != "token of "+who.Name {
				return nil, keepiton.Errorf(keepiton.Unsigned, "not signed in")
			}
			return w.Local(who), nil
		}, between)
		c, err := With(d, "token of "+who.Name)
		if err != nil {
			w.Fatal(err)
		}
		return c
	}
}

func TestClientKeepsThePromisesOfAServer(t *testing.T) {
	casetest.Run(t, stores, over(nil))
}

// broken cuts answers: each read of the server reaches the client only after a
// failure, and bodies, papers and lists break every so many bytes.
func broken(next http.Handler) http.Handler {
	var n atomic.Int64
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_, last, _ := strings.Cut(r.URL.Path[len(Prefix):], "/")
		read := r.Method == http.MethodGet || r.URL.Path == Prefix+"record" || last == "changed" || last == "read"
		if read && n.Add(1)%2 == 1 {
			panic(http.ErrAbortHandler)
		}
		switch {
		case strings.HasSuffix(last, "/body"):
			w = &cutting{ResponseWriter: w, left: 700_000}
		case last == "changed":
			w = &cutting{ResponseWriter: w, left: 4_000}
		case last == "read":
			w = &cutting{ResponseWriter: w, left: store.MaxPaper + 1_000}
		}
		next.ServeHTTP(w, r)
	})
}

type cutting struct {
	http.ResponseWriter
	left int
}

func (c *cutting) Write(p []byte) (int, error) {
	if len(p) > c.left {
		_, _ = c.ResponseWriter.Write(p[:c.left])
		_ = http.NewResponseController(c.ResponseWriter).Flush()
		panic(http.ErrAbortHandler)
	}
	c.left -= len(p)
	return c.ResponseWriter.Write(p)
}

func TestClientKeepsThemOverALineThatBreaks(t *testing.T) {
	casetest.Run(t, stores, over(broken))
}

func TestWithoutItsTokenNobodyGetsAnything(t *testing.T) {
	w := casetest.NewWorld(t, stores, nil)
	d := served(t, func(token string) (casework.Server, error) {
		if token != "good" {
			return nil, keepiton.Errorf(keepiton.Unsigned, "not signed in")
		}
		return w.Local(casework.Account{Name: "ana", Role: keepiton.RoleAnalyst}), nil
	}, nil)
	for _, token := range []string{"", "bad", "goodx"} {
		c, err := With(d, token)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := c.Usage(t.Context()); keepiton.CodeOf(err) != keepiton.Unsigned {
			t.Errorf("token %q: %v", token, err)
		}
	}
	// Cookies and other schemes say nothing; a page of another site gets no leave.
	hc := &http.Client{Transport: &http.Transport{TLSClientConfig: d.TLS}}
	for name, value := range map[string]string{"Cookie": "keepiton_desk=good", "Authorization": "Basic good", "Origin": "https://evil.example"} {
		req, _ := http.NewRequest("GET", d.URL+Prefix+"usage", nil)
		req.Header.Set(name, value)
		res, err := hc.Do(req)
		if err != nil {
			t.Fatal(err)
		}
		res.Body.Close()
		if res.StatusCode != 401 || res.Header.Get("WWW-Authenticate") != "Bearer" || res.Header.Get("Access-Control-Allow-Origin") != "" || res.Header.Get("Cache-Control") != "no-store" || len(res.Cookies()) > 0 {
			t.Errorf("with %s: %d %v", name, res.StatusCode, res.Header)
		}
	}
}

func TestATokenIsNeverCarriedElsewhere(t *testing.T) {
	var seen atomic.Bool
	other := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		if r.Header.Get("Authorization") != "" {
			seen.Store(true)
		}
	}))
	defer other.Close()
	d := served(t, nil, func(http.Handler) http.Handler {
		return http.RedirectHandler(other.URL+Prefix+"usage", http.StatusTemporaryRedirect)
	})
	c, _ := With(d, "secret")
	if _, err := c.Usage(t.Context()); err == nil {
		t.Error("a redirect was taken for an answer")
	}
	if seen.Load() {
		t.Error("the token went to another server")
	}
}

func TestAddressesThatWouldShowTheToken(t *testing.T) {
	onion := "http://" + strings.Repeat("a", 56) + ".onion"
	for url, ok := range map[string]bool{
		"https://shutdowns.example": true, "https://shutdowns.example/": true, "http://127.0.0.1:8080": true, "http://localhost:8080": true, "http://[::1]:8080": true,
		"http://shutdowns.example": false, "http://192.168.1.2": false, "ftp://shutdowns.example": false, "shutdowns.example": false, "": false,
		"https://ana:secret@shutdowns.example": false, "https://shutdowns.example/desk": false, "https://shutdowns.example?x=1": false, onion: false, "http://localhost.evil.example": false,
	} {
		if _, err := With(Dial{URL: url}, "t"); (err == nil) != ok || err != nil && keepiton.CodeOf(err) != keepiton.Invalid {
			t.Errorf("%s: %v", url, err)
		}
	}
	if _, err := With(Dial{URL: onion, Proxy: "socks5://127.0.0.1:9050"}, "t"); err != nil {
		t.Errorf("an onion service through Tor: %v", err)
	}
	if _, err := With(Dial{URL: onion, Proxy: "http://127.0.0.1:3128"}, "t"); err == nil {
		t.Error("an onion service through a web proxy")
	}
}

// socks is a SOCKS5 proxy (RFC 1928) without passwords that leads every name to
// one address, and remembers the names.
func socks(t *testing.T, to string) (address string, names func() []string) {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	var mu sync.Mutex
	var asked []string
	var wg sync.WaitGroup
	wg.Go(func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			wg.Go(func() {
				defer c.Close()
				head := make([]byte, 2)
				if _, err := io.ReadFull(c, head); err != nil {
					return
				}
				_, _ = io.ReadFull(c, make([]byte, head[1]))
				_, _ = c.Write([]byte{5, 0})
				ask := make([]byte, 5) // version, connect, 0, type of name, its length
				if _, err := io.ReadFull(c, ask); err != nil || ask[3] != 3 {
					return
				}
				name := make([]byte, int(ask[4])+2)
				_, _ = io.ReadFull(c, name)
				mu.Lock()
				asked = append(asked, string(name[:ask[4]]))
				mu.Unlock()
				_, _ = c.Write([]byte{5, 0, 0, 1, 0, 0, 0, 0, 0, 0})
				up, err := net.Dial("tcp", to)
				if err != nil {
					return
				}
				defer up.Close()
				wg.Go(func() { _, _ = io.Copy(up, c); up.Close() })
				_, _ = io.Copy(c, up)
			})
		}
	})
	t.Cleanup(func() { l.Close(); wg.Wait() })
	return "socks5://" + l.Addr().String(), func() []string { mu.Lock(); defer mu.Unlock(); return asked }
}

func TestAnOnionServiceIsReachedThroughTheProxyAlone(t *testing.T) {
	w := casetest.NewWorld(t, stores, nil)
	ts := httptest.NewServer(NewHandler(Options{
		Server: func(*http.Request, string) (casework.Server, error) {
			return w.Local(casework.Account{Name: "ana", Role: keepiton.RoleAnalyst}), nil
		},
		Say: func(_ *http.Request, err error) string { return err.Error() },
	}))
	defer ts.Close()
	proxy, names := socks(t, ts.Listener.Addr().String())
	onion := strings.Repeat("b", 56) + ".onion"
	c, err := With(Dial{URL: "http://" + onion, Proxy: proxy, Pause: quick}, "t")
	if err != nil {
		t.Fatal(err)
	}
	if a, err := c.Account(t.Context()); err != nil || a.Name != "ana" {
		t.Errorf("got %+v, %v", a, err)
	}
	if got := names(); len(got) != 1 || got[0] != onion {
		t.Errorf("the proxy was asked for %v: the name must not be looked up here", got)
	}
	c.http.CloseIdleConnections()
}

func TestAServerThatFallsSilentIsGivenUp(t *testing.T) {
	release := make(chan struct{})
	for what, between := range map[string]func(http.Handler) http.Handler{
		"before the answer": func(http.Handler) http.Handler {
			return http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
				select {
				case <-release:
				case <-r.Context().Done():
				}
			})
		},
		"in the middle": func(http.Handler) http.Handler {
			return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				w.Header().Set("Content-Type", "application/json")
				fmt.Fprint(w, `{"name":`)
				_ = http.NewResponseController(w).Flush()
				select {
				case <-release:
				case <-r.Context().Done():
				}
			})
		},
	} {
		d := served(t, nil, between)
		d.Wait, d.Pause = 50*time.Millisecond, []time.Duration{}
		c, _ := With(d, "t")
		if _, err := c.Account(t.Context()); keepiton.CodeOf(err) != keepiton.Unavailable {
			t.Errorf("%s: %v", what, err)
		}
		c.http.CloseIdleConnections()
	}
	close(release)
}

func TestABodyThatWasForgedOnTheWayFails(t *testing.T) {
	w := casetest.NewWorld(t, stores, nil)
	body, _ := w.Sealed.Stage(t.Context())
	_, _ = body.Write(bytes.Repeat([]byte("x"), 10_000))
	day := w.Now().Truncate(24 * time.Hour)
	e, _, err := w.Sealed.Accept(t.Context(), keepiton.Envelope{Lane: keepiton.LaneOpen, Day: day, Expires: day.AddDate(0, 1, 0)}, body)
	if err != nil {
		t.Fatal(err)
	}
	for what, change := range map[string]func(w http.ResponseWriter, r *http.Request, next http.Handler){
		"other bytes": func(w http.ResponseWriter, r *http.Request, next http.Handler) { next.ServeHTTP(&forging{w}, r) },
		"no digest": func(w http.ResponseWriter, r *http.Request, next http.Handler) {
			rec := httptest.NewRecorder()
			next.ServeHTTP(rec, r)
			rec.Header().Del("Repr-Digest")
			for k, v := range rec.Header() {
				w.Header()[k] = v
			}
			_, _ = w.Write(rec.Body.Bytes())
		},
	} {
		d := served(t, func(string) (casework.Server, error) {
			return w.Local(casework.Account{Name: "ana", Role: keepiton.RoleAnalyst}), nil
		}, func(next http.Handler) http.Handler {
			return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				if strings.HasSuffix(r.URL.Path, "/body") {
					change(w, r, next)
					return
				}
				next.ServeHTTP(w, r)
			})
		})
		c, _ := With(d, "t")
		got, err := c.Body(t.Context(), e.ID)
		if err == nil {
			_, err = io.ReadAll(got)
			got.Close()
		}
		if err == nil {
			t.Errorf("%s: it was taken", what)
		}
	}
}

type forging struct{ http.ResponseWriter }

func (f *forging) Write(p []byte) (int, error) {
	q := bytes.Clone(p)
	q[0] ^= 1
	return f.ResponseWriter.Write(q)
}

func TestWhatIsNoDeskIsSaidToBeNone(t *testing.T) {
	for what, h := range map[string]http.HandlerFunc{
		"a page":          func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, "<html>sign in to this café</html>") },
		"not found":       http.NotFound,
		"a proxy's error": func(w http.ResponseWriter, _ *http.Request) { http.Error(w, "bad gateway", http.StatusBadGateway) },
		"endless":         func(w http.ResponseWriter, _ *http.Request) { fmt.Fprintf(w, "%q", strings.Repeat("x", maxAnswer+9)) },
	} {
		d := served(t, nil, func(http.Handler) http.Handler { return h })
		c, _ := With(d, "t")
		_, err := c.Account(t.Context())
		code := keepiton.CodeOf(err)
		if code != keepiton.Unavailable && code != keepiton.NotFound && code != keepiton.TooLarge {
			t.Errorf("%s: %v", what, err)
		}
		if code != keepiton.TooLarge && !strings.Contains(keepiton.HintOf(err), "KeepItOn server") {
			t.Errorf("%s: the hint is %q", what, keepiton.HintOf(err))
		}
	}
}

// TestAServerThatLiesAboutListsIsFoundOut: what a server says of what changed
// takes no more memory than a part may, and ends.
func TestAServerThatLiesAboutListsIsFoundOut(t *testing.T) {
	endless := func(text string) http.HandlerFunc {
		return func(w http.ResponseWriter, _ *http.Request) {
			for {
				if _, err := io.WriteString(w, text); err != nil {
					return
				}
			}
		}
	}
	for what, h := range map[string]http.HandlerFunc{
		"a part without end":    endless(`{"n":1,"mark":"1","all":["x","x","x","x","x","x","x","x","x","x","x","x","x","x","x","x","x","x","x","x"] `),
		"the same part forever": endless(`{"n":1,"mark":"1","all":[]}` + "\n"),
		"part 256":              endless(`{"n":256,"mark":"1","all":[]}` + "\n"),
		"part -1":               endless(`{"n":-1,"mark":"1","all":[]}` + "\n"),
		"papers unasked":        endless(`{"id":"00","kind":"note","version":1,"size":1}` + "\nx"),
		"a huge paper":          endless(`{"id":"ff","kind":"note","version":1,"size":999999999}` + "\n"),
		"a line without end":    endless(`{"id":"ff",         `),
	} {
		d := served(t, nil, func(http.Handler) http.Handler { return h })
		c, _ := With(d, "t")
		if err := c.PaperParts(t.Context(), store.Marks{}, func(store.Part[store.PaperVersion]) error { return nil }); err == nil {
			t.Errorf("%s: a list was taken", what)
		}
		if err := c.Papers(t.Context(), []string{"ff"}, func(store.Paper) error { return nil }); err == nil {
			t.Errorf("%s: papers were taken", what)
		}
	}
}

func TestBadRequestsAreRefusedInWords(t *testing.T) {
	w := casetest.NewWorld(t, stores, nil)
	h := NewHandler(Options{
		Server: func(*http.Request, string) (casework.Server, error) {
			return w.Local(casework.Account{Name: "ana", Role: keepiton.RoleAnalyst}), nil
		},
		Say: func(_ *http.Request, err error) string { return err.Error() },
	})
	for _, c := range []struct {
		method, path, body, header string
		status                     int
		says                       string
	}{
		{"POST", "envelopes/changed", "x", "", 422, "2048"},
		{"POST", "papers/changed", "", "", 422, "2048"},
		{"POST", "papers/changed", strings.Repeat("x", 5000), "", 413, "larger"},
		{"POST", "papers/read", "[]", "", 422, "JSON"},
		{"POST", "papers/read", `{"ids":["` + strings.Repeat(`x","`, 1000) + `x"]}`, "", 413, "1000"},
		{"POST", "drafts", "{", "", 422, "JSON"},
		{"POST", "drafts", "{}", "", 422, "no incident"},
		{"POST", "drafts", `{"reason":"` + strings.Repeat("x", maxAsk) + `"}`, "", 413, "larger"},
		{"POST", "record", `{"Limit":"many"}`, "", 422, "JSON"},
		{"PUT", "papers/x?kind=case&base=-1", "", "", 422, "base"},
		{"GET", "nothing", "", "", 404, "nothing here"},
		{"GET", "", "", "", 404, "nothing here"},
		{"DELETE", "envelopes/x", "", "", 404, "nothing here"},
	} {
		r := httptest.NewRequest(c.method, Prefix+c.path, strings.NewReader(c.body))
		rec := httptest.NewRecorder()
		h.ServeHTTP(rec, r)
		if rec.Code != c.status || !strings.Contains(rec.Body.String(), c.says) {
			t.Errorf("%s %s: %d %s", c.method, c.path, rec.Code, rec.Body)
		}
	}
	for header, ok := range map[string]bool{"": true, "bytes=0-": true, "bytes=5-": true, "bytes=5-9": false, "bytes=-5": false, "bytes=10-": false, "lines=1-": false, "bytes=x-": false} {
		if _, err := offset(header, 10); (err == nil) != ok {
			t.Errorf("range %q: %v", header, err)
		}
	}
}

func TestWhatChangesSomethingIsSentOnce(t *testing.T) {
	var n atomic.Int64
	d := served(t, nil, func(http.Handler) http.Handler {
		return http.HandlerFunc(func(http.ResponseWriter, *http.Request) { n.Add(1); panic(http.ErrAbortHandler) })
	})
	c, _ := With(d, "t")
	for what, do := range map[string]func() error{
		"story": func() error { _, err := c.DraftStory(t.Context(), &keepiton.Story{}, ""); return err },
		"organization": func() error {
			_, err := c.DraftOrganization(t.Context(), &keepiton.Organization{}, "")
			return err
		},
		"draft": func() error { _, err := c.Draft(t.Context(), &keepiton.Incident{}, ""); return err },
		"reply": func() error { return c.PutReply(t.Context(), "x", nil) },
		"paper": func() error {
			_, err := c.PutPaper(t.Context(), store.Paper{ID: "x", Kind: "note", Sealed: []byte("x")}, 0)
			return err
		},
		"state": func() error { return c.SetState(t.Context(), "x", keepiton.EnvelopeRead) },
	} {
		before := n.Load()
		if err := do(); keepiton.CodeOf(err) != keepiton.Unavailable {
			t.Errorf("%s: %v", what, err)
		}
		if got := n.Load() - before; got != 1 {
			t.Errorf("%s was sent %d times", what, got)
		}
	}
}

func TestErrorsNeverShowTheToken(t *testing.T) {
	c, _ := With(Dial{URL: "http://127.0.0.1:1", Pause: quick}, "very-secret-token")
	_, err := c.Usage(t.Context())
	if err == nil || strings.Contains(fmt.Sprintf("%v %+v %#v", err, err, err), "very-secret") {
		t.Errorf("the error is %v", err)
	}
	ctx, cancel := context.WithCancelCause(t.Context())
	stop := errors.New("the analyst went home")
	cancel(stop)
	if _, err := c.Usage(ctx); !errors.Is(err, stop) && !errors.Is(err, context.Canceled) {
		t.Errorf("an ended context: %v", err)
	}
}
