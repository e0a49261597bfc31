package evaluate

import (
	_ "embed"
	"encoding/json"
	"fmt"
	"sync"

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
	NameNew         = "model, as if each country were new"
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
const Variants = 26

// Rules is the version of the weights that these terms and penalties give.
const Rules = "intent-2"

// NewReport says what examples are scored.
func NewReport(xs []Example) *Report {
	r := &Report{Rules: Rules, Events: len(xs), Hours: Judged.Hours(), Variants: Variants, Draws: DrawsFor(len(xs)), Seed: Seed}
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
