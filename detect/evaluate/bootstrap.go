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

// DrawsFor is how many draws are made for so many events: fewer for more than two
// thousand, whose intervals need them less, so that a long list takes minutes; two hundred
// at the least.
func DrawsFor(events int) int {
	const many, least = 2000, 200
	if events <= many {
		return Draws
	}
	return max(least, Draws*many/events)
}

// Bootstrap draws countries, not events, with replacement: events of one country are
// alike (notes/detection.md 6). The interval goes from the 2.5th to the 97.5th
// percentile of the draws in which the figure exists.
func Bootstrap(g []Guess, figure func([]Guess) float64, draws int) Estimate {
	e := Estimate{Value: figure(g)}
	g = ascending(g) // and so is every draw
	place := map[string]int{}
	var names []string
	for _, x := range g {
		names = append(names, x.Country)
	}
	names = distinct(names)
	for i, name := range names {
		place[name] = i
	}
	of := make([]int, len(g))
	for i, x := range g {
		of[i] = place[x.Country]
	}
	rnd := rand.New(rand.NewPCG(Seed, uint64(len(g))))
	var all []float64
	sample := make([]Guess, 0, 2*len(g))
	times := make([]int, len(names))
	for range draws {
		clear(times)
		for range names {
			times[rnd.IntN(len(names))]++
		}
		sample = sample[:0]
		for i, x := range g {
			for range times[of[i]] {
				sample = append(sample, x)
			}
		}
		if len(sample) == 0 {
			continue
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
