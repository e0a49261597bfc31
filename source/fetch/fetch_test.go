package fetch

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"net"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"keepiton"
	"keepiton/source"
	"keepiton/source/fetch/replay"
)

// packed is n bytes that look like a file packed with gzip.
func packed(n int) []byte {
	b := make([]byte, n)
	dice := rand.New(rand.NewPCG(1, uint64(n)))
	for i := range b {
		b[i] = byte(dice.Uint32())
	}
	copy(b, "\x1f\x8b\x08")
	return b
}

// inside runs a test in a bubble whose clock stands still, with a server at
// http://archive.example and a client of it.
func inside(t *testing.T, o Options, test func(t *testing.T, s *replay.Server, c *Client)) {
	t.Helper()
	dir := t.TempDir()
	synctest.Test(t, func(t *testing.T) {
		s := replay.New()
		dial, end := s.Pipe()
		o.Dial = dial
		c := New(dir, o)
		defer end()
		defer c.Close()
		test(t, s, c)
	})
}

func item(path string) source.Item {
	return source.Item{Feed: "bgp", URL: "http://archive.example" + path, Name: "rrc00" + path, At: time.Now().Add(-time.Hour)}
}

// get fetches what must come, and be data.
func get(t *testing.T, c *Client, i source.Item, data []byte) Result {
	t.Helper()
	path, r, err := c.Get(t.Context(), i)
	if err != nil {
		t.Fatalf("%v (%s)", err, keepiton.HintOf(err))
	}
	got, err := os.ReadFile(path)
	if err != nil || !bytes.Equal(got, data) || r.Size != int64(len(data)) {
		t.Fatalf("%d bytes of %d, %+v, %v", len(got), len(data), r, err)
	}
	if _, err := os.Stat(path + ".part"); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("a part is left: %v", err)
	}
	return r
}

func TestAFileIsFetchedOnceAndThenKept(t *testing.T) {
	inside(t, Options{Agent: "KeepItOn/test"}, func(t *testing.T, s *replay.Server, c *Client) {
		data := packed(300_000)
		s.Put("/a.gz", replay.File{Data: data})
		if r := get(t, c, item("/a.gz"), data); r.Status != Fetched || r.Tries != 1 || r.Bytes != int64(len(data)) {
			t.Errorf("%+v", r)
		}
		if r := get(t, c, item("/a.gz"), data); r.Status != Kept || r.Bytes != 0 {
			t.Errorf("%+v", r)
		}
		if log := s.Log(); len(log) != 1 || log[0].Agent != "KeepItOn/test" {
			t.Errorf("%+v", log)
		}
	})
}

// TestAServerThatMisbehaves meets each fault, and what there is afterwards must be
// what was published: whole and right, or not there.
func TestAServerThatMisbehaves(t *testing.T) {
	data := packed(300_000)
	page := []byte("<!DOCTYPE html><title>Sign in</title>" + strings.Repeat(" ", 1000))
	for name, x := range map[string]struct {
		file  replay.File
		tries int
		least time.Duration // that passes
		most  time.Duration
		code  keepiton.Code // of the error; empty: it comes
		says  string
	}{
		"busy with seconds":             {file: replay.File{Faults: []replay.Fault{replay.Busy(429, "7")}}, tries: 2, least: 7 * time.Second, most: 7 * time.Second},
		"busy with a date":              {file: replay.File{Faults: []replay.Fault{replay.Busy(503, "Sat, 01 Jan 2000 00:01:30 GMT")}}, tries: 2, least: 90 * time.Second, most: 90 * time.Second},
		"busy for hours":                {file: replay.File{Faults: []replay.Fault{replay.Busy(429, "7200")}}, tries: 1, code: keepiton.RateLimited, says: "before 2000-01-01 02:00 UTC"},
		"busy without an end":           {file: replay.File{Faults: repeat(9, replay.Busy(500, ""))}, tries: 6, least: 15 * time.Second, most: 31 * time.Second, code: keepiton.Unavailable, says: "500 (Internal Server Error)"},
		"busy three times":              {file: replay.File{Faults: repeat(3, replay.Busy(502, ""))}, tries: 4, least: 3500 * time.Millisecond, most: 7 * time.Second},
		"cut, and it goes on":           {file: replay.File{Faults: []replay.Fault{replay.Cut(100_000), replay.Cut(100_000)}}, tries: 3},
		"cut before anything":           {file: replay.File{Faults: []replay.Fault{replay.Cut(0), replay.Cut(3), replay.Cut(100)}}, tries: 4},
		"cut ten times":                 {file: replay.File{Faults: repeat(10, replay.Cut(20_000))}, tries: 11},
		"cut, no parts to be had":       {file: replay.File{NoRange: true, Faults: []replay.Fault{replay.Cut(100_000)}}, tries: 2},
		"cut, nothing to recognize by":  {file: replay.File{ETag: "-", Faults: []replay.Fault{replay.Cut(100_000)}}, tries: 2},
		"cut, recognized weakly":        {file: replay.File{ETag: `W/"x"`, Faults: []replay.Fault{replay.Cut(100_000)}}, tries: 2},
		"cut, recognized by its date":   {file: replay.File{ETag: "-", Modified: time.Unix(9e8, 0), Faults: []replay.Fault{replay.Cut(100_000)}}, tries: 2},
		"cut, then another part":        {file: replay.File{Faults: []replay.Fault{replay.Cut(100_000), replay.OtherPart(50_000)}}, tries: 3},
		"cut, the length is not said":   {file: replay.File{NoLength: true, Faults: []replay.Fault{replay.Cut(100_000)}}, tries: 2},
		"stalls":                        {file: replay.File{Faults: []replay.Fault{replay.Stall(70_000)}}, tries: 2, least: time.Minute, most: 62 * time.Second},
		"slow, and never stops":         {file: replay.File{Faults: []replay.Fault{replay.Slow(10_000, 30*time.Second)}}, tries: 1, least: 15 * time.Minute, most: 15 * time.Minute},
		"slow without an end":           {file: replay.File{Faults: []replay.Fault{replay.Slow(1000, 50*time.Second)}}, tries: 1, least: time.Hour, most: time.Hour, code: keepiton.Unavailable, says: "longer than 1h0m0s"},
		"longer than it says":           {file: replay.File{Faults: []replay.Fault{replay.Longer(10)}}, tries: 3},
		"a page in disguise":            {file: replay.File{Faults: []replay.Fault{replay.Instead("text/html; charset=utf-8", page)}}, tries: 1, code: keepiton.Unavailable, says: "a page came in its place"},
		"a page that says it is none":   {file: replay.File{Faults: []replay.Fault{replay.Instead("application/gzip", page)}}, tries: 1, code: keepiton.Unavailable, says: "a page came in its place"},
		"wrong bytes":                   {file: replay.File{Faults: []replay.Fault{replay.Instead("", []byte("BZh91AY&SY"))}}, tries: 1, code: keepiton.Unavailable, says: "not packed as its name .gz says"},
		"nothing with status 200":       {file: replay.File{Faults: []replay.Fault{replay.Instead("", nil)}}, tries: 1, code: keepiton.Unavailable, says: "it is empty"},
		"from the future":               {file: replay.File{Faults: []replay.Fault{replay.Future(time.Date(2031, 1, 1, 0, 0, 0, 0, time.UTC))}}, tries: 1, code: keepiton.Unavailable, says: "written at 2031-01-01 00:00 UTC: here it is 2000-01-01 00:00 UTC"},
		"a token is wanted":             {file: replay.File{Faults: []replay.Fault{replay.Busy(401, "")}}, tries: 1, code: keepiton.Forbidden, says: "401"},
		"gone":                          {file: replay.File{Faults: []replay.Fault{replay.Busy(410, "")}}, tries: 1, code: keepiton.NotFound, says: "410"},
		"a teapot":                      {file: replay.File{Faults: []replay.Fault{replay.Busy(418, "")}}, tries: 1, code: keepiton.Unavailable, says: "418"},
		"led around in a circle":        {file: replay.File{Faults: repeat(9, replay.Redirect("/a.gz"))}, tries: 1, code: keepiton.Unavailable, says: "more than 5 redirects"},
		"led twice":                     {file: replay.File{Faults: repeat(2, replay.Redirect("/a.gz"))}, tries: 1},
		"led to something else":         {file: replay.File{Faults: []replay.Fault{replay.Redirect("gopher://archive.example/")}}, tries: 1, code: keepiton.Unavailable, says: "no address of the web"},
		"refuses what was asked for":    {file: replay.File{Faults: []replay.Fault{replay.Cut(100_000), replay.Busy(416, "")}}, tries: 3},
		"busy in the middle of parts":   {file: replay.File{Faults: []replay.Fault{replay.Cut(100_000), replay.Busy(503, "2"), replay.Cut(100_000)}}, tries: 4},
		"an answer that is not asked":   {file: replay.File{Faults: []replay.Fault{replay.Busy(304, "")}}, tries: 1, code: keepiton.Unavailable, says: "304"},
		"stalls before it answers":      {file: replay.File{Faults: []replay.Fault{replay.Stall(0)}}, tries: 2},
		"asks to wait till yesterday":   {file: replay.File{Faults: []replay.Fault{replay.Busy(503, "Fri, 31 Dec 1999 00:00:00 GMT")}}, tries: 2, most: time.Second},
		"asks to wait in unknown words": {file: replay.File{Faults: []replay.Fault{replay.Busy(503, "a while")}}, tries: 2, most: time.Second},
	} {
		t.Run(name, func(t *testing.T) {
			inside(t, Options{}, func(t *testing.T, s *replay.Server, c *Client) {
				x.file.Data = data
				s.Put("/a.gz", x.file)
				begun := time.Now()
				var r Result
				if x.code == "" {
					r = get(t, c, item("/a.gz"), data)
				} else {
					var err error
					if _, r, err = c.Get(t.Context(), item("/a.gz")); keepiton.CodeOf(err) != x.code || !strings.Contains(err.Error(), x.says) || keepiton.HintOf(err) == "" && x.code != keepiton.Unavailable {
						t.Errorf("%v (%s: %s), want %s and %q", err, keepiton.CodeOf(err), keepiton.HintOf(err), x.code, x.says)
					}
					if _, err := os.Stat(filepath.Join(c.dir, "bgp/rrc00/a.gz")); !errors.Is(err, os.ErrNotExist) {
						t.Errorf("there is a file: %v", err)
					}
				}
				if took := time.Since(begun); took < x.least || x.most != 0 && took > x.most {
					t.Errorf("took %s, want %s to %s", took, x.least, x.most)
				}
				if r.Tries != x.tries {
					t.Errorf("%d tries, want %d: %+v", r.Tries, x.tries, s.Log())
				}
			})
		})
	}
}

func repeat(n int, f replay.Fault) (out []replay.Fault) {
	for range n {
		out = append(out, f)
	}
	return out
}

// TestARestartGoesOn ends the program in the middle of a file: the next one asks for
// the rest, and only for it.
func TestARestartGoesOn(t *testing.T) {
	inside(t, Options{Tries: 1}, func(t *testing.T, s *replay.Server, c *Client) {
		data := packed(300_000)
		s.Put("/a.gz", replay.File{Data: data, Faults: []replay.Fault{replay.Cut(200_000)}})
		if _, _, err := c.Get(t.Context(), item("/a.gz")); keepiton.CodeOf(err) != keepiton.Unavailable || !strings.Contains(err.Error(), "cut after 200000 bytes") {
			t.Fatal(err)
		}
		next := New(c.dir, Options{Dial: c.o.Dial})
		defer next.Close()
		if r := get(t, next, item("/a.gz"), data); !r.Resumed || r.Bytes != 100_000 {
			t.Errorf("%+v", r)
		}
		if log := s.Log(); len(log) != 2 || log[1].Range != "bytes=200000-" || log[1].IfRange == "" {
			t.Errorf("%+v", log)
		}
	})
}

func TestAFileThatChangedMeanwhileIsFetchedAnew(t *testing.T) {
	inside(t, Options{Tries: 1}, func(t *testing.T, s *replay.Server, c *Client) {
		s.Put("/a.gz", replay.File{Data: packed(300_000), Faults: []replay.Fault{replay.Cut(200_000)}})
		_, _, _ = c.Get(t.Context(), item("/a.gz"))
		other := packed(250_000)
		s.Put("/a.gz", replay.File{Data: other})
		if r := get(t, c, item("/a.gz"), other); r.Resumed || r.Bytes != 250_000 {
			t.Errorf("%+v", r)
		}
	})
}

func TestAWholePartIsOnlyMoved(t *testing.T) {
	inside(t, Options{}, func(t *testing.T, s *replay.Server, c *Client) {
		data := packed(5000)
		s.Put("/a.gz", replay.File{Data: data})
		get(t, c, item("/a.gz"), data)
		path := filepath.Join(c.dir, "bgp/rrc00/a.gz")
		for _, ext := range []string{"", ".state"} {
			if err := os.Rename(path+ext, path+".part"+ext); err != nil {
				t.Fatal(err)
			}
		}
		get(t, c, item("/a.gz"), data)
		if n := len(s.Log()); n != 1 {
			t.Errorf("%d requests", n)
		}
	})
}

// TestWhatStillGrowsIsAskedForAgain asks with the server's own validators, until what
// an answer says stands.
func TestWhatStillGrowsIsAskedForAgain(t *testing.T) {
	for name, x := range map[string]struct{ file replay.File }{
		"by tag": {replay.File{ETag: `"one"`}}, "by date": {replay.File{ETag: "-", Modified: time.Unix(9e8, 0)}},
	} {
		t.Run(name, func(t *testing.T) {
			inside(t, Options{}, func(t *testing.T, s *replay.Server, c *Client) {
				i := item("/signals.json")
				i.Final = time.Now().Add(time.Hour)
				x.file.Data = []byte(`{"data":[1]}`)
				s.Put("/signals.json", x.file)
				get(t, c, i, x.file.Data)
				if r := get(t, c, i, x.file.Data); r.Status != Unchanged || r.Bytes != 0 {
					t.Errorf("%+v", r)
				}
				x.file.Data = []byte(`{"data":[1,2]}`)
				if x.file.Modified.IsZero() {
					x.file.ETag = `"two"`
				} else {
					x.file.Modified = x.file.Modified.Add(time.Minute)
				}
				s.Put("/signals.json", x.file)
				if r := get(t, c, i, x.file.Data); r.Status != Fetched {
					t.Errorf("%+v", r)
				}
				time.Sleep(2 * time.Hour)
				if r := get(t, c, i, x.file.Data); r.Status != Unchanged { // the copy is older than Final
					t.Errorf("%+v", r)
				}
				if r := get(t, c, i, x.file.Data); r.Status != Kept {
					t.Errorf("%+v", r)
				}
				if n := len(s.Log()); n != 4 {
					t.Errorf("%d requests", n)
				}
			})
		})
	}
}

func TestAFileThatWasCutOnTheDiskIsFetchedAnew(t *testing.T) {
	inside(t, Options{}, func(t *testing.T, s *replay.Server, c *Client) {
		data := packed(5000)
		s.Put("/a.gz", replay.File{Data: data})
		get(t, c, item("/a.gz"), data)
		if err := os.Truncate(filepath.Join(c.dir, "bgp/rrc00/a.gz"), 100); err != nil {
			t.Fatal(err)
		}
		if r := get(t, c, item("/a.gz"), data); r.Status != Fetched {
			t.Errorf("%+v", r)
		}
	})
}

func TestNoFileIsLongerThanTheLimit(t *testing.T) {
	for name, f := range map[string]replay.File{"said": {}, "not said": {NoLength: true}} {
		t.Run(name, func(t *testing.T) {
			inside(t, Options{MaxBytes: 100_000}, func(t *testing.T, s *replay.Server, c *Client) {
				f.Data = packed(300_000)
				s.Put("/a.gz", f)
				if _, _, err := c.Get(t.Context(), item("/a.gz")); keepiton.CodeOf(err) != keepiton.TooLarge {
					t.Error(err)
				}
				if left, _ := filepath.Glob(filepath.Join(c.dir, "bgp/rrc00/*")); len(left) > 0 {
					t.Errorf("left over: %v", left)
				}
			})
		})
	}
}

// TestOneHostIsAskedOneThingAtATime fetches many files at once, and one whom the
// server asked to wait makes all wait.
func TestOneHostIsAskedOneThingAtATime(t *testing.T) {
	inside(t, Options{}, func(t *testing.T, s *replay.Server, c *Client) {
		data := packed(5000)
		var items []source.Item
		for n := range 8 {
			f := replay.File{Data: data}
			if n == 0 {
				f.Faults = []replay.Fault{replay.Busy(429, "60")}
			}
			s.Put(fmt.Sprintf("/%d.gz", n), f)
			items = append(items, item(fmt.Sprintf("/%d.gz", n)))
		}
		var wg sync.WaitGroup
		for _, i := range items {
			wg.Go(func() { get(t, c, i, data) })
		}
		wg.Wait()
		if s.Open != 1 {
			t.Errorf("%d connections", s.Open)
		}
		gap := time.Duration(0)
		for n, r := range s.Log()[1:] {
			gap = max(gap, r.At.Sub(s.Log()[n].At))
		}
		if gap != time.Minute {
			t.Errorf("waited %s", gap)
		}
		told := 0
		got, err := c.All(t.Context(), append(items, item("/missing.gz")), func(done int, g Got) { told++ })
		if err != nil || told != 9 || got[7].Result.Status != Kept || keepiton.CodeOf(got[8].Err) != keepiton.NotFound || got[8].Path != "" {
			t.Errorf("%+v, %v", got, err)
		}
	})
}

func TestItEndsWhenItIsToldTo(t *testing.T) {
	inside(t, Options{}, func(t *testing.T, s *replay.Server, c *Client) {
		data := packed(300_000)
		s.Put("/a.gz", replay.File{Data: data, Faults: []replay.Fault{replay.Slow(10_000, time.Second)}})
		ctx, cancel := context.WithTimeout(t.Context(), 10500*time.Millisecond)
		defer cancel()
		if _, _, err := c.Get(ctx, item("/a.gz")); !errors.Is(err, context.DeadlineExceeded) {
			t.Error(err)
		}
		if r := get(t, c, item("/a.gz"), data); !r.Resumed || r.Bytes != 200_000 {
			t.Errorf("%+v", r)
		}
	})
}

func TestWhatCannotBeAskedForIsRefused(t *testing.T) {
	inside(t, Options{}, func(t *testing.T, s *replay.Server, c *Client) {
		for name, change := range map[string]func(*source.Item){
			"from the future":        func(i *source.Item) { i.At = time.Now().Add(time.Minute) },
			"out of the folder":      func(i *source.Item) { i.Name = "../../.ssh/authorized_keys" },
			"out of it by its feed":  func(i *source.Item) { i.Feed = ".." },
			"no feed":                func(i *source.Item) { i.Feed = "" },
			"a folder":               func(i *source.Item) { i.Name = "rrc00/" },
			"no web":                 func(i *source.Item) { i.URL = "file:///etc/passwd" },
			"a password":             func(i *source.Item) { i.URL = "http://user:MARKED@archive.example/a" },
			"a token in the clear":   func(i *source.Item) { i.Header = map[string]string{"Authorization": "Bearer MARKED"} },
			"no address":             func(i *source.Item) { i.URL = "http://%zz" },
			"no address, and marked": func(i *source.Item) { i.URL = "http://x y/?token=MARKED" },
		} {
			i := item("/a.gz")
			change(&i)
			if _, _, err := c.Get(t.Context(), i); err == nil || strings.Contains(err.Error(), "MARKED") {
				t.Errorf("%s: %v", name, err)
			}
		}
		if log := s.Log(); len(log) != 0 {
			t.Errorf("%+v", log)
		}
	})
}

// public is a connection that seems to lead to the Internet.
type public struct{ net.Conn }

func (public) RemoteAddr() net.Addr {
	return net.TCPAddrFromAddrPort(netip.MustParseAddrPort("93.184.216.34:80"))
}

// TestNobodySendsUsIntoOurOwnNetwork redirects from the Internet to a server on this
// machine, and to the addresses where clouds keep their secrets.
func TestNobodySendsUsIntoOurOwnNetwork(t *testing.T) {
	s, target := replay.New(), replay.New()
	base, hidden := s.Loopback(t), target.Loopback(t)
	target.Put("/secret.json", replay.File{Data: []byte(`{}`)})
	toBase := func(ctx context.Context, network, _ string) (net.Conn, error) {
		conn, err := new(net.Dialer).DialContext(ctx, network, strings.TrimPrefix(base, "http://"))
		return public{conn}, err
	}
	c := New(t.TempDir(), Options{Dial: toBase, Tries: 1})
	defer c.Close()
	for _, to := range []string{hidden, "http://169.254.169.254", "http://10.0.0.1", "http://[::1]", "http://[::ffff:127.0.0.1]", "http://localhost:1"} {
		s.Put("/a.json", replay.File{Data: []byte(`{}`), Faults: []replay.Fault{replay.Redirect(to + "/secret.json?token=MARKED")}})
		_, _, err := c.Get(t.Context(), item("/a.json"))
		if keepiton.CodeOf(err) != keepiton.Forbidden || strings.Contains(err.Error(), "MARKED") {
			t.Errorf("%s: %v", to, err)
		}
	}
	if log := target.Log(); len(log) > 0 {
		t.Errorf("reached: %+v", log)
	}
	// A base on this machine, as a mirror is, may lead to another one there.
	inner := New(t.TempDir(), Options{Tries: 1})
	defer inner.Close()
	s.Put("/b.json", replay.File{Data: []byte(`{}`), Faults: []replay.Fault{replay.Redirect(hidden + "/secret.json")}})
	get(t, inner, source.Item{Feed: "ioda", URL: base + "/b.json", Name: "b.json"}, []byte(`{}`))
}

// TestATokenGoesWhereItBelongs sends it to the host of the item, and to no other; it
// is in no error, no file.
func TestATokenGoesWhereItBelongs(t *testing.T) {
	s, other := replay.New(), replay.New()
	base, elsewhere := s.Loopback(t), other.Loopback(t)
	other.Put("/x.json", replay.File{Data: []byte(`{}`)})
	s.Put("/a.json", replay.File{Data: []byte(`{}`), Faults: []replay.Fault{replay.Redirect("/a.json?again=1"), replay.Redirect(elsewhere + "/x.json")}})
	dir := t.TempDir()
	c := New(dir, Options{Tries: 1})
	defer c.Close()
	i := source.Item{Feed: "radar", URL: base + "/a.json?token=MARKED", Name: "a.json", Header: map[string]string{"Authorization": "Bearer MARKED"}}
	get(t, c, i, []byte(`{}`))
	if log := s.Log(); len(log) != 2 || log[0].Authorization != "Bearer MARKED" || log[1].Authorization != "Bearer MARKED" {
		t.Errorf("%+v", log)
	}
	if log := other.Log(); len(log) != 1 || log[0].Authorization != "" {
		t.Errorf("%+v", log)
	}
	i.Name = "b.json"
	s.Put("/a.json", replay.File{Faults: []replay.Fault{replay.Busy(500, "")}})
	if _, _, err := c.Get(t.Context(), i); err == nil || strings.Contains(err.Error(), "MARKED") {
		t.Error(err)
	}
	err := filepath.WalkDir(dir, func(path string, d os.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		data, err := os.ReadFile(path)
		if bytes.Contains(data, []byte("MARKED")) {
			t.Errorf("%s has the token", path)
		}
		return err
	})
	if err != nil {
		t.Error(err)
	}
}

func TestFromHTTPSNothingGoesOnInTheClear(t *testing.T) {
	server := httptest.NewTLSServer(http.RedirectHandler("http://archive.example/a.gz", http.StatusFound))
	defer server.Close()
	c := New(t.TempDir(), Options{})
	defer c.Close()
	c.open.TLSClientConfig = server.Client().Transport.(*http.Transport).TLSClientConfig
	i := item("/a.gz")
	i.URL = server.URL + "/a.gz"
	if _, _, err := c.Get(t.Context(), i); keepiton.CodeOf(err) != keepiton.Forbidden || !strings.Contains(err.Error(), "not encrypted") {
		t.Error(err)
	}
}

func TestProgressSaysHowFarItIsAndWhyItWaits(t *testing.T) {
	var all []Progress
	inside(t, Options{Progress: func(p Progress) { all = append(all, p) }}, func(t *testing.T, s *replay.Server, c *Client) {
		data := packed(300_000)
		s.Put("/a.gz", replay.File{Data: data, Faults: []replay.Fault{replay.Busy(503, "5"), nil}})
		get(t, c, item("/a.gz"), data)
	})
	if len(all) < 2 || all[0].Why != "the server asks to wait" || all[0].Until.IsZero() || all[len(all)-1].Done != 300_000 || all[len(all)-1].Total != 300_000 {
		t.Errorf("%+v", all)
	}
}
