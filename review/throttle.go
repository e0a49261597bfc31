package review

import (
	"sync"
	"time"
)

// Throttling of passwords. It counts per account and never per address, for
// no address is kept. The trade-off: somebody who keeps trying a name can make
// its owner wait up to maxDelay for a try by password, again and again; but
// never for a passkey, a recovery code or a sign-in link, which are not
// guessable and not throttled by account. An account is never locked for good.
const (
	freeTries = 3               // wrong passwords before any delay
	maxDelay  = 5 * time.Minute // at most 288 tries a day and account
)

// delay returns how long an account refuses passwords after its failed-th wrong
// one in a row: 1 s, 2 s, 4 s … up to maxDelay.
func delay(failed int) time.Duration {
	n := failed - freeTries
	if n < 0 {
		return 0
	}
	if n > 16 {
		return maxDelay
	}
	return min(time.Second<<n, maxDelay)
}

// gate bounds sign-in tries of all accounts together in one process: burst at
// once, then one each interval. It protects the processor from the cost of
// argon2, and names that exist from being tried in bulk.
type gate struct {
	mu       sync.Mutex
	burst    int
	interval time.Duration
	full     time.Time // when the bucket will be full again
}

// take reports whether one more try is within the bound at now.
func (g *gate) take(now time.Time) bool {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.full.Before(now) {
		g.full = now
	}
	if g.full.Sub(now) > time.Duration(g.burst-1)*g.interval {
		return false
	}
	g.full = g.full.Add(g.interval)
	return true
}
