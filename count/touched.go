package count

import (
	"math/bits"
	"time"

	"keepiton"
)

// The rule behind Touched.
const (
	TouchedRule        = "days-touched"
	TouchedRuleVersion = "1"
)

// Touched is the calendar days, in UTC, that cuts are certain to have touched,
// each once however many cuts there were: what a counter of "days dark" may say
// of an incident, a country or a year. The zero value has no day.
//
// Rule days-touched, version 1. An episode touches the days from the last on
// which it can have begun to the first on which it can have ended, both included,
// and always at least one: a cut of an hour touches its day, a night's cut two.
// An end that is not known leaves the day of the start alone; an ongoing one
// reaches to the moment up to which the record speaks. So the number is a floor.
// Cases that [Durations] leaves out have no day here either.
type Touched struct{ words []uint64 }

// The days that are counted: from 1990-01-01 on, for some 110 years.
const (
	firstTouched = 7305 // 1990-01-01 in days since 1970-01-01
	mostTouched  = 40_000
)

// Add adds the days of a case, of which the record speaks up to until.
func (t *Touched) Add(c *Case, until time.Time) {
	if c.State != keepiton.Published || !c.Listed {
		return
	}
	for _, e := range c.Episodes {
		if !e.Start.IsZero() && e.Start.At.Before(until) {
			t.add(touchedBy(e, until))
		}
	}
}

// touchedBy returns the first and last day that an episode touches for certain.
func touchedBy(e keepiton.Episode, until time.Time) (first, last int64) {
	from, fromLatest, to, toLatest := e.Bounds(until)
	const instant = time.Second
	if fromLatest = fromLatest.Add(-instant); fromLatest.Before(from) {
		fromLatest = from
	}
	if toLatest = toLatest.Add(-instant); toLatest.Before(from) { // backwards, or nothing is left of it
		return dayOf(from), dayOf(from)
	}
	first = min(dayOf(fromLatest), dayOf(toLatest))
	if e.End.At.IsZero() && e.End.State != keepiton.Ongoing {
		return first, first
	}
	if e.End.At.IsZero() {
		to = to.Add(-instant)
	}
	return first, max(first, min(dayOf(to), dayOf(until)))
}

func dayOf(t time.Time) int64 { return t.Unix() / 86400 }

func (t *Touched) add(first, last int64) {
	first, last = max(first-firstTouched, 0), min(last-firstTouched, mostTouched-1)
	if first > last {
		return
	}
	if n := int(last/64) + 1; n > len(t.words) {
		t.words = append(t.words, make([]uint64, n-len(t.words))...)
	}
	for d := first; d <= last; d++ {
		t.words[d/64] |= 1 << (d % 64)
	}
}

// Days returns how many days were touched.
func (t *Touched) Days() (n int) {
	for _, w := range t.words {
		n += bits.OnesCount64(w)
	}
	return n
}

// In returns how many days of a year were touched.
func (t *Touched) In(year int) (n int) {
	for from, to := range t.Stretches(year) {
		n += int(to.Sub(from).Hours() / 24)
	}
	return n
}

// Last returns the last day that was touched, at its beginning; the zero time
// where there is none.
func (t *Touched) Last() time.Time {
	for i := len(t.words) - 1; i >= 0; i-- {
		if w := t.words[i]; w != 0 {
			return dayAt(int64(i*64 + bits.Len64(w) - 1))
		}
	}
	return time.Time{}
}

// Stretches yields the runs of touched days of a year (0: all), half open, in
// order.
func (t *Touched) Stretches(year int) func(yield func(from, to time.Time) bool) {
	return func(yield func(from, to time.Time) bool) {
		begin, end := int64(0), int64(len(t.words)*64)
		if year != 0 {
			begin = max(begin, dayOf(time.Date(year, 1, 1, 0, 0, 0, 0, time.UTC))-firstTouched)
			end = min(end, dayOf(time.Date(year+1, 1, 1, 0, 0, 0, 0, time.UTC))-firstTouched)
		}
		for d := begin; d < end; d++ {
			if !t.has(d) {
				continue
			}
			from := d
			for d < end && t.has(d) {
				d++
			}
			if !yield(dayAt(from), dayAt(d)) {
				return
			}
		}
	}
}

func (t *Touched) has(d int64) bool { return t.words[d/64]>>(d%64)&1 == 1 }

func dayAt(d int64) time.Time { return time.Unix((d+firstTouched)*86400, 0).UTC() }
