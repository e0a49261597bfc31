package main

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base32"
	"log/slog"
	"net/mail"
	"strings"
	"time"

	"keepiton"
	"keepiton/export"
	"keepiton/locale"
	"keepiton/notify"
)

// deskMail tells the desk of candidates by mail. The public is told of none: it hears
// of what people make of them.
type deskMail struct {
	box  *notify.Postbox
	to   []notify.Terms
	base string
	log  *slog.Logger
}

// candidateMails is how many mails an address gets in an hour: where more happens at
// once, the list at the desk has the rest.
const candidateMails = 20

// openDeskMail reads the setting desk-mail; nil when it is empty. An error is wrong use.
func openDeskMail(s settings, sender notify.Sender, log *slog.Logger) (*deskMail, error) {
	all := named(s.DeskMail)
	if len(all) == 0 {
		return nil, nil
	}
	if s.Relay == "" {
		return nil, keepiton.Hint(keepiton.Errorf(keepiton.Invalid, "--desk-mail is set and --smtp is not"), "name the mail server that mails go out through")
	}
	d := &deskMail{base: strings.TrimRight(s.BaseURL, "/"), log: log, box: &notify.Postbox{Mail: sender, Now: time.Now, Log: log}}
	for _, one := range all {
		address, lang, given := strings.Cut(one, ":")
		if !given {
			lang = "en"
		}
		if a, err := mail.ParseAddress(address); err != nil || a.Address != address || !locale.Known(lang) {
			return nil, keepiton.Hint(keepiton.Errorf(keepiton.Invalid, "--desk-mail: one of them is no address and language"), "write them as desk@keepiton.example or desk@keepiton.example:fr")
		}
		d.to = append(d.to, notify.Terms{Address: address, Lang: lang})
	}
	return d, nil
}

// run sends what is to be told until ctx ends.
func (d *deskMail) run(ctx context.Context) {
	if d != nil {
		d.box.Run(ctx)
	}
}

// tell puts a mail to each address on its way.
func (d *deskMail) tell(c *keepiton.Disruption) {
	if d == nil {
		return
	}
	for i := range d.to {
		to := d.to[i]
		ok, err := d.box.Allow(notify.Share{Key: sha256.Sum256([]byte("candidates " + to.Address)), Most: candidateMails})
		if err == nil && ok {
			err = d.box.Post(d.message(c, &to))
		}
		if err != nil {
			d.log.Warn("the desk could not be told of a candidate by mail", "id", string(c.ID), "cause", err)
		}
	}
}

func (d *deskMail) message(c *keepiton.Disruption, to *notify.Terms) *notify.Message {
	p, v := locale.For(to.Lang), c.Verdict()
	place, state := export.EntityWords(p, c.Entity), p.Code("disruption_state", string(v.State))
	lines := []string{
		p.T("signal.began", "When", export.IntervalWords(p, c.Onset, nil)),
		p.T("signal.p.disruption") + ": " + export.Odds(p, v.Disruption),
		p.T("signal.p.intentional") + ": " + export.Odds(p, v.Intentional),
	}
	for _, r := range v.Reasons[:min(len(v.Reasons), 4)] {
		if r.Key != "prior" {
			lines = append(lines, "– "+export.ReasonWords(p, r))
		}
	}
	text := strings.Join([]string{strings.Join(lines, "\n"), d.base + "/desk/candidates/" + string(c.ID), p.T("signal.machine")}, "\n\n")
	var name [20]byte
	rand.Read(name[:])
	return &notify.Message{
		Name: strings.ToLower(base32.StdEncoding.EncodeToString(name[:])), Channel: keepiton.ChannelMail, Date: v.At, To: to,
		Plain: &notify.Plain{Subject: p.T("mail.candidate.subject", "Place", place, "State", state), Text: text},
	}
}
