package detect

import (
	"math"
	"slices"
	"strings"

	"keepiton"
)

// belief is what the families of witnesses say of a group at a moment.
type belief struct {
	down   map[keepiton.Family][]member // strongest first
	normal map[keepiton.Family]float64  // share of those that could tell and saw nothing, of families that are not down
	whole  map[keepiton.Family]float64  // of families of which parts are down alone: share of those of the place itself that saw nothing
	after  map[keepiton.Family]float64  // how long after the onset they still saw nothing: 1 for normalAfter and more
	silent []keepiton.Silence
	routes float64 // share of the place's IPv4 routes that are there, of the series that has fewest; -1: nobody looked
	odds   float64 // that something is down, natural logarithm
	why    []keepiton.Reason
}

// familyKeys are the reasons that a family gives.
var familyKeys = map[keepiton.Family]struct{ down, normal string }{
	keepiton.ControlPlane: {"control_down", "control_normal"},
	keepiton.DataPlane:    {"data_down", "data_normal"},
	keepiton.Users:        {"users_down", "users_normal"},
	keepiton.Services:     {"service_down", "service_normal"},
	keepiton.Arrivals:     {"volume_down", "volume_normal"},
}

// believe asks everybody who could know.
func (w *world) believe(g *group, home string, now keepiton.Stamp) belief {
	b := belief{down: map[keepiton.Family][]member{}, normal: map[keepiton.Family]float64{}, whole: map[keepiton.Family]float64{}, after: map[keepiton.Family]float64{}, routes: -1}
	for _, m := range g.members {
		f := m.track.metric.Family
		b.down[f] = append(b.down[f], m)
	}
	b.hear(w, g, home, now)
	b.odds = priorOdds
	b.why = append(b.why, reason("prior", priorOdds, nil))
	if g.entity != g.entity.Place() || g.entity.Region != "" {
		if w.company(home, g, now) {
			b.why = append(b.why, reason("others_too", 0, nil))
		} else {
			b.odds += partOdds
			b.why = append(b.why, reason("one_of_many", partOdds, nil))
		}
	}
	for _, f := range keepiton.Families {
		if list := b.down[f]; len(list) > 0 {
			x := family(list) * (1 - partShare*b.whole[f])
			b.odds += x
			b.why = append(b.why, reason(familyKeys[f].down, x, told(list)))
		} else if share, ok := b.normal[f]; ok && share > 0 {
			x := againstDisruption[f] * share * b.after[f]
			b.odds += x
			b.why = append(b.why, reason(familyKeys[f].normal, x, nil))
		}
	}
	return b
}

func reason(key string, weight float64, args map[string]any) keepiton.Reason {
	return keepiton.Reason{Key: key, Args: args, Weight: weight, Of: "disruption"}
}

// family adds up what the members of one family say: they fall together for one
// cause, so that the second instrument counts half, and the others a quarter and no more
// than the first one (notes/detection.md 7.4). What else one instrument sees falls for
// its faults as well, and adds little.
func family(list []member) float64 {
	first, others, same := list[0].signal.LogLR, 0.0, 0.0
	by := func(m member) instrument {
		i := instrumentOf(m.track.key, m.track.metric)
		i.service = m.entity().Service // each service is a test of its own
		return i
	}
	heard := []instrument{by(list[0])}
	for _, m := range list[1:] {
		if i := by(m); slices.Contains(heard, i) {
			same += otherShare * m.signal.LogLR
		} else if heard = append(heard, i); len(heard) == 2 {
			others += secondShare * m.signal.LogLR
		} else {
			others += otherShare * m.signal.LogLR
		}
	}
	return first + min(first, others) + min(sameMost, same)
}

// told names the strongest series of a family, and how many more there are.
func told(list []member) map[string]any {
	s := list[0].signal
	return map[string]any{"Series": s.Series.String(), "Depth": int(math.Round(100 * s.Depth)), "More": len(list) - 1}
}

// standing reports whether a family has values, and they are as expected.
func (b *belief) standing(f keepiton.Family) bool { return b.normal[f] > 0.5 }

// depth is how deep a family fell in the place itself.
func (g *group) depthOf(b *belief, f keepiton.Family) float64 {
	depth := 0.0
	for _, m := range b.down[f] {
		if m.of(g.entity) {
			depth = max(depth, m.signal.Depth)
		}
	}
	return depth
}

// sources are the feeds that carry the group.
func (g *group) sources() []string {
	var out []string
	for _, m := range g.members {
		if !slices.Contains(out, m.track.key.Feed) {
			out = append(out, m.track.key.Feed)
		}
	}
	slices.SortFunc(out, strings.Compare)
	return out
}

// state says in a word what both numbers allow to say. What looks as accidents hardly do
// is no likely outage unless somebody gave notice of one: few of those that P(intentional)
// was fitted on look so.
func state(disruption, intentional float64, f Feature) keepiton.DisruptionState {
	yes := func(list ...keepiton.Answer) bool { return slices.Contains(list, keepiton.Yes) }
	odd := yes(f.MobileOnly, f.IPv6Only, f.RoutesFlat, f.OnePlatform) && !yes(f.PowerCut, f.Cable, f.Earthquake, f.Weather, f.Maintenance)
	switch {
	case disruption < disruptionFloor:
		return keepiton.Insufficient
	case disruption >= causeFloor && intentional >= shutdownFloor:
		return keepiton.LikelyShutdown
	case disruption >= causeFloor && intentional <= outageCeiling && !odd:
		return keepiton.LikelyOutage
	}
	return keepiton.Disrupted
}
