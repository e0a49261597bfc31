package fetch

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptrace"
	"net/netip"
	"net/url"
	"time"

	"keepiton"
	"keepiton/dial"
)

const (
	connectTime = 30 * time.Second
	answerTime  = 2 * time.Minute // for the header: APIs compute before they answer
	maxHops     = 5
	maxHeader   = 64 << 10
)

func (c *Client) transport(to dial.Func) *http.Transport {
	if to == nil {
		to = (&net.Dialer{Timeout: connectTime, KeepAlive: 30 * time.Second}).DialContext
	}
	return &http.Transport{
		Proxy: http.ProxyFromEnvironment, DialContext: to, TLSHandshakeTimeout: connectTime, ResponseHeaderTimeout: answerTime,
		MaxConnsPerHost: 1, MaxIdleConns: 16, IdleConnTimeout: 30 * time.Second, MaxResponseHeaderBytes: maxHeader, ForceAttemptHTTP2: true,
		DisableCompression: true, // a file is kept as it is published
	}
}

// ask sends a request and follows redirects.
//
// Who answers with a redirect must not choose for us what to look at inside our own
// network: from the first one on, only public addresses are connected to, unless the
// address that we began with is not public either. What the item wants sent goes to
// the place it names and to no other, and nothing goes from https to http.
func (c *Client) ask(ctx context.Context, j *job, header http.Header) (*http.Response, error) {
	at, inside := j.at, false
	for hop := 0; ; hop++ {
		req := (&http.Request{Method: http.MethodGet, URL: at, Host: at.Host, Header: header.Clone(), Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1})
		req.Header.Set("User-Agent", c.o.Agent)
		req.Header.Set("Accept", "*/*")
		if at.Scheme == j.at.Scheme && at.Host == j.at.Host {
			for name, value := range j.item.Header {
				req.Header.Set(name, value)
			}
		}
		transport := c.open
		if hop > 0 && !inside {
			if transport = c.guarded; c.proxied(req) {
				if a, err := netip.ParseAddr(at.Hostname()); at.Hostname() == "localhost" || err == nil && !dial.Public(a) {
					return nil, notPublic(at)
				}
				transport = c.open
			}
		}
		var reached net.Addr
		trace := &httptrace.ClientTrace{GotConn: func(i httptrace.GotConnInfo) { reached = i.Conn.RemoteAddr() }}
		resp, err := transport.RoundTrip(req.WithContext(httptrace.WithClientTrace(ctx, trace)))
		if err != nil {
			if errors.Is(err, dial.ErrNotPublic) {
				return nil, notPublic(at)
			}
			return nil, &later{err: keepiton.Hint(keepiton.Errorf(keepiton.Unavailable, "no answer: %w", bare(err)), "is there a connection to the Internet, and does a browser reach it?")}
		}
		if hop == 0 && !c.proxied(req) {
			inside = !isPublic(reached)
		}
		switch resp.StatusCode {
		case http.StatusMovedPermanently, http.StatusFound, http.StatusSeeOther, http.StatusTemporaryRedirect, http.StatusPermanentRedirect:
		default:
			return resp, nil
		}
		_, _ = io.CopyN(io.Discard, resp.Body, 4<<10) // so that the connection can be used again
		_ = resp.Body.Close()
		to, err := resp.Location()
		switch {
		case err != nil || to.Host == "" || to.User != nil || to.Scheme != "http" && to.Scheme != "https":
			return nil, keepiton.Errorf(keepiton.Unavailable, "%s points to no address of the web", spoken(at))
		case hop == maxHops:
			return nil, keepiton.Errorf(keepiton.Unavailable, "more than %d redirects, the last to %s", maxHops, spoken(to))
		case at.Scheme == "https" && to.Scheme == "http":
			return nil, keepiton.Errorf(keepiton.Forbidden, "%s leads to %s, which is not encrypted", spoken(at), spoken(to))
		}
		at = to
	}
}

func notPublic(at *url.URL) error {
	return keepiton.Hint(keepiton.Errorf(keepiton.Forbidden, "the way leads to %s: %w", spoken(at), dial.ErrNotPublic), "a server on the Internet sends us into our own network: tell whoever runs it, and do not follow")
}

func (c *Client) proxied(req *http.Request) bool {
	if c.open.Proxy == nil {
		return false
	}
	proxy, err := c.open.Proxy(req)
	return err == nil && proxy != nil
}

func isPublic(a net.Addr) bool {
	if a == nil {
		return true
	}
	at, err := netip.ParseAddrPort(a.String())
	return err == nil && dial.Public(at.Addr())
}

// isLocal reports whether a name of a host is this machine.
func isLocal(name string) bool {
	a, err := netip.ParseAddr(name)
	return name == "localhost" || err == nil && dial.Loopback(a)
}

// bare is an error without the address that the packages of the standard library put
// into it.
func bare(err error) error {
	var u *url.Error
	if errors.As(err, &u) {
		return u.Err
	}
	return err
}

// statusText is 503 (Service Unavailable).
func statusText(status int) string {
	if text := http.StatusText(status); text != "" {
		return fmt.Sprintf("%d (%s)", status, text)
	}
	return fmt.Sprint(status)
}
