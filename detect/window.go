package detect

import (
	"math"
	"slices"
)

// window is the last values of a level, for its median and spread. Adding one costs
// a move of half the window in memory, some 50 ns.
type window struct {
	ring   []float64 // in order of time
	next   int       // where the next one goes
	sorted []float64
}

func newWindow(size int) window {
	return window{ring: make([]float64, 0, size), sorted: make([]float64, 0, size)}
}

func (w *window) len() int { return len(w.sorted) }

func (w *window) add(v float64) {
	if len(w.ring) < cap(w.ring) {
		w.ring = append(w.ring, v)
	} else {
		old := w.ring[w.next]
		w.ring[w.next] = v
		w.next = (w.next + 1) % len(w.ring)
		i, _ := slices.BinarySearch(w.sorted, old)
		w.sorted = slices.Delete(w.sorted, i, i+1)
	}
	i, _ := slices.BinarySearch(w.sorted, v)
	w.sorted = slices.Insert(w.sorted, i, v)
}

// median returns the middle value; of an even number the lower one, so that a count
// stays a count.
func (w *window) median() float64 {
	if len(w.sorted) == 0 {
		return 0
	}
	return w.sorted[(len(w.sorted)-1)/2]
}

// quantile returns the value under which a share q of all lie.
func (w *window) quantile(q float64) float64 {
	if len(w.sorted) == 0 {
		return 0
	}
	return w.sorted[int(q*float64(len(w.sorted)-1))]
}

// spread returns the median absolute deviation from the median, as a standard
// deviation of a normal distribution has it (factor 1.4826).
func (w *window) spread() float64 {
	if len(w.sorted) == 0 {
		return 0
	}
	// The deviations of a sorted list are two sorted lists: walk outwards from the middle.
	m := w.median()
	lo := (len(w.sorted) - 1) / 2
	hi := lo + 1
	var dev float64
	for range (len(w.sorted) + 1) / 2 {
		switch {
		case lo < 0:
			dev = w.sorted[hi] - m
			hi++
		case hi >= len(w.sorted) || m-w.sorted[lo] <= w.sorted[hi]-m:
			dev = m - w.sorted[lo]
			lo--
		default:
			dev = w.sorted[hi] - m
			hi++
		}
	}
	return 1.4826 * dev
}

// median returns the lower middle of a few values, which it reorders.
func median(v []float64) float64 {
	if len(v) == 0 {
		return math.NaN()
	}
	slices.Sort(v)
	return v[(len(v)-1)/2]
}
