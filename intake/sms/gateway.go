package sms

import (
	"crypto/hmac"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/hex"
	"encoding/json"
	"io"
	"mime"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"keepiton"
)

// Gateway is one kind of gateway. Read checks that a request comes from it and
// returns what it tells; ok is false for events that are no message, which are
// acknowledged and forgotten.
type Gateway struct {
	Name string // the last part of the address: /intake/sms/NAME
	Read func(r *http.Request, secret string, now time.Time) (m Message, ok bool, err error)
}

// Gateways lists them.
var Gateways = []Gateway{
	{"android", readAndroid},
	{"kannel", readKannel},
	{"rapidpro", readRapidPro},
}

// skew is how far a signed request's clock may be off: a telephone without a
// network keeps bad time, and an old signature must not work for ever.
const skew = 10 * time.Minute

var errSecret = keepiton.Errorf(keepiton.Forbidden, "the request does not show the secret of this gateway")

// readAndroid reads a webhook of android-sms-gateway (docs.sms-gate.app,
// "Webhooks"): JSON, signed with HMAC-SHA-256 over the body followed by the
// timestamp, in X-Signature and X-Timestamp. An event's id is its own; the id of
// a message is not unique.
func readAndroid(r *http.Request, secret string, now time.Time) (Message, bool, error) {
	body, err := whole(r)
	if err != nil {
		return Message{}, false, err
	}
	stamp := r.Header.Get("X-Timestamp")
	mac := hmac.New(sha256.New, []byte(secret))
	mac.Write(body)
	mac.Write([]byte(stamp))
	given, err := hex.DecodeString(r.Header.Get("X-Signature"))
	if err != nil || !hmac.Equal(given, mac.Sum(nil)) {
		return Message{}, false, errSecret
	}
	seconds, err := strconv.ParseInt(stamp, 10, 64)
	if err != nil || now.Sub(time.Unix(seconds, 0)).Abs() > skew {
		return Message{}, false, keepiton.Errorf(keepiton.Forbidden, "the request's clock is off by more than %v", skew)
	}
	var event struct {
		ID      string `json:"id"`
		Event   string `json:"event"`
		Payload struct {
			Message     string `json:"message"`
			Data        string `json:"data"`
			Subject     string `json:"subject"`
			PhoneNumber string `json:"phoneNumber"`
			Sender      string `json:"sender"`
		} `json:"payload"`
	}
	if err := json.Unmarshal(body, &event); err != nil {
		return Message{}, false, keepiton.Errorf(keepiton.Invalid, "the webhook's body is not the JSON that is expected")
	}
	switch event.Event {
	case "sms:received", "sms:data-received", "mms:received", "mms:downloaded":
	default:
		return Message{}, false, nil
	}
	p := event.Payload
	m := Message{From: keepiton.Private(p.Sender), Text: keepiton.Private(p.Message), Raw: body, Type: "application/json"}
	if m.From == "" {
		m.From = keepiton.Private(p.PhoneNumber)
	}
	if m.Text == "" {
		m.Text = keepiton.Private(p.Subject)
	}
	if event.ID != "" {
		m.Key = "android " + event.ID
	}
	return m, true, nil
}

// readKannel reads a request of Kannel's sms-service, get-url or post-url
// (Kannel user's guide, chapter 6): parameters from, text, id and key. A
// get-url has them in the address, which nothing of ours logs.
func readKannel(r *http.Request, secret string, _ time.Time) (Message, bool, error) {
	form, err := fields(r)
	if err != nil {
		return Message{}, false, err
	}
	if !same(form.Get("key"), secret) {
		return Message{}, false, errSecret
	}
	return ofFields("kannel", form)
}

// readRapidPro reads what RapidPro, TextIt or another of its kind posts: a form
// with from and text, as to an external channel, or the JSON of a flow's
// webhook with contact.urn and input.text. The secret is in Authorization:
// Token SECRET, or in key.
func readRapidPro(r *http.Request, secret string, _ time.Time) (Message, bool, error) {
	token, _ := strings.CutPrefix(r.Header.Get("Authorization"), "Token ")
	if kind, _, _ := mime.ParseMediaType(r.Header.Get("Content-Type")); kind == "application/json" {
		if !same(token, secret) && !same(r.URL.Query().Get("key"), secret) {
			return Message{}, false, errSecret
		}
		body, err := whole(r)
		if err != nil {
			return Message{}, false, err
		}
		var flow struct {
			Contact struct {
				URN string `json:"urn"`
			} `json:"contact"`
			Input struct {
				UUID string `json:"uuid"`
				Text string `json:"text"`
			} `json:"input"`
		}
		if err := json.Unmarshal(body, &flow); err != nil {
			return Message{}, false, keepiton.Errorf(keepiton.Invalid, "the webhook's body is not the JSON that is expected")
		}
		m := Message{From: keepiton.Private(strings.TrimPrefix(flow.Contact.URN, "tel:")), Text: keepiton.Private(flow.Input.Text), Raw: body, Type: "application/json"}
		if flow.Input.UUID != "" {
			m.Key = "rapidpro " + flow.Input.UUID
		}
		return m, m.Text != "", nil
	}
	form, err := fields(r)
	if err != nil {
		return Message{}, false, err
	}
	if !same(token, secret) && !same(form.Get("key"), secret) {
		return Message{}, false, errSecret
	}
	return ofFields("rapidpro", form)
}

func ofFields(gateway string, form url.Values) (Message, bool, error) {
	m := Message{From: keepiton.Private(form.Get("from")), Text: keepiton.Private(form.Get("text"))}
	if !utf8.ValidString(m.Text.Reveal()) || !utf8.ValidString(m.From.Reveal()) {
		return m, false, keepiton.Errorf(keepiton.Invalid, "text or number are not UTF-8: set charset to UTF-8 at the gateway")
	}
	if id := form.Get("id"); id != "" {
		m.Key = gateway + " " + id
	}
	form.Del("key")
	m.Raw, m.Type = []byte(form.Encode()), "application/x-www-form-urlencoded"
	return m, m.Text != "" || m.From != "", nil
}

// whole reads the body, which the door has bounded already.
func whole(r *http.Request) ([]byte, error) {
	body, err := io.ReadAll(io.LimitReader(r.Body, MaxRequest+1))
	if err != nil {
		return nil, keepiton.Errorf(keepiton.Invalid, "the body did not arrive whole")
	}
	if len(body) > MaxRequest {
		return nil, keepiton.Errorf(keepiton.TooLarge, "a message of more than %d bytes", MaxRequest)
	}
	return body, nil
}

// fields reads the parameters of the address and of a form. http.Request's own
// reader would take multipart forms to the disk.
func fields(r *http.Request) (url.Values, error) {
	form, err := url.ParseQuery(r.URL.RawQuery)
	if err != nil {
		return nil, keepiton.Errorf(keepiton.Invalid, "the address cannot be read")
	}
	if r.Method != http.MethodPost {
		return form, nil
	}
	body, err := whole(r)
	if err != nil {
		return nil, err
	}
	posted, err := url.ParseQuery(string(body))
	if err != nil {
		return nil, keepiton.Errorf(keepiton.Invalid, "the form cannot be read")
	}
	for name, values := range posted {
		form[name] = values
	}
	return form, nil
}

// same compares secrets without telling how far they agree. An empty secret is
// no secret.
func same(given, secret string) bool {
	return secret != "" && subtle.ConstantTimeCompare([]byte(given), []byte(secret)) == 1
}
