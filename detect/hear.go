package detect

import (
	"slices"
	"time"

	"keepiton"
)

// hear asks the series of the place that have no signal in the group: those of the place
// itself, or those inside it where a family has none of the place.
func (b *belief) hear(w *world, g *group, home string, now keepiton.Stamp) {
	type vote struct {
		normal, told int
		until        time.Time
	}
	own, inside := map[keepiton.Family]*vote{}, map[keepiton.Family]*vote{}
	onset := g.onset()
	services, ipv6 := g.services(), g.onlyIPv6()
	horizon := now.Time()
	if e := g.end(); !e.IsZero() { // what is as expected afterwards says nothing
		horizon = e.From.Add(-1)
	}
	for _, t := range w.homes[home] {
		e := t.key.Entity
		f := t.metric.Family
		if f == keepiton.ControlPlane && e == g.entity && t.key.Metric != "v6" {
			if left, ok := t.left(onset, horizon, now); ok && (b.routes < 0 || left < b.routes) {
				b.routes = left
			}
		}
		if g.has(t) || satellite(e) || !holds(g.entity, e) || services && !g.names(e.Service) {
			continue
		}
		v, until := t.between(onset.From, horizon, now)
		s := keepiton.Silence{Series: t.key, State: keepiton.Silent}
		s.Normal = v == voiceNormal
		if v&voiceDown != 0 && v&voiceTold == 0 {
			s.State = keepiton.SourceDown
		}
		if ipv6 && t.key.Metric != "v6" { // whoever looks at IPv4 does not see it
			b.silent = append(b.silent, s)
			continue
		}
		itself := samePart(e, g.entity)
		if v&(voiceDoubt|voiceOpen) == 0 && (itself || len(b.silent) < mostSilent) {
			b.silent = append(b.silent, s)
		}
		if v&voiceTold == 0 {
			continue
		}
		votes := inside
		if itself {
			votes = own
		}
		if votes[f] == nil {
			votes[f] = &vote{}
		}
		if votes[f].told++; s.Normal {
			votes[f].normal++
			votes[f].until = keepiton.Later(votes[f].until, until)
		}
	}
	for _, f := range keepiton.Families {
		v := own[f]
		if v == nil {
			v = inside[f]
		}
		if v != nil && len(b.down[f]) == 0 {
			b.normal[f] = float64(v.normal) / float64(v.told)
			b.after[f] = min(1, max(0, v.until.Sub(onset.Mid()).Hours()/normalAfter.Hours()))
		}
		if v := own[f]; v != nil && !slices.ContainsFunc(b.down[f], func(m member) bool { return m.of(g.entity) }) {
			b.whole[f] = float64(v.normal) / float64(v.told)
		}
	}
	slices.SortStableFunc(b.silent, func(x, y keepiton.Silence) int { return compareKeys(x.Series, y.Series) })
	if len(b.silent) > mostSilent {
		b.silent = b.silent[:mostSilent]
	}
}

// left returns which share of what a series had before an onset it has now.
func (t *track) left(onset keepiton.Interval, until time.Time, now keepiton.Stamp) (float64, bool) {
	before, _ := t.before(onset.From, now)
	last, ok := t.last(onset.From, until, now)
	if !ok || !(before > 0) {
		return 0, false
	}
	return last / before, true
}

// samePart reports whether two entities of a country are as wide as each other.
func samePart(a, b keepiton.Entity) bool { return a.ASN == b.ASN && a.Region == b.Region }

// of reports whether a member is of a place itself, and not of a part of it.
func (m member) of(place keepiton.Entity) bool { return samePart(m.entity(), place) }

func (g *group) has(t *track) bool {
	return slices.ContainsFunc(g.members, func(m member) bool { return m.track == t })
}

// names reports whether a service is one of those that fell.
func (g *group) names(service string) bool {
	return service != "" && slices.ContainsFunc(g.members, func(m member) bool { return m.entity().Service == service })
}
