package door_test

import (
	"bytes"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"keepiton"
	"keepiton/intake/intaketest"
	"keepiton/intake/sms"
	"keepiton/store"
	"keepiton/web/door"
)

// TestGatewaysGetAnEmptyAnswer: Kannel sends what it is answered to the sender,
// and words of ours on a telephone would give its owner away.
func TestGatewaysGetAnEmptyAnswer(t *testing.T) {
	d, log := intaketest.New(t), &bytes.Buffer{}
	server := httptest.NewServer(door.New(door.Options{
		Intake: d.Intake, Log: slog.New(slog.NewTextHandler(log, nil)), SMS: &sms.Road{Intake: d.Intake, Now: d.Clock.Now},
		Secrets: map[string]string{"kannel": "made up"},
	}))
	t.Cleanup(server.Close)
	get := func(path string, q url.Values) (int, string) {
		t.Helper()
		r, err := http.Get(server.URL + path + "?" + q.Encode())
		if err != nil {
			t.Fatal(err)
		}
		defer r.Body.Close()
		body, _ := io.ReadAll(r.Body)
		return r.StatusCode, string(body)
	}
	words := url.Values{"key": {"made up"}, "from": {"+251911000000"}, "text": {"marked words"}}
	if code, body := get("/intake/sms/kannel", words); code != 200 || body != "" {
		t.Errorf("%d %q", code, body)
	}
	for path, want := range map[string]int{"/intake/sms/android": 404, "/intake/sms/other": 404} {
		if code, body := get(path, words); code != want || strings.Contains(body, "marked") {
			t.Errorf("%s: %d %q", path, code, body)
		}
	}
	words.Set("key", "wrong")
	if code, _ := get("/intake/sms/kannel", words); code != http.StatusForbidden {
		t.Errorf("a wrong secret: %d", code)
	}
	n := 0
	if err := d.Store.Envelopes(t.Context(), store.EnvelopeQuery{Lanes: []keepiton.Lane{keepiton.LaneSMS}}, func(keepiton.Envelope) error { n++; return nil }); err != nil || n != 1 {
		t.Errorf("%d kept, %v", n, err)
	}
	if log.Len() != 0 {
		t.Errorf("the log says %s", log)
	}
}
