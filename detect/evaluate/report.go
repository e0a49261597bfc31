package evaluate

import (
	_ "embed"
	"encoding/json"
	"fmt"
	"math"
	"slices"
	"sync"

	"keepiton"
	"keepiton/detect"
)

// Report is what keepiton evaluate prints, and what the methodology page shows
// (docs/evaluation.md).
type Report struct {
	Made      string     `json:"made,omitempty"` // day on which it was written, for the page
	Rules     string     `json:"rules"`          // of the weights that the program carries
	Truth     []File     `json:"truth"`
	Events    int        `json:"events"`    // national ones that are scored
	Shutdowns int        `json:"shutdowns"` // among them
	Countries int        `json:"countries"`
	From      string     `json:"from"` // day of the first
	To        string     `json:"to"`   // and of the last
	Claims    int        `json:"claims"`
	Votes     int        `json:"votes"`
	Hours     float64    `json:"judged_after_hours"`
	Variants  int        `json:"variants_tried"`
	Draws     int        `json:"bootstrap_draws"`
	Seed      uint64     `json:"bootstrap_seed"`
	Splits    []Split    `json:"splits"`
	Detection *Detection `json:"detection,omitempty"`
	Wrong     []Wrong    `json:"wrong,omitempty"`
}

// File is one truth file as it was read.
type File struct {
	Name    string         `json:"name"`
	Kind    string         `json:"kind"` // events or record
	Rows    int            `json:"rows"` // that could be used
	Defects map[string]int `json:"defects,omitempty"`
}

// Split is how one model did on one part of the events, with the baselines beside it.
type Split struct {
	Name        string    `json:"name"`
	Trained     string    `json:"trained_on"`
	Events      int       `json:"events"`
	Shutdowns   int       `json:"shutdowns"`
	Countries   int       `json:"countries"`
	Model       Figures   `json:"model"`
	Baselines   []Figures `json:"baselines"`
	Reliability []Tenth   `json:"reliability"`
}

// Figures are those of one set of guesses. Precision, Recall and F1 are at one half, the
// bound between likely outage and likely shutdown.
type Figures struct {
	Name      string    `json:"name"`
	AUC       *Estimate `json:"auc"` // null: all are of one kind
	AP        *Estimate `json:"average_precision"`
	Brier     Estimate  `json:"brier"`
	BrierBase float64   `json:"brier_of_base_rate"`
	LogLoss   Estimate  `json:"log_loss"`
	ECE       Estimate  `json:"ece"`
	Precision *float64  `json:"precision"` // null: nothing was called a shutdown
	Recall    float64   `json:"recall"`
	F1        float64   `json:"f1"`
}

// Names of what stands beside the model in a report.
const (
	NameBlind       = "model without the calendar of votes"
	NamePersistence = "persistence"
	NamePast        = "history alone"
	NameThumb       = "on the hour, all instruments"
)

// Wrong is a guess that was far from what was.
type Wrong struct {
	ID       string  `json:"id"`
	Row      int     `json:"row"`
	Country  string  `json:"country"`
	From     string  `json:"from"`
	Said     float64 `json:"said"`
	Shutdown bool    `json:"shutdown"`
	Cause    string  `json:"cause,omitempty"`
	Why      string  `json:"why"` // reasons with their signs, strongest first
}

// Countries that make up three quarters of the shutdowns of the labelled events, and two
// more that make up much of the record (notes/detection.md 6).
var (
	Three = []string{"MM", "SY", "IQ"}
	Five  = []string{"MM", "SY", "IQ", "IR", "IN"}
)

// Variants is how many sets of terms were compared on the labelled events before this
// one was kept: docs/evaluation.md lists them.
const Variants = 14

// Rules is the version of the weights that these terms and penalties give.
const Rules = "intent-1"

// NewReport says what examples are scored.
func NewReport(xs []Example) *Report {
	r := &Report{Rules: Rules, Events: len(xs), Hours: Judged.Hours(), Variants: Variants, Draws: Draws, Seed: Seed}
	countries := map[string]bool{}
	for _, x := range xs {
		countries[x.Event.Country] = true
		if x.Shut {
			r.Shutdowns++
		}
		day := x.Event.From.Format("2006-01-02")
		if r.From == "" {
			r.From = day
		}
		r.To = day
	}
	r.Countries = len(countries)
	return r
}

// Scored reports whether examples are of both kinds: without, there is nothing to score.
func Scored(xs []Example) bool { return bothKinds(xs) }

// Words say what a model was fitted on.
func (r *Report) Words() string {
	return fmt.Sprintf("%d national events from %s to %s in %d countries, %d of them shutdowns, judged %g hours after the onset", r.Events, r.From, r.To, r.Countries, r.Shutdowns, r.Hours)
}

// Evaluate scores the intent model on examples by every split.
func Evaluate(xs []Example, p Penalties, draws int, progress func(string)) []Split {
	blind := slices.Clone(xs)
	for i := range blind {
		blind[i].Feature.Election = keepiton.NotAsked
	}
	cut := Cut(xs)
	day := cut.Format("2006-01-02")
	type run struct {
		trained string
		guesses []Guess
		others  map[string][]Guess
	}
	later := slices.DeleteFunc(slices.Clone(xs), func(x Example) bool { return x.Event.From.Before(cut) })
	after := func(g []Guess) []Guess {
		return slices.DeleteFunc(g, func(x Guess) bool { return x.Event.From.Before(cut) })
	}
	progress("leave one country out")
	out := run{"all other countries", LeaveCountryOut(xs, p), map[string][]Guess{
		NameBlind: LeaveCountryOut(blind, p), NamePersistence: Persistence(xs), NamePast: PastAlone(xs), NameThumb: RuleOfThumb(xs),
	}}
	progress("forward in time")
	ahead := run{"events before " + day, Forward(xs, cut, p), map[string][]Guess{
		NameBlind: Forward(blind, cut, p), NamePersistence: after(Persistence(xs)), NamePast: PastAlone(later), NameThumb: RuleOfThumb(later),
	}}
	var splits []Split
	for _, s := range []struct {
		name    string
		run     run
		without []string
	}{
		{"leave_one_country_out", out, nil},
		{"leave_one_country_out_without_mm_sy_iq", out, Three},
		{"leave_one_country_out_without_mm_sy_iq_ir_in", out, Five},
		{"forward_in_time", ahead, nil},
		{"forward_in_time_without_mm_sy_iq", ahead, Three},
		{"forward_in_time_without_mm_sy_iq_ir_in", ahead, Five},
	} {
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
		for _, name := range []string{NameBlind, NamePersistence, NamePast, NameThumb} {
			one.Baselines = append(one.Baselines, Score(name, Without(s.run.others[name], s.without...), draws))
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

//go:embed evaluation.json
var published []byte

// Published is the evaluation of the weights that the program carries.
var Published = sync.OnceValue(func() *Report {
	r := &Report{}
	if err := json.Unmarshal(published, r); err != nil {
		panic("detect/evaluate/evaluation.json: " + err.Error())
	}
	return r
})

// Tidy rounds weights for their file.
func Tidy(w *detect.Weights) {
	w.Bias = rounded(w.Bias)
	for k, t := range w.Terms {
		w.Terms[k] = detect.Term{Weight: rounded(t.Weight), Center: rounded(t.Center)}
	}
	for _, m := range []map[string]float64{w.Regions, w.Countries} {
		for k, v := range m {
			m[k] = rounded(v)
		}
	}
	for i, c := range w.Calibration {
		w.Calibration[i] = [2]float64{rounded(c[0]), rounded(c[1])}
	}
}
