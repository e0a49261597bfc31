package detect

import (
	"slices"
	"time"

	"keepiton"
)

// Shapes of a disruption. Each says what fell and what did not; docs/signals.md lists
// them.
const (
	shapeMobile     = "mobile_only"  // mobile networks, the others as expected
	shapeIPv6       = "ipv6_only"    // routes of IPv6, those of IPv4 as expected
	shapeFlat       = "bgp_flat"     // hosts or people gone, routes as expected or nearly
	shapePlatform   = "one_platform" // one service and nothing else
	shapePlatforms  = "platforms"    // several services and nothing else
	shapeCurfew     = "curfew"       // recurs at a time of the day
	shapeExams      = "exam_hours"   // recurs on mornings, for some hours
	shapeRegion     = "region_only"  // a region
	shapeNetwork    = "one_network"  // a network
	shapeWhitelist  = "whitelisting" // most services blocked, little traffic, routes as expected
	shapeThrottling = "throttling"   // traffic thin, and everything answers
)

// shape names what a group looks like.
func (g *group) shape(b *belief, zone *time.Location) []string {
	var out []string
	add := func(name string, is bool) {
		if is {
			out = append(out, name)
		}
	}
	episodes := g.episodes()
	again := len(episodes) > curfewLeast && !fleeting(episodes)
	exams := again && examHours(episodes, zone)
	services := g.services()
	add(shapeMobile, g.mobileOnly(b))
	add(shapeIPv6, g.ipv6Only(b))
	add(shapeFlat, !services && g.flat(b))
	add(shapePlatform, services && g.entity.Service != "")
	add(shapePlatforms, services && g.entity.Service == "")
	add(shapeCurfew, again && !exams)
	add(shapeExams, exams)
	add(shapeRegion, g.entity.Region != "")
	add(shapeNetwork, g.entity.ASN != 0)
	add(shapeWhitelist, !services && g.whitelisted(b))
	add(shapeThrottling, !services && g.throttled(b))
	return out
}

// mobileOnly: all that fell is mobile, and something that is not stands.
func (g *group) mobileOnly(b *belief) bool {
	if g.entity.Access == "mobile" {
		return true
	}
	mobile := false
	for _, m := range g.members {
		if e := m.entity(); e.Access == "mobile" {
			mobile = true
		} else if part(e) || e.Access != "" {
			return false
		}
	}
	return mobile && slices.ContainsFunc(b.silent, func(s keepiton.Silence) bool {
		return s.Normal && s.Series.Entity.Access != "mobile" && (part(s.Series.Entity) || s.Series.Entity.Access != "")
	})
}

// ipv6Only: routes of IPv6 fell, and of those of IPv4 there are some that stand.
func (g *group) ipv6Only(b *belief) bool {
	return g.onlyIPv6() && slices.ContainsFunc(b.silent, func(s keepiton.Silence) bool { return s.Normal && s.Series.Metric == "v4" })
}

// onlyIPv6 reports whether nothing but routes of IPv6 fell, as far as anybody looked.
func (g *group) onlyIPv6() bool {
	return !slices.ContainsFunc(g.members, func(m member) bool { return m.track.key.Metric != "v6" })
}

// flat: hosts are gone, or people where nobody asked hosts, while routes are there: as
// expected, or down by far less. Routes that nobody looked at are not flat.
func (g *group) flat(b *belief) bool {
	people := g.depthOf(b, keepiton.Users) >= flatDepth && !b.standing(keepiton.DataPlane)
	return (people || g.depthOf(b, keepiton.DataPlane) >= flatDepth) && b.routes >= 1-flatRoutes
}

// whitelisted: most services are blocked, traffic is thin, and routes stand.
func (g *group) whitelisted(b *belief) bool {
	var blocked []string
	for _, m := range b.down[keepiton.Services] {
		if s := m.entity().Service; !slices.Contains(blocked, s) {
			blocked = append(blocked, s)
		}
	}
	users := g.depthOf(b, keepiton.Users)
	return len(blocked) >= whitelistServices && users >= flatDepth && b.standing(keepiton.ControlPlane) && g.depthOf(b, keepiton.DataPlane) < flatDepth
}

// throttled: there is less traffic, or it is slower, while hosts answer, routes stand
// and services are not blocked (notes/detection.md 2.4).
func (g *group) throttled(b *belief) bool {
	users := g.depthOf(b, keepiton.Users)
	return users > 0 && users < throttledMost && b.standing(keepiton.ControlPlane) && b.standing(keepiton.DataPlane) && len(b.down[keepiton.Services]) == 0 && len(b.down[keepiton.Arrivals]) == 0
}

// leastSpell: nineteen of twenty shutdowns last 50 minutes or more (notes/detection.md 2.1);
// what is back sooner, night after night, is a machine that is started anew.
const leastSpell = 30 * time.Minute

// fleeting: most of the spells that are over were shorter than that.
func fleeting(all []keepiton.Span) bool {
	short, over := 0, 0
	for _, e := range all {
		if e.To.IsZero() {
			continue
		}
		if over++; e.To.Sub(e.From) < leastSpell {
			short++
		}
	}
	return 2*short > over
}

// examHours: every episode is of a morning, and lasts a few hours.
func examHours(all []keepiton.Span, zone *time.Location) bool {
	for _, e := range all {
		h := e.From.In(zone).Hour()
		if h < examFrom || h >= examTo || !e.To.IsZero() && e.To.Sub(e.From) > examLongest {
			return false
		}
	}
	return true
}
