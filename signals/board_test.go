package signals

import (
	"path/filepath"
	"testing"
	"time"

	"keepiton"
	"keepiton/series/sqlite"
	"keepiton/source"
)

var (
	day  = time.Date(2026, 1, 8, 0, 0, 0, 0, time.UTC)
	iran = keepiton.Entity{Country: "IR"}
)

// board has ten days of an open and of a closed feed, and of shares of probes of a
// closed one: a fall on the last day, and an hour in which the source was down.
func board(t *testing.T) *Board {
	t.Helper()
	st, err := sqlite.Open(t.Context(), filepath.Join(t.TempDir(), "series.db"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { st.Close() })
	var all []keepiton.Measurement
	for i := range 10 * 24 {
		at := day.Add(time.Duration(i-240) * time.Hour)
		for _, key := range []keepiton.SeriesKey{{Feed: "open", Metric: "level", Entity: iran}, {Feed: "closed", Metric: "level", Entity: iran}, {Feed: "closed", Metric: "share", Entity: iran}} {
			b := keepiton.Bin{Value: 4000, N: 40, State: keepiton.Present}
			if key.Metric == "share" {
				b.Value = 2
			}
			switch {
			case i >= 230 && key.Metric == "share":
				b.Value = 30
			case i >= 230:
				b.Value = 1000
			case i == 225:
				b = keepiton.Bin{State: keepiton.SourceDown}
			}
			all = append(all, keepiton.Measurement{SeriesKey: key, At: at, Step: time.Hour, Bin: b})
		}
	}
	if err := st.Put(t.Context(), all); err != nil {
		t.Fatal(err)
	}
	level := keepiton.Metric{Name: "level", Unit: "things", Family: keepiton.ControlPlane, Step: time.Hour}
	share := keepiton.Metric{Name: "share", Unit: "probes", Family: keepiton.Services, Kind: keepiton.Shares, Step: time.Hour}
	return &Board{Series: st, Feeds: []*source.Feed{
		{Name: "open", Title: "Open", Open: true, Metrics: []keepiton.Metric{level}},
		{Name: "closed", Title: "Closed", Metrics: []keepiton.Metric{level, share, {Name: "churn", Kind: keepiton.Churn}}},
	}}
}

func track(t *testing.T, b *Board, feed, metric string) *Track {
	t.Helper()
	one, err := b.Track(t.Context(), keepiton.SeriesKey{Feed: feed, Metric: metric, Entity: iran}, day.AddDate(0, 0, -2), day)
	if err != nil {
		t.Fatal(err)
	}
	if len(one.Bins) != 48 || !one.From.Equal(day.AddDate(0, 0, -2)) {
		t.Fatalf("%d bins from %v", len(one.Bins), one.From)
	}
	return one
}

func TestAClosedFeedIsToldInPercentOfWhatWasExpected(t *testing.T) {
	b := board(t)
	open, closed := track(t, b, "open", "level"), track(t, b, "closed", "level")
	if last := open.Bins[47]; open.Derived || last.Value != 1000 || last.Expected != 4000 || last.N != 40 || open.Unit != "things" {
		t.Errorf("open: %+v, unit %s", last, open.Unit)
	}
	last := closed.Bins[47]
	if !closed.Derived || last.Value != 25 || last.Expected != 100 || last.N != 0 || closed.Unit != "%" {
		t.Errorf("closed: %+v, unit %s", last, closed.Unit)
	}
	if low, ratio := closed.Bins[20].Low, 100*open.Bins[20].Low/open.Bins[20].Expected; low != ratio || low < 50 || low >= 100 {
		t.Errorf("the band of the closed feed ends at %v, want %v", low, ratio)
	}
	if gap := closed.Bins[33]; gap.Has || gap.Value != 0 || gap.State != keepiton.SourceDown {
		t.Errorf("the gap: %+v", gap)
	}
	if low, at, ok := closed.Lowest(); !ok || low.Value != 25 || !at.Equal(day.Add(-10*time.Hour)) {
		t.Errorf("lowest %+v at %v", low, at)
	}
}

func TestSharesOfProbesOfAClosedFeedAreShares(t *testing.T) {
	one := track(t, board(t), "closed", "share")
	if last := one.Bins[47]; last.Value != 75 || last.N != 0 || last.Expected <= 0 || last.Expected > 10 {
		t.Errorf("%+v", last)
	}
	if high, _, ok := one.Lowest(); !ok || high.Value != 75 {
		t.Errorf("furthest from what was expected: %+v", high)
	}
}

func TestAFeedThatNobodyKnowsIsNotOpen(t *testing.T) {
	b := board(t)
	b.Feeds = nil
	one := track(t, b, "open", "level")
	for i, bin := range one.Bins {
		if bin.Has || bin.Value != 0 || bin.N != 0 {
			t.Fatalf("bin %d: %+v", i, bin)
		}
	}
	if c := b.Credit("open"); c.Open || c.Title != "open" {
		t.Errorf("credit %+v", c)
	}
}

func TestAChartIsBounded(t *testing.T) {
	b := board(t)
	key := keepiton.SeriesKey{Feed: "open", Metric: "level", Entity: iran}
	if _, err := b.Track(t.Context(), key, day.AddDate(-1, 0, 0), day); keepiton.CodeOf(err) != keepiton.Invalid {
		t.Errorf("a year: %v", err)
	}
	if _, err := b.Track(t.Context(), key, day, day); keepiton.CodeOf(err) != keepiton.Invalid {
		t.Errorf("no time: %v", err)
	}
	key.Metric = "nothing"
	if _, err := b.Track(t.Context(), key, day.AddDate(0, 0, -1), day); keepiton.CodeOf(err) != keepiton.NotFound {
		t.Errorf("no series: %v", err)
	}
	if from, to := Around(day, day.AddDate(1, 0, 0), day.AddDate(2, 0, 0)); to.Sub(from) != MostSpan || from.After(day) {
		t.Errorf("around a year: %v to %v", from, to)
	}
	now := day.Add(3 * time.Hour)
	if _, to := Around(day, now, now); to.Sub(now) > 10*time.Minute {
		t.Errorf("a chart of what goes on ends at %v", to)
	}
}

func TestSeriesOfAPlaceAreChosen(t *testing.T) {
	b := board(t)
	keys, err := b.OfPlaces(t.Context(), []keepiton.Entity{iran}, day.AddDate(0, 0, -1), day)
	if err != nil || len(keys) != 3 {
		t.Fatalf("%v, %v", keys, err)
	}
	if keys, err = b.OfPlaces(t.Context(), []keepiton.Entity{iran}, day.AddDate(0, 1, 0), day.AddDate(0, 2, 0)); err != nil || len(keys) != 0 {
		t.Errorf("of a time of which nothing is kept: %v, %v", keys, err)
	}
	if last, err := b.Newest(t.Context(), []keepiton.Entity{iran}); err != nil || !last.Equal(day) {
		t.Errorf("newest %v, %v", last, err)
	}
}

func TestHealthTellsWhatIsLateAndWhatIsMissing(t *testing.T) {
	b := board(t)
	if err := b.Series.Put(t.Context(), []keepiton.Measurement{{SeriesKey: keepiton.SeriesKey{Feed: "closed", Metric: "level", Entity: keepiton.Entity{Country: "SY"}}, At: day.AddDate(0, 0, -3), Step: time.Hour, Bin: keepiton.Bin{Value: 9, State: keepiton.Present}}}); err != nil {
		t.Fatal(err)
	}
	all, err := b.Health(t.Context(), day.Add(7*time.Hour))
	if err != nil || len(all) != 2 {
		t.Fatalf("%+v, %v", all, err)
	}
	open, closed := all[0], all[1]
	if open.Series != 1 || open.Behind != 0 || !open.Late || open.Lag != 7*3600 || open.On {
		t.Errorf("open: %+v", open)
	}
	if closed.Series != 3 || closed.Behind != 1 || !closed.Newest.Equal(day) || closed.Open {
		t.Errorf("closed: %+v", closed)
	}
}

func TestNothingIsMeasuredUntilSomethingIs(t *testing.T) {
	full := board(t)
	kept, err := sqlite.Open(t.Context(), filepath.Join(t.TempDir(), "series.db"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = kept.Close() })
	empty := &Board{Series: kept}
	says := func(b *Board, want bool) {
		t.Helper()
		if got, err := b.Measured(t.Context()); got != want || err != nil {
			t.Errorf("measured: %v, %v; want %v", got, err, want)
		}
	}
	says(nil, false)
	says(empty, false)
	says(full, true)
	says(&Board{Polled: func() []Polled { return nil }}, true)
	m := keepiton.Measurement{SeriesKey: keepiton.SeriesKey{Feed: "open", Metric: "level", Entity: iran}, At: day, Step: time.Hour, Bin: keepiton.Bin{Value: 1, State: keepiton.Present}}
	if err := kept.Put(t.Context(), []keepiton.Measurement{m}); err != nil {
		t.Fatal(err)
	}
	says(empty, true)
}
