package detect

import (
	"math"

	"keepiton"
	"keepiton/geo"
)

// term is one term of the fitted model: reason.<name> says that it is more than usual,
// reason.<less> that it is less.
type term struct {
	name, less string
	value      func(Feature) (float64, bool)
	number     func(Feature) float64 // shown in the reason as N; nil: none
}

func (t term) args(f Feature) map[string]any { return numbered(t.number, f) }

func numbered(number func(Feature) float64, f Feature) map[string]any {
	if number == nil {
		return nil
	}
	return map[string]any{"N": int(math.Round(number(f)))}
}

func yes(of func(Feature) keepiton.Answer) func(Feature) (float64, bool) {
	return func(f Feature) (float64, bool) {
		switch of(f) {
		case keepiton.Yes:
			return 1, true
		case keepiton.No:
			return 0, true
		}
		return 0, false
	}
}

// terms are those whose weights are fitted (weights.json).
var terms = []term{
	{"on_hour", "off_hour", yes(func(f Feature) keepiton.Answer { return f.OnHour }), nil},
	{"half_hour", "", yes(func(f Feature) keepiton.Answer { return f.HalfHour }), nil},
	{"night", "day", yes(func(f Feature) keepiton.Answer { return f.Night }), nil},
	{"friday", "", yes(func(f Feature) keepiton.Answer { return f.Friday }), nil},
	{"routes_fell", "routes_held", yes(func(f Feature) keepiton.Answer { return f.Routes }), nil},
	{"traffic_fell", "traffic_held", yes(func(f Feature) keepiton.Answer { return f.Traffic }), nil},
	{"recurs", "recurs_not", func(f Feature) (float64, bool) { return float64(f.Recurs), f.Recurs >= 0 }, func(f Feature) float64 { return float64(f.Recurs) }},
	{"ended", "goes_on", ended, nil},
	{"neighbours", "neighbours_none", func(f Feature) (float64, bool) { return min(1, float64(f.Neighbours)), f.Neighbours >= 0 }, func(f Feature) float64 { return float64(f.Neighbours) }},
	{"election", "", yes(func(f Feature) keepiton.Answer { return f.Election }), nil},
	{"large", "small", size, nil},
	{"history", "history_none", func(f Feature) (float64, bool) { return math.Log1p(min(mostHistory, f.History)), f.History >= 0 }, nil},
}

// mostHistory: beyond ten recent shutdowns, more of them say nothing more of the next
// disruption; the labelled events know of no longer history.
const mostHistory = 10.0

// judgedAfter is after how many hours the fitted model judges (notes/detection.md 2.2).
const judgedAfter = 2.0

// size is the decimal logarithm of how many people live in the country: where they are few,
// one cable or one power station takes down all of it; all of a large country seldom falls
// by accident.
func size(f Feature) (float64, bool) {
	if f.People <= 0 {
		return 0, false
	}
	return math.Log10(f.People), true
}

// ended says whether it was over within two hours; earlier than that, what is not over
// says nothing.
func ended(f Feature) (float64, bool) {
	switch {
	case f.Hours < 0:
		return 0, false
	case f.Hours >= judgedAfter:
		return 0, true
	}
	return 1, f.Ended == keepiton.Yes
}

// Terms are the names of the fitted terms with what a feature says of each; ok is false
// where it is not known.
func Terms() []string {
	var names []string
	for _, t := range terms {
		names = append(names, t.name)
	}
	return names
}

// Value is what a feature says of a term by its place in [Terms].
func Value(i int, f Feature) (x float64, ok bool) { return terms[i].value(f) }

// aside is one ground that no table of labelled events has: its weight is fixed.
type aside struct {
	name   string
	weight func(Feature) float64
	number func(Feature) float64
}

func (a aside) args(f Feature) map[string]any { return numbered(a.number, f) }

func fixed(weight float64, of func(Feature) keepiton.Answer) func(Feature) float64 {
	return func(f Feature) float64 {
		if of(f) == keepiton.Yes {
			return weight
		}
		return 0
	}
}

// The grounds that no table of labelled events has. Calendars: the logarithm of how
// much likelier shutdowns are on such days (9 and 286 times; notes/detection.md 2.1), halved,
// because outages also happen on them and calendars are kept for countries where
// shutdowns are feared. The rest are judgements, to be replaced by fitted weights when
// there are labelled events that have them.
const (
	protestWeight  = 1.1 // ln 9 / 2
	coupWeight     = 2.8 // ln 286 / 2
	examWeight     = 2.0
	orderWeight    = 3.0
	shapeWeight    = 1.5
	regionalWeight = -0.3
	noticeWeight   = -2.0
	softNotice     = -1.2 // weather and power: both also fall together with unrest
	perReporter    = 0.3
	mostReporters  = 1.5
	ownedWeight    = 0.5 // more than half of the address space
)

// reporters come last: how far they may lift depends on what the others came to.
var asides = []aside{
	{"mobile_only", fixed(shapeWeight, func(f Feature) keepiton.Answer { return f.MobileOnly }), nil},
	{"ipv6_only", fixed(shapeWeight, func(f Feature) keepiton.Answer { return f.IPv6Only }), nil},
	{"routes_flat", fixed(shapeWeight, func(f Feature) keepiton.Answer { return f.RoutesFlat }), nil},
	{"one_platform", fixed(shapeWeight, func(f Feature) keepiton.Answer { return f.OnePlatform }), nil},
	{"regional", fixed(regionalWeight, func(f Feature) keepiton.Answer { return f.Regional }), nil},
	{"exam", fixed(examWeight, func(f Feature) keepiton.Answer { return f.Exam }), nil},
	{"protest", fixed(protestWeight, func(f Feature) keepiton.Answer { return f.Protest }), nil},
	{"coup", fixed(coupWeight, func(f Feature) keepiton.Answer { return f.Coup }), nil},
	{"order", fixed(orderWeight, func(f Feature) keepiton.Answer { return f.Order }), nil},
	{"power_cut", fixed(softNotice, func(f Feature) keepiton.Answer { return f.PowerCut }), nil},
	{"cable", fixed(noticeWeight, func(f Feature) keepiton.Answer { return f.Cable }), nil},
	{"earthquake", fixed(noticeWeight, func(f Feature) keepiton.Answer { return f.Earthquake }), nil},
	{"weather", fixed(softNotice, func(f Feature) keepiton.Answer { return f.Weather }), nil},
	{"maintenance", fixed(noticeWeight, func(f Feature) keepiton.Answer { return f.Maintenance }), nil},
	{"owned", func(f Feature) float64 {
		if f.Owned > 0.5 {
			return ownedWeight
		}
		return 0
	}, nil},
	{"reporters", reporters, func(f Feature) float64 { return float64(f.Reporters) }},
}

// reporters: each of the people who told of it adds a little, more people on one road
// add less than on several, and all of them together are bounded, so that no single
// channel decides (notes/detection.md 7.4).
func reporters(f Feature) float64 {
	if f.Reporters <= 0 {
		return 0
	}
	return min(mostReporters, perReporter*float64(min(f.Reporters, 2*max(1, f.Channels))))
}

// Place is the intercept of a country, drawn to its region's and the world's, and the
// key of its reason.
func (w *Weights) Place(country string) (weight float64, key string) {
	c, _ := geo.ByCode(country)
	weight = w.Regions[c.Region] + w.Countries[country]
	if weight > 0 {
		return weight, "place_often"
	}
	return weight, "place_seldom"
}
