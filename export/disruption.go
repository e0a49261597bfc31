package export

import (
	"cmp"
	"math"
	"slices"
	"strings"
	"time"

	"keepiton"
	"keepiton/locale"
)

// Credit is how a feed of measurements is named where we publish what we derived
// from it.
type Credit struct {
	Feed    string `json:"feed"`
	Title   string `json:"title"`
	Home    string `json:"url,omitempty"`
	Licence string `json:"licence,omitempty"`
	// Open says that its own values may stand in what we publish. Of others we give
	// what we derive: shares of what was expected.
	Open bool `json:"open"`
}

// Credits finds the credit of a feed. One that nobody knows is not open.
type Credits func(feed string) Credit

// Of returns the credit of a feed, whatever is known of it.
func (c Credits) Of(feed string) Credit {
	out := Credit{}
	if c != nil {
		out = c(feed)
	}
	out.Feed = feed
	if out.Title == "" {
		out.Title, out.Open = feed, false
	}
	return out
}

// Disruption is a disruption as the public may have it: what we derived, with its
// denominators, and no value of a feed that is not open.
type Disruption struct {
	ID         keepiton.DisruptionID    `json:"id"`
	URL        string                   `json:"url,omitempty"`
	Notice     string                   `json:"notice" doc:"What it is not: verified."`
	Country    string                   `json:"country,omitempty"`
	Entity     keepiton.Entity          `json:"entity"`
	Place      string                   `json:"place"`
	Parts      []keepiton.Entity        `json:"parts,omitempty"`
	Shape      []string                 `json:"shape,omitempty"`
	State      keepiton.DisruptionState `json:"state"`
	StateWords string                   `json:"state_words"`
	Onset      keepiton.Interval        `json:"onset"`
	End        *keepiton.Interval       `json:"end,omitempty" doc:"Absent: it goes on."`
	Episodes   []Stretch                `json:"episodes,omitempty"`
	Depth      float64                  `json:"depth" doc:"Share of what was expected that is missing, or blocked, by the strongest signal; 0 to 1."`
	P          float64                  `json:"p_disruption" doc:"P(disruption), 0 to 1."`
	Intent     float64                  `json:"p_intentional" doc:"P(intentional | disruption), 0 to 1."`
	Reasons    []Ground                 `json:"reasons"`
	Witness    *Witness                 `json:"witness,omitempty" doc:"The bin that speaks most strongly."`
	Sources    []Credit                 `json:"sources"`
	Silent     []Silence                `json:"silent"`
	Said       time.Time                `json:"said" doc:"When the newest verdict was given."`
	Rules      string                   `json:"rules"`
	Geo        string                   `json:"geolocation"`
	Signals    []Signal                 `json:"signals,omitempty"`
	Verdicts   []Verdict                `json:"verdicts,omitempty" doc:"Oldest first."`
	Incident   keepiton.IncidentID      `json:"incident,omitempty" doc:"The published incident that people made of it."`
	Decision   keepiton.DecisionKind    `json:"decision,omitempty" doc:"What people at the desk last said of it."`
	Code       string                   `json:"reject_code,omitempty"`
	Licence    string                   `json:"licence"`
	Sample     bool                     `json:"sample,omitempty" doc:"Made up."`
}

// Stretch is a stretch of time; without an end it goes on.
type Stretch struct {
	From time.Time  `json:"from"`
	To   *time.Time `json:"to,omitempty"`
}

// Ground is a reason of a verdict, in words.
type Ground struct {
	Key    string  `json:"key"`
	Words  string  `json:"words"`
	Weight float64 `json:"weight" doc:"Natural logarithm of odds that it adds; negative: speaks against."`
	Of     string  `json:"of" doc:"Which number it moves: disruption or intentional."`
}

// Silence is a source that could have spoken and did not.
type Silence struct {
	Series keepiton.SeriesKey `json:"series"`
	State  string             `json:"state" doc:"silent or source_down."`
	Normal bool               `json:"normal" doc:"It has values, and they are as expected."`
}

// Witness is the bin that speaks most strongly for a signal. Value and Baseline are
// there for open feeds alone.
type Witness struct {
	Series   keepiton.SeriesKey `json:"series"`
	At       time.Time          `json:"at"`
	Share    *float64           `json:"share_of_expected,omitempty"`
	N        uint32             `json:"n" doc:"Denominator: probes, peers; 0: the source does not tell."`
	Value    *float64           `json:"value,omitempty"`
	Baseline *float64           `json:"baseline,omitempty"`
}

// Signal is one signal of a disruption.
type Signal struct {
	Series   keepiton.SeriesKey `json:"series"`
	Family   keepiton.Family    `json:"family"`
	Onset    keepiton.Interval  `json:"onset"`
	End      *keepiton.Interval `json:"end,omitempty"`
	Depth    float64            `json:"depth"`
	LogLR    float64            `json:"log_lr"`
	Witness  Witness            `json:"witness"`
	Episodes int                `json:"episodes,omitempty"`
	Missing  int                `json:"missing" doc:"Bins inside it without a value."`
	Veto     keepiton.Veto      `json:"veto,omitempty" doc:"Why it does not count."`
}

// Verdict is what was thought of a disruption at one moment.
type Verdict struct {
	At      time.Time                `json:"at"`
	Stage   keepiton.Stage           `json:"stage"`
	State   keepiton.DisruptionState `json:"state"`
	P       float64                  `json:"p_disruption"`
	Intent  float64                  `json:"p_intentional"`
	Reasons []Ground                 `json:"reasons"`
	Sources []string                 `json:"sources"`
	Silent  []Silence                `json:"silent"`
	Rules   string                   `json:"rules"`
	Geo     string                   `json:"geolocation"`
}

// NewDisruption writes a disruption in the printer's language. last is what people
// said of it last, as far as it is public: the caller takes out an incident that is
// not. Whole adds signals and every verdict.
func NewDisruption(p *locale.Printer, d *keepiton.Disruption, last keepiton.Decision, c Credits, whole bool, opt Options) Disruption {
	v := d.Verdict()
	out := Disruption{
		ID: d.ID, URL: DisruptionURL(opt.BaseURL, d.ID), Notice: p.T("signal.machine"), Country: d.Entity.Country, Entity: d.Entity, Place: EntityWords(p, d.Entity), Parts: d.Parts, Shape: d.Shape,
		State: v.State, StateWords: p.Code("disruption_state", string(v.State)), Onset: d.Onset, End: ended(d.End), Depth: tidy(d.Depth), P: tidy(v.Disruption), Intent: tidy(v.Intentional),
		Reasons: grounds(p, v.Reasons), Sources: []Credit{}, Silent: silences(v.Silent), Said: v.At, Rules: v.Rules, Geo: v.Geolocation,
		Decision: last.What, Code: last.Code, Incident: last.Incident, Licence: Licence, Sample: opt.Sample,
	}
	if last.Open() {
		out.Decision = ""
	}
	for _, e := range d.Episodes {
		out.Episodes = append(out.Episodes, Stretch{e.From, maybe(e.To)})
	}
	for _, feed := range FeedsOf(d) {
		out.Sources = append(out.Sources, c.Of(feed))
	}
	if s := Strongest(d); s != nil {
		w := witness(s, c)
		out.Witness = &w
	}
	if !whole {
		return out
	}
	for i := range d.Signals {
		s := &d.Signals[i]
		out.Signals = append(out.Signals, Signal{s.Series, s.Family, s.Onset, ended(s.End), tidy(s.Depth), tidy(s.LogLR), witness(s, c), len(s.Episodes), s.Missing, s.Veto})
	}
	for _, v := range d.Verdicts {
		out.Verdicts = append(out.Verdicts, Verdict{v.At, v.Stage, v.State, tidy(v.Disruption), tidy(v.Intentional), grounds(p, v.Reasons), v.Sources, silences(v.Silent), v.Rules, v.Geolocation})
	}
	return out
}

// FeedsOf lists the feeds whose signals or verdicts a disruption rests on.
func FeedsOf(d *keepiton.Disruption) (out []string) {
	add := func(feed string) {
		if feed != "" && !slices.Contains(out, feed) {
			out = append(out, feed)
		}
	}
	for _, feed := range d.Verdict().Sources {
		add(feed)
	}
	for i := range d.Signals {
		if d.Signals[i].Veto == "" {
			add(d.Signals[i].Series.Feed)
		}
	}
	return out
}

// Strongest returns the signal that speaks most strongly, and is not vetoed; nil
// when there is none.
func Strongest(d *keepiton.Disruption) *keepiton.Signal {
	var best *keepiton.Signal
	for i := range d.Signals {
		s := &d.Signals[i]
		if s.Veto != "" {
			continue
		}
		if best == nil || cmp.Or(cmp.Compare(s.LogLR, best.LogLR), cmp.Compare(s.Depth, best.Depth)) > 0 {
			best = s
		}
	}
	return best
}

func witness(s *keepiton.Signal, c Credits) Witness {
	w := Witness{Series: s.Series, At: s.Witness.At, N: s.Witness.N}
	if s.Witness.Baseline > 0 {
		share := tidy(s.Witness.Value / s.Witness.Baseline)
		w.Share = &share
	}
	if c.Of(s.Series.Feed).Open {
		w.Value, w.Baseline = &s.Witness.Value, &s.Witness.Baseline
	}
	return w
}

func grounds(p *locale.Printer, all []keepiton.Reason) []Ground {
	out := []Ground{}
	for _, r := range all {
		out = append(out, Ground{r.Key, ReasonWords(p, r), tidy(r.Weight), r.Of})
	}
	return out
}

func silences(all []keepiton.Silence) []Silence {
	out := []Silence{}
	for _, s := range all {
		out = append(out, Silence{s.Series, s.State.String(), s.Normal})
	}
	return out
}

func ended(i keepiton.Interval) *keepiton.Interval {
	if i.IsZero() {
		return nil
	}
	return &i
}

func maybe(t time.Time) *time.Time {
	if t.IsZero() {
		return nil
	}
	return &t
}

// tidy rounds a share to four places: nobody knows more of it.
func tidy(v float64) float64 {
	if math.IsNaN(v) || math.IsInf(v, 0) {
		return 0
	}
	return math.Round(v*1e4) / 1e4
}

// DisruptionURL is the permanent address of a disruption; the site chooses the
// reader's language.
func DisruptionURL(baseURL string, id keepiton.DisruptionID) string {
	if baseURL == "" {
		return ""
	}
	return strings.TrimRight(baseURL, "/") + "/signals/" + string(id)
}
