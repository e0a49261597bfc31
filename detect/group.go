package detect

import (
	"cmp"
	"math"
	"slices"
	"time"

	"keepiton"
)

// finish sorts the members and finds the place that the group is about: a country whose
// own fall is no more than what one network of it explains is not what is down.
func (g *group) finish(home string) {
	slices.SortStableFunc(g.members, func(a, b member) int {
		return cmp.Or(cmp.Compare(b.signal.LogLR, a.signal.LogLR), cmp.Compare(b.signal.Depth, a.signal.Depth), compareKeys(a.track.key, b.track.key))
	})
	if g.entity.Country == "" && len(home) == 2 {
		g.entity.Country = home
	}
	if part(g.entity) || g.entity.Service != "" {
		return
	}
	whole, deepest := 0.0, 0.0
	var parts []keepiton.Entity
	for _, m := range g.members {
		e := m.entity()
		if !part(e) {
			whole = max(whole, m.signal.Depth)
			continue
		}
		if e = (keepiton.Entity{Country: g.entity.Country, Region: e.Region, ASN: e.ASN, Access: e.Access}); !slices.Contains(parts, e) {
			parts = append(parts, e)
		}
		deepest = max(deepest, m.signal.Depth)
	}
	if len(parts) == 1 && whole > 0 && whole < narrowDepth && deepest >= 2*whole {
		g.entity = parts[0]
	}
}

// onsetPause: when nothing more falls for so long, what falls then is a consequence: routes
// of Venezuela went hours after its hosts, when batteries were empty.
const onsetPause = 2 * time.Hour

// onset returns the median of the members' onsets, weighed by what they say, the finer
// the better: of those that began within hours of the first, and without a pause.
func (g *group) onset() keepiton.Interval {
	var begins []time.Time
	for _, m := range g.members {
		begins = append(begins, m.signal.Onset.From)
	}
	slices.SortFunc(begins, time.Time.Compare)
	first, last := begins[0], begins[0]
	for _, b := range begins {
		if b.Sub(last) <= onsetPause && b.Sub(first) <= onsetSpread {
			last = b
		}
	}
	var from, to []weighed
	for _, m := range g.members {
		if o := m.signal.Onset; !o.From.After(last) {
			x := m.signal.LogLR / (1 + o.To.Sub(o.From).Hours())
			from, to = append(from, weighed{o.From, x}), append(to, weighed{o.To, x})
		}
	}
	return keepiton.Interval{From: weighedMedian(from), To: weighedMedian(to)}
}

// end returns when it was over: zero while what goes on weighs more than what has ended.
func (g *group) end() keepiton.Interval {
	var from, to []weighed
	for _, m := range g.members {
		e, x := m.signal.End, m.weight()
		if e.IsZero() {
			e = keepiton.Interval{From: forever, To: forever}
		}
		from, to = append(from, weighed{e.From, x}), append(to, weighed{e.To, x})
	}
	e := keepiton.Interval{From: weighedMedian(from), To: weighedMedian(to)}
	if e.From.Equal(forever) || e.To.Equal(forever) {
		return keepiton.Interval{}
	}
	return e
}

// weight is what a member says of an end: the finer its bins, the more.
func (m member) weight() float64 { return m.signal.LogLR / (1 + m.signal.Step.Hours()) }

// forever is later than any end.
var forever = time.Unix(1<<40, 0).UTC()

type weighed struct {
	at     time.Time
	weight float64
}

// weighedMedian returns the first instant at which half of the weight is reached.
func weighedMedian(all []weighed) time.Time {
	slices.SortStableFunc(all, func(a, b weighed) int { return a.at.Compare(b.at) })
	half := 0.0
	for _, w := range all {
		half += w.weight / 2
	}
	sum := 0.0
	for _, w := range all {
		if sum += w.weight; sum >= half-1e-9 && !math.IsNaN(sum) {
			return w.at
		}
	}
	return all[len(all)-1].at
}

// episodes returns the spells of a curfew, by the member that tells most of their hours:
// the strongest and finest, of several the one that saw the most of them. One where there
// is none.
func (g *group) episodes() []keepiton.Span {
	var best *member
	for i := range g.members {
		m := &g.members[i]
		if Curfewlike(m.signal) && (best == nil || m.weight() > best.weight() || m.weight() == best.weight() && len(m.signal.Episodes) > len(best.signal.Episodes)) {
			best = m
		}
	}
	if best != nil {
		return slices.Clone(best.signal.Episodes)
	}
	s := keepiton.Span{From: g.onset().Mid()}
	if e := g.end(); !e.IsZero() {
		s.To = e.Mid()
	}
	return []keepiton.Span{s}
}

// depth is that of the strongest signal of the place itself, or of any where it has none.
func (g *group) depth() float64 {
	depth, any := 0.0, 0.0
	for _, m := range g.members {
		if e := m.entity(); part(e) == part(g.entity) && e.Service == g.entity.Service {
			depth = max(depth, m.signal.Depth)
		}
		any = max(any, m.signal.Depth)
	}
	if depth > 0 {
		return depth
	}
	return any
}

// parts are the networks, regions and services that fell with the place.
func (g *group) parts() []keepiton.Entity {
	var out []keepiton.Entity
	for _, m := range g.members {
		if e := m.entity(); e != g.entity && !(e.ASN == 0 && e.Region == "" && e.Service == "" && e.Access == "") && !slices.Contains(out, e) {
			out = append(out, e)
		}
	}
	slices.SortFunc(out, keepiton.Entity.Compare)
	return out
}
