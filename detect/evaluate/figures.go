package evaluate

import (
	"cmp"
	"math"
	"slices"

	"keepiton"
)

// Guess is a probability that was given to an event, and what the event was.
type Guess struct {
	Country string
	P       float64
	Yes     bool
	Event   Event
	Why     []keepiton.Reason
	Weight  float64 // how many such there are; 0: one. [Isotonic] alone asks
}

func (g Guess) weight() float64 {
	if g.Weight == 0 {
		return 1
	}
	return g.Weight
}

// AUC is the chance that an event that was made on purpose has a higher probability than one that
// was not; ties count half. NaN without both kinds.
func AUC(g []Guess) float64 {
	g = ascending(g)
	var yes, no, wins float64
	for i := 0; i < len(g); {
		var y, n float64
		j := i
		for ; j < len(g) && g[j].P == g[i].P; j++ {
			if g[j].Yes {
				y++
			} else {
				n++
			}
		}
		wins += y * (no + n/2)
		yes, no, i = yes+y, no+n, j
	}
	return wins / (yes * no)
}

// AveragePrecision is the area under precision over recall, with ties taken together.
func AveragePrecision(g []Guess) float64 {
	g = ascending(g)
	var hits, sum float64
	for i := len(g) - 1; i >= 0; {
		y, j := 0.0, i
		for ; j >= 0 && g[j].P == g[i].P; j-- {
			if g[j].Yes {
				y++
			}
		}
		hits += y
		sum += y * hits / float64(len(g)-1-j)
		i = j
	}
	return sum / hits
}

// ascending sorts guesses by probability, unless they are.
func ascending(g []Guess) []Guess {
	by := func(a, b Guess) int { return cmp.Compare(a.P, b.P) }
	if slices.IsSortedFunc(g, by) {
		return g
	}
	g = slices.Clone(g)
	slices.SortStableFunc(g, by)
	return g
}

// Brier is the mean squared distance of probabilities from what was: 0 is best.
func Brier(g []Guess) float64 {
	sum := 0.0
	for _, x := range g {
		sum += (x.P - truth(x)) * (x.P - truth(x))
	}
	return sum / float64(len(g))
}

// BaseRate is the share of events made on purpose; [Brier] of always saying so is
// rate·(1−rate).
func BaseRate(g []Guess) float64 {
	sum := 0.0
	for _, x := range g {
		sum += truth(x)
	}
	return sum / float64(len(g))
}

// LogLoss is the mean of −ln of the probability given to what was. Probabilities count as
// if they kept a thousandth from nought and one.
func LogLoss(g []Guess) float64 {
	sum := 0.0
	for _, x := range g {
		p := min(0.999, max(0.001, x.P))
		sum -= truth(x)*math.Log(p) + (1-truth(x))*math.Log(1-p)
	}
	return sum / float64(len(g))
}

func truth(x Guess) float64 {
	if x.Yes {
		return 1
	}
	return 0
}

// Tenth is one line of a reliability table: what was said between two probabilities, and
// how often it was so.
type Tenth struct {
	From  float64 `json:"from"`
	To    float64 `json:"to"`
	N     int     `json:"n"`
	Said  float64 `json:"said"`  // mean probability
	Was   float64 `json:"was"`   // share made on purpose
	Low   float64 `json:"low"`   // Wilson's interval of Was, 95 %
	High  float64 `json:"high"`  //
	Shuts int     `json:"shuts"` // number made on purpose
}

// Reliability is the table of ten equal steps; empty steps are left out.
func Reliability(g []Guess) []Tenth {
	var table [10]Tenth
	for _, x := range g {
		i := min(9, int(x.P*10))
		table[i].N++
		table[i].Said += x.P
		if x.Yes {
			table[i].Shuts++
		}
	}
	var out []Tenth
	for i, t := range table {
		if t.N == 0 {
			continue
		}
		n := float64(t.N)
		t.From, t.To = float64(i)/10, float64(i+1)/10
		t.Said, t.Was = t.Said/n, float64(t.Shuts)/n
		t.Low, t.High = wilson(float64(t.Shuts), n)
		out = append(out, t)
	}
	return out
}

// wilson is the score interval of a share, 95 % (Wilson 1927).
func wilson(k, n float64) (low, high float64) {
	const z = 1.96
	p := k / n
	mid := (p + z*z/(2*n)) / (1 + z*z/n)
	half := z / (1 + z*z/n) * math.Sqrt(p*(1-p)/n+z*z/(4*n*n))
	return max(0, mid-half), min(1, mid+half)
}

// ECE is the expected calibration error: the mean distance of what was said from what
// was, over the ten steps of the reliability table, each weighed by its number.
func ECE(g []Guess) float64 {
	sum := 0.0
	for _, t := range Reliability(g) {
		sum += float64(t.N) * math.Abs(t.Said-t.Was)
	}
	return sum / float64(len(g))
}
