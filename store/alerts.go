package store

import (
	"context"
	"time"

	"keepiton"
)

// Alerts holds what is to be told, to whom, and how far that has come: the
// outbox of the notifier. A killed process loses no alert, and whoever takes its
// place knows of each delivery whether it may have arrived.
//
// The life of an alert: NoteAlerts (waiting) → SettleAlert (announced or silent)
// → FanOut (one delivery for each who wants it) → Claim → Mark (handed) → Mark
// (sent, or waiting again, or dead). See docs/alerts.md.
type Alerts interface {
	// EntryChanges returns revisions of entries that readers may see, in the
	// order they were stored, after the cursor, at most limit, and the cursor to
	// go on with. The empty cursor is the beginning.
	EntryChanges(ctx context.Context, cursor string, limit int) (revs []keepiton.EntryRevision, next string, err error)
	// EndOfChanges returns the cursors behind everything that Changes and
	// EntryChanges would return now.
	EndOfChanges(ctx context.Context) (changes, entries string, err error)

	// NoteAlerts stores alerts that wait, in this order, and keeps cursor under
	// the reader's name, both or neither. One whose ID is there is left as it is.
	NoteAlerts(ctx context.Context, reader, cursor string, alerts []keepiton.Alert) error
	// AlertCursor returns what NoteAlerts kept for the reader; empty at first.
	AlertCursor(ctx context.Context, reader string) (string, error)
	// SettleAlert ends the wait of an alert: State, Act, Announced, After, Facets
	// are taken from a. Conflict when it does not wait any more, or is held. The
	// record's Version grows with what is announced, held or let go: feeds change.
	SettleAlert(ctx context.Context, a keepiton.Alert) error
	// Alert returns one. NotFound when there is none.
	Alert(ctx context.Context, id keepiton.AlertID) (keepiton.Alert, error)
	// ListAlerts returns alerts that match, at most q.Limit.
	ListAlerts(ctx context.Context, q keepiton.AlertQuery) ([]keepiton.Alert, error)

	// PutEmbargo holds what waits about the subject, and what is on its way but
	// not handed over yet; a second one replaces the first. LiftEmbargo lets it
	// go; NotFound when none stands. Embargoes lists those that stand, or all,
	// newest first.
	PutEmbargo(ctx context.Context, e keepiton.Embargo) error
	LiftEmbargo(ctx context.Context, subject, account string, day time.Time) error
	Embargoes(ctx context.Context, all bool) ([]keepiton.Embargo, error)

	// PutSubscription stores a subscription. One with the same channel and key is
	// replaced and keeps its ID, which is returned.
	PutSubscription(ctx context.Context, s keepiton.Subscription) (keepiton.SubscriptionID, error)
	// Subscription returns one. NotFound when there is none.
	Subscription(ctx context.Context, id keepiton.SubscriptionID) (keepiton.Subscription, error)
	// UpdateSubscription reads one, lets change alter Pace, Sealed and Refused,
	// and writes it, as one transaction. An error of change is returned and
	// nothing is written; change must not call the store.
	UpdateSubscription(ctx context.Context, id keepiton.SubscriptionID, change func(s *keepiton.Subscription) error) error
	// DeleteSubscription removes one and all that was kept of its deliveries.
	// Twice is once.
	DeleteSubscription(ctx context.Context, id keepiton.SubscriptionID) error
	// OwnSubscription lets an organization, by the id of its entry, manage a
	// subscription; a second owner replaces the first. NotFound when there is no
	// such subscription.
	OwnSubscription(ctx context.Context, id keepiton.SubscriptionID, owner keepiton.EntryID) error
	// OwnedSubscriptions lists what an organization manages, in order of channel and
	// id.
	OwnedSubscriptions(ctx context.Context, owner keepiton.EntryID) ([]keepiton.Subscription, error)
	// CountSubscriptions counts them.
	CountSubscriptions(ctx context.Context) (map[keepiton.Channel]map[keepiton.Pace]int, error)

	// FanOut looks at the next limit subscriptions of the pace of an announced
	// alert, and makes a delivery for each that want takes, due at the time that
	// it returns. Where it stopped is kept in the same transaction: a subscription
	// is looked at once. done is true when none is left. want must not call the
	// store.
	FanOut(ctx context.Context, seq int64, limit int, want func(s *keepiton.Subscription) (due time.Time, ok bool)) (done bool, err error)
	// Claim hands out deliveries of a channel that are due and not held, earliest
	// first, and those whose claim ended before now; they belong to holder until
	// the given moment.
	Claim(ctx context.Context, q keepiton.DeliveryClaim) ([]keepiton.Delivery, error)
	// Mark sets the state of deliveries that holder has claimed, all in one
	// transaction that is durable when it returns, and reports for each whether
	// the claim still stood: where it did not, nothing was changed. A mark that is
	// handed moves the end of the claim to Until.
	Mark(ctx context.Context, holder string, marks []keepiton.DeliveryMark) (stood []bool, err error)
	// Receipt returns what the other side called the newest sent delivery of a
	// subject to a subscription; empty when there is none.
	Receipt(ctx context.Context, subject string, to keepiton.SubscriptionID) (string, error)

	// DeliveryCounts counts the deliveries of alerts by channel and state.
	DeliveryCounts(ctx context.Context, seqs []int64) (map[int64]map[keepiton.Channel]map[keepiton.DeliveryState]int, error)
	// Troubles lists deliveries that are dead, or failed at least once and are
	// tried again, latest first, at most limit.
	Troubles(ctx context.Context, limit int) ([]keepiton.Delivery, error)
	// Revive lets the dead deliveries of an alert be tried again from now on, and
	// returns how many there were.
	Revive(ctx context.Context, seq int64, now time.Time) (int, error)
	// Forget removes what is over since before the day, but for receipts, at most
	// limit rows, and returns how many.
	Forget(ctx context.Context, before time.Time, limit int) (int, error)
}
