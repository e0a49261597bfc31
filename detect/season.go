package detect

import (
	"math"
	"time"

	"keepiton"
)

// season is the baseline of what people do: the median of the six past days that were
// most like the last 24 hours, at this time of the day, or what the same hour of past
// weeks or the second quietest day of the month had, whichever is lowest. Shorter bins
// are compared by half hours. What happens during a signal is not learnt: the forecast
// stands in its place, for as long as it lasts.
type season struct {
	past   past
	errors window // relative errors of the forecast, one a half hour, of the last week
	noise  float64
	since  int
	seen   int // samples that the forecast below has seen
	base   float64
	ok     bool
}

func newSeason(step time.Duration) *season {
	s := &season{past: newPast(step), seen: -1}
	s.errors = newWindow(7 * min(s.past.perDay, leastSamples))
	return s
}

func (s *season) expect() (base, low, noise float64, ok bool) {
	if s.seen != s.past.count {
		s.base, s.ok = s.forecast()
		s.seen = s.past.count
	}
	return s.base, s.base, max(s.noise, 2*leastNoise) * s.base, s.ok
}

// forecast returns what the bins of the present sample should have.
func (s *season) forecast() (float64, bool) {
	var values [similarDays]float64
	near := values[:0]
	known := 0
	lowest, second := math.Inf(1), math.Inf(1)
	for _, d := range s.past.likest() {
		v := s.past.back((d+1)*s.past.perDay - 1)
		if math.IsNaN(v) {
			continue
		}
		if known++; len(near) < similarDays {
			near = append(near, v)
		}
		if v < lowest {
			lowest, second = v, lowest
		} else if v < second {
			second = v
		}
	}
	if known < leastDays {
		return 0, false
	}
	base := middle(near)
	// A Friday is not like the Thursday before it, and a holiday is like a Friday. Only
	// what is low for every reading of the calendar is a fall: for the days most like
	// this one, for the same day of past weeks, and for the quietest days of the month.
	var weeks [seasonDays / 7]float64
	same := weeks[:0]
	for w := 1; w <= len(weeks); w++ {
		if v := s.past.back(7*w*s.past.perDay - 1); !math.IsNaN(v) {
			same = append(same, v)
		}
	}
	if len(same) > 0 {
		base = min(base, middle(same))
	}
	return min(base, second), true
}

// middle returns the mean of the two middle values of a few, which it sorts.
func middle(v []float64) float64 {
	for i := 1; i < len(v); i++ {
		for j := i; j > 0 && v[j] < v[j-1]; j-- {
			v[j], v[j-1] = v[j-1], v[j]
		}
	}
	return (v[(len(v)-1)/2] + v[len(v)/2]) / 2
}

func (s *season) learn(b keepiton.Bin) {
	base, _, _, ok := s.expect()
	if ok && base > 0 && s.past.bins == 0 {
		s.errors.add(b.Value/base - 1)
		if s.since++; s.since >= noiseEvery || s.errors.len() < s.past.perDay {
			s.since, s.noise = 0, s.errors.spread()
		}
	}
	s.past.push(b.Value)
}

// skip puts the forecast where nothing was learnt.
func (s *season) skip() {
	base, _, _, ok := s.expect()
	if !ok {
		base = math.NaN()
	}
	s.past.push(base)
}

// late puts what came in the place of the forecasts that stood for it. The days it was
// compared with stay those that were chosen meanwhile.
func (s *season) late(b []keepiton.Bin) {
	s.past.replace(len(b), func(i int) float64 { return b[i].Value })
	s.seen = -1
}

func (s *season) accept(recent []float64) {
	s.past.replace(len(recent), func(i int) float64 { return recent[i] })
	s.past.distance, s.past.overlap, s.seen = [seasonDays]float64{}, [seasonDays]int{}, -1
}
