package telegram_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"keepiton"
	"keepiton/notify"
	"keepiton/notify/telegram"
)

const token = "123456:AbC-dEf_1"

// standIn is a server with the part of the Bot API that is used.
type standIn struct {
	*httptest.Server
	messages []map[string]any
	edits    int
	answer   string
}

func newStandIn(t *testing.T) *standIn {
	s := &standIn{}
	s.Server = httptest.NewServer(s)
	t.Cleanup(s.Close)
	return s
}

func (s *standIn) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if s.answer != "" {
		fmt.Fprint(w, s.answer)
		return
	}
	var m map[string]any
	if err := json.NewDecoder(r.Body).Decode(&m); err != nil || m["chat_id"] != "@keepiton" {
		fmt.Fprint(w, `{"ok":false,"error_code":400,"description":"Bad Request: chat not found"}`)
		return
	}
	switch r.URL.Path {
	case "/bot" + token + "/sendMessage":
		s.messages = append(s.messages, m)
		fmt.Fprintf(w, `{"ok":true,"result":{"message_id":%d}}`, len(s.messages))
	case "/bot" + token + "/editMessageText":
		n, _ := m["message_id"].(float64)
		switch i := int(n) - 1; {
		case i < 0 || i >= len(s.messages) || s.messages[i] == nil:
			fmt.Fprint(w, `{"ok":false,"error_code":400,"description":"Bad Request: message to edit not found"}`)
		case s.messages[i]["text"] == m["text"]:
			fmt.Fprint(w, `{"ok":false,"error_code":400,"description":"Bad Request: message is not modified"}`)
		default:
			s.messages[i], s.edits = m, s.edits+1
			fmt.Fprintf(w, `{"ok":true,"result":{"message_id":%d}}`, i+1)
		}
	default:
		w.WriteHeader(http.StatusNotFound)
		fmt.Fprint(w, `{"ok":false,"error_code":404,"description":"Not Found"}`)
	}
}

func message(head string, act keepiton.AlertAct, edits string) *notify.Message {
	return &notify.Message{
		Name: "n", Channel: keepiton.ChannelTelegram, To: &notify.Terms{Address: "@keepiton", Lang: "am"}, Edits: edits,
		Told: []*notify.Told{{Alert: keepiton.Alert{Act: act}, Lang: "am", Head: head, Lines: []string{"ኢትዮጵያ <b>"}, URL: "https://keepiton.test/am/incidents/KIO-2027-0001"}},
	}
}

func handing() error { return nil }

func TestMessagesAreEditedWhenCorrectedAndAnsweredWhenOver(t *testing.T) {
	s := newStandIn(t)
	p, err := telegram.New(s.URL, token)
	if err != nil {
		t.Fatal(err)
	}
	send := func(head string, act keepiton.AlertAct, edits, want string) {
		t.Helper()
		if got, err := p.Send(t.Context(), message(head, act, edits), handing); err != nil || got != want {
			t.Errorf("%s: the receipt is %q, want %q, %v", head, got, want, err)
		}
	}
	send("one", keepiton.ActPublished, "", "1")
	if m := s.messages[0]; m["text"] != "one\n\nኢትዮጵያ <b>\n\nhttps://keepiton.test/am/incidents/KIO-2027-0001" || m["parse_mode"] != nil {
		t.Errorf("the message is %v", m)
	}
	send("two", keepiton.ActCorrected, "1", "1")
	send("two", keepiton.ActCorrected, "1", "1") // again, in doubt
	if s.edits != 1 || len(s.messages) != 1 {
		t.Errorf("%d edits, %d messages", s.edits, len(s.messages))
	}
	send("over", keepiton.ActEnded, "1", "1")
	if len(s.messages) != 2 || fmt.Sprint(s.messages[1]["reply_parameters"]) != "map[allow_sending_without_reply:true message_id:1]" {
		t.Errorf("the end is %v", s.messages)
	}
	s.messages[0] = nil
	send("three", keepiton.ActWithdrawn, "1", "3")
}

func TestRefusalsTellNoToken(t *testing.T) {
	s := newStandIn(t)
	p, err := telegram.New(s.URL, token)
	if err != nil {
		t.Fatal(err)
	}
	for answer, want := range map[string]notify.Fault{
		`{"ok":false,"error_code":429,"description":"Too Many Requests: retry after 35","parameters":{"retry_after":35}}`: {Kind: notify.Down, Answer: "429", After: 35 * time.Second},
		`{"ok":false,"error_code":403,"description":"Forbidden: bot is not a member"}`:                                    {Kind: notify.Down, Answer: "403"},
		`{"ok":false,"error_code":400,"description":"Bad Request: chat not found"}`:                                       {Kind: notify.Never, Answer: "400"},
		`<html>`: {Kind: notify.Down, Answer: "no answer that we understand", Unknown: true},
	} {
		s.answer = answer
		_, err := p.Send(t.Context(), message("x", keepiton.ActPublished, ""), handing)
		var f *notify.Fault
		if !errors.As(err, &f) || f.Kind != want.Kind || f.Answer != want.Answer || f.After != want.After || f.Unknown != want.Unknown {
			t.Errorf("%s: %+v", answer, f)
		}
	}
	s.Close()
	_, err = p.Send(t.Context(), message("x", keepiton.ActPublished, ""), handing)
	for e := err; e != nil; e = errors.Unwrap(e) {
		if strings.Contains(e.Error(), "AbC") {
			t.Errorf("an error names the token: %v", e)
		}
	}
	for _, bad := range []string{"", "a b", "../x"} {
		if _, err := telegram.New(s.URL, bad); keepiton.HintOf(err) == "" {
			t.Errorf("%q: %v", bad, err)
		}
	}
}
