// Package mastodon is the channel of alerts to an account of the campaign on a
// Mastodon server. A post says its language, and stands behind a content warning
// that says what it is about. A correction edits the post; the end of a shutdown
// answers it.
package mastodon

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"keepiton"
	"keepiton/notify"
)

// Limits of a post and of an answer.
const (
	maxPost   = 500 // characters: the default of a server
	linkChars = 23  // what a server counts for a link
	maxAnswer = 1 << 20
	timeout   = 30 * time.Second
)

// Poster implements notify.Sender.
type Poster struct {
	server, token string
	client        *http.Client
	now           func() time.Time
}

var _ notify.Sender = (*Poster)(nil)

// New returns a poster for the account that the token belongs to. It needs the
// scope write:statuses.
func New(server, token string) (*Poster, error) {
	u, err := url.Parse(server)
	if err != nil || u.Host == "" || u.Scheme != "https" && u.Scheme != "http" || token == "" {
		return nil, keepiton.Hint(keepiton.Errorf(keepiton.Invalid, "--mastodon: a server and its token are needed"), "write --mastodon https://mastodon.example and put the token into KEEPITON_MASTODON_TOKEN or the settings file")
	}
	return &Poster{server: strings.TrimRight(server, "/"), token: token, client: &http.Client{Timeout: timeout}, now: time.Now}, nil
}

// Channel implements notify.Sender.
func (p *Poster) Channel() keepiton.Channel { return keepiton.ChannelMastodon }

// status is what a server wants of a post, and what we need of its answer.
type status struct {
	ID         string `json:"id,omitempty"`
	Text       string `json:"status,omitempty"`
	Warning    string `json:"spoiler_text,omitempty"`
	Language   string `json:"language,omitempty"`
	Visibility string `json:"visibility,omitempty"`
	Answers    string `json:"in_reply_to_id,omitempty"`
}

// Send implements notify.Sender. The receipt is the id of the post about the
// subject, also where that was only answered.
func (p *Poster) Send(ctx context.Context, m *notify.Message, handing func() error) (string, error) {
	post := m.Post(maxPost, linkChars)
	s := status{Text: post.Text, Warning: post.Head, Language: m.Told[0].Lang}
	if err := handing(); err != nil {
		return "", err
	}
	if m.Edits != "" && notify.Replaces(m.Told[0].Alert.Act) {
		_, err := p.call(ctx, http.MethodPut, "/api/v1/statuses/"+url.PathEscape(m.Edits), s, m.Name)
		var f *notify.Fault
		if !errors.As(err, &f) || f.Answer != "404" {
			return m.Edits, err
		}
		// Somebody removed the post; what is true now is told anew.
	} else {
		s.Answers = m.Edits
	}
	s.Visibility = "public"
	id, err := p.call(ctx, http.MethodPost, "/api/v1/statuses", s, m.Name)
	if s.Answers != "" && err == nil {
		id = s.Answers
	}
	return id, err
}

// call asks the server. A second call with the same key within an hour changes
// nothing on it (header Idempotency-Key).
func (p *Poster) call(ctx context.Context, method, path string, s status, key string) (id string, err error) {
	body, err := json.Marshal(s)
	if err != nil {
		return "", err
	}
	req, err := http.NewRequestWithContext(ctx, method, p.server+path, bytes.NewReader(body))
	if err != nil {
		return "", err
	}
	req.Header.Set("Authorization", "Bearer "+p.token)
	req.Header.Set("Content-Type", "application/json")
	req.Header.Set("Idempotency-Key", key)
	resp, err := p.client.Do(req)
	if err != nil {
		return "", &notify.Fault{Kind: notify.Down, Answer: "no answer", Err: err, Unknown: true}
	}
	defer resp.Body.Close()
	answer, err := io.ReadAll(io.LimitReader(resp.Body, maxAnswer))
	if resp.StatusCode/100 != 2 {
		return "", p.fault(resp)
	}
	var got status
	if err != nil || json.Unmarshal(answer, &got) != nil || got.ID == "" {
		return "", &notify.Fault{Kind: notify.Down, Answer: "no answer that we understand", Err: err, Unknown: true}
	}
	return got.ID, nil
}

// fault sorts a refusal. A limit of rate names the moment at which it ends
// (X-RateLimit-Reset) or the seconds until then (Retry-After).
func (p *Poster) fault(resp *http.Response) *notify.Fault {
	f := &notify.Fault{Kind: notify.Down, Answer: strconv.Itoa(resp.StatusCode)}
	switch resp.StatusCode {
	case http.StatusTooManyRequests:
		if seconds, err := strconv.Atoi(resp.Header.Get("Retry-After")); err == nil && seconds > 0 {
			f.After = time.Duration(seconds) * time.Second
		} else if at, err := time.Parse(time.RFC3339, resp.Header.Get("X-RateLimit-Reset")); err == nil {
			f.After = max(0, at.Sub(p.now()))
		}
		f.After = min(f.After, time.Hour)
	case http.StatusBadRequest, http.StatusNotFound, http.StatusUnprocessableEntity:
		f.Kind = notify.Never
	}
	return f
}
