package fetch

import (
	"context"
	"math/rand/v2"
	"net/http"
	"strconv"
	"strings"
	"time"

	"keepiton"
	"keepiton/patience"
)

const (
	firstWait = time.Second
	lastWait  = 5 * time.Minute
	// MaxWait is the longest that a server's wish to wait is followed; over it the
	// fetch ends, and says when to come back.
	MaxWait = 15 * time.Minute
)

// Backoff returns how long to wait after so many tries in a row that brought nothing:
// a second, two, four … five minutes, each between half of it and the whole, so that
// those who were cut off together do not come back together.
func Backoff(tries int) time.Duration {
	d := lastWait
	if tries < 10 {
		d = min(lastWait, firstWait<<max(0, tries-1))
	}
	return d/2 + rand.N(d/2+1)
}

// retryAfter reads Retry-After (RFC 9110 section 10.2.3): seconds, or a date, which is
// taken by the server's own clock where it tells it. 0 when there is none.
func retryAfter(h http.Header, now time.Time) time.Duration {
	text := strings.TrimSpace(h.Get("Retry-After"))
	if seconds, err := strconv.ParseUint(text, 10, 31); err == nil {
		return time.Duration(seconds) * time.Second
	}
	at, err := http.ParseTime(text)
	if err != nil {
		return 0
	}
	if theirs, err := http.ParseTime(h.Get("Date")); err == nil {
		now = theirs
	}
	return max(0, at.Sub(now))
}

// wait waits, and says so. The error is that of ctx, or rate_limited when it would be
// longer than MaxWait.
func (c *Client) wait(ctx context.Context, j *job, h *host, d time.Duration, why string) error {
	if d <= 0 {
		return nil
	}
	until := c.o.Now().Add(d)
	if d > MaxWait {
		return keepiton.Hint(keepiton.Errorf(keepiton.RateLimited, "%s asks not to be asked before %s", j.at.Host, until.UTC().Format(clock)), "run the same command again after that; what is there is kept")
	}
	c.o.Progress(Progress{Item: j.item, Done: j.got, Total: -1, Until: until, Why: why})
	return patience.Wait(ctx, d)
}

// later is an error that may be gone the next time; after is how long the server asks
// to wait, 0 when it does not say.
type later struct {
	err   error
	after time.Duration
}

func (l *later) Error() string { return l.err.Error() }
func (l *later) Unwrap() error { return l.err }
