package detect

import (
	"time"

	"keepiton"
)

// level is the baseline of an amount without a season: the median of a week. What is
// not learnt does not move it, so that it stands still for as long as a signal lasts.
type level struct {
	week    window
	pending []float64 // bins of the present sample
	per     int       // bins a sample
	since   int       // samples since the spread was computed
	noise   float64
}

func newLevel(step time.Duration) *level {
	per := max(1, int(sampleStep/step))
	return &level{week: newWindow(max(7, int(baselineSpan/max(step, sampleStep)))), per: per, pending: make([]float64, 0, per)}
}

func (l *level) expect() (base, low, noise float64, ok bool) {
	base, low = l.week.median(), l.week.quantile(lowQuantile)
	return base, low, max(l.noise, leastNoise*base, (base-low)/4), l.week.len() >= l.least()
}

// least is how many samples a day has, at most leastSamples.
func (l *level) least() int { return min(leastSamples, max(3, cap(l.week.ring)/7)) }

func (l *level) learn(b keepiton.Bin) {
	if l.pending = append(l.pending, b.Value); len(l.pending) < l.per {
		return
	}
	l.week.add(median(l.pending))
	l.pending = l.pending[:0]
	if l.since++; l.since >= noiseEvery || l.week.len() <= l.least() {
		l.since, l.noise = 0, l.week.spread()
	}
}

func (l *level) skip() {}

func (l *level) late(b []keepiton.Bin) {
	for _, bin := range b {
		l.learn(bin)
	}
}

func (l *level) accept(recent []float64) {
	l.week = newWindow(cap(l.week.ring))
	for i := 0; i < len(recent); i += l.per {
		l.week.add(median(append([]float64(nil), recent[i:min(i+l.per, len(recent))]...)))
	}
	l.noise, l.since = l.week.spread(), 0
}
