package notify

import (
	"context"
	"encoding/json"
	"log/slog"
	"sync"
	"time"

	"keepiton"
	"keepiton/locale"
)

// Book is where people sign up for alerts, change what they asked for, and end it.
// Nothing is stored of anybody who has not confirmed: what was asked for travels,
// sealed, in the link that confirms it. Outbox, Keys and Now are required.
type Book struct {
	Outbox Subscriptions
	Keys   *Keys
	Links  Links
	Mail   Sender     // sends what confirms; nil: no mail is offered
	Hooks  Challenger // nil: no webhooks are offered
	// Plain lets webhooks be http, for tests.
	Plain bool
	Now   func() time.Time
	Log   *slog.Logger // nil: discard

	once sync.Once
	box  Postbox
}

// Challenger asks the owner of an address whether messages are wanted there.
type Challenger interface {
	// Challenge sends a challenge that is signed with the secret, and returns nil
	// when the answer shows that whoever answers expected it. The error has a
	// message key for its reader.
	Challenge(ctx context.Context, m *Message) error
}

// Limits on what confirms: a stranger's address must not be flooded through us,
// and nobody's address is remembered for it but in memory, as a hash, for an hour.
const (
	OfferLasts = 48 * time.Hour // a link that confirms
	perAddress = 2              // mails an hour that confirm
	perHook    = 10             // challenges an hour
)

// Wish is what a form asks for.
type Wish struct {
	Channel keepiton.Channel
	Pace    keepiton.Pace
	Terms   Terms
	// Owner is the organization that it is for, and OwnerName what that is called;
	// empty: it is somebody's own. Whoever has an account of the organization sees it
	// and ends it.
	Owner     keepiton.EntryID
	OwnerName string
}

// offered is a wish on its way to being confirmed.
type offered struct {
	Pace  keepiton.Pace `json:"pace"`
	Terms Terms         `json:"terms"`

	Owner     keepiton.EntryID `json:"owner,omitempty"`
	OwnerName string           `json:"owner_name,omitempty"`
}

// postbox is where mails that confirm wait, and what counts them.
func (b *Book) postbox() *Postbox {
	b.once.Do(func() { b.box.Mail, b.box.Now, b.box.Log = b.Mail, b.Now, b.Log })
	return &b.box
}

// Run sends what confirms until ctx ends.
func (b *Book) Run(ctx context.Context) { b.postbox().Run(ctx) }

// Ask sends a mail with a link that confirms the wish. What it returns is the same
// whether the address is known here or not, and whether it was asked for often.
func (b *Book) Ask(ctx context.Context, w Wish) error {
	if b.Mail == nil || b.Links.Base == "" {
		return &keepiton.Error{Code: keepiton.Unavailable, Key: "page.alerts.error.nomail", Err: keepiton.Errorf(keepiton.Unavailable, "this site sends no mail")}
	}
	address, err := mailAddress(w.Terms.Address)
	if err != nil {
		return err
	}
	w.Terms.Address = address
	if err := w.Terms.check(w.Pace); err != nil {
		return err
	}
	ok, err := b.postbox().Allow(Share{Key: b.Keys.AddressKey(keepiton.ChannelMail, address), Most: perAddress})
	if err != nil || !ok {
		return err
	}
	token, err := b.seal("mail", w)
	if err != nil {
		return err
	}
	p := locale.For(w.Terms.Lang)
	text := p.T("alert.confirm.text", "Topics", w.Terms.Topics.Words(p), "Pace", p.T("page.alerts.pace."+string(w.Pace)))
	if w.Owner != "" {
		text += "\n\n" + p.T("page.alerts.wish.owner", "Organization", w.OwnerName)
	}
	link := b.Links.alerts(p.Lang().Tag, "confirm", token)
	m := &Message{
		Name: b.Keys.MessageID(keepiton.AlertID(token), 0), Channel: keepiton.ChannelMail, To: &w.Terms, Date: b.Now(),
		Plain: &Plain{
			Subject: p.T("alert.confirm.subject"),
			Text:    text + "\n\n" + link + "\n\n" + p.T("alert.confirm.else"),
		},
	}
	return b.postbox().Post(m)
}

func (b *Book) seal(kind string, w Wish) (string, error) {
	plain, err := json.Marshal(offered{w.Pace, w.Terms, w.Owner, w.OwnerName})
	if err != nil {
		return "", keepiton.Errorf(keepiton.Internal, "write a wish: %w", err)
	}
	return b.Keys.offer(kind, plain, b.Now().Add(OfferLasts)), nil
}

// Offered returns what a link would confirm.
func (b *Book) Offered(token string) (Wish, error) {
	plain, err := b.Keys.readOffer("mail", token, b.Now())
	if err != nil {
		return Wish{}, err
	}
	return readOffered(keepiton.ChannelMail, plain)
}

func readOffered(channel keepiton.Channel, plain []byte) (Wish, error) {
	var o offered
	if json.Unmarshal(plain, &o) != nil {
		return Wish{}, errOffer
	}
	return Wish{Channel: channel, Pace: o.Pace, Terms: o.Terms, Owner: o.Owner, OwnerName: o.OwnerName}, nil
}

// Confirm stores what a link confirms and returns the token of the page on which
// it is managed. Twice is once.
func (b *Book) Confirm(ctx context.Context, token string) (manage string, err error) {
	w, err := b.Offered(token)
	if err != nil {
		return "", err
	}
	return b.put(ctx, w)
}

func (b *Book) put(ctx context.Context, w Wish) (manage string, err error) {
	s, err := b.Keys.subscription(w.Channel, w.Pace, &w.Terms, b.Now())
	if err != nil {
		return "", err
	}
	id, err := b.Outbox.PutSubscription(ctx, s)
	if err == nil && w.Owner != "" {
		err = b.Outbox.OwnSubscription(ctx, id, w.Owner)
	}
	return b.Keys.linkToken(useManage, id), err
}

// Kept is a subscription as its owner sees it.
type Kept struct {
	Channel keepiton.Channel
	Pace    keepiton.Pace
	Address string // masked
	Terms   Terms  // without the address and the secrets
	Secrets int    // how many secrets sign, of a webhook
}

// Open returns what stands behind a link that manages.
func (b *Book) Open(ctx context.Context, token string) (Kept, error) {
	_, s, err := b.find(ctx, useManage, token)
	if err != nil {
		return Kept{}, err
	}
	return b.kept(&s)
}

func (b *Book) find(ctx context.Context, u use, token string) (keepiton.SubscriptionID, keepiton.Subscription, error) {
	id, err := b.Keys.readLink(u, token)
	if err != nil {
		return 0, keepiton.Subscription{}, err
	}
	s, err := b.Outbox.Subscription(ctx, id)
	if keepiton.CodeOf(err) == keepiton.NotFound {
		err = &keepiton.Error{Code: keepiton.NotFound, Key: "page.alerts.error.over", Err: err}
	}
	return id, s, err
}

// Change replaces pace, language, topics and OpenPGP key of a subscription; its
// address stays.
func (b *Book) Change(ctx context.Context, token string, w Wish) error {
	id, _, err := b.find(ctx, useManage, token)
	if err != nil {
		return err
	}
	if err := w.Terms.check(w.Pace); err != nil {
		return err
	}
	return b.update(ctx, id, func(s *keepiton.Subscription, t *Terms) {
		if s.Channel == keepiton.ChannelMail {
			s.Pace = w.Pace
		}
		t.Lang, t.Topics, t.HTML, t.PGP = w.Terms.Lang, w.Terms.Topics, w.Terms.HTML, w.Terms.PGP
	})
}

func (b *Book) update(ctx context.Context, id keepiton.SubscriptionID, change func(s *keepiton.Subscription, t *Terms)) error {
	return b.Outbox.UpdateSubscription(ctx, id, func(s *keepiton.Subscription) error {
		t, err := b.Keys.Open(s)
		if err != nil {
			return err
		}
		change(s, t)
		return b.Keys.put(s, t)
	})
}

// Ending reports whether a link that ends a subscription is one of ours.
func (b *Book) Ending(token string) error {
	_, err := b.Keys.readLink(useEnd, token)
	return err
}

// End ends a subscription: by the link in a mail's header, or that which manages.
// Twice is once.
func (b *Book) End(ctx context.Context, token string) error {
	id, err := b.Keys.readLink(useEnd, token)
	if err != nil {
		if id, err = b.Keys.readLink(useManage, token); err != nil {
			return err
		}
	}
	return b.Outbox.DeleteSubscription(ctx, id)
}
