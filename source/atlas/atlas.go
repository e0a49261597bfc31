// Package atlas is the feed of RIPE Atlas: small probes in homes and networks that keep a
// connection to their controller, and whose connecting and disconnecting is itself a
// measurement, number 7000 (notes/detection.md 2.4 and 4.1). Beside it, it reads how many
// were connected on each day (RIPEstat's atlas-probe-deployment).
package atlas

import (
	"time"

	"keepiton"
	"keepiton/source"
)

// name of the feed.
const name = "atlas"

// step of the series of events: probes notice within minutes that they are cut off.
const step = 10 * time.Minute

const day = 24 * time.Hour

// Feed describes it. n is the probes whose state is known. Fewer than five connected
// probes say nothing of a country or a network: Disco's published events want ten
// (notes/detection.md 2.4), and a cut of four is a cut of a house.
var Feed = source.Feed{
	Name: name, Title: "RIPE Atlas, RIPE NCC", Home: "https://atlas.ripe.net", Licence: "RIPE NCC terms: free use with credit, no redistribution in bulk",
	Metrics: []keepiton.Metric{
		{Feed: name, Name: "connected", Unit: "probes", Family: keepiton.DataPlane, Step: step, Lag: 20 * time.Minute, Floor: 5},
		{Feed: name, Name: "disconnects", Unit: "disconnections", Family: keepiton.DataPlane, Kind: keepiton.Churn, Step: step, Lag: 20 * time.Minute},
		{Feed: name, Name: "connected-day", Unit: "probes", Family: keepiton.DataPlane, Step: day, Lag: day, Floor: 5},
	},
}

// Limits of what is read together.
const (
	maxEvents = 10_000_000
	maxProbes = 200_000
	// maxBins is how many bins all series of one run come to.
	maxBins = 20_000_000
	// leastProbes: a network in a country has series of its own when so many are known.
	leastProbes = 5
)
