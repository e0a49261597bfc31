package webhook_test

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"strconv"
	"strings"
	"testing"
	"time"

	"keepiton"
	"keepiton/notify"
	"keepiton/notify/webhook"
)

var now = time.Date(2027, 1, 11, 12, 0, 0, 0, time.UTC)

func message(address string) *notify.Message {
	inc := keepiton.Incident{ID: "KIO-2027-0001", State: keepiton.Published, Causes: []string{"protests"}, Rows: []keepiton.Row{{Edition: "e"}}}
	return &notify.Message{
		Name: "abc", Channel: keepiton.ChannelWebhook, Date: now, Earlier: []string{"first"},
		To: &notify.Terms{Address: address, Lang: "en", Secrets: []notify.Secret{{Key: []byte("new secret of thirty-two bytes..")}, {Key: []byte("old"), Until: now.Add(time.Hour)}, {Key: []byte("over"), Until: now}}},
		Told: []*notify.Told{{
			Alert: keepiton.Alert{ID: "KIO-2027-0001.2", Subject: "KIO-2027-0001", N: 2, Act: keepiton.ActCorrected}, Lang: "en", Head: "Correction: Sudan", Lines: []string{"It was cut."},
			URL: "https://keepiton.test/en/incidents/KIO-2027-0001", Incident: &keepiton.Revision{N: 2, Incident: inc},
		}},
	}
}

func handing() error { return nil }

// verify checks a request as Standard Webhooks tells receivers to, and returns how
// many of the signatures hold under key.
func verify(r *http.Request, body []byte, key string) (n int) {
	id, stamp := r.Header.Get("webhook-id"), r.Header.Get("webhook-timestamp")
	if seconds, err := strconv.ParseInt(stamp, 10, 64); err != nil || seconds != now.Unix() {
		return -1
	}
	mac := hmac.New(sha256.New, []byte(key))
	fmt.Fprintf(mac, "%s.%s.%s", id, stamp, body)
	for sig := range strings.SplitSeq(r.Header.Get("webhook-signature"), " ") {
		version, text, _ := strings.Cut(sig, ",")
		sum, err := base64.StdEncoding.DecodeString(text)
		if version == "v1" && err == nil && hmac.Equal(sum, mac.Sum(nil)) {
			n++
		}
	}
	return n
}

func TestAMessageIsSignedWithEverySecretThatSignsNow(t *testing.T) {
	var got map[string]any
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		if err != nil || json.Unmarshal(body, &got) != nil {
			t.Errorf("the body: %v", err)
		}
		for key, want := range map[string]int{"new secret of thirty-two bytes..": 1, "old": 1, "over": 0, "other": 0} {
			if n := verify(r, body, key); n != want {
				t.Errorf("%d signatures hold under %q, want %d", n, key, want)
			}
		}
		if id := r.Header.Get("webhook-id"); id != "msg_abc" {
			t.Errorf("the id is %q", id)
		}
	}))
	defer server.Close()
	c := webhook.New(webhook.Options{Loopback: true, Now: func() time.Time { return now }})
	defer c.Close()
	if _, err := c.Send(t.Context(), message(server.URL), handing); err != nil {
		t.Fatal(err)
	}
	data, _ := got["data"].(map[string]any)
	inc, _ := data["incident"].(map[string]any)
	if got["type"] != "incident.corrected" || got["timestamp"] != "2027-01-11T12:00:00Z" || data["id"] != "KIO-2027-0001.2" || data["revision"] != 2.0 || inc["id"] != "KIO-2027-0001" || inc["rows"] != nil {
		t.Errorf("the body is %v", got)
	}
}

// TestAPublicVector signs the example of the Standard Webhooks specification.
func TestAPublicVector(t *testing.T) {
	key, err := base64.StdEncoding.DecodeString("MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")
	if err != nil {
		t.Fatal(err)
	}
	got := webhook.Signatures([]notify.Secret{{Key: key}}, "msg_p5jXN8AQM9LWM0D4loKWxJek", "1614265330", []byte(`{"test": 2432232314}`), now)
	if want := "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="; got != want {
		t.Errorf("signed %s, want %s", got, want)
	}
}

func TestAnswersAreSortedByWhatTheyMean(t *testing.T) {
	status, retry := 200, ""
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if retry != "" {
			w.Header().Set("Retry-After", retry)
		}
		if status == http.StatusFound {
			w.Header().Set("Location", "http://169.254.169.254/latest/meta-data")
		}
		w.WriteHeader(status)
		io.WriteString(w, strings.Repeat("x", 1<<20)) // more than we read
	}))
	defer server.Close()
	c := webhook.New(webhook.Options{Loopback: true})
	defer c.Close()
	for _, want := range []struct {
		status int
		kind   notify.Kind
		retry  string
		after  time.Duration
	}{
		{204, "", "", 0},
		{302, notify.Later, "", 0},
		{410, notify.Ended, "", 0},
		{500, notify.Later, "", 0},
		{429, notify.Later, "120", 2 * time.Minute},
		{404, notify.Later, "soon", 0},
	} {
		status, retry = want.status, want.retry
		_, err := c.Send(t.Context(), message(server.URL), handing)
		var f *notify.Fault
		if errors.As(err, &f); (err != nil) != (want.kind != "") || f != nil && (f.Kind != want.kind || f.Answer != strconv.Itoa(want.status) || f.After != want.after) {
			t.Errorf("%d: %v", want.status, err)
		}
	}
}

func TestOurOwnNetworkIsNotReached(t *testing.T) {
	reached := false
	server := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { reached = true }))
	defer server.Close()
	_, port, _ := strings.Cut(strings.TrimPrefix(server.URL, "http://"), ":")
	c := webhook.New(webhook.Options{})
	defer c.Close()
	for _, host := range []string{"127.0.0.1", "localhost", "[::1]", "[::ffff:127.0.0.1]", "0.0.0.0", "127.1", "2130706433"} {
		_, err := c.Send(t.Context(), message("http://"+host+":"+port+"/"), handing)
		if err == nil || reached {
			t.Errorf("%s was reached", host)
		}
		if err := c.Challenge(t.Context(), message("http://"+host+":"+port+"/")); err == nil || reached {
			t.Errorf("%s was challenged", host)
		}
	}
}

// TestLoopbackIsLetThroughForTestsAlone holds the setting to what it says; package dial
// has the addresses.
func TestLoopbackIsLetThroughForTestsAlone(t *testing.T) {
	for s, want := range map[string][2]bool{"127.0.0.1": {false, true}, "::1": {false, true}, "10.0.0.1": {false, false}, "169.254.169.254": {false, false}, "1.1.1.1": {true, true}} {
		a := netip.MustParseAddr(s)
		if webhook.Allowed(a, false) != want[0] || webhook.Allowed(a, true) != want[1] {
			t.Errorf("%s: %v %v, want %v", s, webhook.Allowed(a, false), webhook.Allowed(a, true), want)
		}
	}
}

func TestAChallengeIsAnsweredByWhoeverExpectsIt(t *testing.T) {
	reply := ""
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		if verify(r, body, "new secret of thirty-two bytes..") != 1 {
			t.Error("the challenge is not signed")
		}
		var e struct {
			Type string
			Data struct{ Challenge string }
		}
		if json.Unmarshal(body, &e) != nil || e.Type != "webhook.challenge" || len(e.Data.Challenge) < 20 {
			t.Errorf("the challenge is %s", body)
		}
		io.WriteString(w, strings.ReplaceAll(reply, "X", e.Data.Challenge))
	}))
	defer server.Close()
	c := webhook.New(webhook.Options{Loopback: true, Now: func() time.Time { return now }})
	defer c.Close()
	for reply1, ok := range map[string]bool{`{"challenge":"X"}`: true, "X": true, "X\n": true, `"X"`: true, "": false, "ok": false, `{"challenge":""}`: false, "<p>X</p>": false} {
		reply = reply1
		if err := c.Challenge(t.Context(), message(server.URL)); (err == nil) != ok {
			t.Errorf("the answer %q: %v", reply1, err)
		}
	}
}

func TestALargeIncidentIsToldByItsAddress(t *testing.T) {
	m := message("https://example.org")
	m.Told[0].Incident.Incident.Summary = strings.Repeat("x", 300<<10)
	b, err := webhook.Body(m)
	if err != nil || len(b) > 256<<10 || !strings.Contains(string(b), "KIO-2027-0001") || strings.Contains(string(b), "xxxx") {
		t.Errorf("%d bytes, %v", len(b), err)
	}
}
