package courier

import (
	"context"
	"crypto/tls"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"strings"
	"time"

	"keepiton"
)

// stepTime bounds one request. A piece of 256 KiB over 2 kB/s takes two minutes.
const stepTime = 10 * time.Minute

// answer is what a server answered.
type answer struct {
	header http.Header
	body   []byte
}

var (
	errStrange = keepiton.Hint(keepiton.Errorf(keepiton.Invalid, "the server's answer is not that of a KeepItOn site"), "is the address right, and does nothing sit between that answers in its place?")
	// errMoved says that the server has another part of the upload than we think:
	// ask it, and go on from there.
	errMoved = keepiton.Errorf(keepiton.Unavailable, "the server has another part of the file")
)

// NewClient returns a client for a server that is reached through proxy, such as
// socks5://127.0.0.1:9050 for Tor; nil: as the environment says (HTTPS_PROXY).
// Names are looked up by the proxy. It follows no redirect: a file goes where
// its sender said and nowhere else.
func NewClient(proxy *url.URL) *http.Client {
	t := &http.Transport{
		Proxy:                  http.ProxyFromEnvironment,
		ForceAttemptHTTP2:      true,
		TLSHandshakeTimeout:    time.Minute,
		ResponseHeaderTimeout:  stepTime,
		IdleConnTimeout:        time.Minute,
		TLSClientConfig:        &tls.Config{MinVersion: tls.VersionTLS12},
		MaxResponseHeaderBytes: maxAnswer,
	}
	if proxy != nil {
		t.Proxy = http.ProxyURL(proxy)
	}
	return &http.Client{
		Transport:     t,
		Timeout:       stepTime,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
}

// CheckServer reads the address of a server. What travels is sealed, but who
// sends it where is not: https, an onion service, or this machine.
func CheckServer(address string) (*url.URL, error) {
	u, err := url.Parse(strings.TrimRight(address, "/"))
	if err != nil || u.Host == "" || u.User != nil || u.RawQuery != "" || u.Fragment != "" {
		return nil, keepiton.Hint(keepiton.Errorf(keepiton.Invalid, "not the address of a server"), "such as https://shutdowns.example")
	}
	host := u.Hostname()
	ip := net.ParseIP(host)
	here := host == "localhost" || ip != nil && ip.IsLoopback()
	if u.Scheme != "https" && !(u.Scheme == "http" && (here || strings.HasSuffix(host, ".onion"))) {
		return nil, keepiton.Hint(keepiton.Errorf(keepiton.Invalid, "%s would be reached in the clear", host), "use https://, or the site's .onion address through --proxy socks5://127.0.0.1:9050")
	}
	return u, nil
}

// CheckProxy reads the address of a proxy; empty: none.
func CheckProxy(address string) (*url.URL, error) {
	if address == "" {
		return nil, nil
	}
	u, err := url.Parse(address)
	if err != nil || u.Host == "" || u.Scheme != "socks5" && u.Scheme != "socks5h" && u.Scheme != "http" && u.Scheme != "https" {
		return nil, keepiton.Hint(keepiton.Errorf(keepiton.Invalid, "not the address of a proxy"), "Tor's is socks5://127.0.0.1:9050, Tor Browser's socks5://127.0.0.1:9150")
	}
	return u, nil
}

// ask sends one request.
func (c *Courier) ask(ctx context.Context, method, path string, h http.Header, body io.Reader, size int64) (answer, error) {
	return c.askFor(ctx, maxAnswer, method, path, h, body, size)
}

// askFor sends one request and reads so much of the answer.
func (c *Courier) askFor(ctx context.Context, most int64, method, path string, h http.Header, body io.Reader, size int64) (answer, error) {
	ctx, cancel := context.WithTimeout(ctx, stepTime)
	defer cancel()
	if size == 0 {
		body = http.NoBody
	}
	path, query, _ := strings.Cut(path, "?")
	address := c.Server.JoinPath(path)
	address.RawQuery = query
	req, err := http.NewRequestWithContext(ctx, method, address.String(), body)
	if err != nil {
		return answer{}, keepiton.Errorf(keepiton.Invalid, "%w", err)
	}
	req.ContentLength = size
	for name, values := range h {
		req.Header[name] = values
	}
	req.Header.Set("User-Agent", "") // leaves it out
	resp, err := c.Client.Do(req)
	if err != nil {
		return answer{}, unreached(c.Server, err)
	}
	defer resp.Body.Close()
	text, err := io.ReadAll(io.LimitReader(resp.Body, most))
	if err != nil {
		return answer{}, unreached(c.Server, err)
	}
	if resp.StatusCode/100 == 2 {
		return answer{resp.Header, text}, nil
	}
	return answer{}, refused(resp, text, c.Server)
}

// unreached says what kept us from the server, and what to do.
func unreached(server *url.URL, err error) error {
	var wrapped *url.Error
	if errors.As(err, &wrapped) {
		err = wrapped.Err // without method and path
	}
	hint := "check the address and the line; if the site is blocked, try its .onion address and --proxy socks5://127.0.0.1:9050 with Tor running, or hand the file to somebody who can send it"
	var unknown *tls.CertificateVerificationError
	if errors.As(err, &unknown) {
		return keepiton.Hint(keepiton.Errorf(keepiton.Forbidden, "%s does not prove who it is: %w", server.Host, err), "somebody may sit between; do not send it on this line, and try through Tor")
	}
	return keepiton.Hint(keepiton.Errorf(keepiton.Unavailable, "%s is not reached: %w", server.Host, err), hint)
}

// noKeys is the key of the error of a site that nobody can be sealed to yet.
const noKeys = "intake.no_keys"

// refused says what an answer means for a sender.
func refused(resp *http.Response, body []byte, server *url.URL) error {
	host := server.Host
	var problem struct{ Detail, Key string } // RFC 9457
	if json.Unmarshal(body, &problem) != nil || len(problem.Detail) > 300 {
		problem.Detail = ""
	}
	said := ""
	if problem.Detail != "" {
		said = fmt.Sprintf(": it says %q", problem.Detail)
	}
	fail := func(code keepiton.Code, hint, format string, v ...any) error {
		return &keepiton.Error{Code: code, Key: problem.Key, Hint: hint, Err: fmt.Errorf("%s %s (%d)%s", host, fmt.Sprintf(format, v...), resp.StatusCode, said)}
	}
	switch code := resp.StatusCode; {
	case problem.Key == noKeys:
		return fail(keepiton.Unavailable, "tell whoever runs the site; the file stays good for another one of the campaign", "takes no reports yet")
	case code == http.StatusConflict:
		return fail(keepiton.Conflict, "seal the report again, which gives it a new receipt", "has another report with this receipt")
	case code == http.StatusTooManyRequests, code == http.StatusServiceUnavailable, code == http.StatusRequestTimeout, code == http.StatusTooEarly:
		return fail(keepiton.RateLimited, "try again in a few minutes", "is busy")
	case code == http.StatusRequestEntityTooLarge, code == http.StatusInsufficientStorage:
		return fail(keepiton.TooLarge, "send it without its largest attachment, or try again tomorrow", "has no room for the file")
	case code >= 500:
		return fail(keepiton.Unavailable, "try again later; the file stays good", "has a fault")
	case code == http.StatusNotFound, code == http.StatusGone, code == http.StatusMethodNotAllowed:
		return fail(keepiton.NotFound, "", "does not know that address")
	case code/100 == 3:
		to, _ := url.Parse(resp.Header.Get("Location"))
		if to == nil || to.Host == "" {
			return errStrange
		}
		return fail(keepiton.Invalid, "if you trust that address, give it with --server", "sends us on to %s", to.Host)
	}
	return fail(keepiton.Invalid, "keepiton bundle verify says whether the file is whole", "refuses the file")
}
