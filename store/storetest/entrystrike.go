package storetest

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"testing"
	"time"

	"keepiton"
	"keepiton/store"
)

// picture keeps a made-up picture for subjects and returns its hash.
func (w *world) picture(content string, subjects ...string) string {
	w.Helper()
	sum := sha256.Sum256([]byte(content))
	name := hex.EncodeToString(sum[:])
	w.must("keep a picture", w.PutMedia(w.ctx, store.MediaFile{SHA256: name, Type: "image/png", Subjects: subjects, Bytes: []byte(content)}))
	return name
}

// Who was refused stands in no history for ever.
func entryStruck(t *testing.T, w *world) {
	first := w.pledge(keepiton.EntryRevision{}, keepiton.Draft, "XA", "2023-04-01", keepiton.Texts{"en": "A name that must go."})
	second := w.pledge(first, keepiton.InReview, "XA", "2023-04-01", keepiton.Texts{"en": "A name that must go, again."})
	w.must("approve", w.PutEntryApproval(w.ctx, keepiton.EntryApproval{ID: first.ID, N: 2, Account: "ben", Reason: "knows the name", Day: day0}))
	own, shared := w.picture("own", string(first.ID)), w.picture("shared", string(first.ID), "KIP-2022-0009")
	uses := map[string]string{}
	w.must("uses", w.MediaUses(w.ctx, func(sum, subject string) error { uses[subject+" "+sum] = sum; return nil }))
	if len(uses) != 3 || uses["KIP-2022-0009 "+shared] != shared {
		t.Errorf("uses of pictures: %v", uses)
	}
	before, err := w.Version(w.ctx)
	w.must("version", err)

	strike := keepiton.EntryRevision{ID: first.ID, Recorded: day0.Add(-time.Hour), Role: keepiton.RoleEditor, Author: "cleo", Reason: "declined"}
	_, err = w.StrikeEntry(w.ctx, 1, strike)
	w.wantCode("a base that is old", err, keepiton.Conflict)
	struck, err := w.StrikeEntry(w.ctx, second.N, strike)
	if err != nil || struck.N != 3 || struck.State != keepiton.Withdrawn || string(struck.Doc) != "{}" || struck.Recorded.Before(second.Recorded) {
		t.Fatalf("struck: %+v, %v", struck, err)
	}
	all, err := w.EntryRevisions(w.ctx, first.ID)
	w.must("revisions", err)
	for i, rev := range all {
		if string(rev.Doc) != "{}" || i < 2 && rev.Reason != "" || i == 2 && rev.Reason != "declined" || rev.N != i+1 {
			t.Errorf("revision %d still says %s, %q", i+1, rev.Doc, rev.Reason)
		}
	}
	if all[0].Author != "ana" || all[1].State != keepiton.InReview {
		t.Errorf("who wrote it is gone as well: %+v", all)
	}
	if got, err := w.EntryApprovals(w.ctx, first.ID, 2); err != nil || len(got) != 0 {
		t.Errorf("approvals are left: %v, %v", got, err)
	}
	for _, q := range []store.EntryQuery{{Text: "name"}, {Facets: map[string][]string{"country": {"XA"}}}} {
		q.Kind, q.Desk = keepiton.KindPledge, true
		if page, err := w.ListEntries(w.ctx, q); err != nil || page.Total != 0 {
			t.Errorf("it is found by %+v: %v", q, err)
		}
	}
	if page, err := w.ListEntries(w.ctx, store.EntryQuery{Kind: keepiton.KindPledge, Desk: true}); err != nil || page.Total != 1 || page.Items[0].ID != first.ID {
		t.Errorf("its number is gone: %+v, %v", page, err)
	}
	_, err = w.Media(w.ctx, own)
	w.wantCode("its own picture", err, keepiton.NotFound)
	if m, err := w.Media(w.ctx, shared); err != nil || len(m.Subjects) != 1 || !bytes.Equal(m.Bytes, []byte("shared")) {
		t.Errorf("a picture of others: %+v, %v", m.Subjects, err)
	}
	if after, _ := w.Version(w.ctx); after != before {
		t.Error("readers are told")
	}
	again, err := w.StrikeEntry(w.ctx, 3, strike)
	if err != nil || again.N != 4 {
		t.Errorf("struck twice: %+v, %v", again, err)
	}

	shown := w.pledge(keepiton.EntryRevision{}, keepiton.Published, "XB", "2023-04-02", keepiton.Texts{"en": "Said."})
	strike.ID = shown.ID
	_, err = w.StrikeEntry(w.ctx, 1, strike)
	w.wantCode("what readers see", err, keepiton.Conflict)
	gone := w.pledge(shown, keepiton.Withdrawn, "XB", "2023-04-02", keepiton.Texts{"en": "Said."})
	_, err = w.StrikeEntry(w.ctx, gone.N, strike)
	w.wantCode("what readers saw once", err, keepiton.Conflict)
	strike.ID = "KIP-1999-0001"
	_, err = w.StrikeEntry(w.ctx, 1, strike)
	w.wantCode("nothing", err, keepiton.NotFound)
}

// Whoever of an organization comes next finds what it asked for.
func ownedSubscriptions(t *testing.T, w *world) {
	put := func(id int64, channel keepiton.Channel) keepiton.SubscriptionID {
		got, err := w.PutSubscription(w.ctx, keepiton.Subscription{ID: keepiton.SubscriptionID(id), Channel: channel, Pace: keepiton.Daily, Key: [32]byte{byte(id)}, Sealed: []byte("sealed"), Day: day0})
		w.must("subscribe", err)
		return got
	}
	mail, hook, private := put(7, keepiton.ChannelMail), put(3, keepiton.ChannelWebhook), put(9, keepiton.ChannelMail)
	const org, other = keepiton.EntryID("KIC-2023-0001"), keepiton.EntryID("KIC-2023-0002")
	w.must("own", w.OwnSubscription(w.ctx, mail, other))
	for _, id := range []keepiton.SubscriptionID{mail, hook} {
		w.must("own", w.OwnSubscription(w.ctx, id, org))
	}
	w.wantCode("one that is not there", w.OwnSubscription(w.ctx, 1234, org), keepiton.NotFound)
	w.wantCode("no organization", w.OwnSubscription(w.ctx, private, "KIP-2023-0001"), keepiton.Invalid)
	got, err := w.OwnedSubscriptions(w.ctx, org)
	if err != nil || len(got) != 2 || got[0].ID != mail || got[1].ID != hook || string(got[0].Sealed) != "sealed" || got[0].Key != [32]byte{7} {
		t.Errorf("owned: %+v, %v", got, err)
	}
	if got, err := w.OwnedSubscriptions(w.ctx, other); err != nil || len(got) != 0 {
		t.Errorf("given over, and still there: %+v, %v", got, err)
	}
	w.must("end", w.DeleteSubscription(w.ctx, mail))
	if got, err := w.OwnedSubscriptions(w.ctx, org); err != nil || len(got) != 1 {
		t.Errorf("what ended is still owned: %+v, %v", got, err)
	}
	put(7, keepiton.ChannelMail)
	if got, err := w.OwnedSubscriptions(w.ctx, org); err != nil || len(got) != 1 {
		t.Errorf("a new one with the number of an old one is owned: %+v, %v", got, err)
	}
}
