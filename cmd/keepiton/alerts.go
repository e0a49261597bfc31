package main

import (
	"context"
	"log/slog"
	"net/url"
	"path/filepath"
	"strings"
	"sync"
	"time"

	"keepiton"
	"keepiton/campaign"
	"keepiton/locale"
	"keepiton/notify"
	"keepiton/notify/mail"
	"keepiton/notify/mastodon"
	"keepiton/notify/telegram"
	"keepiton/notify/webhook"
	"keepiton/store"
	"keepiton/web"
)

// alerting is what tells people of changes: the notifier, its channels, and the
// book in which people sign up.
type alerting struct {
	notifier *notify.Notifier
	book     *notify.Book
	mailer   *mail.Mailer // nil: this site sends no mail
	hooks    *webhook.Caller
	accounts []web.Account
	keys     *notify.Keys
	// petitions takes signatures under petitions, by mail if this site sends any.
	petitions *campaign.Petitioning
}

// openAlerts joins what the settings name. An error is wrong use. Alerts on made-up
// data tell of what is there already, so that a demo has some.
func openAlerts(s settings, st store.Store, sample bool, log *slog.Logger) (*alerting, error) {
	file := s.AlertsKey
	if file == "" {
		file = filepath.Join(s.Data, "alerts.key")
	}
	keys, err := notify.LoadKeys(file)
	if err != nil {
		return nil, err
	}
	links := notify.Links{Base: strings.TrimRight(s.BaseURL, "/")}
	a := &alerting{keys: keys, hooks: webhook.New(webhook.Options{Loopback: s.HookLoop})}
	a.notifier = &notify.Notifier{
		Record: st, Outbox: st, Keys: keys, Links: links, Wait: s.AlertsWait, Past: sample, Sample: sample, Now: time.Now, Log: log,
		Journal: filepath.Join(s.Data, "alerts.journal"), Senders: []notify.Sender{a.hooks},
	}
	a.book = &notify.Book{Outbox: st, Keys: keys, Links: links, Hooks: a.hooks, Plain: s.HookLoop, Now: time.Now, Log: log}
	a.petitions = &campaign.Petitioning{Entries: st, Box: st, Keys: keys, Base: links.Base, Now: time.Now, Log: log}
	for _, open := range []func(settings) error{a.openMail, a.openMastodon, a.openTelegram} {
		if err := open(s); err != nil {
			return nil, err
		}
	}
	return a, nil
}

func (a *alerting) openMail(s settings) error {
	if s.Relay == "" {
		return nil
	}
	if s.MailFrom == "" {
		return keepiton.Hint(keepiton.Errorf(keepiton.Invalid, "--smtp is set and --mail-from is not"), "say who sends, such as --mail-from 'KeepItOn <alerts@keepiton.example>'")
	}
	mailer, err := mail.New(mail.Options{Server: s.Relay, From: s.MailFrom, DKIMKey: s.DKIMKey, DKIMSelector: s.DKIMSelector, DKIMDomain: s.DKIMDomain})
	if err != nil {
		return err
	}
	a.mailer, a.book.Mail = mailer, mailer
	a.petitions.Mails = &notify.Postbox{Mail: mailer, PerHour: campaign.MailsAnHour, Now: time.Now, Log: a.petitions.Log}
	a.notifier.Senders = append(a.notifier.Senders, mailer)
	return nil
}

func (a *alerting) openMastodon(s settings) error {
	if s.Mastodon == "" {
		return nil
	}
	u, err := url.Parse(s.Mastodon)
	if err != nil || u.Host == "" {
		return keepiton.Hint(keepiton.Errorf(keepiton.Invalid, "--mastodon: %q is no address", s.Mastodon), "write that of the account, such as https://mastodon.example/@keepiton")
	}
	poster, err := mastodon.New(u.Scheme+"://"+u.Host, s.MastodonToken)
	if err != nil {
		return err
	}
	langs, err := languages(s.MastodonLangs, "--mastodon-langs")
	if err != nil {
		return err
	}
	for _, lang := range langs {
		a.notifier.Posts = append(a.notifier.Posts, notify.Standing{Channel: keepiton.ChannelMastodon, Address: u.Host + " " + lang, Lang: lang})
	}
	a.notifier.Senders = append(a.notifier.Senders, poster)
	a.accounts = append(a.accounts, web.Account{Name: "Mastodon: " + strings.TrimPrefix(u.Path, "/") + "@" + u.Host, URL: s.Mastodon})
	return nil
}

func (a *alerting) openTelegram(s settings) error {
	if s.TelegramToken == "" {
		return nil
	}
	poster, err := telegram.New(telegram.Server, s.TelegramToken)
	if err != nil {
		return err
	}
	for chat := range strings.SplitSeq(s.TelegramChats, ",") {
		name, lang, ok := strings.Cut(strings.TrimSpace(chat), ":")
		if !ok || !locale.Known(lang) || !strings.HasPrefix(name, "@") {
			return keepiton.Hint(keepiton.Errorf(keepiton.Invalid, "--telegram-chats: %q is not a channel and its language", chat), "write them as @keepiton_en:en,@keepiton_am:am")
		}
		a.notifier.Posts = append(a.notifier.Posts, notify.Standing{Channel: keepiton.ChannelTelegram, Address: name, Lang: lang})
		a.accounts = append(a.accounts, web.Account{Name: "Telegram: " + name, URL: "https://t.me/" + strings.TrimPrefix(name, "@")})
	}
	a.notifier.Senders = append(a.notifier.Senders, poster)
	return nil
}

// languages reads a list of languages of ours.
func languages(text, setting string) (out []string, err error) {
	for lang := range strings.SplitSeq(text, ",") {
		if lang = strings.TrimSpace(lang); !locale.Known(lang) {
			return nil, keepiton.Errorf(keepiton.Invalid, "%s: no language %q", setting, lang)
		}
		out = append(out, lang)
	}
	return out, nil
}

// run tells people until ctx ends, and returns when what was being handed over is
// noted.
func (a *alerting) run(ctx context.Context) {
	var all sync.WaitGroup
	all.Go(func() { a.notifier.Run(ctx) })
	all.Go(func() { a.petitions.Run(ctx) })
	if a.mailer != nil {
		all.Go(func() { a.book.Run(ctx) })
		all.Go(func() { a.petitions.Mails.Run(ctx) })
	}
	all.Wait()
	if a.mailer != nil {
		a.mailer.Close()
	}
	a.hooks.Close()
}

// offer lets the pages show what there is.
func (a *alerting) offer(opt *web.Options, st store.Store) {
	opt.Petitions = a.petitions
	opt.Changes, opt.Alerts, opt.Tell, opt.Book, opt.Accounts = st, st, a.notifier.Tell, a.book, a.accounts
}
