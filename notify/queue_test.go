package notify_test

import (
	"errors"
	"fmt"
	"testing"
	"time"

	"keepiton"
	"keepiton/notify"
)

// tell publishes an incident and lets the time pass after which it is told.
func (w *world) tell() keepiton.Revision {
	w.Helper()
	rev := w.publish()
	w.step()
	w.later(wait)
	return rev
}

func TestWhatFailsIsTriedAgainLaterAndGivenUpInTheEnd(t *testing.T) {
	w := newWorld(t)
	w.subscribe("a@a.test", keepiton.Instant, notify.Topics{})
	tries := 0
	w.mail.fail = func(*notify.Message) error {
		tries++
		return &notify.Fault{Kind: notify.Later, Answer: "450 4.2.1"}
	}
	w.tell()
	var spans []time.Duration
	last := w.clock()
	for w.deliver(); len(spans) < 30; w.deliver() {
		troubles, err := w.Troubles(w.ctx, 10)
		if err != nil || len(troubles) != 1 || troubles[0].Answer != "450 4.2.1" {
			t.Fatalf("troubles: %+v, %v", troubles, err)
		}
		if d := troubles[0]; d.State == keepiton.DeliveryDead {
			break
		} else {
			spans = append(spans, d.Due.Sub(last))
			w.later(d.Due.Sub(w.clock()) + time.Second)
			last = w.clock()
		}
	}
	if tries != 10 || len(spans) != 9 {
		t.Errorf("tried %d times", tries)
	}
	for i, want := range []time.Duration{1, 4, 16, 64, 240, 240, 240, 240, 240} {
		want *= time.Minute
		if got := spans[i]; got < want*3/4-time.Second || got > want*5/4+time.Second {
			t.Errorf("the %d. wait is %s, want %s give or take a quarter", i+1, got, want)
		}
	}
}

func TestAnAddressThatTakesNothingEndsItsSubscription(t *testing.T) {
	w := newWorld(t)
	w.subscribe("a@a.test", keepiton.Instant, notify.Topics{})
	gone := true
	w.mail.fail = func(*notify.Message) error {
		if !gone {
			return nil
		}
		return &notify.Fault{Kind: notify.Gone, Answer: "550 5.1.1"}
	}
	left := func() int {
		counts, err := w.CountSubscriptions(w.ctx)
		if err != nil {
			t.Fatal(err)
		}
		return counts[keepiton.ChannelMail][keepiton.Instant]
	}
	for n, ok := range []bool{false, false, true, false, false, false} { // a success between starts the count anew
		gone = !ok
		w.tell()
		w.deliver()
		if want := map[bool]int{true: 0, false: 1}[n == 5]; left() != want {
			t.Fatalf("after alert %d: %d subscriptions, want %d", n+1, left(), want)
		}
	}
}

func TestWhoeverSaysGoneIsAskedNoMore(t *testing.T) {
	w := newWorld(t)
	w.subscribe("a@a.test", keepiton.Instant, notify.Topics{})
	w.mail.fail = func(*notify.Message) error { return &notify.Fault{Kind: notify.Ended, Answer: "410"} }
	w.tell()
	w.deliver()
	if counts, err := w.CountSubscriptions(w.ctx); err != nil || len(counts) != 0 {
		t.Errorf("left: %v, %v", counts, err)
	}
}

func TestAChannelThatIsDownLosesNothingAndCountsNothing(t *testing.T) {
	w := newWorld(t)
	for i := range 20 {
		w.subscribe(fmt.Sprintf("a%d@a.test", i), keepiton.Instant, notify.Topics{})
	}
	w.mail.fail = func(*notify.Message) error { return errors.New("connection refused") }
	w.tell()
	w.step()
	w.run(func() bool { return w.mail.tried() > 0 && w.due() == 20 })
	if troubles, err := w.Troubles(w.ctx, 100); err != nil || len(troubles) != 0 {
		t.Errorf("a channel that is down is nobody's failure: %+v, %v", troubles, err)
	}
	w.mail.fail = nil
	w.later(time.Hour)
	w.deliver()
	if got := len(w.mail.heads()); got != 20 {
		t.Errorf("%d were told when it came back, want 20", got)
	}
}

func TestNobodyIsToldWhatIsNotTrueAnyMore(t *testing.T) {
	w := newWorld(t)
	w.subscribe("a@a.test", keepiton.Instant, notify.Topics{})
	w.mail.fail = func(*notify.Message) error { return &notify.Fault{Kind: notify.Later, Answer: "450"} }
	rev := w.tell()
	w.deliver()
	w.mail.fail = nil
	w.correct(rev, "a hoax", func(i *keepiton.Incident) { i.State, i.Reason = keepiton.Withdrawn, "a hoax" })
	w.later(time.Hour)
	w.deliver()
	w.want("after a withdrawal", w.mail, "a@a.test | Withdrawn: "+sudan)
}

func TestEveryTryHasOneName(t *testing.T) {
	w := newWorld(t)
	w.subscribe("a@a.test", keepiton.Instant, notify.Topics{})
	w.subscribe("b@a.test", keepiton.Instant, notify.Topics{})
	names := map[string][]string{}
	w.mail.fail = func(m *notify.Message) error {
		names[m.To.Address] = append(names[m.To.Address], m.Name)
		return &notify.Fault{Kind: notify.Later, Answer: "450"}
	}
	w.Notifier.Pace.Workers = 1
	w.tell()
	w.deliver()
	w.later(10 * time.Minute)
	w.deliver()
	if a, b := names["a@a.test"], names["b@a.test"]; len(a) < 2 || a[0] != a[1] || a[0] == b[0] {
		t.Errorf("names of tries: %v", names)
	}
}

func TestASubscriptionSealedUnderAnotherKeyIsLeftAlone(t *testing.T) {
	w := newWorld(t)
	w.subscribe("a@a.test", keepiton.Instant, notify.Topics{})
	var err error
	if w.keys, err = notify.NewKeys([32]byte{2}); err != nil {
		t.Fatal(err)
	}
	w.Notifier = w.notifier()
	w.subscribe("b@a.test", keepiton.Instant, notify.Topics{})
	w.tell()
	w.deliver()
	w.want("those that can be opened", w.mail, "b@a.test | New: "+sudan)
}
