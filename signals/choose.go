package signals

import (
	"cmp"
	"context"
	"slices"
	"time"

	"keepiton"
	"keepiton/export"
)

// Most is how many series a chart shows.
const Most = 6

// rank orders series for a chart: what is judged before what is not, and routes and
// hosts before what people do.
func (b *Board) rank(k keepiton.SeriesKey) (int, bool) {
	m, ok := b.metric(k)
	if !ok || m.Kind == keepiton.Churn || m.Kind == keepiton.Health {
		return 0, false
	}
	return slices.Index(keepiton.Families, m.Family), true
}

// OfPlaces chooses the series that a chart of places shows in a stretch of time: of
// each place itself, not of its networks and services, and each feed before any has a
// second one.
func (b *Board) OfPlaces(ctx context.Context, places []keepiton.Entity, from, to time.Time) ([]keepiton.SeriesKey, error) {
	type choice struct {
		key         keepiton.SeriesKey
		place, rank int
		nth         int // of its feed
	}
	var all []choice
	for i, place := range places {
		known, err := b.Known(ctx, place)
		if err != nil {
			return nil, err
		}
		for _, k := range known {
			rank, judged := b.rank(k.SeriesKey)
			if !judged || !k.From.Before(to) || !k.To.After(from) {
				continue
			}
			nth := 0
			for _, c := range all {
				if c.place == i && c.key.Feed == k.Feed {
					nth++
				}
			}
			all = append(all, choice{k.SeriesKey, i, rank, nth})
		}
	}
	slices.SortStableFunc(all, func(x, y choice) int {
		return cmp.Or(cmp.Compare(x.nth/2, y.nth/2), cmp.Compare(x.place, y.place), cmp.Compare(x.rank, y.rank))
	})
	var out []keepiton.SeriesKey
	for _, c := range all[:min(Most, len(all))] {
		out = append(out, c.key)
	}
	return out, nil
}

// OfDisruption chooses the series that a chart of a disruption shows: those of its
// signals, the strongest first.
func OfDisruption(d *export.Disruption) []keepiton.SeriesKey {
	all := slices.Clone(d.Signals)
	slices.SortStableFunc(all, func(x, y export.Signal) int {
		return cmp.Or(cmp.Compare(x.Veto, y.Veto), cmp.Compare(y.LogLR, x.LogLR), cmp.Compare(y.Depth, x.Depth))
	})
	var out []keepiton.SeriesKey
	for _, s := range all {
		if len(out) < Most && !slices.Contains(out, s.Series) {
			out = append(out, s.Series)
		}
	}
	return out
}

// Around returns the stretch that a chart shows of something that lasted from one
// time to another: three days before, or half of it if that is more, and one day
// after, at most MostSpan and not beyond now.
func Around(from, to, now time.Time) (time.Time, time.Time) {
	before := min(max(3*24*time.Hour, to.Sub(from)/2), 14*24*time.Hour)
	begin, end := from.Add(-before).Truncate(time.Hour), to.Add(24*time.Hour).Truncate(time.Hour)
	if end.After(now) {
		end = now.Truncate(5 * time.Minute).Add(5 * time.Minute)
	}
	if end.Sub(begin) > MostSpan {
		end = begin.Add(MostSpan)
	}
	return begin, end
}

// Newest returns the end of what is kept of places, the zero time when nothing is.
func (b *Board) Newest(ctx context.Context, places []keepiton.Entity) (time.Time, error) {
	var last time.Time
	for _, place := range places {
		known, err := b.Known(ctx, place)
		if err != nil {
			return last, err
		}
		for _, k := range known {
			if _, judged := b.rank(k.SeriesKey); judged && k.To.After(last) {
				last = k.To
			}
		}
	}
	return last, nil
}
