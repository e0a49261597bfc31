package detect

import (
	"cmp"
	"math"
	"slices"
	"time"

	"keepiton"
	"keepiton/partition"
)

// member is a signal of a group, with what is known of its series.
type member struct {
	track  *track
	signal keepiton.Signal
}

// group is the signals of what seems to be one event.
type group struct {
	entity  keepiton.Entity // the widest place that is down
	members []member        // strongest first
}

// groups joins the signals of a country as they were known at a moment, of those series
// that have some between two instants, and of those signals that began after the first
// one. What was vetoed comes back apart.
func (w *world) groups(home string, now keepiton.Stamp, since, until time.Time) (out []group, vetoed []keepiton.Signal) {
	var all []member
	for _, t := range w.marked[home] {
		if !t.marks[len(t.marks)-1].signal.Onset.To.After(since) || t.marks[0].signal.Onset.From.After(until) {
			continue
		}
		raw := t.signals(now)
		for i := range raw {
			if raw[i].Onset.To.After(since) {
				raw[i].Veto = w.veto(t, &raw[i], now)
			}
		}
		for _, s := range Stitch(raw) {
			switch {
			case !last(s).After(since):
			case s.Veto != "":
				vetoed = append(vetoed, s)
			default:
				all = append(all, member{t, s})
			}
		}
	}
	slices.SortStableFunc(all, func(a, b member) int { return a.signal.Onset.Mid().Compare(b.signal.Onset.Mid()) })
	out = nested(all)
	out = w.siblings(home, out, now)
	for i := range out {
		out[i].finish(home)
	}
	slices.SortStableFunc(out, func(a, b group) int {
		return cmp.Or(a.onset().From.Compare(b.onset().From), a.entity.Compare(b.entity))
	})
	return out, vetoed
}

// last returns when the last episode of a signal began.
func last(s keepiton.Signal) time.Time {
	if n := len(s.Episodes); n > 0 {
		return s.Episodes[n-1].From
	}
	return s.Onset.To
}

// nested joins signals of one entity, and of one that lies in another, that belong
// together in time. Two networks do not belong together because their time fits: what
// holds them is their country.
func nested(all []member) []group {
	episodic := slices.ContainsFunc(all, func(m member) bool { return len(m.signal.Episodes) > 1 })
	sets := partition.Of(len(all))
	for i := range all { // in the order of onset
		for j := i - 1; j >= 0; j-- {
			if len(all[i].signal.Episodes) == 1 && all[i].signal.Onset.Mid().Sub(all[j].signal.Onset.Mid()) > joinOverlap+sharesSlack {
				if !episodic {
					break
				}
				if len(all[j].signal.Episodes) == 1 {
					continue
				}
			}
			if a, b := all[i], all[j]; (holds(a.entity(), b.entity()) || holds(b.entity(), a.entity())) && together(a, b) {
				sets.Join(i, j)
			}
		}
	}
	var out []group
	for _, numbers := range sets.Groups() {
		g := group{entity: all[numbers[0]].entity()}
		for _, i := range numbers {
			g.members, g.entity = append(g.members, all[i]), cover(g.entity, all[i].entity())
		}
		out = append(out, g)
	}
	return out
}

func (m member) entity() keepiton.Entity { return m.track.key.Entity }

// holds reports whether the first entity is the second one, or wider. A network as a
// whole counts as where it is at home.
func holds(a, b keepiton.Entity) bool {
	return (a.Country == "" || b.Country == "" || a.Country == b.Country) && (a.Region == "" || a.Region == b.Region) && (a.ASN == 0 || a.ASN == b.ASN) &&
		(a.Access == "" || a.Access == b.Access) && (a.Service == "" || a.Service == b.Service)
}

// cover returns the narrowest entity that holds both.
func cover(a, b keepiton.Entity) keepiton.Entity {
	if a.Country == "" {
		a.Country = b.Country
	}
	if a.Region != b.Region {
		a.Region = ""
	}
	if a.ASN != b.ASN {
		a.ASN = 0
	}
	if a.Access != b.Access {
		a.Access = ""
	}
	if a.Service != b.Service {
		a.Service = ""
	}
	return a
}

// together reports whether two signals belong to one event in time: some episodes of
// theirs begin at about the same time, or they overlap for most of the shorter one and
// did not begin too far apart.
func together(a, b member) bool {
	if weak(a) != weak(b) {
		return false
	}
	slack := joinWindow + max(a.track.metric.Lag, b.track.metric.Lag)
	if a.track.metric.Kind == keepiton.Shares || b.track.metric.Kind == keepiton.Shares {
		slack += sharesSlack
	}
	for _, x := range a.signal.Episodes {
		for _, y := range b.signal.Episodes {
			half := (a.signal.Step + b.signal.Step) / 2
			off := x.From.Sub(y.From).Abs()
			if off <= slack+half || off <= joinOverlap && overlap(x, y) {
				return true
			}
		}
	}
	return false
}

// weak reports whether a signal is of a few probes that met trouble with a service: it
// says little by itself, and must not tell the shape of what others see.
func weak(m member) bool {
	return m.track.metric.Kind == keepiton.Shares && m.signal.LogLR < leastGuest
}

// overlap reports whether two spans share at least half of the shorter one. What has not
// ended is as long as the other.
func overlap(a, b keepiton.Span) bool {
	to := a.To
	if to.IsZero() || !b.To.IsZero() && b.To.Before(to) {
		to = b.To
	}
	if to.IsZero() {
		return true
	}
	from := a.From
	if b.From.After(from) {
		from = b.From
	}
	shorter := time.Duration(math.MaxInt64)
	for _, s := range []keepiton.Span{a, b} {
		if !s.To.IsZero() {
			shorter = min(shorter, s.To.Sub(s.From))
		}
	}
	return to.After(from) && 2*to.Sub(from) >= shorter
}
