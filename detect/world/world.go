// Package world makes up an Internet with known troubles, to try detection on: a few
// countries with networks of their own, watched by route collectors, active probing,
// traffic of people, tests of services and the count of those tests. It is the same
// each time for one seed.
//
//	w := world.New(time.Date(2026, 3, 1, 0, 0, 0, 0, time.UTC), 30)
//	w.Countries = append(w.Countries, world.NewCountry("XB"))
//	w.Events = append(w.Events, world.Event{What: world.Fall, Countries: []string{"XB"}, Level: 0.05, From: …, To: …})
//	found, err := detect.Disruptions(detect.Input{Series: w.Series(), Metric: world.Metric, …})
//
// Sizes, noise and lags are those of the real feeds, roughly: docs/detect-language.md
// has them in a table.
package world

import (
	"time"

	"keepiton"
)

// World is a made-up Internet over some days.
type World struct {
	Seed      uint64
	From      time.Time // midnight UTC
	Days      int
	Feeds     []string // those that look; empty: all of Feeds
	Countries []Country
	Extra     []Extra // series that are not of the usual feeds
	Events    []Event
}

// New returns a world without countries.
func New(from time.Time, days int) *World { return &World{Seed: 1, From: from, Days: days} }

// Country is a country of it.
type Country struct {
	Code     string
	Zone     *time.Location
	V4, V6   float64 // visible /24 and /48 equivalents
	Probes   float64 // measurements that arrive in an hour, on average
	Networks []Network
	Regions  []string // each has as much as another
	Services []string // that are tested
	Noise    float64  // how many times as noisy as usual; zero: once
}

// Network is what an AS has in a country.
type Network struct {
	ASN    keepiton.ASN
	Access string  // mobile, fixed, or empty
	Share  float64 // of the country, 0 to 1
}

// NewCountry returns a country of middling size: three networks and three services.
func NewCountry(code string) Country {
	first := keepiton.ASN(4200000000) // private use (RFC 6996)
	for _, c := range code {
		first += 10 * (keepiton.ASN(c%32) + 31*(first/10%31))
	}
	return Country{
		Code: code, Zone: time.UTC, V4: 4000, V6: 20000, Probes: 14,
		Networks: []Network{{first, "mobile", 0.45}, {first + 1, "fixed", 0.35}, {first + 2, "fixed", 0.2}},
		Services: []string{"facebook", "signal", "telegram", "whatsapp"},
	}
}

// Kind says what happens in an event.
type Kind uint8

// The kinds.
const (
	Fall  Kind = iota // Level of what was there remains
	Block             // Level of the probes meet trouble with Services
	Gap               // no values
	Down              // no values, and the feed says why
	Move              // Level of the addresses is counted in Into, and not any more here
	Late              // values come By later than their feed usually has them
	Fault             // Level of what was there is counted in Series alone, and nothing is down
)

// Event is a trouble, of the world or of an instrument.
type Event struct {
	What      Kind
	From, To  time.Time // To zero: until the end
	Level     float64
	Countries []string // empty: all
	ASNs      []keepiton.ASN
	Access    string
	Region    string
	Services  []string      // with Block; empty: all
	Metrics   []string      // empty: all that a person would feel; peers only by name
	Into      string        // country, with Move
	By        time.Duration // with Late
	Series    string        // name of the one that is wrong, with Fault; of shares, Level of the probes meet trouble
	Over      time.Duration // how long it takes to fall
	Recover   time.Duration // how long it takes to come back
	Stagger   time.Duration // networks and regions fall one after another, over so long
}

// Extra is a series of its own, around a level.
type Extra struct {
	Key    keepiton.SeriesKey
	Metric keepiton.Metric
	Level  float64
	Noise  float64 // standard deviation, as a share of the level
	Daily  float64 // share of the level that is missing in the small hours
	N      float64 // probes a bin, of shares
}

// left returns how much of something remains at a time: 1 outside of the event, Level
// within, in a straight line between.
func (e *Event) left(at time.Time, wait time.Duration) float64 {
	d := at.Sub(e.From.Add(wait))
	if d < 0 {
		return 1
	}
	if !e.To.IsZero() {
		if over := at.Sub(e.To.Add(wait / 4)); over >= 0 {
			if over >= e.Recover {
				return 1
			}
			return e.Level + (1-e.Level)*over.Seconds()/e.Recover.Seconds()
		}
	}
	if d < e.Over {
		return 1 + (e.Level-1)*d.Seconds()/e.Over.Seconds()
	}
	return e.Level
}

// on reports whether an event is of a metric.
func (e *Event) on(metric string) bool {
	if len(e.Metrics) == 0 {
		return metric != "peers" && metric != "blocked"
	}
	return contains(e.Metrics, metric)
}

// in reports whether an event is of a country.
func (e *Event) in(country string) bool {
	return len(e.Countries) == 0 || contains(e.Countries, country)
}

// of reports whether an event is of a network.
func (e *Event) of(n Network) bool {
	return (len(e.ASNs) == 0 || contains(e.ASNs, n.ASN)) && (e.Access == "" || e.Access == n.Access)
}

func contains[T comparable](list []T, x T) bool {
	for _, y := range list {
		if x == y {
			return true
		}
	}
	return false
}
