package source

import (
	"cmp"
	"slices"
	"time"

	"keepiton"
)

// Stretch is a time for which a source says that something was so: an outage, an
// anomaly, an alert.
type Stretch struct {
	Metric string
	Entity keepiton.Entity
	From   time.Time
	To     time.Time // the first moment after it
	Open   bool      // nobody says that it ended at To
	N      uint32    // who says so
}

// maxStretchBins bounds what the stretches of one file make, some 40 bytes each: 19
// years of five minutes.
const maxStretchBins = 2_000_000

// stretchEdge is how many bins before and after a stretch are 0: by naming its
// beginning and its end the source says that it was not so there. What lies further off
// is not said.
const stretchEdge = 3

// Stretches hands over 1 for each bin that a stretch touches and 0 for the three before
// and after it, unless another one of its entity touches them. n of 0 is 1. now, if it
// is known, is when the source said so: nothing after it is said.
func (o *Output) Stretches(all []Stretch, step func(metric string) time.Duration, now time.Time) error {
	type place struct {
		metric string
		entity keepiton.Entity
	}
	byPlace := map[place][]Stretch{}
	for _, s := range all {
		p := place{s.Metric, s.Entity}
		byPlace[p] = append(byPlace[p], s)
	}
	order := make([]place, 0, len(byPlace))
	for p := range byPlace {
		order = append(order, p)
	}
	slices.SortFunc(order, func(a, b place) int {
		return cmp.Or(cmp.Compare(a.metric, b.metric), a.entity.Compare(b.entity))
	})
	total := int64(0)
	for _, p := range order {
		sec := int64(step(p.metric) / time.Second)
		bins := map[int64]uint32{} // index → n; 0: not so
		for _, s := range byPlace[p] {
			from, to := s.From.Unix()/sec, (s.To.Unix()+sec-1)/sec
			to = max(to, from+1)
			if total += to - from + 2*stretchEdge; total > maxStretchBins {
				return keepiton.Errorf(keepiton.TooLarge, "%s: its events last for more than %d bins", o.File, maxStretchBins)
			}
			for i := from; i < to; i++ {
				bins[i] = max(bins[i], s.N, 1)
			}
			for i := int64(1); i <= stretchEdge; i++ {
				if _, said := bins[from-i]; !said {
					bins[from-i] = 0
				}
				if _, said := bins[to-1+i]; !said && !s.Open {
					bins[to-1+i] = 0
				}
			}
		}
		indexes := make([]int64, 0, len(bins))
		for i := range bins {
			if at := time.Unix(i*sec, 0); i >= 0 && (now.IsZero() || at.Before(now)) {
				indexes = append(indexes, i)
			}
		}
		slices.Sort(indexes)
		for _, i := range indexes {
			n := bins[i]
			if err := o.Bin(p.metric, p.entity, time.Unix(i*sec, 0), time.Duration(sec)*time.Second, float64(n), max(n, 1)); err != nil {
				return err
			}
		}
	}
	return nil
}
