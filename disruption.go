package keepiton

import "time"

// DisruptionID names a disruption: KID-<first onset, UTC>-<entity>, such as
// KID-20260108T1845-IR. It is made of what was first detected and stays when later
// data move the onset.
type DisruptionID string

// DisruptionState is what may be said of a disruption. A machine never says more:
// only people verify a shutdown, with evidence, as an incident of the record.
type DisruptionState string

// The states, in the order of what they claim.
const (
	Insufficient   DisruptionState = "insufficient"    // below the floor of evidence: no claim
	Disrupted      DisruptionState = "disruption"      // something is down; why is open
	LikelyOutage   DisruptionState = "likely_outage"   // down, and more likely by accident
	LikelyShutdown DisruptionState = "likely_shutdown" // down, and more likely on purpose
)

// Stage says at which moment of a disruption's life a verdict was given.
type Stage string

// The stages (notes/detection.md 7.4); those of a day and more are of what goes on: a
// throttling that begins shallow is sure only then.
const (
	AtOnset  Stage = "onset"
	After15m Stage = "15m"
	After1h  Stage = "1h"
	After2h  Stage = "2h"
	After6h  Stage = "6h"
	After1d  Stage = "1d"
	After7d  Stage = "7d"
	After30d Stage = "30d"
	AtEnd    Stage = "end"
)

// Stages are all of them in order of time; Ages are how long after the first
// detection each is due, apart from the end.
var (
	Stages = []Stage{AtOnset, After15m, After1h, After2h, After6h, After1d, After7d, After30d, AtEnd}
	Ages   = []time.Duration{0, 15 * time.Minute, time.Hour, 2 * time.Hour, 6 * time.Hour, 24 * time.Hour, 7 * 24 * time.Hour, 30 * 24 * time.Hour}
)

// Reason is one ground of a verdict, in words by the message reason.<Key>.
type Reason struct {
	Key    string         `json:"key"`
	Args   map[string]any `json:"args,omitempty"`
	Weight float64        `json:"weight"` // natural logarithm of odds that it adds; negative speaks against
	Of     string         `json:"of"`     // which number it moves: disruption or intentional
}

// Silence is a source that could have spoken and did not.
type Silence struct {
	Series SeriesKey `json:"series"`
	State  BinState  `json:"state"`  // Silent: looked and saw nothing unusual; SourceDown: could not look
	Normal bool      `json:"normal"` // the source has values, and they are as expected: evidence against
}

// Verdict is what was thought of a disruption at one moment. Verdicts are only added.
// The two probabilities are separate and calibrated each for itself; docs/signals.md
// says on what.
type Verdict struct {
	At          time.Time       `json:"at"` // with what had arrived by then
	Stage       Stage           `json:"stage"`
	State       DisruptionState `json:"state"`
	Disruption  float64         `json:"p_disruption"`  // P(disruption), 0 to 1
	Intentional float64         `json:"p_intentional"` // P(intentional | disruption), 0 to 1
	Reasons     []Reason        `json:"reasons"`       // strongest first
	Sources     []string        `json:"sources"`       // feeds that carry it
	Silent      []Silence       `json:"silent"`
	Rules       string          `json:"rules"`       // version of detect's constants and weights
	Geolocation string          `json:"geolocation"` // name and date of the prefix table
}

// Disruption is what several signals seem to be one event of.
type Disruption struct {
	ID     DisruptionID `json:"id"`
	Entity Entity       `json:"entity"`          // the widest place that is down
	Parts  []Entity     `json:"parts,omitempty"` // networks, regions and services that fell with it
	Shape  []string     `json:"shape,omitempty"` // codes of shape: mobile_only, ipv6_only, bgp_flat, one_platform, curfew, …
	Onset  Interval     `json:"onset"`
	End    Interval     `json:"end,omitzero"`
	// Seen is until when somebody could tell that it goes on; Lost is from when on nobody
	// knows, unless more is heard. Both are zero when it has ended, and where nobody
	// wrote them down.
	Seen     time.Time `json:"last_seen,omitzero"`
	Lost     time.Time `json:"lost_from,omitzero"`
	Episodes []Span    `json:"episodes,omitempty"`
	Depth    float64   `json:"depth"` // of its strongest signal
	Signals  []Signal  `json:"signals"`
	Verdicts []Verdict `json:"verdicts"` // oldest first; at least one
}

// LostAfter is how long nobody may have been able to tell of a disruption before it is
// lost from sight, beside the lag and two steps of whoever saw it last: a day, since a
// shutdown has hours that nobody measures by itself, volunteers' probes sleep at night,
// and a feed that was away for a day is caught up with.
const LostAfter = 24 * time.Hour

// LostFromSight returns since when nobody can tell of a disruption that has not ended
// whether it goes on; zero while somebody can, at a moment. It is what is known, and no
// end: it is in sight again as soon as it is measured again.
func (d *Disruption) LostFromSight(at time.Time) time.Time {
	if !d.End.IsZero() || d.Lost.IsZero() || at.Before(d.Lost) {
		return time.Time{}
	}
	return d.Seen
}

// Verdict returns the newest verdict; the zero Verdict when there is none.
func (d *Disruption) Verdict() Verdict {
	if len(d.Verdicts) == 0 {
		return Verdict{}
	}
	return d.Verdicts[len(d.Verdicts)-1]
}
