package source

import (
	"strconv"
	"time"

	"keepiton"
)

// clockAhead is how far the clock of a source may be ahead of ours: a day, since zones are
// taken for each other.
const clockAhead = 24 * time.Hour

// Clock passes on what was measured by now, or a day later. What is further off is no
// measurement, and would make a feed look as if it were up to date for years: it is
// counted by Tell.
type Clock struct {
	Now   time.Time
	Put   func(keepiton.Measurement) error
	ahead int64
	first time.Time
}

// Pass is a put.
func (c *Clock) Pass(m keepiton.Measurement) error {
	if m.At.Sub(c.Now) > clockAhead {
		if c.ahead++; c.ahead == 1 {
			c.first = m.At
		}
		return nil
	}
	return c.Put(m)
}

// Tell adds what was not passed on to a summary, as from_the_future.
func (c *Clock) Tell(sum *Summary) {
	if c.ahead == 0 {
		return
	}
	sum.Skip(Defect{Kind: "from_the_future", Offset: -1, Why: strconv.FormatInt(c.ahead, 10) + " bins, the first of " + c.first.UTC().Format(time.RFC3339)})
	sum.Skipped["from_the_future"] += c.ahead - 1
	sum.Measurements -= c.ahead
}
