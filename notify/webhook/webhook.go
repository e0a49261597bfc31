// Package webhook is the channel of alerts to programs, by the rules of Standard
// Webhooks (notes/publication.md 3): a JSON body, and the headers webhook-id,
// webhook-timestamp and webhook-signature.
//
// An address is anybody's, so it is reached with care: over https, never through
// a proxy, never to an address inside of our own network, looked at when the
// connection is made and after the name was resolved; redirects are not followed,
// and of an answer no more is read than is needed.
package webhook

import (
	"bytes"
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"strconv"
	"strings"
	"time"

	"keepiton"
	"keepiton/dial"
	"keepiton/notify"
)

// Limits of one request.
const (
	timeout   = 15 * time.Second
	maxBody   = 256 << 10 // bytes that we send
	maxAnswer = 4 << 10   // bytes that we read
	maxHeader = 16 << 10  // bytes of the headers of an answer
)

// Options of a Caller. The zero value is what a server wants.
type Options struct {
	// Loopback lets addresses on this machine through, and http, for tests.
	Loopback bool
	Now      func() time.Time // nil: time.Now
	Client   *http.Transport  // for tests: certificates to trust
}

// Caller implements notify.Sender and notify.Challenger.
type Caller struct {
	client *http.Client
	now    func() time.Time
}

var (
	_ notify.Sender     = (*Caller)(nil)
	_ notify.Challenger = (*Caller)(nil)
)

// New returns a caller.
func New(opt Options) *Caller {
	c := &Caller{now: opt.Now}
	if c.now == nil {
		c.now = time.Now
	}
	transport := &http.Transport{}
	if opt.Client != nil {
		transport = opt.Client
	}
	transport.Proxy = nil
	transport.DialContext = guardedDial(opt.Loopback)
	transport.TLSHandshakeTimeout, transport.ResponseHeaderTimeout = timeout, timeout
	transport.MaxResponseHeaderBytes, transport.MaxIdleConns, transport.MaxIdleConnsPerHost, transport.IdleConnTimeout = maxHeader, 32, 2, 30*time.Second
	transport.DisableCompression = true // nothing of an answer is unpacked
	c.client = &http.Client{
		Transport: transport, Timeout: timeout,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
	return c
}

// Channel implements notify.Sender.
func (c *Caller) Channel() keepiton.Channel { return keepiton.ChannelWebhook }

// Close ends the connections that are kept.
func (c *Caller) Close() { c.client.CloseIdleConnections() }

// Send implements notify.Sender.
func (c *Caller) Send(ctx context.Context, m *notify.Message, handing func() error) (string, error) {
	body, err := Body(m)
	if err != nil {
		return "", &notify.Fault{Kind: notify.Never, Answer: "not written", Err: err}
	}
	if err := handing(); err != nil {
		return "", err
	}
	status, _, after, err := c.post(ctx, m, body)
	if err != nil {
		return "", &notify.Fault{Kind: notify.Later, Answer: reason(err), Err: err, Unknown: !errors.Is(err, dial.ErrNotPublic)}
	}
	f := &notify.Fault{Kind: notify.Later, Answer: strconv.Itoa(status), After: after}
	switch {
	case status >= 200 && status < 300:
		return "", nil
	case status == http.StatusGone: // Standard Webhooks: send no more
		f.Kind = notify.Ended
	}
	return "", f
}

// reason is the answer that is noted for a request that had none.
func reason(err error) string {
	if errors.Is(err, dial.ErrNotPublic) {
		return "address not allowed"
	}
	return "no answer"
}

// post sends a signed body and returns the status, the beginning of the answer
// and when to come back.
func (c *Caller) post(ctx context.Context, m *notify.Message, body []byte) (status int, answer []byte, after time.Duration, err error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, m.To.Address, bytes.NewReader(body))
	if err != nil {
		return 0, nil, 0, err
	}
	now := c.now()
	stamp := strconv.FormatInt(now.Unix(), 10)
	id := "msg_" + m.Name
	req.Header.Set("Content-Type", "application/json")
	req.Header.Set("User-Agent", "KeepItOn-Webhooks/1")
	req.Header.Set("webhook-id", id)
	req.Header.Set("webhook-timestamp", stamp)
	req.Header.Set("webhook-signature", Signatures(m.To.Secrets, id, stamp, body, now))
	resp, err := c.client.Do(req)
	if err != nil {
		return 0, nil, 0, err
	}
	defer resp.Body.Close()
	answer, err = io.ReadAll(io.LimitReader(resp.Body, maxAnswer))
	if seconds, err := strconv.Atoi(resp.Header.Get("Retry-After")); err == nil && seconds > 0 && seconds < 86400 {
		after = time.Duration(seconds) * time.Second
	}
	return resp.StatusCode, answer, after, err
}

// Challenge implements notify.Challenger: whoever owns the address answers with
// the text that is sent, as it stands or as {"challenge": "…"}.
func (c *Caller) Challenge(ctx context.Context, m *notify.Message) error {
	challenge := rand.Text()
	body, err := json.Marshal(envelope{Type: "webhook.challenge", Timestamp: m.Date.UTC().Truncate(time.Second), Data: map[string]string{"challenge": challenge}})
	if err != nil {
		return err
	}
	fail := func(key, format string, args ...any) error {
		return &keepiton.Error{Code: keepiton.Invalid, Key: key, Err: keepiton.Errorf(keepiton.Invalid, format, args...)}
	}
	status, answer, _, err := c.post(ctx, m, body)
	switch {
	case errors.Is(err, dial.ErrNotPublic):
		return fail("page.alerts.error.hook_private", "this address is not on the public internet")
	case err != nil:
		return fail("page.alerts.error.hook_silent", "the address did not answer")
	case status < 200 || status > 299:
		return fail("page.alerts.error.hook_status", "the address answered with status %d", status)
	case !answers(answer, challenge):
		return fail("page.alerts.error.hook_answer", "the address answered something else than the challenge")
	}
	return nil
}

func answers(body []byte, challenge string) bool {
	var object struct {
		Challenge string `json:"challenge"`
	}
	if json.Unmarshal(body, &object) == nil && object.Challenge == challenge {
		return true
	}
	return strings.Trim(strings.TrimSpace(string(body)), `"`) == challenge
}
