package google

import (
	"cmp"
	"math"
	"slices"
	"time"

	"keepiton/source"
)

// bins hands over the bins that the values fill. A value is the mean of the time between
// it and the one before, or as long as to the next where that is shorter: behind a gap.
// A bin takes what it shares with each, and has a value when it is full.
func (d *decoder) bins() error {
	slices.SortStableFunc(d.points, func(a, b point) int { return cmp.Or(cmp.Compare(a.at, b.at), -cmp.Compare(a.value, b.value)) })
	d.points = slices.CompactFunc(d.points, func(a, b point) bool { return a.at == b.at })
	type part struct {
		sum  float64
		full int64 // seconds
	}
	bins := map[time.Duration]map[int64]*part{fine: {}, coarse: {}}
	for i, p := range d.points {
		long := int64(math.MaxInt64)
		if i > 0 {
			long = p.at - d.points[i-1].at
		}
		if i+1 < len(d.points) {
			long = min(long, d.points[i+1].at-p.at)
		}
		step := fine
		switch {
		case long > int64(coarsest/time.Second):
			d.Skip(source.Defect{Kind: "coarse_step", Offset: -1, Why: time.Unix(p.at, 0).UTC().Format(time.RFC3339)})
			continue
		case long > int64(fine/time.Second):
			step = coarse
		}
		sec := int64(step / time.Second)
		for from := p.at - long; from < p.at; {
			bin := from - from%sec
			to := min(p.at, bin+sec)
			b := bins[step][bin]
			if b == nil {
				b = &part{}
				bins[step][bin] = b
			}
			b.sum += p.value * float64(to-from)
			b.full += to - from
			from = to
		}
	}
	for _, of := range steps {
		order := make([]int64, 0, len(bins[of.step]))
		for at, b := range bins[of.step] {
			if b.full == int64(of.step/time.Second) {
				order = append(order, at)
			}
		}
		slices.Sort(order)
		for _, at := range order {
			b := bins[of.step][at]
			if err := d.Bin(of.metric, d.entity, time.Unix(at, 0), of.step, b.sum/float64(b.full), 0); err != nil {
				return err
			}
		}
	}
	return nil
}

// steps are those of the metrics.
var steps = []struct {
	metric string
	step   time.Duration
}{{"fraction", fine}, {"fraction-2h", coarse}}
