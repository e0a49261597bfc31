package notify

import (
	"context"
	"log/slog"
	"sync"
	"time"

	"keepiton"
)

// Record is what the notifier asks of the record. store.Incidents has it.
type Record interface {
	Changes(ctx context.Context, cursor string, limit int) ([]keepiton.Revision, string, error)
	Revision(ctx context.Context, id keepiton.IncidentID, n int) (keepiton.Revision, error)
	Get(ctx context.Context, id keepiton.IncidentID, asOf time.Time) (keepiton.Revision, error)
	EntryRevisions(ctx context.Context, id keepiton.EntryID) ([]keepiton.EntryRevision, error)
}

// Outbox is where alerts, subscriptions and deliveries are kept: see store.Alerts
// for what each method promises.
type Outbox interface {
	Subscriptions
	EntryChanges(ctx context.Context, cursor string, limit int) ([]keepiton.EntryRevision, string, error)
	EndOfChanges(ctx context.Context) (changes, entries string, err error)
	NoteAlerts(ctx context.Context, reader, cursor string, alerts []keepiton.Alert) error
	AlertCursor(ctx context.Context, reader string) (string, error)
	SettleAlert(ctx context.Context, a keepiton.Alert) error
	Alert(ctx context.Context, id keepiton.AlertID) (keepiton.Alert, error)
	ListAlerts(ctx context.Context, q keepiton.AlertQuery) ([]keepiton.Alert, error)
	FanOut(ctx context.Context, seq int64, limit int, want func(s *keepiton.Subscription) (time.Time, bool)) (bool, error)
	Claim(ctx context.Context, q keepiton.DeliveryClaim) ([]keepiton.Delivery, error)
	Mark(ctx context.Context, holder string, marks []keepiton.DeliveryMark) ([]bool, error)
	Receipt(ctx context.Context, subject string, to keepiton.SubscriptionID) (string, error)
	Forget(ctx context.Context, before time.Time, limit int) (int, error)
}

// Subscriptions is the part of the outbox that knows who asked.
type Subscriptions interface {
	PutSubscription(ctx context.Context, s keepiton.Subscription) (keepiton.SubscriptionID, error)
	Subscription(ctx context.Context, id keepiton.SubscriptionID) (keepiton.Subscription, error)
	UpdateSubscription(ctx context.Context, id keepiton.SubscriptionID, change func(s *keepiton.Subscription) error) error
	DeleteSubscription(ctx context.Context, id keepiton.SubscriptionID) error
	OwnSubscription(ctx context.Context, id keepiton.SubscriptionID, owner keepiton.EntryID) error
	OwnedSubscriptions(ctx context.Context, owner keepiton.EntryID) ([]keepiton.Subscription, error)
}

// Notifier brings alerts from the record to people. Record, Outbox, Keys and Now
// are required.
type Notifier struct {
	Record  Record
	Outbox  Outbox
	Keys    *Keys
	Senders []Sender   // one for each channel that this server has
	Posts   []Standing // accounts of the campaign that are told of everything
	Links   Links
	// Wait is how long a change rests before it is announced, so that a slip can
	// be mended and quick corrections are told as one; zero: at once.
	Wait time.Duration
	// Past announces what the record held before the notifier first ran. Without
	// it only what changes from then on is told.
	Past bool
	// Journal is a file of this process alone, in which mails are noted the moment
	// they are taken; empty: none, and a process that is killed may have more of
	// them in doubt.
	Journal string
	Sample  bool // made-up data: every message says so
	Now     func() time.Time
	Log     *slog.Logger // nil: discard
	Pace    Cadence      // zero: the defaults

	wake  sync.Map // keepiton.Channel -> chan struct{}
	read  chan struct{}
	told  toldCache
	posts map[keepiton.SubscriptionID]bool
	once  sync.Once
}

// Cadence says how often things are looked at. Zero fields have defaults.
type Cadence struct {
	Look     time.Duration // for changes and deliveries, when nobody calls Poke; 5 s
	Workers  int           // deliveries of one channel at the same time; 8
	Claim    time.Duration // how long a claim lasts; 1 min
	Handing  time.Duration // how long handing over may take; 5 min
	FanOut   int           // subscriptions that are looked at in one transaction; 500
	KeepDays int           // deliveries that are over are kept; 30
}

func (n *Notifier) init() {
	n.once.Do(func() {
		if n.Log == nil {
			n.Log = slog.New(slog.DiscardHandler)
		}
		c := &n.Pace
		c.Look, c.Workers, c.Claim, c.Handing = or(c.Look, 5*time.Second), or(c.Workers, 8), or(c.Claim, time.Minute), or(c.Handing, 5*time.Minute)
		c.FanOut, c.KeepDays = or(c.FanOut, 500), or(c.KeepDays, 30)
		n.read = make(chan struct{}, 1)
		for _, s := range n.Senders {
			n.wake.Store(s.Channel(), make(chan struct{}, 1))
		}
	})
}

func or[T comparable](v, or T) T {
	var zero T
	if v == zero {
		return or
	}
	return v
}

// Poke says that something changed: the notifier looks at once.
func (n *Notifier) Poke() {
	n.init()
	select {
	case n.read <- struct{}{}:
	default:
	}
}

// wakeAll lets the channels look for deliveries at once.
func (n *Notifier) wakeAll() {
	n.wake.Range(func(_, c any) bool {
		select {
		case c.(chan struct{}) <- struct{}{}:
		default:
		}
		return true
	})
}

// Run works until ctx ends, and returns when every delivery that was being handed
// over is marked. What could not be done is logged and tried again.
func (n *Notifier) Run(ctx context.Context) {
	n.init()
	var channels sync.WaitGroup
	defer channels.Wait()
	n.stand(ctx)
	for _, s := range n.Senders {
		channels.Go(func() { n.serve(ctx, s) })
	}
	tick := time.NewTicker(n.Pace.Look)
	defer tick.Stop()
	for {
		if err := n.Step(ctx); err != nil && ctx.Err() == nil {
			n.Log.LogAttrs(ctx, slog.LevelError, "alerts could not be prepared", slog.Any("cause", err))
		}
		select {
		case <-ctx.Done():
			return
		case <-n.read:
		case <-tick.C:
		}
	}
}

// Step does once what Run does again and again, but for the deliveries: it reads
// what changed, announces what is due, and spreads it.
func (n *Notifier) Step(ctx context.Context) error {
	n.init()
	for _, do := range []func(context.Context) error{n.readChanges, n.readEntries, n.settle, n.digests, n.settle, n.spread, n.forget} {
		if err := do(ctx); err != nil {
			return err
		}
	}
	return nil
}

// forget removes what is over for long.
func (n *Notifier) forget(ctx context.Context) error {
	_, err := n.Outbox.Forget(ctx, n.Now().AddDate(0, 0, -n.Pace.KeepDays), 500)
	return err
}
