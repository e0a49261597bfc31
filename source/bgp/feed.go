// Package bgp is the feed of route collectors: archives of RIPE RIS and RouteViews in
// MRT. What is counted, and how, is in the kernel of the same name.
package bgp

import (
	"path/filepath"
	"regexp"
	"strings"
	"time"

	"keepiton"
	"keepiton/bgp"
	"keepiton/source"
)

// Feed describes it.
var Feed = source.Feed{
	Name: bgp.Feed, Title: "RIPE RIS and RouteViews", Home: "https://ris.ripe.net", Licence: "free use with credit (RIPE NCC); CC-BY-4.0 (RouteViews)", Open: true,
	Metrics: []keepiton.Metric{
		{Feed: bgp.Feed, Name: bgp.MetricV4, Unit: "/24 equivalents", Family: keepiton.ControlPlane, Step: bgp.Bin, Lag: lag, Floor: 4},
		{Feed: bgp.Feed, Name: bgp.MetricV6, Unit: "/48 equivalents", Family: keepiton.ControlPlane, Step: bgp.Bin, Lag: lag, Floor: 64},
		{Feed: bgp.Feed, Name: bgp.MetricAnnouncements, Unit: "elements", Family: keepiton.ControlPlane, Kind: keepiton.Churn, Step: bgp.Bin, Lag: lag},
		{Feed: bgp.Feed, Name: bgp.MetricWithdrawals, Unit: "elements", Family: keepiton.ControlPlane, Kind: keepiton.Churn, Step: bgp.Bin, Lag: lag},
		{Feed: bgp.Feed, Name: bgp.MetricPrepending, Unit: "share of paths", Family: keepiton.ControlPlane, Kind: keepiton.Churn, Step: bgp.Bin, Lag: lag},
		{Feed: bgp.Feed, Name: bgp.MetricPeers, Unit: "peers", Family: keepiton.ControlPlane, Kind: keepiton.Health, Step: bgp.Bin, Lag: lag},
	},
}

// lag is how long after the end of a bin the collectors publish it: six to eight
// minutes (notes/detection.md 4.1).
const lag = 8 * time.Minute

var collectorName = regexp.MustCompile(`rrc\d{2}|route-views[0-9a-z.-]*[0-9a-z]`)

// CollectorOf returns the collector that a path names, as rrc00 or route-views2; the
// empty text when it names none. RouteViews' first one has no name in its paths.
func CollectorOf(path string) string {
	if name := collectorName.FindString(strings.ToLower(filepath.ToSlash(path))); name != "" {
		return strings.TrimSuffix(name, ".updates")
	}
	return ""
}
