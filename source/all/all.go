// Package all is the list of feeds, one line each: what is not here is not there.
package all

import (
	"keepiton"
	"keepiton/source"
	"keepiton/source/atlas"
	"keepiton/source/bgp"
	"keepiton/source/google"
	"keepiton/source/ioda"
	"keepiton/source/live"
	"keepiton/source/mlab"
	"keepiton/source/ooni"
	"keepiton/source/probe"
	"keepiton/source/radar"
	"keepiton/source/ripestat"
)

// Feeds are all that the program reads.
var Feeds = []*source.Feed{
	&bgp.Feed,
	&live.BMP,
	&ioda.Feed,
	&ooni.Feed,
	&radar.Feed,
	&google.Feed,
	&atlas.Feed,
	&mlab.Feed,
	&probe.Feed,
	&ripestat.Feed,
}

// Names are theirs.
func Names() (out []string) {
	for _, f := range Feeds {
		out = append(out, f.Name)
	}
	return out
}

// Metric returns what is known of a metric of a feed.
func Metric(feed, name string) (keepiton.Metric, bool) {
	for _, f := range Feeds {
		if f.Name == feed {
			return f.Metric(name)
		}
	}
	return keepiton.Metric{}, false
}
