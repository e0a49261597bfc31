package casework_test

import (
	"net/http"
	"net/http/httptest"
	"testing"

	"keepiton"
	face "keepiton/web/casework"
)

func TestALocalDeskAnswersToThisMachineAlone(t *testing.T) {
	h := face.OnLoopback(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {}))
	for host, want := range map[string]int{
		"127.0.0.1:8090": 200, "localhost:8090": 200, "[::1]:8090": 200, "localhost": 200, "127.0.0.5": 200,
		"evil.example": 421, "evil.example:8090": 421, "192.168.1.7:8090": 421, "localhost.evil.example:8090": 421, "": 421, "127.0.0.1.evil.example": 421,
	} {
		r := httptest.NewRequest("GET", "/", nil)
		r.Host = host
		rec := httptest.NewRecorder()
		if h.ServeHTTP(rec, r); rec.Code != want {
			t.Errorf("as %q: %d, want %d", host, rec.Code, want)
		}
	}
	for address, ok := range map[string]bool{
		"127.0.0.1:8090": true, "localhost:0": true, "[::1]:8090": true,
		":8090": false, "0.0.0.0:8090": false, "[::]:8090": false, "192.168.1.7:8090": false, "example.org:80": false, "": false,
	} {
		if err := face.CheckListen(address); (err == nil) != ok || err != nil && keepiton.CodeOf(err) != keepiton.Invalid {
			t.Errorf("%q: %v", address, err)
		}
	}
	if a, b := face.NewPrefix(), face.NewPrefix(); a == b || len(a) != 33 {
		t.Errorf("prefixes %s and %s", a, b)
	}
}
