package evaluate

import (
	"slices"
	"time"

	"keepiton/detect"
)

// leastStep is the least number of events in a step of a calibration.
const leastStep = 15

// Model fits weights and their calibration on examples. The calibration is fitted on
// guesses about events that came after everything that they were guessed from.
func Model(xs []Example, p Penalties) *detect.Weights {
	w := FitWeights(xs, p)
	w.Calibration = Isotonic(ahead(xs, p), leastStep)
	return w
}

// folds is into how many parts of time the examples of a calibration are cut.
const folds = 6

// ahead guesses each part of time from those before it.
func ahead(xs []Example, p Penalties) []Guess {
	xs = slices.Clone(xs)
	slices.SortStableFunc(xs, func(a, b Example) int { return a.Event.From.Compare(b.Event.From) })
	var out []Guess
	for k := 1; k < folds; k++ {
		from, to := k*len(xs)/folds, (k+1)*len(xs)/folds
		if !bothKinds(xs[:from]) {
			continue
		}
		out = append(out, raw(FitWeights(xs[:from], p), xs[from:to])...)
	}
	return out
}

func bothKinds(xs []Example) bool {
	yes := slices.ContainsFunc(xs, func(x Example) bool { return x.Shut })
	return yes && slices.ContainsFunc(xs, func(x Example) bool { return !x.Shut })
}

func raw(w *detect.Weights, xs []Example) []Guess {
	var out []Guess
	for _, x := range xs {
		out = append(out, Guess{Country: x.Event.Country, P: w.Fitted(x.Feature), Yes: x.Shut})
	}
	return out
}

func guesses(w *detect.Weights, xs []Example) []Guess {
	var out []Guess
	for _, x := range xs {
		p, why := w.Intent(x.Feature)
		out = append(out, Guess{Country: x.Event.Country, P: p, Yes: x.Shut, Event: x.Event, Why: why})
	}
	return out
}

// LeaveCountryOut guesses the events of each country from those of all others.
func LeaveCountryOut(xs []Example, p Penalties) []Guess {
	var countries []string
	for _, x := range xs {
		countries = append(countries, x.Event.Country)
	}
	var out []Guess
	for _, c := range distinct(countries) {
		var rest, held []Example
		for _, x := range xs {
			if x.Event.Country == c {
				held = append(held, x)
			} else {
				rest = append(rest, x)
			}
		}
		if bothKinds(rest) {
			out = append(out, guesses(Model(rest, p), held)...)
		}
	}
	return out
}

// Forward guesses what began at a moment or later from what began before.
func Forward(xs []Example, cut time.Time, p Penalties) []Guess {
	var before, after []Example
	for _, x := range xs {
		if x.Event.From.Before(cut) {
			before = append(before, x)
		} else {
			after = append(after, x)
		}
	}
	if !bothKinds(before) {
		return nil
	}
	return guesses(Model(before, p), after)
}

// Without leaves countries out of what is scored.
func Without(g []Guess, countries ...string) []Guess {
	return slices.DeleteFunc(slices.Clone(g), func(x Guess) bool { return slices.Contains(countries, x.Country) })
}

// firstCut is the day of the forward split of notes/detection.md 2.2.
var firstCut = time.Date(2020, 7, 1, 0, 0, 0, 0, time.UTC)

// Cut returns the day that parts the examples of the forward split: firstCut where there
// are shutdowns and outages on both sides, or else the middle of the examples.
func Cut(xs []Example) time.Time {
	var before, after []Example
	for _, x := range xs {
		if x.Event.From.Before(firstCut) {
			before = append(before, x)
		} else {
			after = append(after, x)
		}
	}
	if bothKinds(before) && bothKinds(after) || len(xs) == 0 {
		return firstCut
	}
	return xs[len(xs)/2].Event.From.Truncate(24 * time.Hour)
}
