package detect

import (
	"iter"
	"time"

	"keepiton"
)

// Input is what disruptions are looked for in.
type Input struct {
	// Series are all that there are, in any order, each one once and with bins that are
	// not written to afterwards. What they hold before Now is the memory of baselines:
	// four weeks at the least.
	Series iter.Seq2[keepiton.Series, error]
	// Metric describes a metric of a feed; series of others are passed over.
	Metric func(feed, name string) (keepiton.Metric, bool)
	// Now is when we are: what arrived later is not seen.
	Now time.Time
	// Context is what is known of a country beside its series; nil: nothing.
	Context func(country string) Context
	// Geolocation is the name and date of the prefix table; it stands on every verdict.
	Geolocation string
	// Archive says that the series were read from archives, long after the fact: every bin
	// is taken to have come after its metric's usual lag, whatever is said of its arrival.
	// Verdicts are then those that would have been given.
	Archive bool
	// Calibration is what P(disruption) is mapped by; nil: by [DefaultCalibration].
	Calibration *Calibration
}

func (in *Input) calibration() *Calibration {
	if in.Calibration == nil {
		return DefaultCalibration()
	}
	return in.Calibration
}

// Context is what is known of a country beside its series.
type Context struct {
	Zone    *time.Location // nil: UTC
	Watch   []Occasion
	Past    []time.Time // beginnings of shutdowns of whole networks there, by the record; nil: there is no record
	Notices []Notice
	Reports Reports
	Owned   float64 // share of the address space with state-owned providers, 0 to 1; negative: not known
}

// Occasion is a dated reason to look.
type Occasion struct {
	Kind string // election, exam, protest, coup, or another of keepiton.WatchKinds
	Span keepiton.Span
	ID   string // of the entry of the watch list; may be empty
}

// Notice is somebody's word for a cause.
type Notice struct {
	Kind   string // power_cut, cable, earthquake, weather, maintenance, order, operator
	Span   keepiton.Span
	Source string // who says so; may be empty
}

// Reports counts what people told of about the same days: who, by how many roads, from
// how many places.
type Reports struct{ Distinct, Channels, Places int }

// unheard is the context of a country of which nothing is known.
func unheard() Context { return Context{Owned: NotKnown} }

// local returns the clock of the country.
func (c Context) local() *time.Location {
	if c.Zone == nil {
		return time.UTC
	}
	return c.Zone
}
