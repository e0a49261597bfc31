package detect

import (
	"math"
	"slices"
	"time"

	"keepiton"
)

// moved tells whether what a series of counts lost went elsewhere at the same time: to
// another country on paper, when the table of addresses changed, or to another place of
// the same network, when it renumbered (notes/detection.md 5 and 7.3).
func (w *world) moved(t *track, s *keepiton.Signal, now keepiton.Stamp) keepiton.Veto {
	// Once everything was there that is asked for, the answer stays.
	settled := now >= keepiton.StampOf(s.Onset.To.Add(movedWithin+t.cells.step+lateMoves))+t.lag
	key := asked{t, s.Onset.From}
	if settled {
		if v, ok := w.answers[key]; ok {
			return v
		}
	}
	v := w.whither(t, s, now)
	if settled {
		w.answers[key] = v
	}
	return v
}

// asked is a question that moved has answered.
type asked struct {
	track *track
	onset time.Time
}

func (w *world) whither(t *track, s *keepiton.Signal, now keepiton.Stamp) keepiton.Veto {
	if t.metric.Kind != keepiton.Amount || t.metric.Season != keepiton.Seasonless || t.key.Entity.Service != "" {
		return ""
	}
	lost := -t.change(s.Onset, now)
	if lost <= 0 {
		return ""
	}
	e := t.key.Entity
	switch {
	case e.ASN != 0 && e.Country != "":
		if country := w.wholeOf(t); country != nil && w.moved(country, s, now) == keepiton.GeolocationRefresh {
			return keepiton.GeolocationRefresh
		}
		if !w.stays(t, s.Onset, lost, now) && !about(w.rises(t, s.Onset, lost, now, func(o keepiton.Entity) bool { return o.Country != "" }), lost) {
			return ""
		}
		if w.others(t, s.Onset, now) > 0 {
			return keepiton.GeolocationRefresh
		}
		return keepiton.Renumbering
	case e.ASN == 0 && e.Country != "":
		pairs, gone := w.pairsMoved(t, s.Onset, now)
		elsewhere := w.rises(t, s.Onset, lost, now, func(o keepiton.Entity) bool {
			return o.Country != "" && (o.Region == "") == (e.Region == "")
		})
		switch {
		case gone >= movedShare*lost && pairs == 1:
			return keepiton.Renumbering
		case gone >= movedShare*lost || about(elsewhere, lost):
			return keepiton.GeolocationRefresh
		}
	}
	return ""
}

// wholeOf returns the series of the same metric of a network's country; nil when there is
// none.
func (w *world) wholeOf(t *track) *track {
	return w.series[keepiton.SeriesKey{Feed: t.key.Feed, Metric: t.key.Metric, Entity: t.key.Entity.Place()}]
}

// about reports whether what rose elsewhere is what was lost.
func about(rose, lost float64) bool {
	return rose >= movedShare*lost && rose <= lost/movedShare
}

// change returns by how much a series is above what it had before an onset, an hour
// after it at most, as far as it was known; nought when it is not known.
func (t *track) change(onset keepiton.Interval, now keepiton.Stamp) float64 {
	after, ok := t.last(onset.To.Add(-t.step), onset.To.Add(movedWithin), now)
	if !ok {
		return 0
	}
	before, ok := t.before(onset.From, now)
	if !ok {
		return 0
	}
	return after - before
}

// rises sums up what other series of the same metric gained, as far as it stands out
// of their own noise: what a large country gains and loses on any day is no move.
func (w *world) rises(t *track, onset keepiton.Interval, lost float64, now keepiton.Stamp, fits func(keepiton.Entity) bool) float64 {
	sum := 0.0
	for _, o := range w.alike[alikeOf(t)] {
		if o == t || !fits(o.key.Entity) {
			continue
		}
		if rise := o.change(onset, now); rise >= leastMove*lost && rise >= movedNoise*o.restless(onset.From, now) {
			sum += rise
		}
	}
	return sum
}

// alike is what series have in common among which something can move: their metric, and
// the network; of a network as a whole nothing moves elsewhere.
type alike struct {
	feed, metric, service string
	asn                   keepiton.ASN
}

func alikeOf(t *track) alike {
	return alike{t.key.Feed, t.key.Metric, t.key.Entity.Service, t.key.Entity.ASN}
}

// restless is by how much a series usually changes within an hour, of the day before.
func (t *track) restless(before time.Time, now keepiton.Stamp) float64 {
	v := t.levels(before, int(24*time.Hour/t.cells.step), now)
	hour := max(1, int(movedWithin/t.cells.step))
	var moves []float64
	for i := hour; i < len(v); i++ {
		moves = append(moves, math.Abs(v[i-hour]-v[i]))
	}
	if len(moves) == 0 {
		return math.Inf(1)
	}
	slices.Sort(moves)
	return moves[int(0.9*float64(len(moves)-1))]
}

// stays reports whether the network as a whole has what it had: a pair of a network
// and a country lost what another one has now.
func (w *world) stays(t *track, onset keepiton.Interval, lost float64, now keepiton.Stamp) bool {
	whole := w.series[keepiton.SeriesKey{Feed: t.key.Feed, Metric: t.key.Metric, Entity: keepiton.Entity{ASN: t.key.Entity.ASN, Access: t.key.Entity.Access}}]
	if whole == nil || len(whole.levels(onset.From, 1, now)) == 0 {
		return false
	}
	_, ok := whole.last(onset.To.Add(-whole.step), onset.To.Add(movedWithin), now)
	return ok && whole.restless(onset.From, now) <= (1-movedShare)*lost && -whole.change(onset, now) <= (1-movedShare)*lost
}

// others counts the other networks of the country that lost something while they stayed
// as a whole.
func (w *world) others(t *track, onset keepiton.Interval, now keepiton.Stamp) int {
	n, _ := w.pairsMoved(t, onset, now)
	return n - 1
}

// pairsMoved counts the networks of a place that lost something there while they stayed
// as a whole, and sums up what they lost.
func (w *world) pairsMoved(t *track, onset keepiton.Interval, now keepiton.Stamp) (n int, gone float64) {
	for _, o := range w.homes[t.key.Entity.Country] {
		if o.key.Feed != t.key.Feed || o.key.Metric != t.key.Metric || o.key.Entity.ASN == 0 || o.key.Entity.Country == "" || o.key.Entity.Service != "" {
			continue
		}
		if lost := -o.change(onset, now); lost > movedNoise*o.restless(onset.From, now) && lost > 0 && w.stays(o, onset, lost, now) {
			n, gone = n+1, gone+lost
		}
	}
	return n, gone
}
