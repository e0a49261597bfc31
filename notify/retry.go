package notify

import (
	"math/rand/v2"
	"time"
)

// A delivery that fails is tried again after 1, 4, 16 and 64 minutes, then every
// four hours or so, ten times in all: about a day. RFC 5321, section 4.5.4.1, asks
// a sender to wait at least half an hour and to go on for four or five days, but of
// the mail server that we hand over to; an alert that is days old is no alert.
const (
	maxAttempts = 10
	firstRetry  = time.Minute
	maxRetry    = 4 * time.Hour
)

// A channel that is down rests, twice as long each time.
const (
	minPause = 15 * time.Second
	maxPause = 15 * time.Minute
)

// backoff is how long to wait after so many failures before this one.
func backoff(failed int) time.Duration {
	d := firstRetry
	for range min(failed, 10) {
		d = min(4*d, maxRetry)
	}
	return jitter(d)
}

// jitter spreads d over a quarter of it to either side, so that what failed
// together does not come back together.
func jitter(d time.Duration) time.Duration {
	return d - d/4 + rand.N(d/2+1)
}
