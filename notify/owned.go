package notify

import (
	"context"

	"keepiton"
)

// Owned is a subscription of an organization, as any of its people see it.
type Owned struct {
	Kept
	Manage string // token of the page on which it is managed
}

// Owned lists the subscriptions of an organization, by the id of its entry. One
// that cannot be read is left out: its key is another server's.
func (b *Book) Owned(ctx context.Context, owner keepiton.EntryID) (out []Owned, err error) {
	all, err := b.Outbox.OwnedSubscriptions(ctx, owner)
	if err != nil {
		return nil, err
	}
	for _, s := range all {
		if k, err := b.kept(&s); err == nil {
			out = append(out, Owned{k, b.Keys.linkToken(useManage, s.ID)})
		}
	}
	return out, nil
}

// EndOwned ends a subscription of an organization. NotFound when the link that
// manages is not of one of its own.
func (b *Book) EndOwned(ctx context.Context, owner keepiton.EntryID, token string) error {
	id, err := b.Keys.readLink(useManage, token)
	if err != nil {
		return err
	}
	all, err := b.Outbox.OwnedSubscriptions(ctx, owner)
	if err != nil {
		return err
	}
	for _, s := range all {
		if s.ID == id {
			return b.Outbox.DeleteSubscription(ctx, id)
		}
	}
	return &keepiton.Error{Code: keepiton.NotFound, Key: "page.alerts.error.over", Err: keepiton.Errorf(keepiton.NotFound, "%s has no such subscription", owner)}
}

// kept is a subscription as its owner sees it.
func (b *Book) kept(s *keepiton.Subscription) (Kept, error) {
	t, err := b.Keys.Open(s)
	if err != nil {
		return Kept{}, err
	}
	k := Kept{Channel: s.Channel, Pace: s.Pace, Address: Mask(s.Channel, t.Address), Terms: *t, Secrets: len(b.live(t.Secrets))}
	k.Terms.Address, k.Terms.Secrets = "", nil
	return k, nil
}
