package sqlite

import (
	"context"
	"math/rand/v2"
	"os"
	"path/filepath"
	"testing"
	"time"

	"keepiton"
	"keepiton/series"
	"keepiton/series/seriestest"
)

func open(t testing.TB, file string) *Store {
	t.Helper()
	s, err := Open(context.Background(), file)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	return s
}

func TestTheContractHolds(t *testing.T) {
	seriestest.Run(t, func(t *testing.T) series.Store { return open(t, filepath.Join(t.TempDir(), "series.db")) })
}

func TestSeriesAreThereAfterTheProgramEnds(t *testing.T) {
	file := filepath.Join(t.TempDir(), "series.db")
	key := keepiton.SeriesKey{Feed: "bgp", Metric: "v4", Entity: keepiton.Entity{Country: "IR"}}
	at := time.Date(2026, 1, 8, 12, 0, 0, 0, time.UTC)
	s := open(t, file)
	m := keepiton.Measurement{SeriesKey: key, At: at, Step: 5 * time.Minute, Bin: keepiton.Bin{Value: 5, State: keepiton.Present}}
	if err := s.Put(context.Background(), []keepiton.Measurement{m}); err != nil {
		t.Fatal(err)
	}
	_ = s.Close()
	if info, err := os.Stat(file); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("the file: %v, %v", info, err)
	}
	again := open(t, file)
	m.At, m.Value = at.Add(5*time.Minute), 6
	if err := again.Put(context.Background(), []keepiton.Measurement{m}); err != nil {
		t.Fatal(err)
	}
	got, err := again.Range(context.Background(), key, at, at.Add(10*time.Minute))
	if err != nil || got.Bins[0].Value != 5 || got.Bins[1].Value != 6 {
		t.Errorf("%+v, %v", got.Bins, err)
	}
}

// BenchmarkStore keeps 90 days of five-minute bins of many series, a day at a time,
// and reads all back: 5,000 series with KEEPITON_SERIES=5000, 200 without.
func BenchmarkStore(b *testing.B) {
	n := 200
	if os.Getenv("KEEPITON_SERIES") == "5000" {
		n = 5000
	}
	const days, perDay = 90, 288
	begin := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	ctx := context.Background()
	file := filepath.Join(b.TempDir(), "series.db")
	s := open(b, file)
	dice := rand.New(rand.NewPCG(1, 1))
	levels := make([]float64, n)
	for i := range levels {
		levels[i] = float64(dice.IntN(5000))
	}
	start := time.Now()
	for d := range days {
		var all []keepiton.Measurement
		for i := range n {
			key := keepiton.SeriesKey{Feed: "bgp", Metric: "v4", Entity: keepiton.Entity{Country: "IR", ASN: keepiton.ASN(i + 1)}}
			for k := range perDay {
				if dice.IntN(6) == 0 {
					levels[i] += float64(dice.IntN(9) - 4)
				}
				at := begin.AddDate(0, 0, d).Add(time.Duration(k) * 5 * time.Minute)
				all = append(all, keepiton.Measurement{SeriesKey: key, At: at, Step: 5 * time.Minute, Bin: keepiton.Bin{
					Value: levels[i], N: 40, State: keepiton.Present, Arrived: keepiton.StampOf(at.Add(7 * time.Minute)),
				}})
			}
		}
		if err := s.Put(ctx, all); err != nil {
			b.Fatal(err)
		}
	}
	kept := time.Since(start)
	if _, err := s.write.ExecContext(ctx, `PRAGMA wal_checkpoint(TRUNCATE)`); err != nil {
		b.Fatal(err)
	}
	info, err := os.Stat(file)
	if err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		bins := 0
		for one, err := range s.Scan(ctx, series.Filter{Feed: "bgp"}, begin, begin.AddDate(0, 0, days)) {
			if err != nil {
				b.Fatal(err)
			}
			bins += len(one.Bins)
		}
		if bins != n*days*perDay {
			b.Fatal(bins)
		}
	}
	b.ReportMetric(float64(n*days*perDay)/kept.Seconds()/1e6, "Mbins/s-kept")
	b.ReportMetric(float64(info.Size())/float64(n*days*perDay), "bytes/bin")
	b.ReportMetric(float64(info.Size())/1e6, "MB")
	b.ReportMetric(float64(n*days*perDay*b.N)/b.Elapsed().Seconds()/1e6, "Mbins/s-read")
}

// TestTwoProcessesKeepTheBoundsOfASeries writes by two stores in turns, as a server and
// a command beside it do: neither takes back what the other knows of it.
func TestTwoProcessesKeepTheBoundsOfASeries(t *testing.T) {
	file := filepath.Join(t.TempDir(), "series.db")
	a, b := open(t, file), open(t, file)
	key := keepiton.SeriesKey{Feed: "bgp", Metric: "v4", Entity: keepiton.Entity{Country: "IR"}}
	at := time.Date(2026, 1, 8, 12, 0, 0, 0, time.UTC)
	for i, s := range []*Store{a, b, a, b, a} {
		hour := []int{0, 8, 2, -6, 4}[i]
		m := keepiton.Measurement{SeriesKey: key, At: at.Add(time.Duration(hour) * time.Hour), Step: time.Hour, Bin: keepiton.Bin{Value: 5, State: keepiton.Present}}
		if err := s.Put(t.Context(), []keepiton.Measurement{m}); err != nil {
			t.Fatal(err)
		}
	}
	for k, err := range a.Keys(t.Context(), series.Filter{}) {
		if err != nil || !k.From.Equal(at.Add(-6*time.Hour)) || !k.To.Equal(at.Add(9*time.Hour)) {
			t.Errorf("%+v, %v", k, err)
		}
	}
}
