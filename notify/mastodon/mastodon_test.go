package mastodon_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"
	"unicode/utf8"

	"keepiton"
	"keepiton/notify"
	"keepiton/notify/mastodon"
)

// standIn is a server with the part of Mastodon's API that is used: posts, edits,
// idempotency, and a limit of rate.
type standIn struct {
	*httptest.Server
	mu     sync.Mutex
	posts  []map[string]string
	keys   map[string]string
	edits  int
	answer func(w http.ResponseWriter) bool // answers in its place
}

func newStandIn(t *testing.T) *standIn {
	s := &standIn{keys: map[string]string{}}
	s.Server = httptest.NewServer(s)
	t.Cleanup(s.Close)
	return s
}

func (s *standIn) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if r.Header.Get("Authorization") != "Bearer token" {
		w.WriteHeader(http.StatusUnauthorized)
		return
	}
	if s.answer != nil && s.answer(w) {
		return
	}
	var post map[string]string
	if err := json.NewDecoder(r.Body).Decode(&post); err != nil || utf8.RuneCountInString(post["status"])+utf8.RuneCountInString(post["spoiler_text"]) > 600 {
		w.WriteHeader(http.StatusUnprocessableEntity)
		return
	}
	switch {
	case r.Method == http.MethodPost && r.URL.Path == "/api/v1/statuses":
		key := r.Header.Get("Idempotency-Key")
		if s.keys[key] == "" {
			s.posts = append(s.posts, post)
			s.keys[key] = fmt.Sprint(len(s.posts))
		}
		fmt.Fprintf(w, `{"id":%q}`, s.keys[key])
	case r.Method == http.MethodPut && strings.HasPrefix(r.URL.Path, "/api/v1/statuses/"):
		var n int
		fmt.Sscan(strings.TrimPrefix(r.URL.Path, "/api/v1/statuses/"), &n)
		if n < 1 || n > len(s.posts) || s.posts[n-1] == nil {
			w.WriteHeader(http.StatusNotFound)
			return
		}
		s.posts[n-1], s.edits = post, s.edits+1
		fmt.Fprintf(w, `{"id":"%d"}`, n)
	default:
		w.WriteHeader(http.StatusNotFound)
	}
}

func message(name string, act keepiton.AlertAct, edits string) *notify.Message {
	return &notify.Message{
		Name: name, Channel: keepiton.ChannelMastodon, To: &notify.Terms{Lang: "ar"}, Edits: edits,
		Told: []*notify.Told{{Alert: keepiton.Alert{Act: act}, Lang: "ar", Head: "جديد: السودان " + name, Lines: []string{"السودان: قُطع الإنترنت.", strings.Repeat("x", 490)}, URL: "https://keepiton.test/ar/incidents/KIO-2027-0001"}},
	}
}

func handing() error { return nil }

func TestPostsAreEditedWhenCorrectedAndAnsweredWhenOver(t *testing.T) {
	s := newStandIn(t)
	p, err := mastodon.New(s.URL, "token")
	if err != nil {
		t.Fatal(err)
	}
	send := func(name string, act keepiton.AlertAct, edits, want string) {
		t.Helper()
		if got, err := p.Send(t.Context(), message(name, act, edits), handing); err != nil || got != want {
			t.Errorf("%s: the receipt is %q, want %q, %v", name, got, want, err)
		}
	}
	send("one", keepiton.ActPublished, "", "1")
	send("one", keepiton.ActPublished, "", "1") // again, in doubt
	if len(s.posts) != 1 {
		t.Fatalf("%d posts of one message", len(s.posts))
	}
	post := s.posts[0]
	if post["language"] != "ar" || post["spoiler_text"] != "جديد: السودان one" || post["visibility"] != "public" || post["status"] != "السودان: قُطع الإنترنت.\n\nhttps://keepiton.test/ar/incidents/KIO-2027-0001" {
		t.Errorf("the post is %q", post)
	}
	send("two", keepiton.ActCorrected, "1", "1")
	if s.edits != 1 || !strings.HasSuffix(s.posts[0]["spoiler_text"], "two") || len(s.posts) != 1 {
		t.Errorf("%d edits, posts %q", s.edits, s.posts)
	}
	send("three", keepiton.ActEnded, "1", "1")
	if len(s.posts) != 2 || s.posts[1]["in_reply_to_id"] != "1" {
		t.Errorf("the end is %q", s.posts)
	}
	send("four", keepiton.ActWithdrawn, "1", "1")
	if s.edits != 2 || !strings.HasSuffix(s.posts[0]["spoiler_text"], "four") {
		t.Errorf("withdrawn: %q", s.posts)
	}
	s.posts[0] = nil // removed by hand
	send("five", keepiton.ActCorrected, "1", "3")
}

func TestRefusals(t *testing.T) {
	s := newStandIn(t)
	p, err := mastodon.New(s.URL, "token")
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		status        int
		header, value string
		kind          notify.Kind
		after         time.Duration
	}{
		{429, "Retry-After", "90", notify.Down, 90 * time.Second},
		{429, "X-RateLimit-Reset", time.Now().Add(5 * time.Minute).UTC().Format("2006-01-02T15:04:05.000000Z"), notify.Down, 4 * time.Minute},
		{503, "X", "", notify.Down, 0},
		{422, "X", "", notify.Never, 0},
	} {
		s.answer = func(w http.ResponseWriter) bool {
			w.Header().Set(c.header, c.value)
			w.WriteHeader(c.status)
			return true
		}
		_, err := p.Send(t.Context(), message("x", keepiton.ActPublished, ""), handing)
		var f *notify.Fault
		if !errors.As(err, &f) || f.Kind != c.kind || f.After < c.after {
			t.Errorf("%d: %v", c.status, err)
		}
	}
	wrong, err := mastodon.New(s.URL, "wrong")
	if err != nil {
		t.Fatal(err)
	}
	var f *notify.Fault
	if _, err := wrong.Send(t.Context(), message("x", keepiton.ActPublished, ""), handing); !errors.As(err, &f) || f.Kind != notify.Down || f.Answer != "401" {
		t.Errorf("a wrong token: %v", err)
	}
	for _, bad := range [][2]string{{"", "token"}, {"mastodon.example", "token"}, {s.URL, ""}} {
		if _, err := mastodon.New(bad[0], bad[1]); keepiton.HintOf(err) == "" {
			t.Errorf("%q: %v", bad, err)
		}
	}
}
