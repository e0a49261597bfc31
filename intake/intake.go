package intake

import (
	"context"
	"sync"
	"time"

	"keepiton"
	"keepiton/seal"
	"keepiton/seal/work"
	"keepiton/store"
)

// Intake lets reports in. Set the fields before the first use and leave them
// then; it is safe for use by many goroutines.
type Intake struct {
	Store store.Sealed

	// Sealer returns what seals to the analysts of today. It is asked for each
	// submission, so that a rotation counts at once. Unavailable: no keys yet.
	Sealer func() (*seal.Sealer, error)

	Now   func() time.Time      // nil: time.Now
	Term  time.Duration         // after which an envelope ends, give or take a third; 0: DefaultTerm
	Disk  int64                 // bytes that all lanes together may fill; 0: DefaultDisk
	Slots map[keepiton.Lane]int // submissions at one time; a lane that is missing has that of Lanes

	Partners *Partners // who may have tokens signed; nil: nobody

	// Withdrawing is called before a report is destroyed because its sender
	// withdrew it, and takes back what rests on it. An error of it keeps the
	// report, so that the sender can try again. Nil: nothing rests on reports.
	Withdrawing func(ctx context.Context, id keepiton.EnvelopeID) error

	// The two operations on keys that a receipt costs; tests count them.
	openReply      func(seal.Receipt, []byte) ([]byte, error)
	checkSignature func(keepiton.ReceiptAddress, []byte) bool

	once    sync.Once
	lanes   map[keepiton.Lane]*lane
	heads   heads
	asking  gate
	office  work.Office
	rush    bucket // of tickets that count
	calm    bucket // of those that come at an ordinary pace
	room    room
	flying  flying
	uploads uploads
	claims  sync.Mutex
	claimed map[string]bool // lookups of additions that are being written
}

// Defaults of Intake.
const (
	DefaultTerm = 180 * 24 * time.Hour
	DefaultDisk = 5e9
)

// init fills in what was left out.
func (in *Intake) init() {
	in.once.Do(func() {
		if in.Now == nil {
			in.Now = time.Now
		}
		if in.Term == 0 {
			in.Term = DefaultTerm
		}
		if in.Disk == 0 {
			in.Disk = DefaultDisk
		}
		in.openReply, in.checkSignature = seal.Receipt.OpenReply, seal.CheckWithdrawal
		in.lanes = map[keepiton.Lane]*lane{}
		for _, r := range rules {
			n, given := in.Slots[r.Lane]
			if !given {
				n = r.Slots
			}
			in.lanes[r.Lane] = newLane(n)
		}
		in.asking = make(gate, asking)
		in.office.Now = in.Now
		in.rush.rate, in.rush.most = ticketRate, ticketRush
		in.calm.rate, in.calm.most = calmRate, calmRush
		in.claimed = map[string]bool{}
		in.uploads.open, in.uploads.done = map[string]*flow{}, map[string]time.Time{}
	})
}

// Ready reports whether there are keys to seal to. The error is what a form
// shows: there are no keys yet.
func (in *Intake) Ready() error {
	_, err := in.sealer()
	return err
}

// sealer returns what seals. The cause of an error is for the operator, who is
// told by the log: it may name a folder.
func (in *Intake) sealer() (*seal.Sealer, error) {
	if in.Sealer == nil {
		return nil, errNoKeys
	}
	s, err := in.Sealer()
	switch {
	case keepiton.CodeOf(err) == keepiton.NotFound:
		return nil, errNoKeys
	case err != nil:
		return nil, errBadKeys
	}
	return s, nil
}

// errNoKeys is what every road answers while the campaign has no keys here.
var errNoKeys = &keepiton.Error{
	Code: keepiton.Unavailable, Key: "page.refused.unavailable", Hint: "keepiton key export writes what the server needs",
	Err: keepiton.Errorf(keepiton.Unavailable, "this server has no keys to seal reports to yet"),
}

// errBadKeys is what they answer when the keys here are not those of the campaign.
var errBadKeys = &keepiton.Error{
	Code: keepiton.Unavailable, Key: "page.refused.unavailable",
	Err: keepiton.Errorf(keepiton.Unavailable, "the keys of this server cannot be used, so it takes no reports"),
}

// today is the UTC day: nothing finer is kept.
func (in *Intake) today() time.Time { return in.Now().UTC().Truncate(24 * time.Hour) }

// Wait returns when no submission is under way, or when ctx ends.
func (in *Intake) Wait(ctx context.Context) error {
	select {
	case <-in.flying.idle():
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}
