// Package telegram is the channel of alerts to channels of the campaign on
// Telegram, through a bot. A correction edits the message; the end of a shutdown
// answers it.
//
// Telegram knows no name for a message that a sender chooses: should the process
// die between its answer and our note of it, the message comes twice.
package telegram

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"strconv"
	"strings"
	"time"

	"keepiton"
	"keepiton/notify"
)

// Limits of a message and of an answer.
const (
	maxPost   = 4096 // characters: Bot API, sendMessage
	maxAnswer = 1 << 20
	timeout   = 30 * time.Second
)

// Server is the address of the Bot API.
const Server = "https://api.telegram.org"

// Poster implements notify.Sender. The address of a subscription is the chat,
// such as @keepiton_am.
type Poster struct {
	base   string // with the token: never logged
	client *http.Client
}

var _ notify.Sender = (*Poster)(nil)

// New returns a poster for the bot that the token belongs to, which must be an
// administrator of the channels.
func New(server, token string) (*Poster, error) {
	if token == "" || strings.Trim(token, "0123456789:ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz_-") != "" {
		return nil, keepiton.Hint(keepiton.Errorf(keepiton.Invalid, "--telegram-token: this is no token of a bot"), "put the one that BotFather gave you into KEEPITON_TELEGRAM_TOKEN or the settings file")
	}
	return &Poster{base: strings.TrimRight(server, "/") + "/bot" + token + "/", client: &http.Client{Timeout: timeout}}, nil
}

// Channel implements notify.Sender.
func (p *Poster) Channel() keepiton.Channel { return keepiton.ChannelTelegram }

type answer struct {
	OK          bool   `json:"ok"`
	Code        int    `json:"error_code"`
	Description string `json:"description"`
	Parameters  struct {
		RetryAfter int `json:"retry_after"`
	} `json:"parameters"`
	Result struct {
		ID int64 `json:"message_id"`
	} `json:"result"`
}

// Send implements notify.Sender. The receipt is the id of the message about the
// subject, also where that was only answered.
func (p *Poster) Send(ctx context.Context, m *notify.Message, handing func() error) (string, error) {
	post := m.Post(maxPost-2, 256)
	request := map[string]any{
		"chat_id": m.To.Address, "text": post.Head + "\n\n" + post.Text,
		"link_preview_options": map[string]bool{"is_disabled": true}, // nobody's server is asked on a reader's behalf
	}
	if err := handing(); err != nil {
		return "", err
	}
	before, err := strconv.ParseInt(m.Edits, 10, 64)
	if err == nil && notify.Replaces(m.Told[0].Alert.Act) {
		request["message_id"] = before
		_, err := p.call(ctx, "editMessageText", request)
		var f *notify.Fault
		if !errors.As(err, &f) || f.Answer != "400 not found" {
			return m.Edits, err
		}
		delete(request, "message_id") // somebody removed it: what is true now is told anew
	} else if err == nil {
		request["reply_parameters"] = map[string]any{"message_id": before, "allow_sending_without_reply": true}
	}
	id, err := p.call(ctx, "sendMessage", request)
	if err == nil && request["reply_parameters"] != nil {
		return m.Edits, nil
	}
	return id, err
}

func (p *Poster) call(ctx context.Context, method string, request any) (id string, err error) {
	body, err := json.Marshal(request)
	if err != nil {
		return "", err
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, p.base+method, bytes.NewReader(body))
	if err != nil {
		return "", errors.New("the address of Telegram cannot be read") // its own error would name the token
	}
	req.Header.Set("Content-Type", "application/json")
	resp, err := p.client.Do(req)
	if err != nil {
		return "", &notify.Fault{Kind: notify.Down, Answer: "no answer", Unknown: true} // the error names the token
	}
	defer resp.Body.Close()
	text, err := io.ReadAll(io.LimitReader(resp.Body, maxAnswer))
	var a answer
	if err != nil || json.Unmarshal(text, &a) != nil {
		return "", &notify.Fault{Kind: notify.Down, Answer: "no answer that we understand", Err: err, Unknown: true}
	}
	if a.OK {
		return strconv.FormatInt(a.Result.ID, 10), nil
	}
	f := &notify.Fault{Kind: notify.Down, Answer: strconv.Itoa(a.Code), After: time.Duration(a.Parameters.RetryAfter) * time.Second}
	if a.Code == http.StatusBadRequest {
		switch what := strings.ToLower(a.Description); {
		case strings.Contains(what, "not modified"):
			return strconv.FormatInt(a.Result.ID, 10), nil // it says so already
		case strings.Contains(what, "not found") && method == "editMessageText":
			f.Answer = "400 not found"
		}
		f.Kind = notify.Never
	}
	return "", f
}
