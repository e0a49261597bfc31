package intake

import (
	"context"
	"sync"
	"time"

	"keepiton"
)

// gate lets so many through at one time for what takes a moment: to store a
// report that is whole already, to look at a receipt. Those that come on top wait
// a little, in the order in which they came. Who brings a report over a line
// takes one of the [places] instead.
type gate chan struct{}

// patience is how long a submission waits for a place in its lane.
const patience = 20 * time.Second

// enter waits for a place and returns what gives it back, once. RateLimited when
// there was none in time.
func (g gate) enter(ctx context.Context) (leave func(), err error) {
	select {
	case g <- struct{}{}:
	default:
		late := time.NewTimer(patience)
		defer late.Stop()
		select {
		case g <- struct{}{}:
		case <-ctx.Done():
			return nil, ctx.Err()
		case <-late.C:
			return nil, errBusy
		}
	}
	return func() { <-g }, nil
}

var errBusy = &keepiton.Error{
	Code: keepiton.RateLimited, Key: "page.refused.busy", Hint: "try again in a minute",
	Err: keepiton.Errorf(keepiton.RateLimited, "too many reports arrive at this moment"),
}

// asking is how many receipts are looked at together: each costs some ten
// milliseconds of a processor, known or not, which must not be taken from
// reports.
const asking = 2

// lane is where the submissions of one lane are under way.
type lane struct {
	places  places // of those that arrive over a line
	moments gate   // of those that are whole: as many, so that many are made durable together
}

func newLane(slots int) *lane {
	return &lane{places: places{most: slots}, moments: make(gate, slots)}
}

func (in *Intake) lane(l keepiton.Lane) (*lane, error) {
	in.init()
	if in.lanes[l] == nil {
		return nil, keepiton.Errorf(keepiton.Invalid, "no lane %q", l)
	}
	return in.lanes[l], nil
}

// flying counts what is under way. Unlike a sync.WaitGroup it may grow while
// somebody waits.
type flying struct {
	mu   sync.Mutex
	n    int
	none chan struct{} // closed when n is 0; nil: nobody waits
}

func (f *flying) add(n int) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.n += n; f.n == 0 && f.none != nil {
		close(f.none)
		f.none = nil
	}
}

// idle returns a channel that is closed when there is a moment with nothing
// under way.
func (f *flying) idle() <-chan struct{} {
	f.mu.Lock()
	defer f.mu.Unlock()
	c := f.none
	if c == nil {
		c = make(chan struct{})
		if f.n == 0 {
			close(c)
		} else {
			f.none = c
		}
	}
	return c
}
