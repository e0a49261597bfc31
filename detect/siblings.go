package detect

import (
	"time"

	"keepiton"
)

// siblings joins what fell at the same time beside each other: networks and regions
// become their country when they are most of it, or several large ones; services, and
// networks that block one, become one event (notes/detection.md 7.3).
func (w *world) siblings(home string, all []group, now keepiton.Stamp) []group {
	all = merge(all, sameService, func([]group) bool { return true })
	all = merge(all, servicesAtOnce, func([]group) bool { return true })
	return merge(all, func(a, b group) bool {
		return a.entity.Service == b.entity.Service && part(a.entity) && part(b.entity) && a.near(b, subsumeWindow)
	}, func(list []group) bool { return w.mostOf(home, list, now) })
}

// part reports whether an entity is a part of a country.
func part(e keepiton.Entity) bool { return e.ASN != 0 || e.Region != "" }

// sameService: one service is blocked network by network, within hours.
func sameService(a, b group) bool {
	return a.entity.Service != "" && a.entity.Service == b.entity.Service && a.near(b, sharesSlack)
}

// servicesAtOnce: several services at once, each in the same place.
func servicesAtOnce(a, b group) bool {
	place := func(e keepiton.Entity) keepiton.Entity { e.Service = ""; return e }
	return a.services() && b.services() && place(a.entity) == place(b.entity) && a.near(b, sharesSlack)
}

// services reports whether nothing but services fell.
func (g group) services() bool {
	for _, m := range g.members {
		if m.entity().Service == "" {
			return false
		}
	}
	return true
}

// near reports whether two groups began within a window of each other; a bin is the
// least that they can differ by.
func (g group) near(o group, window time.Duration) bool {
	a, b := g.onset(), o.onset()
	return touches(a, b, window)
}

// merge joins groups, each with the first one that fits, where good says that the
// joined ones may be.
func merge(all []group, fits func(a, b group) bool, good func([]group) bool) []group {
	var sets [][]group
	for _, g := range all {
		i := 0
		for i < len(sets) && !fits(sets[i][0], g) {
			i++
		}
		if i == len(sets) {
			sets = append(sets, nil)
		}
		sets[i] = append(sets[i], g)
	}
	var out []group
	for _, set := range sets {
		if len(set) == 1 || !good(set) {
			out = append(out, set...)
			continue
		}
		one := set[0]
		for _, g := range set[1:] {
			one.members = append(one.members, g.members...)
			one.entity = cover(one.entity, g.entity)
		}
		out = append(out, one)
	}
	return out
}

// mostOf reports whether parts are most of their country, or several large ones of it.
func (w *world) mostOf(home string, parts []group, now keepiton.Stamp) bool {
	weights := map[keepiton.Entity]float64{}
	for _, g := range parts {
		for _, m := range g.members {
			e := keepiton.Entity{Region: m.entity().Region, ASN: m.entity().ASN}
			weights[e] = max(weights[e], w.weight(home, m, now)*m.signal.Depth)
		}
	}
	sum, large := 0.0, 0
	for _, x := range weights {
		sum += x
		if x >= largePart {
			large++
		}
	}
	return sum >= subsumeShare || large >= subsumeLarge
}

// weight returns how much of its country a part is, by its own metric: what it had of
// what the country had, or one of so many parts where the metric counts nothing that
// could be summed up.
func (w *world) weight(home string, m member, now keepiton.Stamp) float64 {
	k := m.track.key
	e := k.Entity
	var country *track
	parts, sum := 0, 0.0
	own := m.signal.Witness.Baseline
	for _, t := range w.homes[home] {
		o := t.key.Entity
		switch {
		case t.key.Feed != k.Feed || t.key.Metric != k.Metric || o.Service != e.Service:
		case o.ASN == 0 && o.Region == "" && o.Access == "":
			country = t
		case (o.ASN == 0) == (e.ASN == 0) && (o.Region == "") == (e.Region == ""):
			parts++
			if v, ok := t.before(m.signal.Onset.From, now); ok {
				sum += v
			}
		}
	}
	if country != nil && m.track.metric.Kind == keepiton.Amount {
		if whole, ok := country.before(m.signal.Onset.From, now); ok && whole > 0 && sum <= 1.5*whole {
			return min(1, own/whole)
		}
	}
	if parts < leastParts {
		return 0
	}
	return 1 / float64(parts)
}
