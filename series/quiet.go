package series

import (
	"context"
	"time"

	"keepiton"
)

// Quiet puts nought of nought in the bins of series for which it is known that all
// there is was read, and that have nothing: without that, an hour in which nobody
// measured could not be told from one that nobody looked at. read is the series that
// has a value above nought in each bin that was read; f is which series are meant. A
// series counts from its first bin on. What is put depends on what is kept alone, so
// that the order in which it came does not matter; call it after each change.
func Quiet(ctx context.Context, s Store, read keepiton.SeriesKey, f Filter) error {
	var covered keepiton.Series
	for k, err := range s.Keys(ctx, Filter{Feed: read.Feed, Metric: read.Metric, Entity: read.Entity}) {
		if err != nil {
			return err
		}
		if covered, err = s.Range(ctx, read, k.From, k.To); err != nil {
			return err
		}
	}
	var put []keepiton.Measurement
	for k, err := range s.Keys(ctx, f) {
		if err != nil {
			return err
		}
		if k.Step != covered.Step || k.SeriesKey == read {
			continue
		}
		from, to := covered.From, covered.To()
		if k.From.After(from) {
			from = k.From
		}
		if !from.Before(to) {
			continue
		}
		one, err := s.Range(ctx, k.SeriesKey, from, to)
		if err != nil {
			return err
		}
		for i, b := range one.Bins {
			at := one.At(i)
			c := covered.Bins[at.Sub(covered.From)/covered.Step]
			if b.State == keepiton.Silent && c.Has() && c.Value > 0 {
				put = append(put, keepiton.Measurement{SeriesKey: k.SeriesKey, At: at, Step: k.Step, Bin: keepiton.Bin{State: keepiton.Present, Arrived: c.Arrived}})
			}
		}
		if len(put) >= 50_000 {
			if err := s.Put(ctx, put); err != nil {
				return err
			}
			put = put[:0]
		}
	}
	return s.Put(ctx, put)
}

// WasRead returns the bins of read that say that [from, to) was read whole.
func WasRead(read keepiton.SeriesKey, step time.Duration, from, to time.Time, arrived keepiton.Stamp) (out []keepiton.Measurement) {
	for at := from.UTC().Truncate(step); at.Before(to); at = at.Add(step) {
		out = append(out, keepiton.Measurement{SeriesKey: read, At: at, Step: step, Bin: keepiton.Bin{Value: 1, State: keepiton.Present, Arrived: arrived}})
	}
	return out
}
