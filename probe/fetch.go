package probe

import (
	"bufio"
	"bytes"
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"strings"
	"time"
)

// browser is what pages are asked as: a tool that names itself would point at its
// user on lines without encryption.
const browser = "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:140.0) Gecko/20100101 Firefox/140.0"

// clearRead bounds a page without TLS, in bytes.
const clearRead = 8 << 10

// maxHead bounds the head of an answer, in bytes.
const maxHead = 32 << 10

// page is one page that was asked for.
type page struct {
	url       string
	failure   Failure
	operation string // what failed: connect, tls_handshake, http_round_trip
	code      int
	to        string // host that it leads to
	read      int64  // bytes of the body
	whole     bool
	took      time.Duration // from the first byte of the body to the last
	begin     []byte        // of the body; never kept
}

// rate is how fast the page came, in bits a second; 0: too little came to tell. The
// first bytes, which come in one go whatever the line is, do not count, unless the
// time was over before the page was: then all that came is the rate.
func (g *page) rate() float64 {
	switch {
	case g.code == 0:
		return 0
	case g.failure == FailureTimeout:
		return float64(g.read) * 8 / max(g.took.Seconds(), 1e-4)
	case g.failure != "" || g.read < minRateBytes:
		return 0
	}
	return float64(g.read-firstFlight) * 8 / max(g.took.Seconds(), 1e-4)
}

const (
	minRateBytes = 24 << 10
	firstFlight  = 14600 // ten segments: the initial window of RFC 6928
)

// fetch asks for a page over TLS at an address that worked, and reads it up to the
// bound of the list.
func (r *runner) fetch(ctx context.Context, p *Endpoint, addr netip.AddrPort) *page {
	g := &page{url: "https://" + urlHost(p) + pathOf(p.Path), operation: "connect"}
	conn, err := r.dial(ctx, addr)
	if err == nil {
		defer conn.Close()
		g.operation = "tls_handshake"
		conn, err = r.secure(ctx, conn, p.Host, p.OwnRoot, &shake{})
	}
	if err != nil {
		g.failure = FailureOf(err)
		return g
	}
	g.get(ctx, conn, p.Host, pathOf(p.Path), r.List.Read, r.Page)
	return g
}

// fetchClear asks for a page without TLS, port 80.
func (r *runner) fetchClear(ctx context.Context, host, path string, addr netip.Addr) *page {
	g := &page{url: "http://" + host + pathOf(path), operation: "connect"}
	conn, err := r.dial(ctx, netip.AddrPortFrom(addr, 80))
	if err != nil {
		g.failure = FailureOf(err)
		return g
	}
	defer conn.Close()
	g.get(ctx, conn, host, pathOf(path), clearRead, r.Step)
	return g
}

// get asks for a page on a connection. It follows nothing, and takes no cookies.
func (g *page) get(ctx context.Context, conn net.Conn, host, path string, most int64, patience time.Duration) {
	stop := context.AfterFunc(ctx, func() { _ = conn.SetDeadline(time.Unix(1, 0)) })
	defer stop()
	_ = conn.SetDeadline(time.Now().Add(patience))
	g.operation = "http_round_trip"
	if _, err := fmt.Fprintf(conn, "GET %s HTTP/1.1\r\nHost: %s\r\nUser-Agent: %s\r\nAccept: text/html,*/*;q=0.8\r\nAccept-Encoding: identity\r\nConnection: close\r\n\r\n", path, host, browser); err != nil {
		g.failure = FailureOf(err)
		return
	}
	bounded := &io.LimitedReader{R: conn, N: maxHead}
	in := bufio.NewReaderSize(bounded, 4096)
	answer, err := http.ReadResponse(in, &http.Request{Method: http.MethodGet})
	if err != nil {
		if g.failure = FailureOf(err); g.failure == FailureUnknown {
			g.failure = FailureEOF // no HTTP at all
		}
		return
	}
	defer answer.Body.Close()
	bounded.N += most
	g.code = answer.StatusCode
	if to, err := url.Parse(answer.Header.Get("Location")); err == nil {
		g.to = strings.ToLower(to.Hostname())
	}
	begun := time.Now()
	var first bytes.Buffer
	n, err := io.Copy(io.MultiWriter(&limited{&first, clearRead}), io.LimitReader(answer.Body, most))
	g.read, g.took, g.begin, g.whole = n, time.Since(begun), first.Bytes(), n < most && err == nil
	if err != nil {
		g.failure = FailureOf(err)
	}
}

// limited keeps the first bytes and drops the rest.
type limited struct {
	to   *bytes.Buffer
	left int
}

func (l *limited) Write(p []byte) (int, error) {
	n := min(len(p), l.left)
	l.to.Write(p[:n])
	l.left -= n
	return len(p), nil
}

func pathOf(path string) string {
	if path == "" {
		return "/"
	}
	return path
}
