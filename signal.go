package keepiton

import "time"

// Family is a kind of witness of a disruption. What one family sees falls together
// for one cause, so that its members do not count as independent.
type Family string

// The families (notes/detection.md 7.1).
const (
	ControlPlane Family = "control" // routes: BGP
	DataPlane    Family = "data"    // hosts and probes that answer: active probing, Atlas, our own probes
	Users        Family = "users"   // traffic of people: Google, Cloudflare, telescope, Mozilla
	Services     Family = "service" // one platform or protocol: OONI
	Arrivals     Family = "volume"  // how much arrives at all: measurements, heartbeats
	People       Family = "people"  // reports, orders, notices of operators
	Context      Family = "context" // elections, exams, protests, history
)

// Families are all of them, in the order in which they are shown.
var Families = []Family{ControlPlane, DataPlane, Users, Services, Arrivals, People, Context}

// Interval is a moment known to lie between two: From ≤ moment ≤ To. The zero value
// says that it is not known, or has not come.
type Interval struct {
	From time.Time `json:"from"`
	To   time.Time `json:"to"`
}

// IsZero reports whether nothing is known.
func (i Interval) IsZero() bool { return i.From.IsZero() && i.To.IsZero() }

// Mid returns the middle of the interval.
func (i Interval) Mid() time.Time { return i.From.Add(i.To.Sub(i.From) / 2) }

// Span is a stretch of time, [From, To); a zero To says that it has not ended.
type Span struct {
	From time.Time `json:"from"`
	To   time.Time `json:"to,omitzero"`
}

// Witness is the one bin that speaks most strongly for a signal: whoever doubts the
// signal looks there first.
type Witness struct {
	At       time.Time `json:"at"`
	Value    float64   `json:"value"`
	Baseline float64   `json:"baseline"` // what was expected of that bin, same unit
	N        uint32    `json:"n"`        // denominator
}

// Signal is a departure of one series from its baseline. It is computed from the
// series alone and again each time; it says that something was measured, never that
// it was a shutdown.
type Signal struct {
	Series   SeriesKey     `json:"series"`
	Family   Family        `json:"family"`
	Step     time.Duration `json:"-"`             // of the series
	Onset    Interval      `json:"onset"`         // last good bin to first bad one
	End      Interval      `json:"end,omitzero"`  // zero: still going on
	Depth    float64       `json:"depth"`         // share of the baseline that is missing, 0 to 1; of a rise (blocking) the share that is blocked
	LogLR    float64       `json:"log_lr"`        // natural logarithm of P(data | disruption) / P(data | none); finite
	Witness  Witness       `json:"witness"`       //
	Episodes []Span        `json:"episodes"`      // more than one: curfews, exam hours
	Missing  int           `json:"missing"`       // bins inside it without a value
	Veto     Veto          `json:"veto,omitzero"` // why it does not count; empty: it does
	First    time.Time     `json:"first_detected_at,omitzero"`
}

// Veto names what explains a signal without a disruption.
type Veto string

// The vetoes (notes/detection.md 7.3).
const (
	CollectorHealth    Veto = "collector_health"    // the instrument was ill
	CommonMode         Veto = "common_mode"         // unrelated countries at once, by one source alone
	GeolocationRefresh Veto = "geolocation_refresh" // addresses changed their country on paper
	Renumbering        Veto = "renumbering"         // the same network went up elsewhere
	SatelliteNetwork   Veto = "satellite"           // of no country's denominator
)

// Period returns when the signal lasted, from the middle of its onset; To is zero
// when it is still going on.
func (s *Signal) Period() Span {
	p := Span{From: s.Onset.Mid()}
	if !s.End.IsZero() {
		p.To = s.End.Mid()
	}
	return p
}
