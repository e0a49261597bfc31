package detect

import (
	"slices"
	"time"

	"keepiton"
)

// siblings joins what fell at the same time beside each other: networks and regions
// become their country when they are most of it, or several large ones; services, and
// networks that block one, become one event (notes/detection.md 7.3).
func (w *world) siblings(home string, all []group, now keepiton.Stamp) []group {
	all = merge(all, sameService)
	all = merge(all, servicesAtOnce)
	return w.subsume(home, all, now)
}

// subsume joins parts of a country that make most of it, or several large ones: of all
// stretches of time the one in which most fell comes first.
func (w *world) subsume(home string, all []group, now keepiton.Stamp) []group {
	weights := make([][]share, len(all))
	for i, g := range all {
		for _, m := range g.members {
			if part(g.entity) {
				weights[i] = append(weights[i], share{keepiton.Entity{Region: m.entity().Region, ASN: m.entity().ASN}, w.weight(home, m, now) * m.signal.Depth})
			}
		}
	}
	for {
		best, most := []int(nil), 0.0
		for i := range all {
			for _, window := range []time.Duration{subsumeWindow, subsumeSpread} {
				if list := beside(all, i, window); len(list) > 1 {
					if x := mostOf(weights, list, window == subsumeSpread); x > most {
						best, most = list, x
					}
				}
			}
		}
		if best == nil {
			return all
		}
		var out []group
		var left [][]share
		one := all[best[0]]
		for i, g := range all {
			if !slices.Contains(best, i) {
				out, left = append(out, g), append(left, weights[i])
			} else if i != best[0] {
				one.take(g)
			}
		}
		all, weights = append(out, one), append(left, nil)
	}
}

// share is what a part of a country lost of all that the country has.
type share struct {
	part keepiton.Entity
	lost float64
}

// beside lists the parts that fell with or after one, within a window of it.
func beside(all []group, i int, window time.Duration) []int {
	if !part(all[i].entity) {
		return nil
	}
	first := all[i].onset()
	var out []int
	for j, g := range all {
		o := g.onset()
		if part(g.entity) && g.entity.Service == all[i].entity.Service && !o.From.Before(first.From) && !o.From.After(first.To.Add(window)) {
			out = append(out, j)
		}
	}
	return out
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

// merge joins groups, each with the first one that fits.
func merge(all []group, fits func(a, b group) bool) []group {
	var out []group
	for _, g := range all {
		i := slices.IndexFunc(out, func(o group) bool { return fits(o, g) })
		if i < 0 {
			out = append(out, g)
			continue
		}
		out[i].take(g)
	}
	return out
}

// take joins another group.
func (g *group) take(o group) {
	g.members = append(slices.Clone(g.members), o.members...)
	g.entity = cover(g.entity, o.entity)
}

// mostOf returns how much of their country some parts are; nought unless they are most of
// it, or, where that is asked, several large ones.
func mostOf(weights [][]share, list []int, most bool) float64 {
	lost := map[keepiton.Entity]float64{}
	for _, i := range list {
		for _, s := range weights[i] {
			lost[s.part] = max(lost[s.part], s.lost)
		}
	}
	sum, large := 0.0, 0
	for _, x := range lost {
		sum += x
		if x >= largePart {
			large++
		}
	}
	if most && sum >= subsumeShare || !most && large >= subsumeLarge {
		return sum
	}
	return 0
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
