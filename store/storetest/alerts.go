package storetest

import (
	"fmt"
	"reflect"
	"testing"
	"time"

	"keepiton"
)

func entryChanges(t *testing.T, w *world) {
	none := keepiton.EntryRevision{}
	_, before, err := w.EndOfChanges(w.ctx)
	w.must("end of changes", err)
	first := w.pledge(none, keepiton.Draft, "XA", "2023-04-01", keepiton.Texts{"en": "One."})
	second := w.pledge(none, keepiton.Published, "XB", "2023-04-01", keepiton.Texts{"en": "Two."})
	first = w.pledge(first, keepiton.Published, "XA", "2023-04-01", keepiton.Texts{"en": "One."})
	w.pledge(second, keepiton.Draft, "XB", "2023-04-01", keepiton.Texts{"en": "Two again."})
	gone := w.pledge(first, keepiton.Withdrawn, "XA", "2023-04-01", keepiton.Texts{"en": "One."})

	var got []keepiton.EntryRevision
	cursor := before
	for {
		revs, next, err := w.EntryChanges(w.ctx, cursor, 2)
		w.must("changes", err)
		got, cursor = append(got, revs...), next
		if len(revs) == 0 {
			break
		}
	}
	if want := []keepiton.EntryRevision{second, first, gone}; !reflect.DeepEqual(got, want) {
		t.Errorf("changes are\n%+v, want\n%+v", got, want)
	}
	if _, end, err := w.EndOfChanges(w.ctx); err != nil || end != cursor {
		t.Errorf("the end is %q, reading came to %q, %v", end, cursor, err)
	}
	rev := w.create(day0, incident("2023-04-01"))
	changes, _, err := w.EndOfChanges(w.ctx)
	w.must("end of changes", err)
	if revs, _, err := w.Changes(w.ctx, changes, 10); err != nil || len(revs) != 0 {
		t.Errorf("behind the end stand %v, %v", revs, err)
	}
	w.correct(rev, day0, func(i *keepiton.Incident) { i.Summary = "more" })
	if revs, _, err := w.Changes(w.ctx, changes, 10); err != nil || len(revs) != 1 || revs[0].N != 2 {
		t.Errorf("behind the old end stand %+v, %v", revs, err)
	}
	_, _, err = w.EntryChanges(w.ctx, "nonsense", 2)
	w.wantCode("a cursor of somebody else", err, keepiton.Invalid)
}

// waiting is an alert about an incident that waits.
func waiting(n, rev int, due time.Time) keepiton.Alert {
	subject := string(keepiton.NewIncidentID(2023, n))
	return keepiton.Alert{
		ID: keepiton.NewAlertID(subject, rev), Subject: subject, N: rev, Due: due,
		Facets: []keepiton.EntryFacet{{Name: "country", Value: "XA"}},
	}
}

// announce notes an alert and settles it as announced.
func (w *world) announce(a keepiton.Alert) keepiton.Alert {
	w.Helper()
	w.must("note", w.NoteAlerts(w.ctx, "test", "", []keepiton.Alert{a}))
	a.State, a.Act, a.Announced = keepiton.AlertAnnounced, keepiton.ActPublished, day0
	w.must("settle", w.SettleAlert(w.ctx, a))
	a, err := w.Alert(w.ctx, a.ID)
	w.must("read", err)
	return a
}

func alertNotes(t *testing.T, w *world) {
	a, b := waiting(1, 1, day0), waiting(2, 4, day0.Add(time.Hour))
	w.must("note", w.NoteAlerts(w.ctx, "test", "c1", []keepiton.Alert{a, b}))
	b.Due = day0
	w.must("note again", w.NoteAlerts(w.ctx, "test", "c2", []keepiton.Alert{b}))
	if c, err := w.AlertCursor(w.ctx, "test"); err != nil || c != "c2" {
		t.Errorf("the cursor is %q, %v", c, err)
	}
	if c, err := w.AlertCursor(w.ctx, "other"); err != nil || c != "" {
		t.Errorf("another reader's cursor is %q, %v", c, err)
	}
	ids := func(q keepiton.AlertQuery) (out []keepiton.AlertID) {
		list, err := w.ListAlerts(w.ctx, q)
		w.must("list", err)
		for _, a := range list {
			out = append(out, a.ID)
		}
		return out
	}
	if got := ids(keepiton.AlertQuery{States: []keepiton.AlertState{keepiton.AlertWaiting}}); !reflect.DeepEqual(got, []keepiton.AlertID{a.ID, b.ID}) {
		t.Errorf("waiting: %v", got)
	}
	if got := ids(keepiton.AlertQuery{DueBy: day0}); !reflect.DeepEqual(got, []keepiton.AlertID{a.ID}) {
		t.Errorf("due: %v: noting an alert twice changed it", got)
	}
	a.State, a.Act, a.Announced, a.After = keepiton.AlertAnnounced, keepiton.ActCorrected, day0.Add(time.Minute), "KIO-2023-0001.0"
	a.Facets = append(a.Facets, keepiton.EntryFacet{Name: "country", Value: "XB"})
	before, err := w.Version(w.ctx)
	w.must("version", err)
	w.must("settle", w.SettleAlert(w.ctx, a))
	if after, err := w.Version(w.ctx); err != nil || after <= before {
		t.Errorf("feeds are not told of what was announced: %v", err)
	}
	w.wantCode("settled twice", w.SettleAlert(w.ctx, a), keepiton.Conflict)
	w.wantCode("settled as waiting", w.SettleAlert(w.ctx, b), keepiton.Invalid)
	got, err := w.Alert(w.ctx, a.ID)
	if a.Seq = got.Seq; err != nil || !reflect.DeepEqual(got, a) {
		t.Errorf("got\n%+v, want\n%+v, %v", got, a, err)
	}
	_, err = w.Alert(w.ctx, "KIO-2023-0009.1")
	w.wantCode("no such alert", err, keepiton.NotFound)
	c := waiting(3, 1, day0) // announced later, of a longer ago
	w.must("note", w.NoteAlerts(w.ctx, "test", "c2", []keepiton.Alert{c}))
	c.State, c.Act, c.Announced = keepiton.AlertAnnounced, keepiton.ActPublished, day0.Add(-time.Hour)
	w.must("settle", w.SettleAlert(w.ctx, c))
	if got := ids(keepiton.AlertQuery{Newest: true}); !reflect.DeepEqual(got, []keepiton.AlertID{b.ID, a.ID, c.ID}) {
		t.Errorf("newest first: %v", got)
	}
	digest := keepiton.Alert{ID: "daily.2023-05-01", Due: day0, Pace: keepiton.Daily, From: day0, To: day0.Add(time.Hour)}
	w.must("note a digest", w.NoteAlerts(w.ctx, "test", "c3", []keepiton.Alert{digest}))
	if got := ids(keepiton.AlertQuery{Newest: true, Limit: 1}); !reflect.DeepEqual(got, []keepiton.AlertID{b.ID}) {
		t.Errorf("newest without digests: %v", got)
	}
	if got := ids(keepiton.AlertQuery{Digests: true, States: []keepiton.AlertState{keepiton.AlertWaiting}}); !reflect.DeepEqual(got, []keepiton.AlertID{b.ID, digest.ID}) {
		t.Errorf("with digests: %v", got)
	}
	if got := ids(keepiton.AlertQuery{From: a.Announced, Before: a.Announced.Add(time.Second)}); !reflect.DeepEqual(got, []keepiton.AlertID{a.ID}) {
		t.Errorf("announced in that second: %v", got)
	}
	if got := ids(keepiton.AlertQuery{From: a.Announced.Add(time.Second)}); len(got) != 0 {
		t.Errorf("announced later: %v", got)
	}
	if got := ids(keepiton.AlertQuery{Subject: b.Subject}); !reflect.DeepEqual(got, []keepiton.AlertID{b.ID}) {
		t.Errorf("of a subject: %v", got)
	}
}

// subscribed stores the n-th subscription.
func (w *world) subscribed(n int, channel keepiton.Channel, pace keepiton.Pace) keepiton.Subscription {
	w.Helper()
	s := keepiton.Subscription{ID: keepiton.SubscriptionID(n), Channel: channel, Pace: pace, Sealed: fmt.Appendf(nil, "sealed %d", n), Day: day0.Truncate(24 * time.Hour)}
	s.Key[0], s.Key[1] = byte(n>>8), byte(n)
	id, err := w.PutSubscription(w.ctx, s)
	if err != nil || id != s.ID {
		w.Fatalf("subscribe %d: %d, %v", n, id, err)
	}
	return s
}

func subscriptions(t *testing.T, w *world) {
	s := w.subscribed(700, keepiton.ChannelMail, keepiton.Instant)
	w.subscribed(5, keepiton.ChannelWebhook, keepiton.Instant)
	again := s
	again.ID, again.Pace, again.Sealed = 701, keepiton.Weekly, []byte("other")
	id, err := w.PutSubscription(w.ctx, again)
	if err != nil || id != 700 {
		t.Errorf("a second subscription of one address is %d, %v, want the first one's id", id, err)
	}
	again.ID = 700
	if got, err := w.Subscription(w.ctx, 700); err != nil || !reflect.DeepEqual(got, again) {
		t.Errorf("got %+v, want %+v, %v", got, again, err)
	}
	twin := again // the same key on another channel is somebody else's
	twin.ID, twin.Channel = 702, keepiton.ChannelWebhook
	if id, err = w.PutSubscription(w.ctx, twin); err != nil || id != 702 {
		t.Errorf("the same key on another channel: %d, %v", id, err)
	}
	w.must("update", w.UpdateSubscription(w.ctx, 700, func(s *keepiton.Subscription) error {
		s.Refused, s.Pace = 2, keepiton.Daily
		return nil
	}))
	if got, err := w.Subscription(w.ctx, 700); err != nil || got.Refused != 2 || got.Pace != keepiton.Daily {
		t.Errorf("after the change: %+v, %v", got, err)
	}
	refusal := keepiton.Errorf(keepiton.Forbidden, "no")
	w.wantCode("a change that refuses", w.UpdateSubscription(w.ctx, 700, func(s *keepiton.Subscription) error { s.Refused = 9; return refusal }), keepiton.Forbidden)
	if got, _ := w.Subscription(w.ctx, 700); got.Refused != 2 {
		t.Error("a refused change was written")
	}
	counts, err := w.CountSubscriptions(w.ctx)
	want := map[keepiton.Channel]map[keepiton.Pace]int{
		keepiton.ChannelMail: {keepiton.Daily: 1}, keepiton.ChannelWebhook: {keepiton.Instant: 1, keepiton.Weekly: 1},
	}
	if err != nil || !reflect.DeepEqual(counts, want) {
		t.Errorf("counts are %v, %v", counts, err)
	}
	w.must("delete", w.DeleteSubscription(w.ctx, 700))
	w.must("delete twice", w.DeleteSubscription(w.ctx, 700))
	_, err = w.Subscription(w.ctx, 700)
	w.wantCode("after the end", err, keepiton.NotFound)
	big := s
	big.Sealed = make([]byte, 9<<10)
	_, err = w.PutSubscription(w.ctx, big)
	w.wantCode("too large", err, keepiton.TooLarge)
	big.Sealed, big.Channel = []byte("x"), "pigeon"
	_, err = w.PutSubscription(w.ctx, big)
	w.wantCode("no such channel", err, keepiton.Invalid)
	w.wantCode("no such subscription", w.UpdateSubscription(w.ctx, 1, func(*keepiton.Subscription) error { return nil }), keepiton.NotFound)
}

func fanOut(t *testing.T, w *world) {
	for n := 1; n <= 7; n++ {
		w.subscribed(n*100, keepiton.ChannelMail, keepiton.Instant)
	}
	w.subscribed(50, keepiton.ChannelMail, keepiton.Daily)
	a := w.announce(waiting(1, 1, day0))
	looked := map[keepiton.SubscriptionID]int{}
	want := func(s *keepiton.Subscription) (time.Time, bool) {
		looked[s.ID]++
		return day0, s.ID != 300
	}
	for round := 1; ; round++ {
		done, err := w.FanOut(w.ctx, a.Seq, 3, want)
		w.must("fan out", err)
		if round == 1 {
			w.subscribed(1, keepiton.ChannelMail, keepiton.Instant) // came after: it was not meant
		}
		if done != (round == 3) {
			t.Fatalf("after round %d: done %v", round, done)
		}
		if done {
			break
		}
	}
	if done, err := w.FanOut(w.ctx, a.Seq, 3, want); err != nil || !done || len(looked) != 7 || looked[300] != 1 {
		t.Errorf("looked at %v, %v", looked, err)
	}
	if list, err := w.ListAlerts(w.ctx, keepiton.AlertQuery{Unfanned: true}); err != nil || len(list) != 0 {
		t.Errorf("still to be spread: %+v, %v", list, err)
	}
	got, err := w.Claim(w.ctx, keepiton.DeliveryClaim{Channel: keepiton.ChannelMail, Holder: "h", Now: day0, Until: day0.Add(time.Minute), Limit: 100})
	if err != nil || len(got) != 6 {
		t.Errorf("%d deliveries, %v", len(got), err)
	}
	b := waiting(2, 1, day0)
	w.must("note", w.NoteAlerts(w.ctx, "test", "", []keepiton.Alert{b}))
	_, err = w.FanOut(w.ctx, a.Seq+1, 3, want)
	w.wantCode("one that waits", err, keepiton.Conflict)
	digest := keepiton.Alert{ID: "daily.2023-05-01", Due: day0, Pace: keepiton.Daily}
	w.must("note", w.NoteAlerts(w.ctx, "test", "", []keepiton.Alert{digest}))
	digest.State = keepiton.AlertAnnounced
	w.must("settle", w.SettleAlert(w.ctx, digest))
	clear(looked)
	if done, err := w.FanOut(w.ctx, a.Seq+2, 3, want); err != nil || !done || looked[50] != 1 || len(looked) != 1 {
		t.Errorf("a digest went to %v, %v", looked, err)
	}
}
