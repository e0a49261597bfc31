package intake

import (
	"context"
	"io"
	"sync"
	"time"

	"keepiton"
	"keepiton/store"
)

// Uploads under way. Their bytes are not yet an envelope's, so they have a bound
// of their own in each lane: a tenth of its disk, or room for one of the largest
// that it could take in, and so many. It is what has arrived that counts: to
// announce is free and takes nothing from others.
//
// When there is no room, the upload that has not paid for longest is ended, as in
// a full lane (progress.go): a minute is free, and what came pays for an hour at
// most, so that a line that broke may come back.
const (
	uploadShare = 10
	uploadCount = 512
	uploadFree  = time.Minute
	uploadAhead = time.Hour
	uploadLife  = 24 * time.Hour // the store sweeps older ones (store.Sealed)
)

// UploadBytes returns how much all lanes together may have under way when they
// may fill so much disk (Intake.Disk). A store is given it as its own bound,
// which holds after a restart too.
func UploadBytes(disk int64) (n int64) {
	for _, r := range rules {
		switch r.Lane {
		case keepiton.LaneMail, keepiton.LaneSMS, keepiton.LaneCarried: // come whole
		default:
			n += uploadBytes(quota(disk, r))
		}
	}
	return n
}

func uploadBytes(q store.Quota) int64 {
	return max(q.Bytes*uploadShare/100, min(MaxContainer, q.Bytes*largeShare/100))
}

// uploads remembers who may finish what is under way. It is in memory alone:
// after a restart an upload goes on, in the open lane.
type uploads struct {
	mu   sync.Mutex
	open map[string]*flow
	done map[string]time.Time // finished: a sender that did not hear the answer asks again
}

// flow is one upload.
type flow struct {
	pass    Pass
	got     int64
	is      progress
	busy    bool // a piece is being written, or it is being finished
	crowded bool // the piece was ended for want of room
}

func newFlow(p Pass, got int64, now time.Time) *flow {
	return &flow{pass: p, got: got, is: progress{began: now, paid: now.Add(uploadFree), ahead: uploadAhead}}
}

func (u *uploads) add(id string, f *flow) {
	u.mu.Lock()
	defer u.mu.Unlock()
	u.open[id] = f
}

// takeUpload marks an upload as busy, so that nobody writes to it meanwhile. One
// of before a restart is taken up again.
func (in *Intake) takeUpload(ctx context.Context, id string) (*flow, error) {
	u := &in.uploads
	if f, err := u.take(id); f != nil || err != nil {
		return f, err
	}
	got, _, err := in.Store.UploadEnd(ctx, id)
	if err != nil {
		return nil, err
	}
	u.mu.Lock()
	if u.open[id] == nil {
		u.open[id] = newFlow(Pass{Lane: keepiton.LaneOpen}, got, in.Now())
	}
	u.mu.Unlock()
	return u.take(id)
}

// take returns nil for an upload that is not known.
func (u *uploads) take(id string) (*flow, error) {
	u.mu.Lock()
	defer u.mu.Unlock()
	f := u.open[id]
	if f == nil {
		return nil, nil
	}
	if f.busy {
		return nil, keepiton.Errorf(keepiton.Conflict, "a piece of this upload is being written")
	}
	f.busy, f.crowded = true, false
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

// uploadRoom sees to it that more uploads and more bytes have room in a lane.
// RateLimited when there is none.
func (in *Intake) uploadRoom(ctx context.Context, l keepiton.Lane, more int, bytes int64) error {
	most := uploadBytes(in.Quota(l))
	for {
		id, fits := in.uploads.crowd(l, more, bytes, most, in.Now())
		if fits {
			return nil
		}
		if id == "" {
			return errBusy
		}
		if err := in.Store.DropUpload(ctx, id); err != nil && keepiton.CodeOf(err) != keepiton.Conflict {
			return err
		}
	}
}

// crowd reports whether more fit; else which upload is to be ended, which it
// forgets, or none.
func (u *uploads) crowd(l keepiton.Lane, more int, bytes, most int64, now time.Time) (ends string, fits bool) {
	u.mu.Lock()
	defer u.mu.Unlock()
	for id, at := range u.done {
		if now.Sub(at) > uploadLife {
			delete(u.done, id)
		}
	}
	var all []*progress
	var ids []string
	for id, f := range u.open {
		switch {
		case now.Sub(f.is.began) > uploadLife && !f.busy:
			delete(u.open, id)
		case f.pass.Lane == l:
			more++
			bytes += f.got
			if !f.busy {
				all, ids = append(all, &f.is), append(ids, id)
			}
		}
	}
	if more <= uploadCount && bytes <= most {
		return "", true
	}
	i := loser(all, now, 0)
	if i < 0 {
		return "", false
	}
	delete(u.open, ids[i])
	return ids[i], false
}

// weighed lets a piece arrive while its lane has room.
type weighed struct {
	io.Reader
	in   *Intake
	ctx  context.Context
	flow *flow
}

// Read implements io.Reader.
func (w *weighed) Read(p []byte) (int, error) {
	n, err := w.Reader.Read(p)
	if n == 0 {
		return n, err
	}
	if full := w.in.uploadRoom(w.ctx, w.flow.pass.Lane, 0, int64(n)); full != nil {
		w.flow.crowded = true
		return 0, full
	}
	u := &w.in.uploads
	u.mu.Lock()
	defer u.mu.Unlock()
	w.flow.got += int64(n)
	w.flow.is.add(int64(n), w.in.Now())
	return n, err
}
