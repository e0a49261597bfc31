package intake

import (
	"context"
	"encoding/json"
	"slices"
	"strings"
	"sync"

	"keepiton"
	"keepiton/seal"
)

// Bounds of what a receipt gets to see. Replies that do not fit are the oldest.
const (
	MaxReplies  = 16       // opened for a page without script
	MailboxSize = 64 << 10 // bytes of SealedMailbox, always
)

// Mailbox is what a page without script shows of a receipt.
type Mailbox struct {
	// State is coarse: new, read, asked, used, unverified, unpublished,
	// withdrawn or expired. Empty: no such report is here (yet), or the digits
	// are wrong; a carried report may still be on its way.
	State   keepiton.EnvelopeState
	Replies []keepiton.Private // oldest first, at most MaxReplies
	More    bool               // there are older ones that are not shown
}

// Shown is the state as its sender sees it. Somebody who sends junk is not told
// that it was found out.
func Shown(s keepiton.EnvelopeState) keepiton.EnvelopeState {
	if s == keepiton.EnvelopeSpam {
		return keepiton.EnvelopeRead
	}
	return s
}

// Mailbox returns the state of a report and its replies, opened in memory. A
// receipt that is not known gets the zero Mailbox after the same calls of the
// store and the same operations on keys: MaxReplies are opened each time, ours
// of nobody where there are no others.
func (in *Intake) Mailbox(ctx context.Context, r seal.Receipt) (Mailbox, error) {
	in.init()
	state, sealed, err := in.look(ctx, r.Address().Lookup)
	if err != nil {
		return Mailbox{}, err
	}
	box := Mailbox{State: state, More: len(sealed) > MaxReplies}
	if box.More {
		sealed = sealed[len(sealed)-MaxReplies:]
	}
	nobody, filler := blank()
	for i := range MaxReplies {
		if i >= len(sealed) {
			nobody.OpenReply(filler) // work for the clock
			continue
		}
		if text, err := r.OpenReply(sealed[i]); err == nil {
			box.Replies = append(box.Replies, keepiton.Private(text))
		}
	}
	return box, nil
}

// look asks the store the same two questions for every lookup.
func (in *Intake) look(ctx context.Context, lookup string) (keepiton.EnvelopeState, [][]byte, error) {
	e, err := in.Store.EnvelopeByLookup(ctx, lookup)
	if err != nil && keepiton.CodeOf(err) != keepiton.NotFound {
		return "", nil, err
	}
	replies, err := in.Store.Replies(ctx, lookup)
	if err != nil && keepiton.CodeOf(err) != keepiton.NotFound {
		return "", nil, err
	}
	return Shown(e.State), replies, nil
}

// blank is a reply to a receipt that nobody has.
var blank = sync.OnceValues(func() (seal.Receipt, []byte) {
	r := seal.NewReceipt()
	sealed, err := seal.SealReply(r.Address(), []byte("nobody"))
	if err != nil {
		panic(err) // its own address is good
	}
	return r, sealed
})

// sealedMailbox is the JSON of SealedMailbox.
type sealedMailbox struct {
	State   keepiton.EnvelopeState `json:"state"`   // as in Mailbox
	Replies [][]byte               `json:"replies"` // sealed to the receipt's key, base64, oldest first
	More    bool                   `json:"more"`
	Pad     string                 `json:"pad"`
}

// SealedMailbox returns the state of a report and its replies as they are
// sealed, for a page with script: JSON of MailboxSize bytes for every lookup,
// known or not.
func (in *Intake) SealedMailbox(ctx context.Context, lookup string) ([]byte, error) {
	in.init()
	state, sealed, err := in.look(ctx, lookup)
	if err != nil {
		return nil, err
	}
	box := sealedMailbox{State: state, Replies: [][]byte{}}
	size := 0
	for _, reply := range slices.Backward(sealed) {
		if size += (len(reply)+2)/3*4 + 3; size > MailboxSize-256 {
			box.More = true
			break
		}
		box.Replies = append(box.Replies, reply)
	}
	slices.Reverse(box.Replies)
	text, err := json.Marshal(box)
	if err != nil {
		return nil, err
	}
	box.Pad = strings.Repeat("0", MailboxSize-len(text))
	return json.Marshal(box)
}
