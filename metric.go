package keepiton

import "time"

// Season is the rhythm that a metric has by nature.
type Season uint8

// The seasons.
const (
	Seasonless Season = iota // none to speak of: routes, hosts that answer
	HourOfWeek               // by hour of the day and day of the week: what people do
)

// MetricKind says how the values of a metric come about, and so how they are judged.
type MetricKind uint8

// The kinds.
const (
	Amount       MetricKind = iota // how much there is; a fall is bad
	Shares                         // Value of N distinct probes met the trouble; a rise is bad
	ArrivalCount                   // how much arrived at all; few, or none, where some were expected is bad
	Churn                          // how much changed; tells of the manner, opens no signal by itself
	Health                         // tells of the instrument, not of the Internet
)

// Metric is what detection must know of a metric, and all that it knows.
type Metric struct {
	Feed   string
	Name   string
	Unit   string
	Family Family
	Kind   MetricKind
	Season Season
	Step   time.Duration // of its bins, unless the series has another
	Lag    time.Duration // how long after the end of a bin its value is usually there
	Floor  float64       // a baseline under this is too small to say anything
}
