package notify

import (
	"context"
	"log/slog"
	"time"

	"keepiton"
)

// notes writes down what becomes of deliveries. What several workers have to say
// at the same time goes into one transaction: each waits for one write to the
// disk, and there are few of them.
type notes struct {
	n      *Notifier
	holder string
	in     chan note
}

type note struct {
	mark keepiton.DeliveryMark
	done chan bool // answered when the mark is durable: whether the claim stood; nil: nobody waits
	sync bool      // no mark: done is answered when all before it are durable
}

// maxNotes bounds one transaction.
const maxNotes = 256

func newNotes(n *Notifier, holder string) *notes {
	return &notes{n: n, holder: holder, in: make(chan note, maxNotes)}
}

// handing notes that a delivery is about to be handed over, and reports whether it
// may be. What was noted before is durable as well when it returns.
func (o *notes) handing(d *keepiton.Delivery) bool {
	now := o.n.Now()
	if !now.Before(d.Until) {
		return false // it comes free by itself
	}
	done := make(chan bool, 1)
	o.in <- note{done: done, mark: keepiton.DeliveryMark{Alert: d.Alert.Seq, To: d.Subscription.ID, State: keepiton.DeliveryHanded, Until: now.Add(o.n.Pace.Handing)}}
	return <-done
}

// over notes the end of a delivery.
func (o *notes) over(d *keepiton.Delivery, s keepiton.DeliveryState, answer, receipt string, failed bool) {
	o.in <- note{mark: keepiton.DeliveryMark{
		Alert: d.Alert.Seq, To: d.Subscription.ID, State: s, Answer: answer, Receipt: receipt, Failed: failed, Day: o.n.Now().UTC().Truncate(24 * time.Hour),
	}}
}

// retry notes a failed try.
func (o *notes) retry(d *keepiton.Delivery, due time.Time, f *Fault) {
	o.in <- note{mark: keepiton.DeliveryMark{
		Alert: d.Alert.Seq, To: d.Subscription.ID, State: keepiton.DeliveryWaiting, Due: due, Answer: f.Answer, Failed: true, Doubt: f.Unknown,
	}}
}

// back puts a delivery back as it was: nothing was tried.
func (o *notes) back(d *keepiton.Delivery) {
	o.in <- note{mark: keepiton.DeliveryMark{Alert: d.Alert.Seq, To: d.Subscription.ID, State: keepiton.DeliveryWaiting, Due: d.Due, Answer: d.Answer}}
}

// flush returns when everything noted before is durable.
func (o *notes) flush() {
	done := make(chan bool, 1)
	o.in <- note{done: done, sync: true}
	<-done
}

// close ends run once everything is noted; nothing may be noted after it.
func (o *notes) close() { close(o.in) }

// run writes until close. While the store does not answer it tries again; whoever
// waits for leave to hand over is refused meanwhile.
func (o *notes) run(ctx context.Context) {
	for first := range o.in {
		batch := append(make([]note, 0, 16), first)
		for more := true; more && len(batch) < maxNotes; {
			select {
			case next, open := <-o.in:
				if more = open; open {
					batch = append(batch, next)
				}
			default:
				more = false
			}
		}
		o.write(ctx, batch)
	}
}

func (o *notes) write(ctx context.Context, batch []note) {
	pause := 100 * time.Millisecond
	for {
		marks := make([]keepiton.DeliveryMark, 0, len(batch))
		for _, b := range batch {
			if !b.sync {
				marks = append(marks, b.mark)
			}
		}
		stood, err := o.n.Outbox.Mark(ctx, o.holder, marks)
		if err == nil {
			for _, b := range batch {
				ok := true
				if !b.sync {
					ok, stood = stood[0], stood[1:]
				}
				if b.done != nil {
					b.done <- ok
				}
			}
			return
		}
		// Nothing may be handed over that is not noted first; ends are kept.
		var left []note
		for _, b := range batch {
			switch {
			case b.sync:
				b.done <- false
			case b.done != nil:
				b.done <- false
			default:
				left = append(left, b)
			}
		}
		if batch = left; len(batch) == 0 {
			return
		}
		o.n.Log.LogAttrs(ctx, slog.LevelError, "deliveries could not be noted", slog.Int("deliveries", len(batch)), slog.Any("cause", err))
		if ctx.Err() != nil || keepiton.CodeOf(err) == keepiton.Invalid {
			return // they are in doubt: whoever comes next sees it
		}
		select {
		case <-ctx.Done():
		case <-time.After(pause):
			pause = min(2*pause, 5*time.Second)
		}
	}
}
