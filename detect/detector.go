package detect

import (
	"slices"
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
	met, n   float64          // probes that met trouble, and all, since then
	lastGood time.Time        // beginning of the last bin that was normal
	recent   []float64        // values since it opened, for the test of a new normal
	closed   []keepiton.Signal
	end      keepiton.Interval // of the signal, if the bins that are back to normal stay so
	down     time.Time         // end of the last bin of an open signal that was not back to normal
	trail    trail             // nil: nobody follows
}

// trail is told what a Detector makes of each bin, so that one can say later what was
// known at which moment.
type trail interface {
	doubts(at time.Time)                        // odds begin to grow
	changed(number int, s *keepiton.Signal)     // a signal is open, or closed, or says more than before
	said(at time.Time, b keepiton.Bin, v voice) // of every bin
}

// voice is what a Detector makes of a bin, in a word.
type voice uint8

const (
	voiceNone    voice = 0
	voiceNormal  voice = 1 << iota // a value, as expected
	voiceUnsure                    // a value that is lower than expected, and may be so
	voiceDoubt                     // a value that may be the beginning of a signal
	voiceOpen                      // a value during a signal
	voiceUnknown                   // a value, and nothing to compare it with
	voiceDown                      // the source was not to be had
)

// voiceTold are those of a value that could be judged.
const voiceTold = voiceNormal | voiceUnsure | voiceDoubt | voiceOpen

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
	v := d.look(at, b)
	if d.trail != nil {
		d.trail.said(at, b, v)
	}
}

func (d *Detector) look(at time.Time, b keepiton.Bin) voice {
	if !b.Has() {
		if d.open {
			d.now.Missing++
		}
		d.judge.skip()
		if b.State == keepiton.SourceDown {
			return voiceDown
		}
		return voiceNone
	}
	o := d.judge.opinion(b)
	if !o.ok {
		if d.open {
			d.judge.skip() // the hours go on, or what is expected stays that of this one
			return voiceUnknown
		}
		d.judge.learn(b)
		d.forget(at)
		return voiceUnknown
	}
	d.met, d.n = d.met+b.Value, d.n+float64(b.N)
	if d.open {
		d.during(at, b, o)
		return voiceOpen
	}
	if d.odds = max(0, d.odds+o.logLR); d.odds == 0 {
		if len(d.doubt) > 0 {
			d.judge.late(d.doubt)
		}
		d.judge.learn(b)
		d.forget(at)
		if d.metric.Kind == keepiton.Amount && o.depth >= leastDepth {
			return voiceUnsure
		}
		return voiceNormal
	}
	d.judge.skip() // what is in doubt is not learnt yet
	d.doubt = append(d.doubt, b)
	if d.now == nil {
		if d.trail != nil {
			d.trail.doubts(at)
		}
		from := at
		if !d.lastGood.IsZero() {
			from = d.lastGood.Add(d.step)
		}
		d.now = &keepiton.Signal{Series: d.key, Family: d.metric.Family, Step: d.step, Onset: keepiton.Interval{From: from, To: at.Add(d.step)}}
	}
	d.witness(at, b, o)
	if d.odds >= openAt {
		d.open, d.now.First, d.quiet, d.down = true, at.Add(d.step), 0, at.Add(d.step)
		d.recent = append(d.recent[:0], b.Value)
		d.tell()
		return voiceOpen
	}
	return voiceDoubt
}

// tell says that the present signal is not what it was.
func (d *Detector) tell() {
	if d.trail != nil {
		d.trail.changed(len(d.closed), d.now)
	}
}

// forget drops what odds were growing for: the bin was normal.
func (d *Detector) forget(at time.Time) {
	d.odds, d.now, d.lastGood, d.doubt, d.met, d.n = 0, nil, at, d.doubt[:0], 0, 0
}

// depth of the signal as a whole: of probes the share of all that met trouble, since one
// of one is all of them.
func (d *Detector) depth() float64 {
	if d.metric.Kind == keepiton.Shares && d.n > 0 {
		return min(1, d.met/d.n)
	}
	return d.now.Depth
}

// mostOfSignal is the most that a signal of one series can say once it has a depth and a
// length: a fault of the instrument would explain the rest as well.
func mostOfSignal(f keepiton.Family, depth float64, lasted time.Duration) float64 {
	i, exact := slices.BinarySearch(trustAges, lasted)
	if !exact {
		i--
	}
	return min(mostLogLR, leastTrust+rarelyWrong[f]+trustDepth*depth*depth*(1+trustAges[max(0, i)].Hours()/trustTime.Hours()))
}

// witness keeps the strongest bin.
func (d *Detector) witness(at time.Time, b keepiton.Bin, o opinion) {
	if s := d.now; s.Witness.At.IsZero() || o.depth > s.Depth {
		s.Depth = o.depth
		s.Witness = keepiton.Witness{At: at, Value: b.Value, Baseline: o.base, N: b.N}
	}
	d.now.LogLR = min(mostOfSignal(d.metric.Family, d.depth(), at.Add(d.step).Sub(d.now.Onset.From)), max(d.now.LogLR, d.odds))
}

// during looks at a bin while a signal is open.
func (d *Detector) during(at time.Time, b keepiton.Bin, o opinion) {
	d.recent = append(d.recent, b.Value)
	back := o.logLR < 0 && o.depth <= max((1-recovered)*d.now.Depth, leastDepth/2)
	if !back {
		d.quiet, d.down = 0, at.Add(d.step)
		d.odds = min(mostLogLR, d.odds+o.logLR)
		said, depth := d.now.LogLR, d.now.Depth
		if d.witness(at, b, o); d.now.LogLR != said || d.now.Depth != depth {
			d.tell()
		}
		d.judge.skip()
		d.settle(at)
		return
	}
	if d.quiet++; d.quiet == 1 {
		d.end = keepiton.Interval{From: d.down, To: at.Add(d.step)} // after a gap nobody knows it better
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
	d.now.End = d.end
	d.tell()
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
	d.end = keepiton.Interval{From: at, To: at.Add(d.step)}
	d.close()
	d.judge.accept(recent)
	d.forget(at)
}
