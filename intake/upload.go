package intake

import (
	"context"
	"io"

	"keepiton"
	"keepiton/store"
)

// MaxContainer is how large a container may be, its header included.
const MaxContainer = store.MaxUpload

// BeginUpload starts a container of size bytes that arrives in pieces, and
// returns its id, which only its sender knows. TooLarge beyond MaxContainer
// or, with the Key of a full lane, when the lane could never take it in;
// RateLimited when too much is under way.
func (in *Intake) BeginUpload(ctx context.Context, p Pass, size int64) (id string, err error) {
	in.init()
	if size <= 0 || size > MaxContainer {
		return "", keepiton.Errorf(keepiton.TooLarge, "an upload has 1 to %d bytes", MaxContainer)
	}
	if err := in.spare(ctx, p); err != nil {
		return "", err
	}
	if size > uploadBytes(in.Quota(p.Lane)) {
		return "", errFull(p.Lane)
	}
	if err := in.uploadRoom(ctx, p.Lane, 1, 1); err != nil {
		return "", err
	}
	if id, err = in.Store.BeginUpload(ctx, size); err == nil {
		in.uploads.add(id, newFlow(p, 0, in.Now()))
	}
	return id, err
}

// AppendUpload adds a piece at offset and returns the new end, also beside an
// error: what was written before a cut line stays. Conflict with another offset
// than the end, or while another piece is being written; NotFound for an upload
// that is not there.
func (in *Intake) AppendUpload(ctx context.Context, id string, offset int64, piece io.Reader) (end int64, err error) {
	in.init()
	f, err := in.takeUpload(ctx, id)
	if err != nil {
		return 0, err
	}
	defer func() { in.uploads.release(id, f, keepiton.CodeOf(err) == keepiton.NotFound) }()
	lane, err := in.lane(f.pass.Lane)
	if err != nil {
		return 0, err
	}
	line, err := in.arrive(ctx, lane, &weighed{Reader: piece, in: in, ctx: ctx, flow: f})
	if err != nil {
		return 0, err
	}
	defer line.leave()
	end, err = in.Store.AppendUpload(ctx, id, offset, line)
	if err != nil {
		err = line.place.gone(err)
	}
	if f.crowded {
		err = errBusy
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
	f, err := in.takeUpload(ctx, id)
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
