package courier

import (
	"bytes"
	"context"
	"encoding/json"
	"net/http"
	"time"

	"keepiton"
)

// heartTime bounds a heartbeat: one that is late is none.
const heartTime = time.Minute

// Heartbeat tells the server, with a token of a partner (Token), that a probe is alive
// in a country; access is mobile, fixed or empty. It is said once. Errors beside those
// of the line: Conflict when the token was used, Invalid when it is no good, NotFound
// when the server counts none.
func (c *Courier) Heartbeat(ctx context.Context, country, access string) error {
	ctx, cancel := context.WithTimeout(ctx, heartTime)
	defer cancel()
	text, err := json.Marshal(struct {
		Country string `json:"country"`
		Access  string `json:"network,omitempty"`
	}{country, access})
	if err != nil {
		return err
	}
	h := http.Header{tokenHeader: {c.Token}, "Content-Type": {"application/json"}}
	_, err = c.ask(ctx, http.MethodPost, "/intake/heartbeat", h, bytes.NewReader(text), int64(len(text)))
	switch code := keepiton.CodeOf(err); {
	case err == nil:
		return nil
	case code == keepiton.Conflict:
		return keepiton.Errorf(code, "the token was used already")
	case code == keepiton.Invalid:
		return keepiton.Hint(keepiton.Errorf(code, "%s does not take the token", c.Server.Host), "are the tokens of this server, and for reports?")
	case code == keepiton.NotFound:
		return keepiton.Hint(keepiton.Errorf(code, "%s counts no heartbeats", c.Server.Host), "ask its operator, whose setting is --heartbeats")
	}
	return err
}
