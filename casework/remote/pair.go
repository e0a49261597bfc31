package remote

import (
	"context"
	"net/http"
	"time"

	"keepiton"
)

// BeginAnswer is what the server answers to POST /desk/pair/begin, in the manner
// of RFC 8628, section 3.2.
type BeginAnswer struct {
	Code     string `json:"code"`     // to be shown: ABCD-EFGH
	Poll     string `json:"poll"`     // secret, to ask with
	Address  string `json:"address"`  // where the analyst confirms it
	Expires  int    `json:"expires"`  // seconds
	Interval int    `json:"interval"` // seconds between two questions
}

// PollAsk is the question of POST /desk/pair/poll.
type PollAsk struct {
	Poll string `json:"poll"`
}

// PollAnswer is the answer: the token once the analyst has confirmed.
type PollAnswer struct {
	State string `json:"state"` // waiting, paired
	Token string `json:"token,omitempty"`
}

// Paths of pairing and of its end.
const (
	BeginPath = "/desk/pair/begin"
	PollPath  = "/desk/pair/poll"
	EndPath   = "/desk/pair/end"
)

// Pair begins a pairing, lets show put the code before the analyst, and waits
// until it is confirmed at the server. NotFound when it was not within the time.
func Pair(ctx context.Context, d Dial, show func(code, address string)) (*Client, error) {
	c, err := newClient(d)
	if err != nil {
		return nil, err
	}
	var begun BeginAnswer
	if err := c.call(ctx, http.MethodPost, BeginPath, nil, struct{}{}, &begun); err != nil {
		return nil, err
	}
	show(begun.Code, c.base.String()+"/desk/pair")
	ctx, cancel := context.WithTimeout(ctx, time.Duration(begun.Expires)*time.Second)
	defer cancel()
	every := time.NewTicker(max(time.Duration(begun.Interval)*time.Second, time.Millisecond))
	defer every.Stop()
	for {
		var got PollAnswer
		err := c.call(ctx, http.MethodPost, PollPath, nil, PollAsk{begun.Poll}, &got)
		switch code := keepiton.CodeOf(err); {
		case got.Token != "":
			c.token = got.Token
			return c, nil
		case code == keepiton.RateLimited || code == keepiton.Unavailable:
			// asked too soon, or the line is bad: the code is still good
		case err != nil:
			return nil, err
		}
		select {
		case <-ctx.Done():
			return nil, keepiton.Errorf(keepiton.Unavailable, "the code was not confirmed: %w", context.Cause(ctx))
		case <-every.C:
		}
	}
}

// End ends the pairing at the server and forgets the token.
func (c *Client) End(ctx context.Context) error {
	err := c.call(ctx, http.MethodPost, EndPath, nil, struct{}{}, nil)
	c.token = ""
	c.http.CloseIdleConnections()
	return err
}

// With returns a client for a token that is known already.
func With(d Dial, token string) (*Client, error) {
	c, err := newClient(d)
	if err == nil {
		c.token = token
	}
	return c, err
}
