package detect

import (
	"math"
	"time"

	"keepiton"
)

// opinion is what one bin says.
type opinion struct {
	logLR float64 // natural logarithm of P(bin | something is down) / P(bin | all is normal)
	depth float64 // share that is missing, or blocked, 0 to 1
	base  float64 // what was expected of the bin, in its unit
	ok    bool    // false: too little is known to say anything
}

// judge gives opinions on the bins of one series.
type judge interface {
	opinion(b keepiton.Bin) opinion
	learn(b keepiton.Bin)    // the bin is normal
	skip()                   // the bin is not, or is not there
	late(b []keepiton.Bin)   // the last ones, which were skipped, turned out to be normal
	accept(recent []float64) // these are the new normal
}

// baseline is what is expected of the next bin: the usual value, the lowest that is
// still normal, and the spread around either.
type baseline interface {
	expect() (base, low, noise float64, ok bool)
	learn(b keepiton.Bin)
	skip()
	late(b []keepiton.Bin)
	accept(recent []float64)
}

func newJudge(m keepiton.Metric, step time.Duration) judge {
	var base baseline = newLevel(step)
	if m.Season == keepiton.HourOfWeek {
		base = newSeason(step)
	}
	switch m.Kind {
	case keepiton.Shares:
		return &shares{}
	case keepiton.ArrivalCount:
		return &arrivals{baseline: base}
	}
	return &amount{baseline: base, floor: m.Floor, trust: stepTrust(step)}
}

// amount judges how much there is.
//
// Normal is anything between the usual and the lowest normal value, with the tails of
// a t distribution; down is any level from nought to leastDepth below the lowest, each
// as likely as another: both are densities of value/base.
// What a glitch of the instrument would explain as well bounds what one bin can say.
type amount struct {
	baseline
	floor, trust float64
	usual        float64 // logarithm of the density of what is usual, for the spread below
	spread       float64
}

func (a *amount) opinion(b keepiton.Bin) opinion {
	base, low, noise, ok := a.expect()
	if !ok || base <= 0 || base < a.floor {
		return opinion{}
	}
	r, l, s := b.Value/base, low/base, noise/base
	depth := min(1, max(0, 1-r))
	if s != a.spread {
		a.spread, a.usual = s, math.Log(tDensity/s)
	}
	// Most bins are so normal that the logarithms below need not be taken: log1p(exp(x)) is
	// more than x.
	if x := -(l - r - leastDepth) / (0.3 * s); r >= l && -x-softEdge-a.usual <= quietest {
		return opinion{logLR: quietest, depth: depth, base: base, ok: true}
	}
	z := max(0, l-r) / s
	normal := a.usual - (tails+1)/2*math.Log1p(z*z/tails)
	// The edge of the uniform density is as soft as the noise.
	down := -math.Log1p(math.Exp(-(l-r-leastDepth)/(0.3*s))) - softEdge
	most := (trustedGlitch + depthTrust*depth*depth) * a.trust
	return opinion{logLR: min(most, max(quietest, down-normal)), depth: depth, base: base, ok: true}
}

// softEdge is the logarithm of how wide the uniform density is.
var softEdge = math.Log(1 - leastDepth)

// tDensity is the density of Student's t distribution with three degrees of freedom
// in its middle: 2/(π√3).
const tDensity = 2 / (math.Pi * 1.7320508075688772)

// stepTrust is 1 for bins of half an hour and more, and 0.5 for those of five
// minutes.
func stepTrust(step time.Duration) float64 {
	return min(1, max(0.5, 0.5+0.2*math.Log2(step.Minutes()/5)))
}

// shares judges how many of the distinct probes of a bin met trouble: Bernoulli
// trials, whose usual share is remembered.
type shares struct{ k, n float64 }

func (s *shares) usual() float64 {
	return (trouble*priorProbes + s.k) / (priorProbes + s.n)
}

func (s *shares) opinion(b keepiton.Bin) opinion {
	if b.N == 0 {
		return opinion{}
	}
	k, n := min(b.Value, float64(b.N)), float64(b.N)
	p0 := min(0.9, max(leastTrouble, s.usual()))
	p1 := max(blocked, min(0.95, 3*p0))
	logLR := k*math.Log(p1/p0) + (n-k)*math.Log((1-p1)/(1-p0))
	most := min(mostPerBin, mostPerProbe*n)
	return opinion{logLR: min(most, max(-most, logLR)), depth: k / n, base: p0 * n, ok: true}
}

func (s *shares) learn(b keepiton.Bin) {
	if b.N == 0 {
		return
	}
	// One bin counts as much as another, however many probes it had: a fleet of probes
	// in one network is not the country.
	k, n := min(b.Value, float64(b.N))/float64(b.N), 1.0
	s.k += k - s.k/shareMemory
	s.n += n - s.n/shareMemory
}

func (s *shares) skip() {}

func (s *shares) late(b []keepiton.Bin) {
	for _, bin := range b {
		s.learn(bin)
	}
}

func (s *shares) accept([]float64) { s.k = s.n * blocked }

// arrivals judges how much arrives at all. Arrivals come in bursts: their number is
// negative binomial with a variance of dispersion times the mean. Down is that a
// twentieth of what was expected comes.
type arrivals struct{ baseline }

func (a *arrivals) opinion(b keepiton.Bin) opinion {
	mean, _, _, ok := a.expect()
	if !ok || mean < leastExpected {
		return opinion{}
	}
	logLR := logNB(b.Value, mean/20) - logNB(b.Value, mean)
	if b.Value == 0 {
		logLR = max(logLR, openAt/emptyBins)
	}
	return opinion{logLR: min(mostPerBin, max(-mostPerBin, logLR)), depth: min(1, max(0, 1-b.Value/mean)), base: mean, ok: true}
}

// logNB is the logarithm of the probability of k arrivals where mean are expected.
func logNB(k, mean float64) float64 {
	size := mean / (dispersion - 1)
	a, _ := math.Lgamma(k + size)
	b, _ := math.Lgamma(size)
	c, _ := math.Lgamma(k + 1)
	return a - b - c - size*math.Log(dispersion) + k*math.Log(1-1/dispersion)
}
