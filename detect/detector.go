package detect

import (
	"time"

	"keepiton"
)

// Detector looks for signals of one series, a bin at a time: a one-sided CUSUM of
// the logarithm of odds, with a baseline that stands still while a signal lasts.
type Detector struct {
	key    keepiton.SeriesKey
	metric keepiton.Metric
	step   time.Duration
	judge  judge

	odds     float64          // that something is down, logarithm; 0 when nothing speaks for it
	now      *keepiton.Signal // what odds grow for
	open     bool             // they have reached openAt
	quiet    int              // bins in a row that are back to normal
	doubt    []keepiton.Bin   // bins since odds began to grow
	lastGood time.Time        // end of the last bin that was normal
	recent   []float64        // values since it opened, for the test of a new normal
	closed   []keepiton.Signal
}

// NewDetector returns a Detector of a series whose bins have the step.
func NewDetector(key keepiton.SeriesKey, m keepiton.Metric, step time.Duration) *Detector {
	return &Detector{key: key, metric: m, step: step, judge: newJudge(m, step)}
}

// Signals returns what a series has, in the order of onset. The last one may still
// go on: its End is zero.
func Signals(s *keepiton.Series, m keepiton.Metric) []keepiton.Signal {
	d := NewDetector(s.SeriesKey, m, s.Step)
	for i, b := range s.Bins {
		d.Step(s.At(i), b)
	}
	return d.Signals()
}

// Signals returns what was found so far.
func (d *Detector) Signals() []keepiton.Signal {
	out := append([]keepiton.Signal(nil), d.closed...)
	if d.open {
		out = append(out, *d.now)
	}
	return out
}

// Step looks at the bin that begins at a time. Every bin must be given, in order,
// silent ones too. Metrics that open no signals are ignored.
func (d *Detector) Step(at time.Time, b keepiton.Bin) {
	if d.metric.Kind == keepiton.Churn || d.metric.Kind == keepiton.Health {
		return
	}
	if !b.Has() {
		if d.open {
			d.now.Missing++
		}
		d.judge.skip()
		return
	}
	o := d.judge.opinion(b)
	if !o.ok {
		if !d.open {
			d.judge.learn(b)
			d.forget(at)
		}
		return
	}
	if d.open {
		d.during(at, b, o)
		return
	}
	if d.odds = max(0, d.odds+o.logLR); d.odds == 0 {
		if len(d.doubt) > 0 {
			d.judge.late(d.doubt)
		}
		d.judge.learn(b)
		d.forget(at)
		return
	}
	d.judge.skip() // what is in doubt is not learnt yet
	d.doubt = append(d.doubt, b)
	if d.now == nil {
		from := at
		if !d.lastGood.IsZero() {
			from = d.lastGood
		}
		d.now = &keepiton.Signal{Series: d.key, Family: d.metric.Family, Step: d.step, Onset: keepiton.Interval{From: from, To: at.Add(d.step)}}
	}
	d.witness(at, b, o)
	if d.odds >= openAt {
		d.open, d.now.First, d.quiet = true, at.Add(d.step), 0
		d.recent = append(d.recent[:0], b.Value)
	}
}

// forget drops what odds were growing for: the bin was normal.
func (d *Detector) forget(at time.Time) {
	d.odds, d.now, d.lastGood, d.doubt = 0, nil, at.Add(d.step), d.doubt[:0]
}

// witness keeps the strongest bin.
func (d *Detector) witness(at time.Time, b keepiton.Bin, o opinion) {
	if s := d.now; s.Witness.At.IsZero() || o.depth > s.Depth {
		s.Depth = o.depth
		s.Witness = keepiton.Witness{At: at, Value: b.Value, Baseline: o.base, N: b.N}
	}
	d.now.LogLR = min(mostLogLR, max(d.now.LogLR, d.odds))
}

// during looks at a bin while a signal is open.
func (d *Detector) during(at time.Time, b keepiton.Bin, o opinion) {
	d.recent = append(d.recent, b.Value)
	back := o.logLR < 0 && o.depth <= max((1-recovered)*d.now.Depth, leastDepth/2)
	if !back {
		d.quiet = 0
		d.odds = min(mostLogLR, d.odds+o.logLR)
		d.witness(at, b, o)
		d.judge.skip()
		d.settle(at)
		return
	}
	if d.quiet++; d.quiet == 1 {
		d.now.End = keepiton.Interval{From: at, To: at.Add(d.step)}
	}
	if d.quiet < quietBins {
		d.judge.skip()
		return
	}
	d.close()
	d.judge.learn(b)
	d.forget(at)
}

func (d *Detector) close() {
	d.closed = append(d.closed, *d.now)
	d.open, d.recent = false, d.recent[:0]
}

// settle accepts a new normal: see shiftAfter.
func (d *Detector) settle(at time.Time) {
	n := int(shiftAfter / d.step)
	if d.metric.Kind != keepiton.Amount || d.now.Depth > shiftDepth || len(d.recent) < n || len(d.recent)%max(1, int(24*time.Hour/d.step)) != 0 {
		return
	}
	recent := d.recent[len(d.recent)-n:]
	w := newWindow(n)
	for _, v := range recent {
		w.add(v)
	}
	if w.spread() > 2*leastNoise*w.median() {
		return
	}
	d.now.End = keepiton.Interval{From: at, To: at.Add(d.step)}
	d.close()
	d.judge.accept(recent)
	d.forget(at)
}
