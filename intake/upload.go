package intake

import (
	"context"
	"io"
	"sync"
	"time"

	"keepiton"
	"keepiton/store"
)

// MaxContainer is how large a container may be, its header included.
const MaxContainer = store.MaxUpload

// Uploads under way. Their bytes are not yet an envelope's, so they have a bound
// of their own: a tenth of the lane's disk, and so many.
const (
	uploadShare = 10
	uploadCount = 512
	uploadLife  = 24 * time.Hour // the store sweeps older ones (store.Sealed)
)

// UploadBytes returns how much all lanes together may have under way when they
// may fill so much disk (Intake.Disk). A store is given it as its own bound,
// which holds after a restart too.
func UploadBytes(disk int64) (n int64) {
	for _, r := range rules {
		n += uploadBytes(quota(disk, r))
	}
	return n
}

func uploadBytes(q store.Quota) int64 { return max(q.Bytes*uploadShare/100, MaxContainer) }

// uploads remembers who may finish what is under way. It is in memory alone:
// after a restart an upload goes on, in the open lane.
type uploads struct {
	mu   sync.Mutex
	open map[string]*flow
	done map[string]time.Time // finished: a sender that did not hear the answer asks again
}

// flow is one upload.
type flow struct {
	pass  Pass
	size  int64
	begun time.Time
	busy  bool // a piece is being written, or it is being finished
}

// BeginUpload starts a container of size bytes that arrives in pieces, and
// returns its id, which only its sender knows. TooLarge beyond MaxContainer,
// or, with the Key of a full lane, when too much is under way.
func (in *Intake) BeginUpload(ctx context.Context, p Pass, size int64) (id string, err error) {
	in.init()
	if size <= 0 || size > MaxContainer {
		return "", keepiton.Errorf(keepiton.TooLarge, "an upload has 1 to %d bytes", MaxContainer)
	}
	if err := in.spare(ctx, p); err != nil {
		return "", err
	}
	now, most := in.Now(), uploadBytes(in.Quota(p.Lane))
	f := &flow{pass: p, size: size, begun: now}
	u, place := &in.uploads, "to come "+randomID()
	u.mu.Lock()
	fits := u.fits(p.Lane, size, most, now)
	if fits {
		u.open[place] = f
	}
	u.mu.Unlock()
	if !fits {
		return "", errFull(p.Lane)
	}
	id, err = in.Store.BeginUpload(ctx, size)
	u.mu.Lock()
	defer u.mu.Unlock()
	delete(u.open, place)
	if err == nil {
		u.open[id] = f
	}
	return id, err
}

// fits reports whether size more may be under way in a lane, after those that
// are too old are forgotten.
func (u *uploads) fits(l keepiton.Lane, size, most int64, now time.Time) bool {
	for id, at := range u.done {
		if now.Sub(at) > uploadLife {
			delete(u.done, id)
		}
	}
	count := 0
	for id, f := range u.open {
		switch {
		case now.Sub(f.begun) > uploadLife && !f.busy:
			delete(u.open, id)
		case f.pass.Lane == l:
			size += f.size
			count++
		}
	}
	return size <= most && count < uploadCount
}

// take marks an upload as busy, so that nobody writes to it meanwhile.
func (u *uploads) take(id string, now time.Time) (*flow, error) {
	u.mu.Lock()
	defer u.mu.Unlock()
	f := u.open[id]
	if f == nil { // of before a restart: the store knows whether it is one
		f = &flow{pass: Pass{Lane: keepiton.LaneOpen}, begun: now}
		u.open[id] = f
	}
	if f.busy {
		return nil, keepiton.Errorf(keepiton.Conflict, "a piece of this upload is being written")
	}
	f.busy = true
	return f, nil
}

func (u *uploads) release(id string, f *flow, gone bool) {
	u.mu.Lock()
	defer u.mu.Unlock()
	f.busy = false
	if gone {
		delete(u.open, id)
	}
}

// AppendUpload adds a piece at offset and returns the new end, also beside an
// error: what was written before a cut line stays. Conflict with another offset
// than the end, or while another piece is being written; NotFound for an upload
// that is not there.
func (in *Intake) AppendUpload(ctx context.Context, id string, offset int64, piece io.Reader) (end int64, err error) {
	in.init()
	f, err := in.uploads.take(id, in.Now())
	if err != nil {
		return 0, err
	}
	defer func() { in.uploads.release(id, f, keepiton.CodeOf(err) == keepiton.NotFound) }()
	lane, err := in.lane(f.pass.Lane)
	if err != nil {
		return 0, err
	}
	line, err := in.arrive(ctx, lane, piece)
	if err != nil {
		return 0, err
	}
	defer line.leave()
	end, err = in.Store.AppendUpload(ctx, id, offset, line)
	if err != nil {
		err = line.place.gone(err)
	}
	return end, err
}

// UploadEnd returns how much has arrived, and how much was announced.
func (in *Intake) UploadEnd(ctx context.Context, id string) (end, size int64, err error) {
	in.init()
	return in.Store.UploadEnd(ctx, id)
}

// FinishUpload takes the container that was uploaded, as Take does, by the pass
// of its beginning or by p, whichever is the better lane. Conflict when a part
// is missing. When it was finished before, nothing happens.
func (in *Intake) FinishUpload(ctx context.Context, id string, p Pass) error {
	in.init()
	u := &in.uploads
	u.mu.Lock()
	_, again := u.done[id]
	u.mu.Unlock()
	if again {
		return nil
	}
	f, err := u.take(id, in.Now())
	if err != nil {
		return err
	}
	gone := false
	defer func() { u.release(id, f, gone) }()
	end, size, err := in.Store.UploadEnd(ctx, id)
	if err != nil {
		gone = keepiton.CodeOf(err) == keepiton.NotFound
		return err
	}
	if end < size {
		return keepiton.Errorf(keepiton.Conflict, "%d of %d bytes have arrived", end, size)
	}
	container, err := in.Store.OpenUpload(ctx, id)
	if err != nil {
		return err
	}
	_, err = in.take(ctx, better(f.pass, p), container, (*Intake).here)
	container.Close()
	if code := keepiton.CodeOf(err); err != nil && code != keepiton.Invalid {
		return err // it may be tried again
	}
	gone = true
	if body, err := in.Store.FinishUpload(ctx, id); err == nil {
		body.Discard() // what is left, the store sweeps
	}
	if err == nil {
		u.mu.Lock()
		u.done[id] = in.Now()
		u.mu.Unlock()
	}
	return err
}

// better returns the pass whose lane stands first in keepiton.Lanes.
func better(a, b Pass) Pass {
	for _, l := range keepiton.Lanes {
		switch l {
		case a.Lane:
			return a
		case b.Lane:
			return b
		}
	}
	return a
}
