package casework

import (
	"crypto/rand"
	"encoding/hex"
	"net"
	"net/http"
	"strings"

	"keepiton"
)

// NewPrefix makes an address that nobody guesses, for a desk on the analyst's
// own machine: whoever else uses the machine cannot reach it, and no cookie is
// needed, which browsers would hand to every other port of the machine as well.
func NewPrefix() string {
	b := make([]byte, 16)
	rand.Read(b)
	return "/" + hex.EncodeToString(b)
}

// OnLoopback lets requests to this machine by its own names through, and no
// others: a page of another site whose name was made to lead here (DNS rebinding)
// still sends that name.
func OnLoopback(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if !IsLoopback(r.Host) {
			http.Error(w, "this desk answers to this machine alone", http.StatusMisdirectedRequest)
			return
		}
		next.ServeHTTP(w, r)
	})
}

// IsLoopback reports whether an address with or without a port is of this very
// machine.
func IsLoopback(address string) bool {
	host, _, err := net.SplitHostPort(address)
	if err != nil {
		host = strings.Trim(address, "[]")
	}
	ip := net.ParseIP(host)
	return host == "localhost" || ip != nil && ip.IsLoopback()
}

// CheckListen returns Invalid for an address that others could reach.
func CheckListen(address string) error {
	if IsLoopback(address) {
		return nil
	}
	return keepiton.Hint(keepiton.Errorf(keepiton.Invalid, "%q is not of this machine alone: the desk shows reports in the clear", address), "leave --listen out, or choose another port: --listen 127.0.0.1:8091")
}
