package main

import (
	"context"
	"log/slog"
	"strings"
	"testing"
	"time"

	"keepiton"
	"keepiton/notify"
)

// letters is a mail server that keeps what it is handed.
type letters chan *notify.Message

func (letters) Channel() keepiton.Channel { return keepiton.ChannelMail }
func (l letters) Send(_ context.Context, m *notify.Message, handing func() error) (string, error) {
	l <- m
	return "", handing()
}

func TestTheDeskHearsOfACandidateInItsLanguage(t *testing.T) {
	var log strings.Builder
	post := make(letters, 100)
	s := settings{DeskMail: "desk@keepiton.test, bureau@keepiton.test:fr", Relay: "smtp://mail.test", BaseURL: "https://keepiton.test/"}
	d, err := openDeskMail(s, post, slog.New(slog.NewTextHandler(&log, nil)))
	if err != nil {
		t.Fatal(err)
	}
	at := time.Date(2026, 1, 8, 17, 0, 0, 0, time.UTC)
	c := keepiton.Disruption{
		ID: "KID-20260108T1730-IR", Entity: keepiton.Entity{Country: "IR"}, Onset: keepiton.Interval{From: at, To: at.Add(10 * time.Minute)},
		Verdicts: []keepiton.Verdict{{At: at.Add(time.Hour), State: keepiton.LikelyShutdown, Disruption: 0.999, Intentional: 0.8, Reasons: []keepiton.Reason{{Key: "prior"}, {Key: "control_normal"}}}},
	}
	ctx, stop := context.WithCancel(t.Context())
	done := make(chan bool)
	go func() { d.run(ctx); close(done) }()
	d.tell(&c)
	english, french := <-post, <-post
	if english.To.Lang == "fr" {
		english, french = french, english
	}
	for _, want := range []string{"17:00", "over 99%", "80%", "https://keepiton.test/desk/candidates/KID-20260108T1730-IR", "verified nothing", "Routes are as expected"} {
		if !strings.Contains(english.Plain.Text, want) {
			t.Errorf("the mail lacks %q:\n%s", want, english.Plain.Text)
		}
	}
	if !strings.Contains(english.Plain.Subject, "Iran") || strings.Contains(english.Plain.Text, "Before anything") {
		t.Errorf("%s\n%s", english.Plain.Subject, english.Plain.Text)
	}
	if !strings.HasPrefix(french.Plain.Subject, "Pour la rédaction") || strings.Contains(french.Plain.Text, "verified") {
		t.Errorf("%s\n%s", french.Plain.Subject, french.Plain.Text)
	}
	for range candidateMails { // two addresses, of which each has had one
		d.tell(&c)
	}
	for range 2 * (candidateMails - 1) {
		<-post
	}
	stop()
	<-done
	if n := len(post); n != 0 || strings.Contains(log.String(), "keepiton.test") {
		t.Errorf("%d mails beyond the share; log: %s", n, log.String())
	}

	for mail, relay := range map[string]string{"desk@keepiton.test": "", "nobody": "smtp://mail.test", "desk@keepiton.test:xx": "smtp://mail.test"} {
		if _, err := openDeskMail(settings{DeskMail: mail, Relay: relay}, post, slog.New(slog.DiscardHandler)); keepiton.CodeOf(err) != keepiton.Invalid {
			t.Errorf("%q with %q: %v", mail, relay, err)
		}
	}
	if d, err := openDeskMail(settings{}, nil, nil); d != nil || err != nil {
		t.Errorf("without addresses: %v, %v", d, err)
	}
}
