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
	State     keepiton.EnvelopeState
	Additions int                // how many are here
	Replies   []keepiton.Private // oldest first, those to additions last; at most MaxReplies
	More      bool               // there are older ones that are not shown
}

// Coarse is the state as its sender sees it. Somebody who sends junk is not told
// that it was found out.
func Coarse(s keepiton.EnvelopeState) keepiton.EnvelopeState {
	if s == keepiton.EnvelopeSpam {
		return keepiton.EnvelopeRead
	}
	return s
}

// Mailbox returns the state of a report and its replies, opened in memory,
// those to its additions last. A receipt that is not known gets the zero Mailbox
// after the same calls of the store and the same operations on keys: MaxReplies
// are opened each time, ours of nobody where there are no others. RateLimited when
// too many ask at once.
func (in *Intake) Mailbox(ctx context.Context, r seal.Receipt) (Mailbox, error) {
	in.init()
	leave, err := in.asking.enter(ctx)
	if err != nil {
		return Mailbox{}, err
	}
	defer leave()
	var box Mailbox
	var sealed []letter
	for n := range 1 + MaxAdditions {
		to := family(r, n)
		state, replies, err := in.look(ctx, to.Address().Lookup)
		if err != nil {
			return Mailbox{}, err
		}
		if n == 0 {
			box.State = state
		} else if state != "" {
			box.Additions++
		}
		for _, reply := range replies {
			sealed = append(sealed, letter{to, reply})
		}
	}
	if box.More = len(sealed) > MaxReplies; box.More {
		sealed = sealed[len(sealed)-MaxReplies:]
	}
	nobody, filler := blank()
	for i := range MaxReplies {
		if i >= len(sealed) {
			in.openReply(nobody, filler) // work for the clock
			continue
		}
		if text, err := in.openReply(sealed[i].to, sealed[i].sealed); err == nil {
			box.Replies = append(box.Replies, keepiton.Private(text))
		}
	}
	return box, nil
}

// letter is a sealed reply with the receipt that opens it.
type letter struct {
	to     seal.Receipt
	sealed []byte
}

// family returns r itself for 0, else its addition n.
func family(r seal.Receipt, n int) seal.Receipt {
	if n == 0 {
		return r
	}
	return AdditionReceipt(r, n)
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
	return Coarse(e.State), replies, nil
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

var blankAddress = sync.OnceValue(func() keepiton.ReceiptAddress {
	nobody, _ := blank()
	return nobody.Address()
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
