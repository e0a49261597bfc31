package storetest

import (
	"fmt"
	"sync"
	"testing"
	"time"

	"keepiton"
	"keepiton/store"
)

// spread announces an alert to n mail subscriptions, numbered from 1.
func (w *world) spread(a keepiton.Alert, n int) keepiton.Alert {
	w.Helper()
	for i := 1; i <= n; i++ {
		w.subscribed(i, keepiton.ChannelMail, keepiton.Instant)
	}
	a = w.announce(a)
	done, err := w.FanOut(w.ctx, a.Seq, 1000, func(*keepiton.Subscription) (time.Time, bool) { return day0, true })
	if err != nil || !done {
		w.Fatalf("spread: %v, %v", done, err)
	}
	return a
}

func (w *world) claim(holder string, now, until time.Time, limit int) []keepiton.Delivery {
	w.Helper()
	got, err := w.Claim(w.ctx, keepiton.DeliveryClaim{Channel: keepiton.ChannelMail, Holder: holder, Now: now, Until: until, Limit: limit})
	w.must("claim", err)
	return got
}

func (w *world) mark(holder string, m keepiton.DeliveryMark) bool {
	w.Helper()
	stood, err := w.Mark(w.ctx, holder, []keepiton.DeliveryMark{m})
	w.must("mark", err)
	return stood[0]
}

func claims(t *testing.T, w *world) {
	a := w.spread(waiting(1, 1, day0), 5)
	until := day0.Add(time.Minute)
	if got := w.claim("one", day0.Add(-time.Second), until, 10); len(got) != 0 {
		t.Errorf("%d were due before their time", len(got))
	}
	mine := w.claim("one", day0, until, 2)
	others := w.claim("two", day0, until, 10)
	if len(mine) != 2 || len(others) != 3 {
		t.Fatalf("claimed %d and %d", len(mine), len(others))
	}
	d := mine[0]
	if d.Alert.ID != a.ID || d.Alert.Act != keepiton.ActPublished || string(d.Subscription.Sealed) != fmt.Sprintf("sealed %d", d.Subscription.ID) || d.InDoubt || d.Outdated || !d.Until.Equal(until) {
		t.Errorf("claimed %+v", d)
	}
	m := keepiton.DeliveryMark{Alert: a.Seq, To: d.Subscription.ID, State: keepiton.DeliveryHanded, Until: until.Add(time.Minute)}
	if w.mark("two", m) {
		t.Error("another's claim was taken over")
	}
	if !w.mark("one", m) || w.mark("one", m) {
		t.Error("what is claimed is handed over once")
	}
	m.State, m.Day = keepiton.DeliverySent, day0
	if !w.mark("one", m) || w.mark("one", m) {
		t.Error("what is handed over is sent once")
	}
	m.To, m.State, m.Due, m.Failed, m.Answer = mine[1].Subscription.ID, keepiton.DeliveryWaiting, until, true, "450 4.2.1"
	if !w.mark("one", m) || len(w.claim("one", day0, until, 10)) != 0 {
		t.Error("what waits again is not due yet")
	}
	again := w.claim("one", until.Add(-time.Second), until.Add(time.Hour), 10)
	if len(again) != 0 {
		t.Errorf("claims of two ended early: %+v", again)
	}
	again = w.claim("three", until, until.Add(time.Hour), 10)
	if len(again) != 4 {
		t.Fatalf("%d come free at the end of the claim, want 4", len(again))
	}
	for _, d := range again {
		if failed := d.Subscription.ID == m.To; d.InDoubt || d.Attempts != map[bool]int{true: 1}[failed] {
			t.Errorf("after the end of a claim: %+v", d)
		}
	}
	if w.mark("two", keepiton.DeliveryMark{Alert: a.Seq, To: others[0].Subscription.ID, State: keepiton.DeliverySent, Day: day0}) {
		t.Error("a claim that ended was marked")
	}
	newer := waiting(1, 2, day0)
	newer.Subject = a.Subject
	w.announce(newer)
	if again = w.claim("four", until.Add(time.Hour), until.Add(2*time.Hour), 1); len(again) != 1 || !again[0].Outdated {
		t.Errorf("there is a newer alert, and nobody says so: %+v", again)
	}
	_, err := w.Mark(w.ctx, "one", []keepiton.DeliveryMark{{State: keepiton.DeliveryClaimed}})
	w.wantCode("marked as claimed", err, keepiton.Invalid)
	w.must("end", w.DeleteSubscription(w.ctx, again[0].Subscription.ID))
	if w.mark("four", keepiton.DeliveryMark{Alert: a.Seq, To: again[0].Subscription.ID, State: keepiton.DeliveryHanded, Until: until}) {
		t.Error("who ended the subscription is written to")
	}
}

func doubt(t *testing.T, w *world) {
	a := w.spread(waiting(1, 1, day0), 2)
	got := w.claim("one", day0, day0.Add(time.Minute), 10)
	handed := got[0].Subscription.ID
	w.mark("one", keepiton.DeliveryMark{Alert: a.Seq, To: handed, State: keepiton.DeliveryHanded, Until: day0.Add(time.Hour)})
	// The holder dies. Another handle, as another process, comes after it.
	other := w.reopen()
	defer other.Close()
	claim := func(now time.Time) []keepiton.Delivery {
		got, err := other.Claim(w.ctx, keepiton.DeliveryClaim{Channel: keepiton.ChannelMail, Holder: "two", Now: now, Until: now.Add(time.Minute), Limit: 10})
		w.must("claim", err)
		return got
	}
	first := claim(day0.Add(time.Minute))
	if len(first) != 1 || first[0].Subscription.ID == handed || first[0].InDoubt {
		t.Fatalf("what was claimed and not handed over: %+v", first)
	}
	late := claim(day0.Add(time.Hour))
	if len(late) != 2 {
		t.Fatalf("at the end of all claims: %+v", late)
	}
	for _, d := range late {
		if d.InDoubt != (d.Subscription.ID == handed) {
			t.Errorf("%d: in doubt %v", d.Subscription.ID, d.InDoubt)
		}
	}
	// It stays in doubt when its second holder dies as well, before it is handed over again.
	for _, d := range claim(day0.Add(2 * time.Hour)) {
		if d.InDoubt != (d.Subscription.ID == handed) {
			t.Errorf("the third time, %d: in doubt %v", d.Subscription.ID, d.InDoubt)
		}
		stood, err := other.Mark(w.ctx, "two", []keepiton.DeliveryMark{{Alert: a.Seq, To: d.Subscription.ID, State: keepiton.DeliveryWaiting, Due: day0, Doubt: true}})
		if err != nil || !stood[0] {
			t.Errorf("back in doubt: %v, %v", stood, err)
		}
	}
	for _, d := range claim(day0.Add(2 * time.Hour)) {
		if !d.InDoubt {
			t.Errorf("%d was put back in doubt, and is not", d.Subscription.ID)
		}
	}
}

func embargoes(t *testing.T, w *world) {
	a := w.spread(waiting(1, 1, day0), 3)
	until := day0.Add(time.Minute)
	got := w.claim("one", day0, until, 2)
	if !w.mark("one", keepiton.DeliveryMark{Alert: a.Seq, To: got[0].Subscription.ID, State: keepiton.DeliveryHanded, Until: until}) {
		t.Fatal("not handed over")
	}
	e := keepiton.Embargo{Subject: a.Subject, Reason: "people are hiding there", Account: "ana", Day: day0.Truncate(24 * time.Hour)}
	w.must("hold", w.PutEmbargo(w.ctx, e))
	if w.mark("one", keepiton.DeliveryMark{Alert: a.Seq, To: got[1].Subscription.ID, State: keepiton.DeliveryHanded, Until: until}) {
		t.Error("a claimed delivery goes out under an embargo")
	}
	if !w.mark("one", keepiton.DeliveryMark{Alert: a.Seq, To: got[0].Subscription.ID, State: keepiton.DeliverySent, Day: day0}) {
		t.Error("what was handed over before cannot be marked as sent")
	}
	if got := w.claim("two", day0.Add(time.Hour), day0.Add(2*time.Hour), 10); len(got) != 0 {
		t.Errorf("%d go out under an embargo", len(got))
	}
	next := waiting(1, 2, day0)
	w.must("note", w.NoteAlerts(w.ctx, "test", "", []keepiton.Alert{next}))
	if list, err := w.ListAlerts(w.ctx, keepiton.AlertQuery{States: []keepiton.AlertState{keepiton.AlertWaiting}, Unheld: true}); err != nil || len(list) != 0 {
		t.Errorf("a new alert about it is not held: %+v, %v", list, err)
	}
	next.State = keepiton.AlertAnnounced
	w.wantCode("settled under an embargo", w.SettleAlert(w.ctx, next), keepiton.Conflict)
	list, err := w.Embargoes(w.ctx, false)
	if err != nil || len(list) != 1 || list[0] != e {
		t.Errorf("embargoes: %+v, %v", list, err)
	}
	w.must("lift", w.LiftEmbargo(w.ctx, a.Subject, "ben", e.Day))
	w.wantCode("lifted twice", w.LiftEmbargo(w.ctx, a.Subject, "ben", e.Day), keepiton.NotFound)
	if got := w.claim("two", day0.Add(time.Hour), day0.Add(2*time.Hour), 10); len(got) != 2 {
		t.Errorf("%d go out when it is lifted, want 2", len(got))
	}
	w.must("settle", w.SettleAlert(w.ctx, next))
	if list, err = w.Embargoes(w.ctx, false); err != nil || len(list) != 0 {
		t.Errorf("after it was lifted: %+v, %v", list, err)
	}
	if list, err = w.Embargoes(w.ctx, true); err != nil || len(list) != 1 || list[0].LiftedBy != "ben" {
		t.Errorf("all: %+v, %v", list, err)
	}
	w.wantCode("without a reason", w.PutEmbargo(w.ctx, keepiton.Embargo{Subject: "x", Day: day0}), keepiton.Invalid)
}

func deliveryLog(t *testing.T, w *world) {
	a := w.spread(waiting(1, 1, day0), 4)
	until := day0.Add(time.Minute)
	got := w.claim("one", day0, until, 10)
	mark := func(i int, m keepiton.DeliveryMark) {
		m.Alert, m.To = a.Seq, got[i].Subscription.ID
		if !w.mark("one", m) {
			t.Fatalf("mark %d", i)
		}
	}
	mark(0, keepiton.DeliveryMark{State: keepiton.DeliverySent, Day: day0})
	mark(1, keepiton.DeliveryMark{State: keepiton.DeliverySent, Day: day0, Receipt: "17"})
	mark(2, keepiton.DeliveryMark{State: keepiton.DeliveryDead, Day: day0, Failed: true, Answer: "550 5.1.1"})
	mark(3, keepiton.DeliveryMark{State: keepiton.DeliveryWaiting, Due: until, Failed: true, Answer: "450"})
	counts, err := w.DeliveryCounts(w.ctx, []int64{a.Seq})
	mail := counts[a.Seq][keepiton.ChannelMail]
	if err != nil || mail[keepiton.DeliverySent] != 2 || mail[keepiton.DeliveryDead] != 1 || mail[keepiton.DeliveryWaiting] != 1 {
		t.Errorf("counts: %v, %v", counts, err)
	}
	troubles, err := w.Troubles(w.ctx, 10)
	if err != nil || len(troubles) != 2 || troubles[0].Answer == "" || troubles[1].Attempts != 1 {
		t.Errorf("troubles: %+v, %v", troubles, err)
	}
	if r, err := w.Receipt(w.ctx, a.Subject, got[1].Subscription.ID); err != nil || r != "17" {
		t.Errorf("the receipt is %q, %v", r, err)
	}
	if r, err := w.Receipt(w.ctx, a.Subject, got[0].Subscription.ID); err != nil || r != "" {
		t.Errorf("no receipt is %q, %v", r, err)
	}
	if n, err := w.Revive(w.ctx, a.Seq, day0); err != nil || n != 1 {
		t.Errorf("revived %d, %v", n, err)
	}
	if again := w.claim("two", day0, until, 10); len(again) != 1 || again[0].Attempts != 0 {
		t.Errorf("revived: %+v", again)
	}
	if n, err := w.Forget(w.ctx, day0, 10); err != nil || n != 0 {
		t.Errorf("forgot %d of that day, %v", n, err)
	}
	if n, err := w.Forget(w.ctx, day0.Add(time.Second), 10); err != nil || n != 1 {
		t.Errorf("forgot %d, want the one that is over and has no receipt, %v", n, err)
	}
}

// sharedQueue lets holders on two handles empty the queue together: each
// delivery is marked as sent once.
func sharedQueue(t *testing.T, w *world) {
	const n = 60
	a := w.spread(waiting(1, 1, day0), n)
	other := w.reopen()
	defer other.Close()
	var mu sync.Mutex
	sent := map[keepiton.SubscriptionID]int{}
	var wg sync.WaitGroup
	for i, st := range []store.Store{w.Store, other, w.Store, other} {
		holder := fmt.Sprint("holder", i)
		wg.Go(func() {
			for {
				got, err := st.Claim(w.ctx, keepiton.DeliveryClaim{Channel: keepiton.ChannelMail, Holder: holder, Now: day0, Until: day0.Add(time.Minute), Limit: 4})
				if err != nil || len(got) == 0 {
					if err != nil {
						t.Errorf("claim: %v", err)
					}
					return
				}
				marks := make([]keepiton.DeliveryMark, len(got))
				for i, d := range got {
					marks[i] = keepiton.DeliveryMark{Alert: a.Seq, To: d.Subscription.ID, State: keepiton.DeliverySent, Day: day0}
				}
				stood, err := st.Mark(w.ctx, holder, marks)
				if err != nil {
					t.Errorf("mark: %v", err)
					return
				}
				mu.Lock()
				for i := range stood {
					if stood[i] {
						sent[marks[i].To]++
					}
				}
				mu.Unlock()
			}
		})
	}
	wg.Wait()
	for id := keepiton.SubscriptionID(1); id <= n; id++ {
		if sent[id] != 1 {
			t.Errorf("subscription %d was sent to %d times", id, sent[id])
		}
	}
}
