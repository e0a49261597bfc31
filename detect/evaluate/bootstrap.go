package evaluate

import (
	"math"
	"math/rand/v2"
	"slices"
)

// Estimate is a figure and the interval that holds it in 95 of 100 worlds with other
// countries.
type Estimate struct {
	Value float64 `json:"value"`
	Low   float64 `json:"low"`
	High  float64 `json:"high"`
}

// Draws and Seed of the bootstrap: the same guesses give the same intervals.
const (
	Draws = 2000
	Seed  = 20231005
)

// Bootstrap draws countries, not events, with replacement: events of one country are
// alike (notes/detection.md 6). The interval goes from the 2.5th to the 97.5th
// percentile of the draws in which the figure exists.
func Bootstrap(g []Guess, figure func([]Guess) float64, draws int) Estimate {
	e := Estimate{Value: figure(g)}
	by := map[string][]Guess{}
	var countries []string
	for _, x := range g {
		if by[x.Country] == nil {
			countries = append(countries, x.Country)
		}
		by[x.Country] = append(by[x.Country], x)
	}
	slices.Sort(countries)
	rnd := rand.New(rand.NewPCG(Seed, uint64(len(g))))
	var all []float64
	sample := make([]Guess, 0, 2*len(g))
	for range draws {
		sample = sample[:0]
		for range countries {
			sample = append(sample, by[countries[rnd.IntN(len(countries))]]...)
		}
		if v := figure(sample); !math.IsNaN(v) {
			all = append(all, v)
		}
	}
	if len(all) == 0 {
		e.Low, e.High = e.Value, e.Value
		return e
	}
	slices.Sort(all)
	at := func(q float64) float64 { return all[min(len(all)-1, int(q*float64(len(all))))] }
	e.Low, e.High = at(0.025), at(0.975)
	return e
}
