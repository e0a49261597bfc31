package evaluate

import (
	"slices"
	"strings"
	"time"

	"keepiton"
)

// Persistence guesses that an event is what the last one of its country was: the
// baseline that a competitor's model lost to (notes/detection.md 0, point 3). Where there
// was none before, it is an outage. What began within two hours is not known yet.
func Persistence(xs []Example) []Guess {
	xs = slices.Clone(xs)
	slices.SortStableFunc(xs, func(a, b Example) int { return a.Event.From.Compare(b.Event.From) })
	type seen struct {
		at   time.Time
		shut bool
	}
	last := map[string][]seen{}
	var out []Guess
	for _, x := range xs {
		c, at := x.Event.Country, x.Event.From
		g := Guess{Country: c, Yes: x.Shut, Event: x.Event}
		for _, s := range slices.Backward(last[c]) {
			if at.Sub(s.at) >= Judged {
				if s.shut {
					g.P = 1
				}
				break
			}
		}
		out = append(out, g)
		last[c] = append(last[c], seen{at, x.Shut})
	}
	return out
}

// PastAlone guesses by the record's history of the country and nothing else: its order,
// not its value, is a probability.
func PastAlone(xs []Example) []Guess {
	var out []Guess
	for _, x := range xs {
		h := max(0, x.Feature.History)
		out = append(out, Guess{Country: x.Event.Country, P: h / (1 + h), Yes: x.Shut, Event: x.Event})
	}
	return out
}

// RuleOfThumb says shutdown where something began on the hour and was seen by all three
// kinds of instruments (notes/detection.md 2.2).
func RuleOfThumb(xs []Example) []Guess {
	var out []Guess
	for _, x := range xs {
		f, g := x.Feature, Guess{Country: x.Event.Country, Yes: x.Shut, Event: x.Event}
		if f.OnHour == keepiton.Yes && f.Routes == keepiton.Yes && f.Probes == keepiton.Yes && f.Traffic == keepiton.Yes {
			g.P = 1
		}
		out = append(out, g)
	}
	return out
}

// words joins reasons for a line of text.
func words(why []keepiton.Reason) string {
	var out []string
	for _, r := range why {
		sign := "+"
		if r.Weight < 0 {
			sign = "−"
		}
		out = append(out, sign+r.Key)
	}
	return strings.Join(out, " ")
}
