package monitor

import (
	"iter"
	"log/slog"
	"path/filepath"
	"testing"
	"time"

	"keepiton"
	"keepiton/detect"
	"keepiton/sample"
	seriesdb "keepiton/series/sqlite"
	"keepiton/source/all"
	"keepiton/store/sqlite"
)

// BenchmarkPass looks at the made-up world: 27 series of 36 days, 156,000 bins, with
// what is found kept each time.
func BenchmarkPass(b *testing.B) {
	dir := b.TempDir()
	kept, err := seriesdb.Open(b.Context(), filepath.Join(dir, "series.db"))
	if err != nil {
		b.Fatal(err)
	}
	defer kept.Close()
	st, err := sqlite.Open(b.Context(), filepath.Join(dir, "record.db"), sqlite.Options{})
	if err != nil {
		b.Fatal(err)
	}
	defer st.Close()
	now := time.Date(2026, 11, 26, 4, 0, 0, 0, time.UTC)
	world := sample.Measurements(now)
	if err := kept.Put(b.Context(), world); err != nil {
		b.Fatal(err)
	}
	m := New(Config{
		Series: kept, Disruptions: st, Marks: st, Metric: all.Metric, Now: time.Now, Log: slog.New(slog.DiscardHandler),
		Detect: func(series iter.Seq2[keepiton.Series, error], now time.Time) ([]keepiton.Disruption, error) {
			return detect.Disruptions(detect.Input{Series: series, Metric: all.Metric, Now: now})
		},
	})
	b.ReportAllocs()
	for b.Loop() {
		if err := m.Pass(b.Context(), now); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(len(world))*float64(b.N)/b.Elapsed().Seconds(), "bins/s")
}
