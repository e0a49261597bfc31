package api

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"net/http"
	"strings"
	"time"
)

// maxQuery bounds the query of a URL, in bytes.
const maxQuery = 4096

// ServeHTTP answers reads under /api/ from any origin.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	h := w.Header()
	h.Set("Access-Control-Allow-Origin", "*")
	h.Set("Access-Control-Expose-Headers", "ETag, Link, X-Sample-Data")
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'")
	if s.opt.Sample {
		h.Set("X-Sample-Data", "true")
	}
	switch r.Method {
	case http.MethodGet, http.MethodHead:
	case http.MethodOptions:
		h.Set("Allow", "GET, HEAD, OPTIONS")
		h.Set("Access-Control-Allow-Methods", "GET, HEAD, OPTIONS")
		h.Set("Access-Control-Allow-Headers", "If-None-Match, Accept")
		h.Set("Access-Control-Max-Age", "86400")
		w.WriteHeader(http.StatusNoContent)
		return
	default:
		h.Set("Allow", "GET, HEAD, OPTIONS")
		problem(w, http.StatusMethodNotAllowed, "the API is read only: use GET")
		return
	}
	if len(r.URL.RawQuery) > maxQuery {
		problem(w, http.StatusRequestURITooLong, fmt.Sprintf("the query is longer than %d bytes", maxQuery))
		return
	}
	m, err := s.state(r.Context())
	if err != nil {
		s.opt.Log.ErrorContext(r.Context(), "version of the record", "error", err)
		problem(w, http.StatusServiceUnavailable, "the record could not be asked; try again later")
		return
	}
	if strings.HasPrefix(r.URL.Path, disruptionsPath) {
		if m.signals, err = s.opt.Signals.Version(r.Context()); err != nil {
			s.opt.Log.ErrorContext(r.Context(), "version of what instruments saw", "error", err)
			problem(w, http.StatusServiceUnavailable, "the record could not be asked; try again later")
			return
		}
	}
	tag := s.tag(m, r)
	h.Set("ETag", tag)
	h.Set("Cache-Control", "public, max-age=60")
	if matches(r.Header.Get("If-None-Match"), tag) {
		w.WriteHeader(http.StatusNotModified)
		return
	}
	r = r.WithContext(context.WithValue(r.Context(), stateKey{}, m))
	r.URL.RawQuery = joined(r.URL.Query())
	s.mux.ServeHTTP(&answer{ResponseWriter: w}, r)
}

// tag is the strong ETag of an answer (RFC 9110, 8.8.3): the bytes are a
// function of the state of the record and of the URL.
func (s *Server) tag(m moment, r *http.Request) string {
	sum := sha256.Sum256(fmt.Appendf(nil, "1\n%d\n%d\n%s\n%s\n%s\n%t\n%s", m.version, m.signals, m.at.Format(time.RFC3339), r.URL.EscapedPath(), r.URL.RawQuery, s.opt.Sample, s.opt.BaseURL))
	return `"` + hex.EncodeToString(sum[:12]) + `"`
}

// matches compares an If-None-Match field with a tag, weakly as RFC 9110
// (13.1.2) has it. "*" is left to the handler: it would need a look whether
// the thing exists.
func matches(field, tag string) bool {
	for _, t := range strings.Split(field, ",") {
		if strings.TrimPrefix(strings.TrimSpace(t), "W/") == tag {
			return true
		}
	}
	return false
}

// answer keeps the headers of a good answer from an error: an error has no
// ETag and is not kept by caches.
type answer struct {
	http.ResponseWriter
}

func (a *answer) WriteHeader(status int) {
	if status >= 400 {
		a.Header().Del("ETag")
		a.Header().Set("Cache-Control", "no-store")
	}
	a.ResponseWriter.WriteHeader(status)
}
