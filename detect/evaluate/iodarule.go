package evaluate

import (
	"slices"
	"sort"
	"time"

	"keepiton"
)

// IODARule is the published alert rule of IODA for one of its sources, written anew from
// its description (notes/detection.md 1.2, 1.3): the value is compared with the median of
// a window that slides, without the value itself.
type IODARule struct {
	Window            time.Duration
	Warning, Critical float64 // shares of the median below which it warns
}

// iodaRules are by source; those that IODA has no threshold for have no rule.
var iodaRules = map[string]IODARule{
	"bgp":          {24 * time.Hour, 0.99, 0.50},
	"ping-slash24": {7 * 24 * time.Hour, 0.80, 0.50},
	"merit-nt":     {7 * 24 * time.Hour, 0.25, 0.10},
	"ucsd-nt":      {7 * 24 * time.Hour, 0.25, 0.10},
	"v4":           {24 * time.Hour, 0.99, 0.50}, // our own count of what IODA's bgp counts
}

// RuleOf returns the rule of a metric.
func RuleOf(metric string) (IODARule, bool) {
	r, ok := iodaRules[metric]
	return r, ok
}

// Of IODA's sample configuration.
const (
	iodaWarmUp = time.Hour          // no alert before the window holds so much
	iodaLeast  = 20.0               // nor where less is expected
	iodaHeal   = 7 * 24 * time.Hour // for so long an outage is kept out of the window
	iodaLow    = 0.8                // a value below this share of the median, or
	iodaHigh   = 2.0                // above this one, is replaced by the median in it
)

// IODALevel is how bad IODA's rule finds a value.
type IODALevel int

// The levels.
const (
	IODANormal IODALevel = iota
	IODAWarning
	IODACritical
)

// IODAAlert is a change of level.
type IODAAlert struct {
	At      time.Time // beginning of the bin
	Level   IODALevel
	Value   float64
	History float64 // the median
}

// Alerts are the changes of level of a series, in the order of time. Bins without a
// value are passed over.
func (r IODARule) Alerts(s *keepiton.Series) []IODAAlert {
	w := &window{size: max(1, int(r.Window/s.Step))}
	warm := max(1, int(iodaWarmUp/s.Step))
	var out []IODAAlert
	level, healed := IODANormal, 0
	for i, b := range s.Bins {
		if !b.Has() {
			continue
		}
		kept := b.Value
		if len(w.sorted) >= warm {
			median := w.median()
			next := IODANormal
			switch ratio := b.Value / median; {
			case median < iodaLeast:
			case ratio < r.Critical:
				next = IODACritical
			case ratio < r.Warning:
				next = IODAWarning
			}
			if next != level {
				out = append(out, IODAAlert{s.At(i), next, b.Value, median})
				level = next
			}
			switch {
			case b.Value >= iodaLow*median && b.Value <= iodaHigh*median:
				healed = 0
			case healed < int(iodaHeal/s.Step):
				kept = median
				healed++
			}
		}
		w.push(kept)
	}
	return out
}

// window holds the last values, sorted and in order.
type window struct {
	size   int
	queue  []float64
	sorted []float64
}

func (w *window) push(v float64) {
	if len(w.queue) == w.size {
		i := sort.SearchFloat64s(w.sorted, w.queue[0])
		w.sorted = slices.Delete(w.sorted, i, i+1)
		w.queue = w.queue[1:]
	}
	w.queue = append(w.queue, v)
	w.sorted = slices.Insert(w.sorted, sort.SearchFloat64s(w.sorted, v), v)
}

// median is of the nearest rank.
func (w *window) median() float64 { return w.sorted[(len(w.sorted)-1)/2] }

// IODAEvent is what IODA makes of alerts.
type IODAEvent struct {
	From, To time.Time
	Score    float64 // percent-minutes of one source; of several, the product of the greatest of each
	Open     bool    // not over at the end of what was looked at
}

// IODAEvents opens an event at the first alert that is not normal and closes it at the
// next that is; one that is not over closes at the end.
func IODAEvents(alerts []IODAAlert, end time.Time) []IODAEvent {
	var out []IODAEvent
	for i, a := range alerts {
		if a.Level == IODANormal {
			continue
		}
		next, open := end, true
		if i+1 < len(alerts) {
			next, open = alerts[i+1].At, false
		}
		drop := 100 * abs(a.History-a.Value) / max(a.History, a.Value)
		score := drop * next.Sub(a.At).Minutes()
		if i > 0 && alerts[i-1].Level != IODANormal {
			e := &out[len(out)-1]
			e.To, e.Score, e.Open = next, e.Score+score, open
			continue
		}
		out = append(out, IODAEvent{a.At, next, score, open})
	}
	return out
}

// MergeIODA merges the events of several sources that overlap in time.
func MergeIODA(sources ...[]IODAEvent) []IODAEvent {
	type part struct {
		IODAEvent
		source int
	}
	var all []part
	for i, events := range sources {
		for _, e := range events {
			all = append(all, part{e, i})
		}
	}
	slices.SortStableFunc(all, func(a, b part) int { return a.From.Compare(b.From) })
	var out []IODAEvent
	best := map[int]float64{}
	for _, p := range all {
		if n := len(out); n > 0 && p.From.Before(out[n-1].To) {
			e := &out[n-1]
			if p.To.After(e.To) {
				e.To = p.To
			}
			e.Open = e.Open || p.Open
		} else {
			out = append(out, p.IODAEvent)
			clear(best)
		}
		best[p.source] = max(best[p.source], p.Score)
		product := 1.0
		for i := range sources {
			if v, ok := best[i]; ok {
				product *= v
			}
		}
		out[len(out)-1].Score = product
	}
	return out
}

func abs(x float64) float64 { return max(x, -x) }
