package detect

import (
	"math"
	"slices"
	"time"

	"keepiton"
)

// season is the baseline of what people do: the median of the six past days that
// were most like the last 24 hours, at this time of the day, or what the same hour of
// past weeks or the second quietest day of the month had, whichever is lowest. What happens during a signal is not learnt: the forecast stands in its
// place, for as long as it lasts.
type season struct {
	perDay   int
	past     []float64 // ring of seasonDays+1 days; NaN where nothing was known
	at       int       // of the next bin in past
	count    int       // bins that came
	distance [seasonDays]float64
	overlap  [seasonDays]int
	errors   window // relative errors of the forecast, of the last week
	noise    float64
	since    int
	cached   int // bin of the forecast below
	base     float64
	ok       bool
}

func newSeason(step time.Duration) *season {
	perDay := int(24 * time.Hour / step)
	s := &season{perDay: perDay, past: make([]float64, (seasonDays+1)*perDay), errors: newWindow(7 * min(perDay, leastSamples)), cached: -1}
	for i := range s.past {
		s.past[i] = math.NaN()
	}
	return s
}

// back returns the bin so many bins ago; 0 is the last one that came.
func (s *season) back(n int) float64 {
	i := s.at - 1 - n
	for i < 0 {
		i += len(s.past)
	}
	return s.past[i]
}

func (s *season) expect() (base, low, noise float64, ok bool) {
	if s.cached != s.count {
		s.base, s.ok = s.forecast()
		s.cached = s.count
	}
	return s.base, s.base, max(s.noise, 2*leastNoise) * s.base, s.ok
}

// forecast returns what the next bin should have.
func (s *season) forecast() (float64, bool) {
	var like [seasonDays]struct{ distance, value float64 }
	days := like[:0]
	for d := range seasonDays {
		v := s.back((d+1)*s.perDay - 1)
		if math.IsNaN(v) {
			continue
		}
		distance := math.Inf(1)
		if s.overlap[d] > 0 {
			distance = s.distance[d] / float64(s.overlap[d])
		}
		days = append(days, struct{ distance, value float64 }{distance, v})
	}
	if len(days) < leastDays {
		return 0, false
	}
	slices.SortFunc(days, func(a, b struct{ distance, value float64 }) int {
		switch {
		case a.distance < b.distance:
			return -1
		case a.distance > b.distance:
			return 1
		}
		return 0
	})
	var values [seasonDays]float64
	near := values[:0]
	for _, d := range days[:min(similarDays, len(days))] {
		near = append(near, d.value)
	}
	base := middle(near)
	// A Friday is not like the Thursday before it, and a holiday is like a Friday. Only
	// what is low for every reading of the calendar is a fall: for the days most like
	// this one, for the same day of past weeks, and for the quietest days of the month.
	var weeks [seasonDays / 7]float64
	same := weeks[:0]
	for w := 1; w <= len(weeks); w++ {
		if v := s.back(7*w*s.perDay - 1); !math.IsNaN(v) {
			same = append(same, v)
		}
	}
	if len(same) > 0 {
		base = min(base, middle(same))
	}
	lowest, second := math.Inf(1), math.Inf(1)
	for _, d := range days {
		if d.value < lowest {
			lowest, second = d.value, lowest
		} else {
			second = min(second, d.value)
		}
	}
	return min(base, second), true
}

// middle returns the mean of the two middle values.
func middle(v []float64) float64 {
	slices.Sort(v)
	return (v[(len(v)-1)/2] + v[len(v)/2]) / 2
}

func (s *season) learn(b keepiton.Bin) {
	base, _, _, ok := s.expect()
	if ok && base > 0 {
		s.errors.add(b.Value/base - 1)
		if s.since++; s.since >= noiseEvery || s.errors.len() < s.perDay {
			s.since, s.noise = 0, s.errors.spread()
		}
	}
	s.push(b.Value)
}

// skip puts the forecast where nothing was learnt.
func (s *season) skip() {
	base, _, _, ok := s.expect()
	if !ok {
		base = math.NaN()
	}
	s.push(base)
}

// push adds a bin and moves the 24 hours that are compared with past days.
func (s *season) push(v float64) {
	s.past[s.at] = v
	s.at = (s.at + 1) % len(s.past)
	s.count++
	for d := range seasonDays {
		s.compare(d, v, s.back((d+1)*s.perDay), 1)
		if d+2 <= seasonDays { // the bin that leaves the 24 hours
			s.compare(d, s.back(s.perDay), s.back((d+2)*s.perDay), -1)
		}
	}
}

func (s *season) compare(d int, now, then float64, sign int) {
	if diff := now - then; !math.IsNaN(diff) {
		s.distance[d] = max(0, s.distance[d]+float64(sign)*diff*diff)
		s.overlap[d] += sign
	}
}

// late puts what came in the place of the forecasts that stood for it. The days it was
// compared with stay those that were chosen meanwhile.
func (s *season) late(b []keepiton.Bin) {
	for i, bin := range b {
		s.past[(s.at-len(b)+i+len(s.past))%len(s.past)] = bin.Value
	}
	s.cached = -1
}

func (s *season) accept(recent []float64) {
	for i, v := range recent {
		at := s.at - len(recent) + i
		for at < 0 {
			at += len(s.past)
		}
		s.past[at] = v
	}
	s.distance, s.overlap, s.cached = [seasonDays]float64{}, [seasonDays]int{}, -1
}
