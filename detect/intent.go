package detect

import (
	_ "embed"
	"encoding/json"
	"math"
	"slices"
	"strings"
	"sync"

	"keepiton"
)

//go:embed weights.json
var weightsFile []byte

// Weights are what P(intentional | disruption) is computed with: numbers, and what they
// were fitted on.
type Weights struct {
	Rules    string          `json:"rules"` // version
	FittedOn string          `json:"fitted_on"`
	Bias     float64         `json:"bias"`  // log-odds of a disruption of which nothing is known
	Terms    map[string]Term `json:"terms"` // by name: see [Terms]
	// Regions and Countries are intercepts, by code of keepiton.Regions and by ISO 3166-1
	// code, each drawn to the one above: a country that is not there has its region's.
	Regions   map[string]float64 `json:"regions"`
	Countries map[string]float64 `json:"countries"`
	// Calibration are corners of a rising function from the model's probability to the
	// one that is given out, straight between corners; empty: as it is.
	Calibration [][2]float64 `json:"calibration"`
}

// Term is the weight of one term, and the value that is usual: a term that is not known
// counts as usual.
type Term struct {
	Weight float64 `json:"weight"`
	Center float64 `json:"center"`
}

// DefaultWeights are those of weights.json.
var DefaultWeights = sync.OnceValue(func() *Weights {
	var w Weights
	if err := json.Unmarshal(weightsFile, &w); err != nil {
		panic("detect: weights.json: " + err.Error())
	}
	return &w
})

// surest is as near to nought and one as P(intentional | disruption) comes: only
// people are certain.
const surest = 0.005

// platformBase is P(intentional) of services that are blocked while the rest is there,
// before anything else is known: tests compare with a control, so that a platform that
// is down everywhere is not blocked; what remains are defects of a test.
const platformBase = 0.7

// oneChannel is as far as people who all came by one road lift P(intentional)
// (notes/detection.md 7.4): a road can be flooded by one hand.
const oneChannel = 0.9

// leastReason is the least that a term must add to or take from the log-odds to be
// given as a reason.
const leastReason = 0.1

// Intent is P(intentional | disruption) by the fitted weights, with its reasons,
// strongest first.
func Intent(f Feature) (p float64, reasons []keepiton.Reason) { return DefaultWeights().Intent(f) }

// Intent is [Intent] by other weights. What can be fitted on labelled events is
// calibrated; what no table tells (shapes, calendars, notices, reports) is added
// afterwards by fixed weights, which intentterms.go states with their reasons.
func (w *Weights) Intent(f Feature) (p float64, reasons []keepiton.Reason) {
	sum := w.Bias
	add := func(key string, weight float64, args map[string]any) {
		if math.Abs(weight) >= leastReason && key != "" {
			reasons = append(reasons, keepiton.Reason{Key: key, Args: args, Weight: weight, Of: "intentional"})
		}
	}
	for _, t := range terms {
		if x, ok := t.value(f); ok {
			weight := w.Terms[t.name].Weight * (x - w.Terms[t.name].Center)
			sum += weight
			key := t.name
			if weight*w.Terms[t.name].Weight < 0 {
				key = t.less
			}
			add(key, weight, t.args(f))
		}
	}
	place, key := w.Place(f.Country)
	sum += place
	add(key, place, nil)
	odds := logit(bound(w.Calibrated(logistic(sum))))
	if f.OnePlatform == keepiton.Yes { // of such there is none among the events that the terms were fitted on
		odds, reasons = logit(platformBase), nil
	}
	for _, a := range asides {
		weight := a.weight(f)
		if a.name == "reporters" && f.Channels <= 1 {
			weight = min(weight, max(0, logit(oneChannel)-odds))
		}
		if weight != 0 {
			odds += weight
			add(a.name, weight, a.args(f))
		}
	}
	slices.SortStableFunc(reasons, func(a, b keepiton.Reason) int {
		switch d := math.Abs(b.Weight) - math.Abs(a.Weight); {
		case d > 0:
			return 1
		case d < 0:
			return -1
		}
		return strings.Compare(a.Key, b.Key)
	})
	return bound(logistic(odds)), reasons
}

// Fitted is the probability by the terms that were fitted alone, before calibration.
func (w *Weights) Fitted(f Feature) float64 {
	sum, _ := w.Place(f.Country)
	sum += w.Bias
	for _, t := range terms {
		if x, ok := t.value(f); ok {
			sum += w.Terms[t.name].Weight * (x - w.Terms[t.name].Center)
		}
	}
	return logistic(sum)
}

// Calibrated maps the model's probability by the corners of the calibration.
func (w *Weights) Calibrated(p float64) float64 { return calibrated(w.Calibration, p) }

func logistic(x float64) float64 { return 1 / (1 + math.Exp(-x)) }

func logit(p float64) float64 { return math.Log(p / (1 - p)) }

func bound(p float64) float64 { return min(1-surest, max(surest, p)) }
