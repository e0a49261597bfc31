package detect

import (
	"runtime"
	"runtime/debug"
	"testing"
	"time"

	"keepiton"
)

// many5000 gives 5,000 series of five-minute bins: 125 countries with routes of both
// kinds, hosts, and networks. Every third country has blackouts, seen by all that it has.
// Bins are shared between series, so that the memory measured is that of detection.
func many5000(days int, season bool) (func(yield func(keepiton.Series, error) bool), func(feed, name string) (keepiton.Metric, bool)) {
	quiet := made(days, nil)
	dark := made(days, func(at time.Time, b *keepiton.Bin) {
		between(400, 410, 0.1)(at, b)
		between(1000, 1004, 0.2)(at, b)
		between(1500, 1560, 0.6)(at, b)
	})
	seq := func(yield func(keepiton.Series, error) bool) {
		for c := range 125 {
			cc := string([]rune{rune('A' + c/26), rune('A' + c%26)})
			for n := range 40 {
				s := quiet
				if c%3 == 0 {
					s = dark
				}
				s.SeriesKey = keepiton.SeriesKey{Feed: "bgp", Metric: []string{"v4", "v6"}[n%2], Entity: keepiton.Entity{Country: cc, ASN: keepiton.ASN(n / 2 * 7)}}
				if n > 35 {
					s.SeriesKey = keepiton.SeriesKey{Feed: "ioda", Metric: "ping-slash24", Entity: keepiton.Entity{Country: cc, ASN: keepiton.ASN((n - 36) * 7)}}
				}
				if !yield(s, nil) {
					return
				}
			}
		}
	}
	return seq, func(feed, name string) (keepiton.Metric, bool) {
		m := keepiton.Metric{Feed: feed, Name: name, Family: keepiton.ControlPlane, Lag: 8 * time.Minute, Floor: 4}
		if feed == "ioda" {
			m.Family = keepiton.DataPlane
		}
		if season {
			m.Family, m.Season = keepiton.Users, keepiton.HourOfWeek
		}
		return m, true
	}
}

// BenchmarkDisruptions recomputes 5,000 series of 90 days: 15 s and 1 GiB are wanted, on
// two cores.
func BenchmarkDisruptions(b *testing.B) {
	for name, season := range map[string]bool{"level": false, "season": true} {
		b.Run(name, func(b *testing.B) {
			series, metric := many5000(90, season)
			now := begin.AddDate(0, 0, 90)
			for b.Loop() {
				debug.FreeOSMemory()
				all, err := Disruptions(Input{Series: series, Metric: metric, Now: now, Archive: true})
				if err != nil || len(all) == 0 {
					b.Fatal(len(all), err)
				}
				var m runtime.MemStats
				runtime.ReadMemStats(&m)
				b.ReportMetric(float64(m.Sys)/(1<<20), "MiB")
				b.ReportMetric(float64(len(all)), "disruptions")
			}
		})
	}
}

// BenchmarkOneBin looks at the next bin of 5,000 series that have two weeks behind them:
// 10 ms are wanted.
func BenchmarkOneBin(b *testing.B) {
	for name, m := range map[string]keepiton.Metric{"level": routes, "season": {Family: keepiton.Users, Season: keepiton.HourOfWeek}} {
		b.Run(name, func(b *testing.B) {
			s := made(15, nil)
			all := make([]*Detector, 5000)
			for i := range all {
				all[i] = NewDetector(s.SeriesKey, m, s.Step)
			}
			end := len(s.Bins)
			for i, bin := range s.Bins {
				if i < end-288 && m.Season == keepiton.Seasonless && i%6 != 0 { // enough to have a baseline
					continue
				}
				for _, d := range all {
					d.Step(s.At(i), bin)
				}
			}
			i := 0
			for b.Loop() {
				at := s.To().Add(time.Duration(i) * s.Step)
				for _, d := range all {
					d.Step(at, s.Bins[i%end])
				}
				i++
			}
			b.ReportMetric(float64(b.Elapsed().Milliseconds())/float64(b.N), "ms/bin-of-all")
		})
	}
}
