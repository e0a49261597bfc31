package intake

import "time"

// The rule of a full lane: who loses its place when somebody waits for one.
//
// Lines differ: a telephone at the edge of a 2G cell brings 100 to 300 bytes a
// second, with pauses, and whoever wants to shut a lane brings a byte now and then
// over as many lines as there are places. So what a line brings pays for its
// place, and what nearly every line brings is enough:
//
//   - Nobody loses a place while no one waits.
//   - Each fifty bytes pay for a second, thirty seconds ahead at most, and the
//     first ten are free. Who has not paid loses the place at once.
//   - While places come free by themselves, who has paid stays as long as it takes:
//     a flood over fast lines comes and goes, and a slow line is not slower for it.
//   - When none came free for five seconds, who has had one for the longest time
//     loses it, after two minutes at least. In a lane of 64 that always has somebody
//     waiting a place lasts five minutes (as many times five seconds as there are
//     places), however much others bring: nobody can outbid a slow line.
const (
	leastRate = 50 // bytes that pay for a second: half of what the worst line brings
	ahead     = 30 * time.Second
	trial     = 10 * time.Second
	stuck     = 5 * time.Second
	term      = 2 * time.Minute
)

// progress is what a submission under way has paid for.
type progress struct {
	began, paid time.Time
	ahead       time.Duration // at most
}

func newProgress(now time.Time) progress { return progress{now, now.Add(trial), ahead} }

// add notes n more bytes.
func (p *progress) add(n int64, now time.Time) {
	if p.paid.Before(now) {
		p.paid = now
	}
	most := now.Add(p.ahead)
	if p.paid = p.paid.Add(time.Duration(min(n, 1<<30)) * time.Second / leastRate); p.paid.After(most) {
		p.paid = most
	}
}

// loser returns which of those that hold a place loses it, when somebody waits
// and no place came free for idle; -1 when everybody keeps theirs.
func loser(held []*progress, now time.Time, idle time.Duration) int {
	debtor, oldest := -1, -1
	for i, p := range held {
		if p.paid.Before(now) && (debtor < 0 || p.paid.Before(held[debtor].paid)) {
			debtor = i
		}
		if now.Sub(p.began) >= term && (oldest < 0 || p.began.Before(held[oldest].began)) {
			oldest = i
		}
	}
	if debtor < 0 && idle >= stuck {
		return oldest
	}
	return debtor
}
