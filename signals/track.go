package signals

import (
	"context"
	"time"

	"keepiton"
	"keepiton/detect"
	"keepiton/export"
	"keepiton/series"
)

// Track is a stretch of a series with what was expected of it, as the public may
// have it. Bins[i] begins at From + i·Step.
type Track struct {
	Key    keepiton.SeriesKey
	Credit export.Credit
	Unit   string // of the values; "%" where they are derived
	Kind   keepiton.MetricKind
	From   time.Time
	Step   time.Duration
	// Derived says that the feed is not open: values are percent of what was expected
	// (of shares of probes, the share), and neither the feed's own values nor their
	// denominators are here.
	Derived bool
	Bins    []Bin
}

// Bin is one bin of a track.
type Bin struct {
	Value               float64
	Expected, Low, High float64
	N                   uint32 // 0 where the track is derived
	State               keepiton.BinState
	Has                 bool // there is a value
	Known               bool // something was expected
}

// At returns the beginning of bin i.
func (t *Track) At(i int) time.Time { return t.From.Add(time.Duration(i) * t.Step) }

// Newest returns the last bin with a value, and its beginning; false when there is
// none.
func (t *Track) Newest() (Bin, time.Time, bool) {
	for i := len(t.Bins) - 1; i >= 0; i-- {
		if t.Bins[i].Has {
			return t.Bins[i], t.At(i), true
		}
	}
	return Bin{}, time.Time{}, false
}

// Lowest returns the bin that lies lowest beside what was expected, or of shares of
// probes highest, and its beginning; false when no bin can be compared.
func (t *Track) Lowest() (Bin, time.Time, bool) {
	best, at, found := 0.0, 0, false
	for i, b := range t.Bins {
		if !b.Has || !b.Known || b.Expected <= 0 {
			continue
		}
		r := b.Value / b.Expected
		if t.Kind == keepiton.Shares {
			r = -r
		}
		if !found || r < best {
			best, at, found = r, i, true
		}
	}
	if !found {
		return Bin{}, time.Time{}, false
	}
	return t.Bins[at], t.At(at), true
}

// lookBack is how long before a stretch its series are read: the longest memory of a
// baseline (detect), and what lies before it in doubt.
const lookBack = 36 * 24 * time.Hour

// MostSpan is the longest stretch that a chart shows, so that drawing one costs
// little: two months.
const MostSpan = 62 * 24 * time.Hour

// Track reads a stretch of a series. A series that nobody kept is not_found; a
// stretch longer than MostSpan is invalid.
func (b *Board) Track(ctx context.Context, key keepiton.SeriesKey, from, to time.Time) (*Track, error) {
	switch {
	case b == nil || b.Series == nil:
		return nil, keepiton.Errorf(keepiton.NotFound, "no series are kept here")
	case !to.After(from) || to.Sub(from) > MostSpan:
		return nil, keepiton.Errorf(keepiton.Invalid, "a chart shows at most %d days", int(MostSpan.Hours()/24))
	}
	s, err := b.Series.Range(ctx, key, from.Add(-lookBack), to)
	if err != nil {
		return nil, err
	}
	m, known := b.metric(key)
	credit := b.Credit(key.Feed)
	t := &Track{Key: key, Credit: credit, Unit: m.Unit, Kind: m.Kind, From: from, Step: s.Step, Derived: !credit.Open}
	var want []detect.Expectation
	if known {
		want = detect.Baseline(&s, m, from)
	}
	first := 0
	for first < len(s.Bins) && s.At(first).Before(from) {
		first++
	}
	t.From = s.At(first)
	for i, raw := range s.Bins[first:] {
		bin := Bin{Value: raw.Value, N: raw.N, State: raw.State, Has: raw.Has()}
		if i < len(want) && want[i].Known {
			bin.Expected, bin.Low, bin.High, bin.Known = want[i].Value, want[i].Low, want[i].High, true
		}
		t.Bins = append(t.Bins, bin)
	}
	if t.Derived {
		t.derive()
	}
	return t, nil
}

// derive puts shares in the place of values. What cannot be compared with anything
// has no value then.
func (t *Track) derive() {
	t.Unit = "%"
	for i := range t.Bins {
		b := &t.Bins[i]
		scale := b.Expected
		if t.Kind == keepiton.Shares {
			scale = float64(b.N)
		}
		if scale <= 0 || !b.Known {
			*b = Bin{State: b.State}
			continue
		}
		for _, v := range []*float64{&b.Value, &b.Expected, &b.Low, &b.High} {
			*v = 100 * *v / scale
		}
		b.N = 0
	}
}

// Known lists the series of an entity itself, in the order of their keys.
func (b *Board) Known(ctx context.Context, e keepiton.Entity) ([]series.Known, error) {
	if b == nil || b.Series == nil {
		return nil, nil
	}
	var out []series.Known
	for k, err := range b.Series.Keys(ctx, series.Filter{Entity: e}) {
		if err != nil {
			return nil, err
		}
		out = append(out, k)
	}
	return out, nil
}
