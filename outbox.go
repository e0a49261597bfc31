package keepiton

import "time"

// AlertQuery selects alerts. The zero value is all of them, oldest first.
type AlertQuery struct {
	States   []AlertState
	Subject  string // empty: any
	DueBy    time.Time
	Unheld   bool // without those that an embargo holds
	Digests  bool // with digests
	Unfanned bool // announced, and not all subscriptions were looked at
	// From and Before keep what was announced in [From, Before). Zero: open.
	From, Before time.Time
	Newest       bool // by announcement, newest first, those that wait before all others
	Limit        int  // 1 to 1000; 0 means 100
}

// DeliveryClaim says which deliveries are to be handed out, and to whom.
type DeliveryClaim struct {
	Channel Channel
	Holder  string // whoever claims; at most 64 bytes
	Now     time.Time
	Until   time.Time // end of the claim
	Limit   int       // 1 to 1000
}

// DeliveryMark is a new state of a delivery.
type DeliveryMark struct {
	Alert   int64
	To      SubscriptionID
	State   DeliveryState
	Due     time.Time // of one that waits again
	Until   time.Time // of one that is handed
	Failed  bool      // counts as a failed attempt
	Doubt   bool      // of one that waits again: nobody knows whether it arrived
	Answer  string
	Receipt string
	Day     time.Time // of one that is over
}
