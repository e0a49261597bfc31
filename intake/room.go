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

// A large report may only come in while half of its lane's disk is free, so that
// a few films do not keep out ten thousand words: large is what no words are.
const (
	large      = 256 << 10 // bytes, sealed
	largeShare = 50        // hundredths
)

// refresh is after how many questions the store is asked anew.
const refresh = 256

// room remembers what the lanes hold, so that a flood is turned away before its
// bodies are read. The store holds the quotas; this is a cheaper look, which may
// be a few reports late.
type room struct {
	mu    sync.Mutex
	usage map[keepiton.Lane]store.Usage
	asked int // since the store was
}

// overhead is what rows and indexes of an envelope take beside its body, about.
const overhead = 8 << 10

func (r *room) add(e keepiton.Envelope) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.usage != nil {
		u := r.usage[e.Lane]
		u.Bytes, u.Count = u.Bytes+e.Size+overhead, u.Count+1
		r.usage[e.Lane] = u
	}
}

// held returns what a lane holds. When the store cannot say, what it held last.
func (in *Intake) held(ctx context.Context, l keepiton.Lane) store.Usage {
	r := &in.room
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.asked++; r.usage == nil || r.asked >= refresh {
		if usage, err := in.Store.Usage(ctx); err == nil {
			r.usage, r.asked = usage, 0
		}
	}
	return r.usage[l]
}

// spare is the error of a full lane when a submission of the open lane that did
// not wait would take from what is kept for those that did.
func (in *Intake) spare(ctx context.Context, p Pass) error {
	if p.Lane != keepiton.LaneOpen || p.Work > 0 {
		return nil
	}
	held, q := in.held(ctx, p.Lane), in.Quota(p.Lane)
	if held.Bytes >= q.Bytes*(100-reserve)/100 || held.Count >= q.Count*(100-reserve)/100 {
		return errFull(p.Lane)
	}
	return nil
}

// fits is the error of a full lane when a report is large and the lane has no
// room for such.
func (in *Intake) fits(ctx context.Context, l keepiton.Lane, size int64) error {
	if size > large && in.held(ctx, l).Bytes+size > in.Quota(l).Bytes*largeShare/100 {
		return errFull(l)
	}
	return nil
}
