// Package probe is the feed of our own probes: what keepiton probe saw from inside,
// once the desk has opened it, and the heartbeats of partners' probes.
package probe

import (
	"time"

	"keepiton"
	"keepiton/source"
)

// name of the feed.
const name = "probe"

// Metrics of the feed.
const (
	Reachable  = "reachable"  // distinct probes that reached something
	Cut        = "cut"        // distinct probes that reached nothing, of those that were heard
	Blocked    = "blocked"    // distinct probes that met blocking of a service, of those that could tell
	Heartbeats = "heartbeats" // that arrived
	Listening  = "listening"  // of the world: 1 in the hours that the server listened for heartbeats whole
)

// Step is the length of its bins: probes write down no finer time.
const Step = time.Hour

// Feed describes it. Results arrive when a line is back, or with a traveller.
var Feed = source.Feed{
	Name: name, Title: "KeepItOn probes", Home: "https://www.accessnow.org/keepiton", Licence: "CC-BY-4.0", Open: true,
	Metrics: []keepiton.Metric{
		{Feed: name, Name: Reachable, Unit: "distinct probes", Family: keepiton.DataPlane, Kind: keepiton.Amount, Step: Step, Lag: 24 * time.Hour, Floor: 3},
		{Feed: name, Name: Cut, Unit: "distinct probes", Family: keepiton.DataPlane, Kind: keepiton.Shares, Step: Step, Lag: 24 * time.Hour},
		{Feed: name, Name: Blocked, Unit: "distinct probes", Family: keepiton.Services, Kind: keepiton.Shares, Step: Step, Lag: 24 * time.Hour},
		{Feed: name, Name: Heartbeats, Unit: "heartbeats", Family: keepiton.Arrivals, Kind: keepiton.ArrivalCount, Step: Step, Lag: 10 * time.Minute, Floor: 3},
		{Feed: name, Name: Listening, Unit: "1 where the server listened", Family: keepiton.Arrivals, Kind: keepiton.Health, Step: Step, Lag: 10 * time.Minute},
	},
}
