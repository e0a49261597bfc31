package remote

import (
	"bytes"
	"context"
	"crypto/tls"
	"encoding/json"
	"errors"
	"io"
	"net"
	"net/http"
	"net/url"
	"strings"
	"time"

	"keepiton"
)

// Dial says how a client reaches a server. URL is required.
type Dial struct {
	// URL is the address of the server, without a path: https; http only for an
	// onion service or this very machine, since the token must not be read on
	// the way.
	URL string
	// Proxy is a SOCKS5 proxy, such as socks5://127.0.0.1:9050 for Tor; it finds
	// the server's name as well. Required for an onion service. Empty: none, not
	// even one that the environment names.
	Proxy string
	TLS   *tls.Config     // default: the certificates of the system
	Wait  time.Duration   // for the head of an answer, and for more of one that stalls; zero: a minute
	Pause []time.Duration // before each retry of a read; nil: 0.5, 2 and 5 seconds
	Lang  string          // of error messages: en, fr …; empty: English
}

// Client is a casework.Server over HTTP, for one paired account. It is safe for
// use by many goroutines. The token is in memory alone and dies with it.
//
// Reads are tried again when the line breaks, and a body goes on where it
// stopped; what changes something is never sent twice.
type Client struct {
	base  *url.URL
	http  *http.Client
	wait  time.Duration
	pause []time.Duration
	lang  string
	token string
}

// newClient prepares the way, without a token yet.
func newClient(d Dial) (*Client, error) {
	base, err := checkURL(d)
	if err != nil {
		return nil, err
	}
	t := &http.Transport{
		DialContext:         (&net.Dialer{Timeout: 30 * time.Second, KeepAlive: 30 * time.Second}).DialContext,
		TLSHandshakeTimeout: 30 * time.Second, IdleConnTimeout: 90 * time.Second, MaxIdleConns: 4,
		TLSClientConfig: d.TLS, ForceAttemptHTTP2: true,
	}
	if d.Proxy != "" {
		p, err := url.Parse(d.Proxy)
		if err != nil || p.Scheme != "socks5" && p.Scheme != "socks5h" || p.Host == "" {
			return nil, keepiton.Errorf(keepiton.Invalid, "the proxy %q is not like socks5://127.0.0.1:9050", d.Proxy)
		}
		p.Scheme = "socks5h" // the proxy looks up the name: nobody else learns it
		t.Proxy = http.ProxyURL(p)
	}
	c := &Client{base: base, wait: d.Wait, pause: d.Pause, lang: d.Lang}
	if c.wait == 0 {
		c.wait = time.Minute
	}
	if c.pause == nil {
		c.pause = []time.Duration{500 * time.Millisecond, 2 * time.Second, 5 * time.Second}
	}
	c.http = &http.Client{
		Transport: t,
		// A redirect would carry the token elsewhere.
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
	return c, nil
}

func checkURL(d Dial) (*url.URL, error) {
	u, err := url.Parse(strings.TrimRight(d.URL, "/"))
	if err != nil || u.Host == "" || u.User != nil || u.Path != "" || u.RawQuery != "" {
		return nil, keepiton.Errorf(keepiton.Invalid, "the server %q is not an address such as https://shutdowns.example", d.URL)
	}
	host := u.Hostname()
	onion := strings.HasSuffix(host, ".onion")
	ip := net.ParseIP(host)
	here := host == "localhost" || ip != nil && ip.IsLoopback()
	switch {
	case onion && d.Proxy == "":
		return nil, keepiton.Hint(keepiton.Errorf(keepiton.Invalid, "an onion service is reached through Tor alone"), "start tor and add --proxy socks5://127.0.0.1:9050")
	case u.Scheme == "https", u.Scheme == "http" && (onion || here):
		return u, nil
	}
	return nil, keepiton.Hint(keepiton.Errorf(keepiton.Invalid, "%s is not encrypted", d.URL), "use the https address of the server, or its onion address")
}

// send makes one request and returns the answer when it is a good one.
func (c *Client) send(ctx context.Context, method, path string, query url.Values, body []byte, mediaType string, header http.Header) (*http.Response, error) {
	u := *c.base
	u.Path, u.RawQuery = path, query.Encode()
	ctx, cancel := context.WithCancel(ctx)
	watch := newWatch(c.wait, cancel)
	req, err := http.NewRequestWithContext(ctx, method, u.String(), bytes.NewReader(body))
	if err != nil {
		cancel()
		return nil, err
	}
	for name, values := range header {
		req.Header[name] = values
	}
	if mediaType != "" {
		req.Header.Set("Content-Type", mediaType)
	}
	if c.token != "" {
		req.Header.Set("Authorization", "Bearer "+c.token)
	}
	if c.lang != "" {
		req.Header.Set("Accept-Language", c.lang)
	}
	req.Header.Set("User-Agent", "keepiton")
	res, err := c.http.Do(req)
	if err != nil {
		watch.stop()
		cancel()
		return nil, c.failed(ctx, watch, err)
	}
	watch.more()
	res.Body = &watched{res.Body, watch, cancel}
	if res.StatusCode < 200 || res.StatusCode > 299 {
		defer res.Body.Close()
		return nil, problemOf(res)
	}
	return res, nil
}

// failed says why there was no answer, without the address that a log may keep.
func (c *Client) failed(ctx context.Context, w *watch, err error) error {
	var u *url.Error
	if errors.As(err, &u) {
		err = u.Err
	}
	if w.fired() {
		return keepiton.Errorf(keepiton.Unavailable, "the server has not answered within %s", c.wait)
	}
	if cause := context.Cause(ctx); errors.Is(err, context.Canceled) && cause != nil {
		return cause
	}
	return keepiton.Errorf(keepiton.Unavailable, "the server cannot be reached: %w", err)
}

// problemOf reads a refusal.
func problemOf(res *http.Response) error {
	var p Problem
	text, err := io.ReadAll(io.LimitReader(res.Body, 64<<10))
	if err == nil {
		err = json.Unmarshal(text, &p)
	}
	if err != nil || p.Code == "" {
		code := keepiton.Unavailable // something on the way answered, not the desk
		if res.StatusCode == http.StatusNotFound {
			code = keepiton.NotFound
		}
		return keepiton.Hint(keepiton.Errorf(code, "the server answered %s", res.Status), "is it a KeepItOn server of this version?")
	}
	if p.Error == "" {
		p.Error = string(p.Code)
	}
	return &keepiton.Error{Code: p.Code, Err: errors.New(p.Error)}
}

// get asks for JSON; a broken line is tried again.
func (c *Client) get(ctx context.Context, path string, query url.Values, answer any) error {
	return c.retry(ctx, func() error { return c.call(ctx, http.MethodGet, path, query, nil, answer) })
}

// retry tries again while the server could not be asked.
func (c *Client) retry(ctx context.Context, do func() error) error {
	err := do()
	for _, pause := range c.pause {
		if keepiton.CodeOf(err) != keepiton.Unavailable || ctx.Err() != nil {
			return err
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(pause):
		}
		err = do()
	}
	return err
}

// call sends JSON, or nothing when ask is nil, and reads the JSON answer.
func (c *Client) call(ctx context.Context, method, path string, query url.Values, ask, answer any) error {
	var body []byte
	mediaType := ""
	if ask != nil {
		var err error
		if body, err = json.Marshal(ask); err != nil {
			return err
		}
		mediaType = "application/json"
	}
	return c.exchange(ctx, method, path, query, body, mediaType, answer)
}

func (c *Client) exchange(ctx context.Context, method, path string, query url.Values, body []byte, mediaType string, answer any) error {
	res, err := c.send(ctx, method, path, query, body, mediaType, nil)
	if err != nil {
		return err
	}
	defer res.Body.Close()
	if answer == nil {
		return nil
	}
	text, err := io.ReadAll(io.LimitReader(res.Body, maxAnswer+1))
	switch {
	case err != nil:
		return keepiton.Errorf(keepiton.Unavailable, "the answer was cut: %w", err)
	case len(text) > maxAnswer:
		return keepiton.Errorf(keepiton.TooLarge, "the answer is larger than %d bytes", maxAnswer)
	}
	if err := json.Unmarshal(text, answer); err != nil {
		return keepiton.Hint(keepiton.Errorf(keepiton.Unavailable, "the answer is not the JSON that was asked for: %w", err), "is it a KeepItOn server of this version?")
	}
	return nil
}
