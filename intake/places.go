package intake

import (
	"context"
	"errors"
	"slices"
	"sync"
	"time"

	"keepiton"
)

// places are those of a lane for submissions that arrive over a line. Whoever
// waits for one gets it by the rule in progress.go.
type places struct {
	most int

	mu    sync.Mutex
	held  []*place
	queue []*waiting // in the order in which they came
	moved time.Time  // when one was last given or came free
}

// place is that of one submission.
type place struct {
	of    *places
	cut   func() // ends the line
	is    progress
	whole bool // all has arrived: the rest is ours to do
	lost  bool
}

// waiting is one who waits for a place.
type waiting struct {
	place *place
	since time.Time
	given chan struct{} // closed with the place
}

// glance is how often who waits looks at who holds a place.
const glance = time.Second

// enter waits for a place. cut is called, from another goroutine, when it is
// lost. RateLimited when there was none in time.
func (p *places) enter(ctx context.Context, cut func()) (*place, error) {
	w := &waiting{place: &place{of: p, cut: cut}, since: time.Now(), given: make(chan struct{})}
	p.mu.Lock()
	p.queue = append(p.queue, w)
	p.admit(w.since)
	p.mu.Unlock()
	late := time.NewTimer(patience)
	defer late.Stop()
	look := time.NewTicker(glance)
	defer look.Stop()
	for {
		select {
		case <-w.given:
			return w.place, nil
		default:
		}
		p.press(time.Now())
		select {
		case <-w.given:
			return w.place, nil
		case <-look.C:
		case <-ctx.Done():
			return p.giveUp(w, ctx.Err())
		case <-late.C:
			return p.giveUp(w, errBusy)
		}
	}
}

// admit gives the places that are free to who waits. The caller holds mu.
func (p *places) admit(now time.Time) {
	for len(p.held) < p.most && len(p.queue) > 0 {
		w := p.queue[0]
		p.queue = p.queue[1:]
		w.place.is = newProgress(now)
		p.held = append(p.held, w.place)
		p.moved = now
		close(w.given)
	}
}

// press takes places from who loses them by the rule.
func (p *places) press(now time.Time) {
	var cut []func()
	p.mu.Lock()
	for len(p.queue) > 0 && len(p.held) > 0 {
		var arriving []*place
		var all []*progress
		for _, h := range p.held {
			if !h.whole {
				arriving, all = append(arriving, h), append(all, &h.is)
			}
		}
		since := p.moved
		if first := p.queue[0].since; first.After(since) {
			since = first
		}
		i := loser(all, now, now.Sub(since))
		if i < 0 {
			break
		}
		out := arriving[i]
		out.lost = true
		cut = append(cut, out.cut)
		p.release(out, now)
	}
	p.mu.Unlock()
	for _, c := range cut {
		if c != nil {
			c()
		}
	}
}

// giveUp ends the waiting of w, unless it got its place this moment.
func (p *places) giveUp(w *waiting, err error) (*place, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	i := slices.Index(p.queue, w)
	if i < 0 {
		return w.place, nil
	}
	p.queue = slices.Delete(p.queue, i, i+1)
	return nil, err
}

// leave gives the place back. Twice is once.
func (h *place) leave() {
	h.of.mu.Lock()
	defer h.of.mu.Unlock()
	h.of.release(h, time.Now())
}

// release takes h out and lets the next one in. The caller holds mu.
func (p *places) release(h *place, now time.Time) {
	if i := slices.Index(p.held, h); i >= 0 {
		p.held = slices.Delete(p.held, i, i+1)
		p.moved = now
		p.admit(now)
	}
}

// brought notes n bytes and returns errLost when the place is lost.
func (h *place) brought(n int) error {
	h.of.mu.Lock()
	defer h.of.mu.Unlock()
	if h.lost {
		return errLost
	}
	h.is.add(int64(n), time.Now())
	return nil
}

// arrived says that nothing more comes over the line. From then on the place is
// safe. errLost when it was lost before.
func (h *place) arrived() error {
	h.of.mu.Lock()
	defer h.of.mu.Unlock()
	if h.lost {
		return errLost
	}
	h.whole = true
	return nil
}

// gone is errLost when the place is lost, else err: what else went wrong then
// went wrong because of it.
func (h *place) gone(err error) error {
	if h == nil {
		return err
	}
	h.of.mu.Lock()
	defer h.of.mu.Unlock()
	if h.lost {
		return errLost
	}
	return err
}

// errLost is the answer to who lost its place.
var errLost = &keepiton.Error{
	Code: keepiton.RateLimited, Key: "page.refused.lost", Hint: "send it again in a minute; an upload in pieces goes on where it stopped",
	Err: keepiton.Errorf(keepiton.RateLimited, "others waited, and too little came over this line"),
}

// Lost reports whether err says that a submission lost its place, which is the
// sender's to hear whatever has become of the line.
func Lost(err error) bool { return errors.Is(err, errLost) }

// UnderWay returns how many submissions hold a place of a lane at this moment.
func (in *Intake) UnderWay(l keepiton.Lane) int {
	lane, err := in.lane(l)
	if err != nil {
		return 0
	}
	lane.places.mu.Lock()
	defer lane.places.mu.Unlock()
	return len(lane.places.held)
}
