package evaluate

import (
	"fmt"
	"math"
	"slices"

	"keepiton/detect"
)

// Evaluate scores the intent model on examples by every split.
func Evaluate(xs []Example, p Penalties, draws int, progress func(string)) []Split {
	blind := withoutVotes(xs)
	cut := Cut(xs)
	day := cut.Format("2006-01-02")
	later := slices.DeleteFunc(slices.Clone(xs), func(x Example) bool { return x.Event.From.Before(cut) })
	after := func(g []Guess) []Guess {
		return slices.DeleteFunc(g, func(x Guess) bool { return x.Event.From.Before(cut) })
	}
	var shipped, out, ahead run
	if fresh := Unseen(xs); len(fresh) > 0 {
		progress("the weights as they are")
		shipped = run{detect.DefaultWeights().FittedOn + "; none of these events is among them", AsShipped(fresh), map[string][]Guess{
			NameBlind: AsShipped(withoutVotes(fresh)), NameNew: asNew(fresh), NamePersistence: among(Persistence(xs), fresh), NamePast: PastAlone(fresh), NameThumb: RuleOfThumb(fresh),
		}}
	}
	if !bothKinds(xs) {
		return splitsOf(draws, progress, part{"as_shipped", shipped, nil}, part{"as_shipped_without_mm_sy_iq", shipped, Three})
	}
	progress("leave one country out")
	out = run{fmt.Sprintf("all other countries, with %d shutdowns or more", fewest(xs)), LeaveCountryOut(xs, p), map[string][]Guess{
		NameBlind: LeaveCountryOut(blind, p), NamePersistence: Persistence(xs), NamePast: PastAlone(xs), NameThumb: RuleOfThumb(xs),
	}}
	progress("forward in time")
	ahead = run{"events before " + day, Forward(xs, cut, p), map[string][]Guess{
		NameBlind: Forward(blind, cut, p), NamePersistence: after(Persistence(xs)), NamePast: PastAlone(later), NameThumb: RuleOfThumb(later),
	}}
	return splitsOf(draws, progress, []part{
		{"as_shipped", shipped, nil},
		{"as_shipped_without_mm_sy_iq", shipped, Three},
		{"leave_one_country_out", out, nil},
		{"leave_one_country_out_without_mm_sy_iq", out, Three},
		{"leave_one_country_out_without_mm_sy_iq_ir_in", out, Five},
		{"forward_in_time", ahead, nil},
		{"forward_in_time_without_mm_sy_iq", ahead, Three},
		{"forward_in_time_without_mm_sy_iq_ir_in", ahead, Five},
	}...)
}

// run is what some weights guessed of some events, and what the baselines did.
type run struct {
	trained string
	guesses []Guess
	others  map[string][]Guess
}

// part is a run without some countries.
type part struct {
	name    string
	run     run
	without []string
}

// fewest is the least number of shutdowns that are left when one country is left out.
func fewest(xs []Example) int {
	of, all := map[string]int{}, 0
	for _, x := range xs {
		if x.Shut {
			of[x.Event.Country]++
			all++
		}
	}
	most := 0
	for _, n := range of {
		most = max(most, n)
	}
	return all - most
}

func splitsOf(draws int, progress func(string), parts ...part) []Split {
	var splits []Split
	for _, s := range parts {
		progress(s.name)
		g := Without(s.run.guesses, s.without...)
		if len(g) == 0 {
			continue
		}
		one := Split{Name: s.name, Trained: s.run.trained, Events: len(g), Reliability: Reliability(g), Model: Score("model", g, draws)}
		seen := map[string]bool{}
		for _, x := range g {
			seen[x.Country] = true
			if x.Yes {
				one.Shutdowns++
			}
		}
		one.Countries = len(seen)
		for _, name := range []string{NameBlind, NameNew, NamePersistence, NamePast, NameThumb} {
			if other := Without(s.run.others[name], s.without...); len(other) > 0 {
				one.Baselines = append(one.Baselines, Score(name, other, draws))
			}
		}
		splits = append(splits, one)
	}
	return splits
}

// Score computes the figures of some guesses.
func Score(name string, g []Guess, draws int) Figures {
	rate := BaseRate(g)
	f := Figures{
		Name: name, BrierBase: rounded(rate * (1 - rate)),
		Brier: boot(g, Brier, draws), LogLoss: boot(g, LogLoss, draws), ECE: boot(g, ECE, draws),
	}
	if rate > 0 && rate < 1 {
		auc, ap := boot(g, AUC, draws), boot(g, AveragePrecision, draws)
		f.AUC, f.AP = &auc, &ap
	}
	var hits, said, are float64
	for _, x := range g {
		if x.P >= 0.5 {
			said++
			hits += truth(x)
		}
		are += truth(x)
	}
	if said > 0 {
		precision := rounded(hits / said)
		f.Precision = &precision
	}
	f.Recall = rounded(hits / max(1, are))
	f.F1 = rounded(2 * hits / max(1, said+are))
	return f
}

func boot(g []Guess, figure func([]Guess) float64, draws int) Estimate {
	e := Bootstrap(g, figure, draws)
	return Estimate{rounded(e.Value), rounded(e.Low), rounded(e.High)}
}

// rounded keeps four decimals, so that a report is the same on every machine. What does
// not exist is nought.
func rounded(x float64) float64 {
	if math.IsNaN(x) || math.IsInf(x, 0) {
		return 0
	}
	return math.Round(x*1e4) / 1e4
}

// MostWrong are the guesses furthest from what was, furthest first.
func MostWrong(g []Guess, n int) []Wrong {
	g = slices.Clone(g)
	slices.SortStableFunc(g, func(a, b Guess) int {
		switch da, db := math.Abs(truth(a)-a.P), math.Abs(truth(b)-b.P); {
		case da > db:
			return -1
		case da < db:
			return 1
		}
		return 0
	})
	var out []Wrong
	for _, x := range g[:min(n, len(g))] {
		out = append(out, Wrong{
			ID: x.Event.ID, Row: x.Event.Row, Country: x.Country, From: x.Event.From.Format("2006-01-02T15:04Z"),
			Said: rounded(x.P), Shutdown: x.Yes, Cause: x.Event.Cause, Why: words(x.Why),
		})
	}
	return out
}
