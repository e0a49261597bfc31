package intake

import (
	"bytes"
	"context"
	"io"
	"sync"
	"sync/atomic"
)

type cutKey struct{}

// CutBy returns a context for submissions that arrive over a line which cut
// ends: when such a submission loses its place, cut is called, from another
// goroutine, and a read that waits for the next byte must then fail. Without it a
// submission that lost its place ends with the next bytes that come.
func CutBy(ctx context.Context, cut func()) context.Context {
	return context.WithValue(ctx, cutKey{}, cut)
}

func cutOf(ctx context.Context) func() {
	cut, _ := ctx.Value(cutKey{}).(func())
	return cut
}

// A report of words is read before it takes a place, so that lines that hold
// places do not keep it out: only what has more than this, or finds no memory, needs
// a place for the time of its line.
const (
	headSize = 64 << 10 // bytes of one submission
	allHeads = 32 << 20 // bytes of all of them together
)

// heads counts the bytes that are held so.
type heads struct{ n atomic.Int64 }

// read reads the head of what comes over a line. whole: there is no more of it,
// for better or for worse (err). free gives the memory back.
func (h *heads) read(line io.Reader) (head []byte, whole bool, free func(), err error) {
	var b bytes.Buffer
	held := int64(0)
	free = sync.OnceFunc(func() { h.n.Add(-held) })
	for b.Len() < headSize {
		if b.Available() == 0 { // grows as it fills: who brings nothing takes nothing
			step := min(max(1024, int64(b.Len())), headSize-int64(b.Len()))
			if h.n.Add(step) > allHeads {
				h.n.Add(-step)
				return b.Bytes(), false, free, nil
			}
			held += step
			b.Grow(int(step))
		}
		room := b.AvailableBuffer()
		n, err := line.Read(room[:min(cap(room), headSize-b.Len())])
		b.Write(room[:n])
		if err == io.EOF {
			return b.Bytes(), true, free, nil
		}
		if err != nil {
			return b.Bytes(), true, free, err
		}
	}
	return b.Bytes(), false, free, nil
}

// arrival is a submission that comes over a line, and where it is under way.
type arrival struct {
	io.Reader        // all of it
	place     *place // nil: it was whole
	leave     func() // twice is once
}

// arrive lets what comes over a line in: for a moment when it is whole within
// its head, else with a place of its own. The error of a line that broke in the
// head stands at its end.
func (in *Intake) arrive(ctx context.Context, l *lane, line io.Reader) (*arrival, error) {
	in.flying.add(1)
	head, whole, free, broke := in.heads.read(line)
	a := &arrival{leave: func() {}}
	var err error
	switch {
	case !whole:
		if a.place, err = l.places.enter(ctx, cutOf(ctx)); err == nil {
			a.Reader, a.leave = io.MultiReader(bytes.NewReader(head), &counted{line, a.place}), a.place.leave
		}
	case broke != nil:
		a.Reader = io.MultiReader(bytes.NewReader(head), broken{broke})
		a.leave, err = l.moments.enter(ctx)
	default:
		a.Reader = bytes.NewReader(head)
		a.leave, err = l.moments.enter(ctx)
	}
	if err != nil {
		free()
		in.flying.add(-1)
		return nil, err
	}
	leave := a.leave
	a.leave = sync.OnceFunc(func() { leave(); free(); in.flying.add(-1) })
	return a, nil
}

// here is arrive for what is here already, such as an upload that has come in
// pieces.
func (in *Intake) here(ctx context.Context, l *lane, all io.Reader) (*arrival, error) {
	leave, err := l.moments.enter(ctx)
	if err != nil {
		return nil, err
	}
	in.flying.add(1)
	return &arrival{Reader: all, leave: sync.OnceFunc(func() { leave(); in.flying.add(-1) })}, nil
}

// arrived says that all of it has come; errLost when its place was lost.
func (a *arrival) arrived() error {
	if a.place == nil {
		return nil
	}
	return a.place.arrived()
}

// broken is the end of a line that broke.
type broken struct{ err error }

// Read implements io.Reader.
func (b broken) Read([]byte) (int, error) { return 0, b.err }

// counted notes what comes over a line with its place.
type counted struct {
	line  io.Reader
	place *place
}

// Read implements io.Reader.
func (c *counted) Read(p []byte) (int, error) {
	n, err := c.line.Read(p)
	if lost := c.place.brought(n); lost != nil {
		return 0, lost
	}
	return n, err
}
