package notify

import (
	"context"
	"fmt"
	"time"

	"keepiton"
)

// Sender is a channel: an adapter that hands messages over.
type Sender interface {
	Channel() keepiton.Channel
	// Send hands m over. It calls handing once, at the last moment at which nothing
	// has reached the other side yet; an error of it ends the try, and is returned.
	// The receipt is what the other side calls the message, where it can be edited
	// later. An error is a *Fault if the other side is to blame, and may be anything
	// else, which counts as Down.
	Send(ctx context.Context, m *Message, handing func() error) (receipt string, err error)
}

// Message is one alert, or a digest, for one subscription.
type Message struct {
	Name    string // the same for every try: see Keys.MessageID
	Channel keepiton.Channel
	To      *Terms
	Date    time.Time // of the announcement
	Told    []*Told   // more than one in a digest
	Digest  bool
	// Earlier are the names of the messages about the same subject before it,
	// oldest first.
	Earlier []string
	Edits   string // the receipt of the message that it corrects; empty: none
	Manage  string // link for its reader; empty: none
	End     string // link by which a mail program ends the subscription
	Topics  string // what was asked for, in the reader's words
	// Plain is a message about the subscription itself, with this subject and
	// text, in place of Told.
	Plain *Plain
}

// Plain is a message about a subscription.
type Plain struct{ Subject, Text string }

// Kind says what a failure means for what comes next.
type Kind string

// The kinds of failure.
const (
	Later Kind = "later" // this message, another time
	Never Kind = "never" // this message will not be taken
	Gone  Kind = "gone"  // nothing for this address will be taken
	Ended Kind = "ended" // the other side asked for no more (410 of a webhook)
	Down  Kind = "down"  // nothing goes out on this channel now
)

// Fault is a failure of the other side. Answer is a code such as "450 4.2.1" or
// "503"; it has no words of the other side, which may name an address.
type Fault struct {
	Kind   Kind
	Answer string
	After  time.Duration // when to try again, if the other side said so
	// Unknown says that the message was handed over and no answer came.
	Unknown bool
	Err     error // for programs; never logged or stored
}

// Error implements error without the words of the other side.
func (f *Fault) Error() string { return fmt.Sprintf("%s: %s", f.Kind, f.Answer) }

// Unwrap returns the cause.
func (f *Fault) Unwrap() error { return f.Err }
