package door_test

import (
	"bytes"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"keepiton"
	"keepiton/intake/intaketest"
	"keepiton/web/door"
)

// FuzzDoors sends whole requests. Whatever comes, the doors answer with JSON,
// never with a fault of ours, and keep no half.
func FuzzDoors(f *testing.F) {
	d := intaketest.New(f)
	handler := door.New(door.Options{Intake: d.Intake, Log: slog.New(slog.DiscardHandler)})
	_, container := d.Container(f, intaketest.Report(), keepiton.OpenFields{Country: "ET"}, nil)
	id := strings.Repeat("0a", 16)
	for _, seed := range []struct {
		method, path, header string
		body                 []byte
	}{
		{"POST", "/intake/sealed", "", container},
		{"POST", "/intake/sealed", "", container[:700]},
		{"POST", "/intake/uploads", "", []byte(`{"size":100}`)},
		{"PATCH", "/intake/uploads/" + id, "0", []byte("abc")},
		{"POST", "/intake/uploads/" + id, "", nil},
		{"HEAD", "/intake/uploads/" + id, "", nil},
		{"GET", "/intake/challenge?bits=20", "", nil},
		{"POST", "/intake/mailbox", "", []byte(`{"lookup":"` + id + `"}`)},
		{"POST", "/intake/withdraw", "", []byte(`{"lookup":"` + id + `","signature":"` + strings.Repeat("00", 64) + `"}`)},
		{"POST", "/intake/tokens", "Bearer x", []byte(`{"blinded":["AAAA"]}`)},
		{"POST", "/intake/heartbeat", "x", []byte(`{"country":"ET","network":"mobile"}`)},
		{"OPTIONS", "/intake/sealed", "", nil},
	} {
		f.Add(seed.method, seed.path, seed.header, seed.body)
	}
	f.Fuzz(func(t *testing.T, method, path, header string, body []byte) {
		r, err := http.NewRequest(method, "http://keepiton.example"+path, bytes.NewReader(body))
		if err != nil || !strings.HasPrefix(r.URL.Path, door.Prefix) {
			return
		}
		for _, name := range []string{"Upload-Offset", "Authorization", "X-KeepItOn-Work", "X-KeepItOn-Token"} {
			r.Header.Set(name, header)
		}
		w := httptest.NewRecorder()
		handler.ServeHTTP(w, r)
		text := w.Body.String()
		if w.Code >= 500 {
			t.Errorf("%s %q: %d %s", method, path, w.Code, text)
		}
		if w.Code >= 400 && !strings.HasPrefix(text, "{") {
			t.Errorf("%s %q: %d without a problem: %.100s", method, path, w.Code, text)
		}
		if n := d.Store.(*intaketest.Memory).Staged(); n != 0 {
			t.Errorf("%s %q: %d bodies are left", method, path, n)
		}
	})
}
