package evaluate

import (
	"slices"
	"time"

	"keepiton"
)

// Cover is when some series of a country had values: spans in order, apart.
type Cover map[string][]keepiton.Span

// coverGap is how long a series may be silent and still cover: a day.
const coverGap = 24 * time.Hour

// Add takes a series into account. One of a single service says
// nothing of the network.
func (c Cover) Add(s *keepiton.Series) {
	country := s.Entity.Country
	if country == "" || s.Entity.Service != "" {
		return
	}
	var spans []keepiton.Span
	for i, b := range s.Bins {
		if !b.Has() {
			continue
		}
		at := s.At(i)
		if n := len(spans); n > 0 && at.Sub(spans[n-1].To) <= coverGap {
			spans[n-1].To = at.Add(s.Step)
		} else {
			spans = append(spans, keepiton.Span{From: at, To: at.Add(s.Step)})
		}
	}
	all := append(c[country], spans...)
	slices.SortFunc(all, func(a, b keepiton.Span) int { return a.From.Compare(b.From) })
	var joined []keepiton.Span
	for _, x := range all {
		if n := len(joined); n > 0 && x.From.Sub(joined[n-1].To) <= coverGap {
			joined[n-1].To = keepiton.Later(joined[n-1].To, x.To)
		} else {
			joined = append(joined, x)
		}
	}
	if len(joined) > 0 {
		c[country] = joined
	}
}

// Clip leaves what was covered from one time to another; a zero one is no bound. The day
// before is kept to learn from.
func (c Cover) Clip(from, to time.Time) {
	for country, spans := range c {
		var kept []keepiton.Span
		for _, x := range spans {
			if !from.IsZero() {
				x.From = keepiton.Later(x.From, from.Add(-leastLearned))
			}
			if !to.IsZero() {
				x.To = keepiton.Earlier(x.To, to)
			}
			if x.To.After(x.From) {
				kept = append(kept, x)
			}
		}
		if c[country] = kept; len(kept) == 0 {
			delete(c, country)
		}
	}
}

// leastLearned is how long a series must have had values before a disruption for it to
// count as one that could have been seen: a day, which the simplest baseline needs.
const leastLearned = 24 * time.Hour

func (c Cover) sees(t True) bool {
	return slices.ContainsFunc(c[t.Country], func(x keepiton.Span) bool {
		return !t.From.Before(x.From.Add(leastLearned)) && t.From.Before(x.To)
	})
}

func (c Cover) months() float64 {
	const month = 365.25 / 12 * 24
	sum := 0.0
	for _, spans := range c {
		for _, x := range spans {
			sum += max(0, x.To.Sub(x.From).Hours()-leastLearned.Hours()) / month
		}
	}
	return sum
}
