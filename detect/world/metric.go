package world

import (
	"time"

	"keepiton"
)

// Feeds are the feeds that look at the world.
var Feeds = []string{"bgp", "ioda", "radar", "google", "ooni"}

// metrics are what they measure: as the feeds of package source say it.
var metrics = []keepiton.Metric{
	{Feed: "bgp", Name: "v4", Unit: "/24 equivalents", Family: keepiton.ControlPlane, Step: 5 * time.Minute, Lag: 8 * time.Minute, Floor: 4},
	{Feed: "bgp", Name: "v6", Unit: "/48 equivalents", Family: keepiton.ControlPlane, Step: 5 * time.Minute, Lag: 8 * time.Minute, Floor: 64},
	{Feed: "bgp", Name: "peers", Unit: "peers", Family: keepiton.ControlPlane, Kind: keepiton.Health, Step: 5 * time.Minute, Lag: 8 * time.Minute},
	{Feed: "ioda", Name: "ping-slash24", Unit: "/24s up", Family: keepiton.DataPlane, Step: 10 * time.Minute, Lag: 20 * time.Minute, Floor: 4},
	{Feed: "radar", Name: "traffic", Unit: "share", Family: keepiton.Users, Season: keepiton.HourOfWeek, Step: time.Hour, Lag: 30 * time.Minute},
	{Feed: "google", Name: "fraction", Unit: "share", Family: keepiton.Users, Season: keepiton.HourOfWeek, Step: 30 * time.Minute, Lag: 90 * time.Minute},
	{Feed: "ooni", Name: "blocked", Unit: "distinct probes", Family: keepiton.Services, Kind: keepiton.Shares, Step: time.Hour, Lag: time.Hour},
	{Feed: "ooni", Name: "volume", Unit: "measurements", Family: keepiton.Arrivals, Kind: keepiton.ArrivalCount, Season: keepiton.HourOfWeek, Step: time.Hour, Lag: time.Hour},
}

// Metric describes a metric of the usual feeds; [World.Metric] knows the others too.
func Metric(feed, name string) (keepiton.Metric, bool) {
	for _, m := range metrics {
		if m.Feed == feed && m.Name == name {
			return m, true
		}
	}
	return keepiton.Metric{}, false
}

// Metric describes a metric of this world.
func (w *World) Metric(feed, name string) (keepiton.Metric, bool) {
	for _, x := range w.Extra {
		if x.Key.Feed == feed && x.Key.Metric == name {
			return x.Metric, true
		}
	}
	return Metric(feed, name)
}

// watched reports whether a feed looks at the world.
func (w *World) watched(feed string) bool { return len(w.Feeds) == 0 || contains(w.Feeds, feed) }
