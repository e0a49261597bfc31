package keepiton

import (
	"strconv"
	"strings"
	"time"
)

// AlertID names an alert for ever: the id of what it is about, a dot, and the
// number of the revision that it tells of, such as KIO-2026-0042.3; of a
// digest, its pace and the day before which it looks back, such as
// weekly.2026-11-23.
type AlertID string

// NewAlertID forms the id of the alert about revision n of subject.
func NewAlertID(subject string, n int) AlertID {
	return AlertID(subject + "." + strconv.Itoa(n))
}

// Parse returns what the alert is about and the number of the revision. Invalid
// for the id of a digest.
func (id AlertID) Parse() (subject string, n int, err error) {
	subject, number, _ := strings.Cut(string(id), ".")
	n, err = strconv.Atoi(number)
	if err != nil || n < 1 || NewAlertID(subject, n) != id {
		return "", 0, Errorf(Invalid, "%q is not an alert such as KIO-2026-0042.3", string(id))
	}
	if _, _, err := IncidentID(subject).Parse(); err != nil && EntryID(subject).Kind() == "" {
		return "", 0, Errorf(Invalid, "%q is not an alert such as KIO-2026-0042.3", string(id))
	}
	return subject, n, nil
}

// AlertAct is what an alert tells of its subject.
type AlertAct string

// The acts. Every one but the first points back to the alerts before it.
const (
	ActPublished  AlertAct = "published"  // it is new
	ActCorrected  AlertAct = "corrected"  // what was told is different now
	ActEnded      AlertAct = "ended"      // what was going on is over
	ActWithdrawn  AlertAct = "withdrawn"  // what was told is taken back
	ActMerged     AlertAct = "merged"     // it turned out to be part of another
	ActReinstated AlertAct = "reinstated" // what was taken back stands again
	ActDigest     AlertAct = "digest"     // the alerts of a day or a week
)

// AlertState is how far an alert has come.
type AlertState string

// The states of an alert.
const (
	AlertWaiting   AlertState = "waiting"   // for its time, or for an embargo to be lifted
	AlertAnnounced AlertState = "announced" // it goes to everybody who asked for it
	AlertSilent    AlertState = "silent"    // nothing in it had to be told, or a newer one tells it
)

// Alert is one public change that people are told of.
type Alert struct {
	Seq       int64 // in the order in which the changes were read; given by the store
	ID        AlertID
	Subject   string // id of an incident or an entry; empty for a digest
	N         int    // the revision it tells of
	State     AlertState
	Act       AlertAct  // empty while it waits
	Due       time.Time // it waits until then, so that a slip can be mended
	Announced time.Time // zero until it is
	Held      bool      // an embargo keeps it back
	After     AlertID   // the alert about the same subject that was announced before it; empty for the first
	// Facets are what it is found by, those of the alerts before it about the
	// same subject included: a correction reaches whoever was told.
	Facets []EntryFacet

	Pace     Pace      // of a digest; empty: everybody who wants to be told at once
	From, To time.Time // of a digest: it is about the alerts that were announced in [From, To)
}

// Embargo keeps the alerts about a subject back, since telling the world of it
// now would endanger people. What is published stays to be read.
type Embargo struct {
	Subject  string
	Reason   string // for the desk
	Account  string
	Day      time.Time
	Lifted   time.Time // zero: it stands
	LiftedBy string
}

// Channel is a road by which alerts go out.
type Channel string

// The channels.
const (
	ChannelMail     Channel = "mail"
	ChannelWebhook  Channel = "webhook"
	ChannelMastodon Channel = "mastodon" // an account of the campaign
	ChannelTelegram Channel = "telegram" // a channel of the campaign
)

// Channels lists the channels.
var Channels = []Channel{ChannelMail, ChannelWebhook, ChannelMastodon, ChannelTelegram}

// Pace is how often somebody wants to be told.
type Pace string

// The paces. Days and weeks are those of UTC; a week begins on Monday.
const (
	Instant Pace = "instant"
	Daily   Pace = "daily"
	Weekly  Pace = "weekly"
)

// Paces lists the paces.
var Paces = []Pace{Instant, Daily, Weekly}

// SubscriptionID names a subscription. It is drawn at random and positive, so
// that it does not tell who was there first.
type SubscriptionID int64

// Subscription is somebody who asked to be told. Who, where, of what and in which
// language stands in Sealed, which only the holder of the server's key for
// alerts can open, see package notify. One that was not confirmed is not stored.
type Subscription struct {
	ID      SubscriptionID
	Channel Channel
	Pace    Pace
	Key     [32]byte  // HMAC of the address under that key: one subscription for each
	Sealed  []byte    // at most 8 KiB
	Day     time.Time // of the confirmation, UTC
	Refused int       // alerts in a row that its server refused for good
}

// DeliveryState is how far an alert has come on its way to one subscription.
type DeliveryState uint8

// The states of a delivery, in order.
const (
	DeliveryWaiting DeliveryState = 0
	DeliveryClaimed DeliveryState = 1 // somebody works on it
	DeliveryHanded  DeliveryState = 2 // it is being handed over: should we die now, nobody knows whether it arrived
	DeliverySent    DeliveryState = 3
	DeliveryDead    DeliveryState = 4 // tried as often as it may be
	DeliverySkipped DeliveryState = 5 // there was nothing to tell, or a newer alert tells it
	DeliveryHeld    DeliveryState = 6 // an embargo came while it waited
)

// Over reports whether nothing more is tried.
func (s DeliveryState) Over() bool { return s >= DeliverySent && s <= DeliverySkipped }

// Delivery is one alert for one subscription.
type Delivery struct {
	Alert        Alert // without facets
	Subscription Subscription
	State        DeliveryState
	Attempts     int       // that have failed
	InDoubt      bool      // it was handed over once, and nobody knows whether it arrived
	Outdated     bool      // a newer alert about the same subject is announced
	Due          time.Time // not before
	Until        time.Time // the claim's end
	Answer       string    // of the last try: a code such as "550 5.1.1", no words of the other side
	Receipt      string    // what the other side calls it, where it can be edited later
}
