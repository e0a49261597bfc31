package export

import (
	"time"

	"keepiton"
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
	End        *keepiton.Interval       `json:"end,omitempty" doc:"Absent: no end was seen."`
	Lost       *time.Time               `json:"lost_from_sight_since,omitempty" doc:"Since then no instrument can tell whether it goes on. It is what is known, and no end."`
	Seen       *time.Time               `json:"last_seen,omitempty" doc:"Until when an instrument could tell that it goes on."`
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
