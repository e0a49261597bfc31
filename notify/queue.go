package notify

import (
	"context"
	"crypto/rand"
	"errors"
	"log/slog"
	"sync"
	"time"

	"keepiton"
)

// line is one channel at work: one goroutine claims, some hand over, one notes
// what became of it.
type line struct {
	*Notifier
	sender  Sender
	notes   *notes
	journal *journal // of mail alone: the other channels have receipts, or names that the other side knows
	jobs    chan keepiton.Delivery

	mu     sync.Mutex
	until  time.Time     // the channel is down until then
	paused time.Duration // the last pause
}

// serve brings out the deliveries of one channel until ctx ends.
func (n *Notifier) serve(ctx context.Context, s Sender) {
	l := &line{Notifier: n, sender: s, jobs: make(chan keepiton.Delivery, 2*n.Pace.Workers)}
	l.notes = newNotes(n, rand.Text())
	if n.Journal != "" && s.Channel() == keepiton.ChannelMail {
		var found int
		var err error
		if l.journal, found, err = openJournal(ctx, n.Journal, l.notes.holder, n.Outbox, n.sentMark); err != nil {
			n.Log.LogAttrs(ctx, slog.LevelError, "the journal of mails cannot be kept", slog.Any("cause", err))
		}
		if found > 0 {
			n.Log.LogAttrs(ctx, slog.LevelInfo, "mails that a process had handed over when it died are noted", slog.Int("mails", found))
		}
	}
	// What is being handed over is handed over to its end.
	working, stop := context.WithCancel(context.WithoutCancel(ctx))
	defer stop()
	var workers sync.WaitGroup
	for range n.Pace.Workers {
		workers.Go(func() { l.work(working) })
	}
	noted := make(chan struct{})
	go func() { l.notes.run(working); close(noted) }()
	l.claim(ctx)
	for left := true; left; { // those that nobody began go back
		select {
		case d := <-l.jobs:
			l.notes.back(&d)
		default:
			left = false
		}
	}
	close(l.jobs)
	patience := time.AfterFunc(endPatience, stop)
	workers.Wait()
	patience.Stop()
	l.notes.close()
	<-noted
	l.journal.close()
}

// sentMark is the note of what was sent.
func (n *Notifier) sentMark(alert int64, to keepiton.SubscriptionID) keepiton.DeliveryMark {
	return keepiton.DeliveryMark{Alert: alert, To: to, State: keepiton.DeliverySent, Day: n.Now().UTC().Truncate(24 * time.Hour)}
}

// endPatience is how long the end waits for the other side.
const endPatience = 20 * time.Second

// claim takes deliveries out of the store while there are any.
func (l *line) claim(ctx context.Context) {
	wake, _ := l.wake.Load(l.sender.Channel())
	tick := time.NewTicker(l.Pace.Look)
	defer tick.Stop()
	for ctx.Err() == nil {
		now := l.Now()
		got := 0
		if !l.down(now) {
			list, err := l.Outbox.Claim(ctx, keepiton.DeliveryClaim{
				Channel: l.sender.Channel(), Holder: l.notes.holder, Now: now, Until: now.Add(l.Pace.Claim), Limit: 4 * l.Pace.Workers,
			})
			if err != nil && ctx.Err() == nil {
				l.Log.LogAttrs(ctx, slog.LevelError, "deliveries could not be claimed", slog.Any("cause", err))
			}
			for _, d := range list {
				select {
				case l.jobs <- d:
				case <-ctx.Done():
					l.notes.back(&d)
				}
			}
			got = len(list)
		}
		if got > 0 {
			continue
		}
		select {
		case <-ctx.Done():
		case <-wake.(chan struct{}):
		case <-tick.C:
		}
	}
}

// down reports whether the channel rests.
func (l *line) down(now time.Time) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	return now.Before(l.until)
}

func (l *line) work(ctx context.Context) {
	for d := range l.jobs {
		if l.down(l.Now()) {
			l.notes.back(&d)
			continue
		}
		l.bring(ctx, &d)
	}
}

// errLost ends a try whose claim is gone.
var errLost = errors.New("the claim of this delivery has ended")

// bring hands one delivery over and notes what became of it.
func (l *line) bring(ctx context.Context, d *keepiton.Delivery) {
	if d.Outdated && !d.InDoubt && d.Subscription.Channel != keepiton.ChannelWebhook {
		l.notes.over(d, keepiton.DeliverySkipped, "", "", false) // the newer one says what is true now
		return
	}
	m, err := l.write(ctx, d)
	switch {
	case errors.Is(err, errUnreadable):
		l.notes.over(d, keepiton.DeliveryDead, "unreadable", "", true)
		return
	case err != nil:
		l.Log.LogAttrs(ctx, slog.LevelError, "a message could not be written", slog.String("alert", string(d.Alert.ID)), slog.Any("cause", err))
		l.again(d, &Fault{Kind: Later, Answer: "not written"})
		return
	case m == nil:
		l.notes.over(d, keepiton.DeliverySkipped, "", "", false)
		return
	}
	receipt, err := l.sender.Send(ctx, m, func() error {
		if !l.notes.handing(d) {
			return errLost
		}
		return nil
	})
	switch {
	case errors.Is(err, errLost):
	case err == nil:
		err := l.journal.taken(d.Alert.Seq, d.Subscription.ID, func() { l.notes.over(d, keepiton.DeliverySent, "", receipt, false) }, l.notes.flush)
		if err != nil {
			l.Log.LogAttrs(ctx, slog.LevelError, "a mail could not be noted in the journal", slog.Any("cause", err))
		}
		l.up()
		if d.Subscription.Refused > 0 {
			l.refused(ctx, d, 0)
		}
	default:
		l.failed(ctx, d, err)
	}
}

// failed sorts what to do by what went wrong.
func (l *line) failed(ctx context.Context, d *keepiton.Delivery, err error) {
	var f *Fault
	if !errors.As(err, &f) {
		f = &Fault{Kind: Down, Answer: "no connection", Err: err}
	}
	switch f.Kind {
	case Down:
		l.rest(ctx, f)
		if f.Unknown {
			l.again(d, f)
			return
		}
		l.notes.back(d)
	case Later:
		l.again(d, f)
	case Never:
		l.notes.over(d, keepiton.DeliveryDead, f.Answer, "", true)
	case Gone:
		l.notes.over(d, keepiton.DeliveryDead, f.Answer, "", true)
		l.refused(ctx, d, d.Subscription.Refused+1)
	case Ended:
		l.notes.over(d, keepiton.DeliveryDead, f.Answer, "", true)
		l.refused(ctx, d, maxRefused)
	}
}

// again puts a delivery back for later, or gives it up.
func (l *line) again(d *keepiton.Delivery, f *Fault) {
	if d.Attempts+1 >= maxAttempts {
		l.notes.over(d, keepiton.DeliveryDead, f.Answer, "", true)
		if d.Subscription.Channel == keepiton.ChannelWebhook {
			l.refused(context.Background(), d, d.Subscription.Refused+1)
		}
		return
	}
	l.notes.retry(d, l.Now().Add(max(f.After, backoff(d.Attempts))), f)
}

// maxRefused: a subscription ends when so many alerts in a row were refused for
// good.
const maxRefused = 3

// refused counts what the address refused in a row, and ends the subscription
// when it was enough.
func (l *line) refused(ctx context.Context, d *keepiton.Delivery, times int) {
	id := d.Subscription.ID
	if times >= maxRefused && !l.posts[id] {
		l.Log.LogAttrs(ctx, slog.LevelInfo, "a subscription ended: its address takes nothing", slog.String("channel", string(d.Subscription.Channel)))
		l.notes.flush()
		if err := l.Outbox.DeleteSubscription(ctx, id); err != nil {
			l.Log.LogAttrs(ctx, slog.LevelError, "a subscription could not be ended", slog.Any("cause", err))
		}
		return
	}
	err := l.Outbox.UpdateSubscription(ctx, id, func(s *keepiton.Subscription) error { s.Refused = times; return nil })
	if err != nil && keepiton.CodeOf(err) != keepiton.NotFound {
		l.Log.LogAttrs(ctx, slog.LevelError, "a refusal could not be counted", slog.Any("cause", err))
	}
}

// rest lets the channel pause, longer each time until something goes out again.
func (l *line) rest(ctx context.Context, f *Fault) {
	l.mu.Lock()
	defer l.mu.Unlock()
	now := l.Now()
	if now.Before(l.until) {
		return // another worker said so already
	}
	l.paused = min(max(2*l.paused, minPause), maxPause)
	l.until = now.Add(max(f.After, jitter(l.paused)))
	l.Log.LogAttrs(ctx, slog.LevelWarn, "a channel of alerts is down", slog.String("channel", string(l.sender.Channel())), slog.String("answer", f.Answer), slog.Duration("pause", l.until.Sub(now).Round(time.Second)))
}

func (l *line) up() {
	l.mu.Lock()
	l.paused = 0
	l.mu.Unlock()
}
