package detect

import (
	"slices"
	"time"

	"keepiton"
	"keepiton/geo"
)

// common reports whether a signal is one of many that began at once in countries that
// have nothing to do with each other, and that no other instrument saw: the instrument
// is the likelier cause (notes/detection.md 0, point 8). What only began to look like a
// signal elsewhere counts as well, so that the first country of a fault is not alarmed
// for the minutes until the others follow.
func (w *world) common(t *track, s *keepiton.Signal, now keepiton.Stamp) bool {
	own := t.key.Entity.Country
	if own == "" {
		return false
	}
	by := instrumentOf(t.key, t.metric)
	countries := w.fell(by, s.Onset, max(commonWindow, t.step), now)
	if !slices.Contains(countries, own) {
		countries = append(countries, own)
	}
	if !many(len(countries), len(w.covers[by])) || regions(countries) < commonRegions {
		return false
	}
	if w.confirmed(own, by, s.Onset, now) {
		return false
	}
	seen := 0
	for _, c := range countries {
		if c != own && w.confirmed(c, by, s.Onset, now) {
			seen++
		}
	}
	return float64(seen) <= (1-commonShare)*float64(len(countries))
}

// many: so many countries at once, or nearly all that the instrument looks at.
func many(n, covered int) bool {
	return n >= commonCountries || n >= commonLeast && float64(n) >= commonCovered*float64(covered)
}

// fell returns the countries where an instrument saw something begin within a window
// of an onset.
func (w *world) fell(by instrument, onset keepiton.Interval, window time.Duration, now keepiton.Stamp) []string {
	all := w.falls[by]
	from, to := keepiton.StampOf(onset.From.Add(-window)), keepiton.StampOf(onset.To.Add(window))
	i, _ := slices.BinarySearchFunc(all, from, func(f fall, from keepiton.Stamp) int { return int(int64(f.from) - int64(from)) })
	var out []string
	for ; i < len(all) && all[i].from < to; i++ {
		if all[i].known <= now && !slices.Contains(out, all[i].country) {
			out = append(out, all[i].country)
		}
	}
	return out
}

// regions returns in how many of the coalition's regions countries lie.
func regions(countries []string) int {
	var seen []string
	for _, code := range countries {
		if c, ok := geo.ByCode(code); ok && !slices.Contains(seen, c.Region) {
			seen = append(seen, c.Region)
		}
	}
	return len(seen)
}

// confirmed reports whether another instrument has a signal of a country that began at
// the same time.
func (w *world) confirmed(country string, not instrument, onset keepiton.Interval, now keepiton.Stamp) bool {
	for _, o := range w.marked[country] {
		if instrumentOf(o.key, o.metric) == not || satellite(o.key.Entity) {
			continue
		}
		for _, other := range o.signals(now) {
			if touches(onset, other.Onset, joinWindow+o.metric.Lag) {
				return true
			}
		}
	}
	return false
}
