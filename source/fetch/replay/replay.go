// Package replay is a server of archives and APIs for tests: it plays files back, and
// misbehaves as real servers do, on purpose and in a known order. It can be slow, cut,
// wrong, busy, and from the future.
//
//	s := replay.New()
//	s.Put("/rrc00/updates.gz", replay.File{Data: data, Faults: []replay.Fault{replay.Busy(429, "7"), replay.Cut(1000)}})
//	base := s.Loopback(t)
package replay

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"
)

// File is what stands at an address.
type File struct {
	Data     []byte
	Type     string    // Content-Type; application/octet-stream
	ETag     string    // with its quotes; made of Data; "-": none
	Modified time.Time // zero: not said
	NoRange  bool      // parts cannot be had
	NoLength bool      // the length is not said
	Faults   []Fault   // of the first requests, in order; a nil one is none
}

// Fault is a way to misbehave. It answers the request by itself, or changes the file
// for this once and lets the server go on: then it returns false.
type Fault func(w http.ResponseWriter, r *http.Request, f *File) (answered bool)

// Request is one that came.
type Request struct {
	Path, Query, Range, IfRange, IfNoneMatch, IfModifiedSince, Agent, Authorization string
	At                                                                              time.Time
}

// Server plays files back.
type Server struct {
	// Open is how many connections there are at most at a time, as counted so far.
	Open int

	mu    sync.Mutex
	files map[string]*File
	log   []Request
	now   int
}

// New returns a Server without files.
func New() *Server { return &Server{files: map[string]*File{}} }

// Put places a file at a path, in the place of an older one. With a query behind it, it is
// for that query alone.
func (s *Server) Put(path string, f File) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.files[path] = &f
}

// Log returns the requests so far.
func (s *Server) Log() []Request {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]Request(nil), s.log...)
}

// Loopback serves on a port of this machine until the test ends, and returns the
// address.
func (s *Server) Loopback(t testing.TB) string {
	t.Helper()
	server := httptest.NewUnstartedServer(s)
	server.Config.ConnState = s.count
	server.Start()
	t.Cleanup(server.Close)
	return server.URL
}

// Pipe serves over pipes in memory, as tests inside of testing/synctest need it. It
// returns what dials it, whatever the address, and what ends it.
func (s *Server) Pipe() (dial func(context.Context, string, string) (net.Conn, error), end func()) {
	l := &pipes{conns: make(chan net.Conn), done: make(chan struct{})}
	server := &http.Server{Handler: s, ConnState: s.count}
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		_ = server.Serve(l)
	}()
	dial = func(ctx context.Context, _, _ string) (net.Conn, error) {
		near, far := net.Pipe()
		select {
		case l.conns <- far:
			return near, nil
		case <-ctx.Done():
			return nil, ctx.Err()
		case <-l.done:
			return nil, net.ErrClosed
		}
	}
	return dial, func() {
		_ = server.Close()
		<-ended
	}
}

func (s *Server) count(_ net.Conn, state http.ConnState) {
	s.mu.Lock()
	defer s.mu.Unlock()
	switch state {
	case http.StateNew:
		s.now++
		s.Open = max(s.Open, s.now)
	case http.StateClosed, http.StateHijacked:
		s.now--
	}
}

// ServeHTTP implements http.Handler.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	h := r.Header
	s.log = append(s.log, Request{
		Path: r.URL.Path, Query: r.URL.RawQuery, Range: h.Get("Range"), IfRange: h.Get("If-Range"), IfNoneMatch: h.Get("If-None-Match"), IfModifiedSince: h.Get("If-Modified-Since"),
		Agent: h.Get("User-Agent"), Authorization: h.Get("Authorization"), At: time.Now(),
	})
	kept := s.files[r.URL.Path+"?"+r.URL.RawQuery]
	if kept == nil {
		kept = s.files[r.URL.Path]
	}
	if kept == nil {
		s.mu.Unlock()
		http.NotFound(w, r)
		return
	}
	var fault Fault
	if len(kept.Faults) > 0 {
		fault, kept.Faults = kept.Faults[0], kept.Faults[1:]
	}
	f := *kept
	s.mu.Unlock()
	if fault == nil || !fault(w, r, &f) {
		f.serve(w, r)
	}
}

func (f *File) etag() string {
	switch f.ETag {
	case "":
		sum := sha256.Sum256(f.Data)
		return `"` + hex.EncodeToString(sum[:6]) + `"`
	case "-":
		return ""
	}
	return f.ETag
}

// head writes the header of an answer that has length bytes.
func (f *File) head(w http.ResponseWriter, status, length int) {
	h := w.Header()
	h.Set("Content-Type", "application/octet-stream")
	if f.Type != "" {
		h.Set("Content-Type", f.Type)
	}
	if tag := f.etag(); tag != "" {
		h.Set("ETag", tag)
	}
	if !f.Modified.IsZero() {
		h.Set("Last-Modified", f.Modified.UTC().Format(http.TimeFormat))
	}
	if !f.NoLength && status != http.StatusNotModified {
		h.Set("Content-Length", fmt.Sprint(length))
	}
	w.WriteHeader(status)
}

func (f *File) serve(w http.ResponseWriter, r *http.Request) {
	if tag := r.Header.Get("If-None-Match"); tag != "" && tag == f.etag() || tag == "" && f.notSince(r.Header.Get("If-Modified-Since")) {
		f.head(w, http.StatusNotModified, 0)
		return
	}
	status, data := http.StatusOK, f.Data
	if from, ok := f.from(r); ok {
		if from >= len(data) {
			w.Header().Set("Content-Range", fmt.Sprintf("bytes */%d", len(data)))
			w.WriteHeader(http.StatusRequestedRangeNotSatisfiable)
			return
		}
		w.Header().Set("Content-Range", fmt.Sprintf("bytes %d-%d/%d", from, len(data)-1, len(data)))
		status, data = http.StatusPartialContent, data[from:]
	}
	f.head(w, status, len(data))
	_, _ = w.Write(data)
}

// notSince reports whether the file was not written after a date.
func (f *File) notSince(date string) bool {
	at, err := http.ParseTime(date)
	return err == nil && !f.Modified.IsZero() && !f.Modified.Truncate(time.Second).After(at)
}

// from returns where the wanted part begins, if there is one and it may be had.
func (f *File) from(r *http.Request) (int, bool) {
	var from int
	if n, err := fmt.Sscanf(r.Header.Get("Range"), "bytes=%d-", &from); n != 1 || err != nil || f.NoRange {
		return 0, false
	}
	since := r.Header.Get("If-Range")
	return from, since == "" || since == f.etag() || !strings.HasPrefix(since, `"`) && f.notSince(since)
}

// pipes is a listener whose connections are pipes.
type pipes struct {
	conns chan net.Conn
	done  chan struct{}
	once  sync.Once
}

func (p *pipes) Accept() (net.Conn, error) {
	select {
	case c := <-p.conns:
		return c, nil
	case <-p.done:
		return nil, net.ErrClosed
	}
}

func (p *pipes) Close() error {
	p.once.Do(func() { close(p.done) })
	return nil
}

func (p *pipes) Addr() net.Addr { return &net.UnixAddr{Name: "pipe", Net: "pipe"} }
