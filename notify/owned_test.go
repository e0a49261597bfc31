package notify_test

import (
	"strings"
	"testing"

	"keepiton"
	"keepiton/notify"
)

func TestAnOrganizationSeesAndEndsItsAlerts(t *testing.T) {
	w := newWorld(t)
	b := w.book()
	const org, other = keepiton.EntryID("KIC-2026-0001"), keepiton.EntryID("KIC-2026-0002")
	ours := wish("press@lines.test")
	ours.Owner, ours.OwnerName, ours.Pace = org, "Open Lines", keepiton.Weekly
	if err := b.Ask(w.ctx, ours); err != nil {
		t.Fatal(err)
	}
	token := w.offered(b)
	if got, err := b.Offered(token); err != nil || got.Owner != org || got.OwnerName != "Open Lines" {
		t.Errorf("the link offers %+v to %q, %v", got.Owner, got.OwnerName, err)
	}
	if all, err := b.Owned(w.ctx, org); err != nil || len(all) != 0 {
		t.Errorf("before the confirmation: %d, %v", len(all), err)
	}
	if _, err := b.Confirm(w.ctx, token); err != nil {
		t.Fatal(err)
	}
	b.Hooks = answer{}
	hook := wish("https://lines.test/hook")
	hook.Owner = org
	_, token, err := b.OfferHook(hook)
	if err == nil {
		_, err = b.ConfirmHook(w.ctx, token)
	}
	if err != nil {
		t.Fatal(err)
	}
	all, err := b.Owned(w.ctx, org)
	if err != nil || len(all) != 2 || all[0].Channel != keepiton.ChannelMail || all[0].Pace != keepiton.Weekly || strings.Contains(all[0].Address, "press") || all[0].Terms.Address != "" || all[1].Terms.Secrets != nil {
		t.Fatalf("it has %+v, %v", all, err)
	}
	if err := b.Change(w.ctx, all[0].Manage, notify.Wish{Pace: keepiton.Daily, Terms: notify.Terms{Lang: "fr"}}); err != nil {
		t.Errorf("the link does not manage: %v", err)
	}
	if err := b.EndOwned(w.ctx, other, all[0].Manage); keepiton.CodeOf(err) != keepiton.NotFound {
		t.Errorf("another organization ends it: %v", err)
	}
	if err := b.EndOwned(w.ctx, org, "no link"); keepiton.CodeOf(err) == "" {
		t.Error("no link ends something")
	}
	if err := b.EndOwned(w.ctx, org, all[0].Manage); err != nil {
		t.Error(err)
	}
	if all, err := b.Owned(w.ctx, org); err != nil || len(all) != 1 || all[0].Channel != keepiton.ChannelWebhook {
		t.Errorf("afterwards it has %+v, %v", all, err)
	}
}
