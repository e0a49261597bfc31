package intake

import (
	"context"
	"sync"

	"keepiton"
	"keepiton/store"
)

// reserve is the part of the open lane's disk, in hundredths, that is kept for
// reports that waited (see Ticket): a flood that does not wait cannot fill it.
const reserve = 25

// refresh is after how many reports the room is counted anew.
const refresh = 256

// room remembers how full the open lane is, so that a flood is turned away
// before its bodies are read. The store holds the quota itself; this is a
// cheaper look that may be a few reports late.
type room struct {
	mu    sync.Mutex
	known bool
	since int
	open  store.Usage
}

func (r *room) add(e keepiton.Envelope) {
	if e.Lane != keepiton.LaneOpen {
		return
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	r.open.Bytes += e.Size
	r.open.Count++
}

// spare returns an error when a submission of the open lane that did not wait
// would take from what is kept for those that did.
func (in *Intake) spare(ctx context.Context, p Pass) error {
	if p.Lane != keepiton.LaneOpen || p.Work > 0 {
		return nil
	}
	r, q := in.room, in.Quota(keepiton.LaneOpen)
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.since++; !r.known || r.since >= refresh {
		usage, err := in.Store.Usage(ctx)
		if err != nil {
			return err
		}
		r.open, r.known, r.since = usage[keepiton.LaneOpen], true, 0
	}
	if r.open.Bytes >= q.Bytes/100*(100-reserve) || r.open.Count >= q.Count/100*(100-reserve) {
		return errFull(keepiton.LaneOpen)
	}
	return nil
}
