package detect

import (
	"time"

	"keepiton"
)

// Expectation is what was expected of one bin before it came, in its unit: what a
// chart draws beside the value.
type Expectation struct {
	Value float64 // the usual value
	// Low and High are the ends of what passes as normal: outside of them a bin speaks
	// for a disruption, inside of them against one. A side that is not judged ends at
	// Value: how high an amount is, and how few probes meet trouble.
	Low, High float64
	Known     bool // false: too little was known to expect anything
}

// Baseline returns what was expected of the bins of a series from a time on, one for
// each: what [Detector] compared them with. Where a bin has no value, it is what one
// would have been compared with; of shares, which are of the probes of a bin, nothing
// is expected there. The bins before are read for the memory of the baseline, which
// stands still while a signal lasts.
func Baseline(s *keepiton.Series, m keepiton.Metric, from time.Time) []Expectation {
	d := NewDetector(s.SeriesKey, m, s.Step)
	out := make([]Expectation, 0, len(s.Bins))
	judged := m.Kind != keepiton.Churn && m.Kind != keepiton.Health
	for i, b := range s.Bins {
		if at := s.At(i); !at.Before(from) {
			var e Expectation
			if judged {
				e = expectation(d.judge, b)
			}
			out = append(out, e)
		}
		d.Step(s.At(i), b)
	}
	return out
}

// expectation asks the judge for the usual value of a bin, and where its opinion
// turns.
func expectation(j judge, b keepiton.Bin) Expectation {
	o := j.opinion(b)
	if !o.ok {
		return Expectation{}
	}
	e := Expectation{Value: o.base, Low: o.base, High: o.base, Known: true}
	if _, share := j.(*shares); share {
		e.High = turn(j, b, o.base, float64(b.N))
		return e
	}
	e.Low = turn(j, b, o.base, 0)
	return e
}

// turn finds the value between a good and a bad one at which the opinion of a bin is
// neither: bad where even the good one speaks for a disruption.
func turn(j judge, b keepiton.Bin, good, bad float64) float64 {
	b.State = keepiton.Present
	for range turnSteps {
		middle := (good + bad) / 2
		if b.Value = middle; j.opinion(b).logLR > 0 {
			bad = middle
		} else {
			good = middle
		}
	}
	return good
}

// turnSteps halve the stretch between good and bad to a 16,000th: finer than any
// chart.
const turnSteps = 14
