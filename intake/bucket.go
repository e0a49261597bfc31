package intake

import (
	"sync"
	"time"
)

// bucket counts what comes at an ordinary pace: so many a second, and so many at
// once.
type bucket struct {
	rate, most float64

	mu   sync.Mutex
	used float64
	last time.Time
}

// take reports whether one more is within the pace, and counts it if so: what
// comes on top is as if it had not come.
func (b *bucket) take(now time.Time) bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.drain(now); b.used+1 > b.most {
		return false
	}
	b.used++
	return true
}

// note counts one more, and reports whether the pace is an ordinary one: a flood
// leaves it for as long as it lasts and for a while after.
func (b *bucket) note(now time.Time) bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.drain(now)
	b.used = min(b.used+1, 2*b.most)
	return b.used <= b.most
}

func (b *bucket) drain(now time.Time) {
	if passed := now.Sub(b.last).Seconds(); passed > 0 {
		b.used, b.last = max(0, b.used-b.rate*passed), now
	}
}
