package notify

import (
	"context"
	"crypto/rand"
	"encoding/base64"
	"time"

	"keepiton"
)

// secretBytes is the length of a webhook's secret. Standard Webhooks, "Signature
// scheme", asks for 24 to 64 bytes.
const secretBytes = 32

// rotation is how long an old secret signs beside a new one.
const rotation = 7 * 24 * time.Hour

// SecretText is a secret as its owner copies it: whsec_ and base64, as Standard
// Webhooks has it.
func SecretText(key []byte) string { return "whsec_" + base64.StdEncoding.EncodeToString(key) }

func newSecret() Secret {
	key := make([]byte, secretBytes)
	rand.Read(key)
	return Secret{Key: key}
}

// live are the secrets that sign now.
func (b *Book) live(all []Secret) (out []Secret) {
	for _, s := range all {
		if s.Until.IsZero() || b.Now().Before(s.Until) {
			out = append(out, s)
		}
	}
	return out
}

// OfferHook draws a secret for a webhook. Its owner stores the secret, which is
// shown this once, and then lets us challenge the address: ConfirmHook with the
// token. Nothing is stored before.
func (b *Book) OfferHook(w Wish) (secret, token string, err error) {
	if b.Hooks == nil {
		return "", "", keepiton.Errorf(keepiton.Unavailable, "this site has no webhooks")
	}
	address, err := hookAddress(w.Terms.Address, b.Plain)
	if err != nil {
		return "", "", err
	}
	w.Pace = keepiton.Instant
	if err := w.Terms.check(w.Pace); err != nil {
		return "", "", err
	}
	s := newSecret()
	w.Terms.Address, w.Terms.Secrets = address, []Secret{s}
	token, err = b.seal("webhook", w)
	return SecretText(s.Key), token, err
}

// ConfirmHook challenges the address and stores the subscription if it answers as
// it should.
func (b *Book) ConfirmHook(ctx context.Context, token string) (manage string, err error) {
	if b.Hooks == nil {
		return "", keepiton.Errorf(keepiton.Unavailable, "this site has no webhooks")
	}
	plain, err := b.Keys.readOffer("webhook", token, b.Now())
	if err != nil {
		return "", err
	}
	w, err := readOffered(keepiton.ChannelWebhook, plain)
	if err != nil {
		return "", err
	}
	if ok, err := b.postbox().Allow(Share{Key: b.Keys.AddressKey(keepiton.ChannelWebhook, w.Terms.Address), Most: perHook}); err != nil || !ok {
		return "", keepiton.Errorf(keepiton.RateLimited, "this address was challenged often enough for an hour")
	}
	m := &Message{Name: b.Keys.MessageID(keepiton.AlertID(rand.Text()), 0), Channel: keepiton.ChannelWebhook, To: &w.Terms, Date: b.Now()}
	if err := b.Hooks.Challenge(ctx, m); err != nil {
		return "", err
	}
	return b.put(ctx, w)
}

// Rotate draws a new secret for a webhook. The old one signs beside it for seven
// days, so that its owner has time to change over.
func (b *Book) Rotate(ctx context.Context, token string) (secret string, err error) {
	id, sub, err := b.find(ctx, useManage, token)
	if err != nil {
		return "", err
	}
	if sub.Channel != keepiton.ChannelWebhook {
		return "", keepiton.Errorf(keepiton.Invalid, "only webhooks have secrets")
	}
	s := newSecret()
	err = b.update(ctx, id, func(_ *keepiton.Subscription, t *Terms) {
		kept := []Secret{s}
		for _, old := range b.live(t.Secrets) {
			if end := b.Now().Add(rotation); old.Until.IsZero() || end.Before(old.Until) {
				old.Until = end
			}
			if len(kept) < maxSecrets {
				kept = append(kept, old)
			}
		}
		t.Secrets = kept
	})
	return SecretText(s.Key), err
}

// maxSecrets bounds the secrets that sign one message.
const maxSecrets = 3
