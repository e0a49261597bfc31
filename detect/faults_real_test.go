package detect

import (
	"testing"
	"time"

	"keepiton"
)

// TestFaultsOfInstruments measures what the constants of trust stand on: the signals of
// real series in days of which nothing is known. Some may be real, so that these rates are
// bounds from above.
func TestFaultsOfInstruments(t *testing.T) {
	video := keepiton.Metric{Feed: "google", Name: "fraction", Family: keepiton.Users, Season: keepiton.HourOfWeek}
	for _, c := range []struct {
		name   string
		series []keepiton.Series
		metric func(string) keepiton.Metric
		until  time.Time
		most   int // signals
	}{
		{"Iran, December 2025", iranSeries(t), iodaMetric, time.Date(2026, 1, 8, 12, 0, 0, 0, time.UTC), 0},
		{"counties of Iran, November 2019", places(t, "irn-2019-11-11_gif.csv", "name_2", "time_e", "connectivity", "IR"), func(string) keepiton.Metric { return connectivity }, time.Date(2019, 11, 15, 12, 0, 0, 0, time.UTC), 10},
		{"states of Venezuela, July 2019", places(t, "ven-2019-07-22_gif.csv", "name_1", "time_e", "connectivity", "VE"), func(string) keepiton.Metric { return connectivity }, time.Date(2019, 7, 22, 12, 0, 0, 0, time.UTC), 1},
		{"counties of the United States, August 2020", places(t, "usa-2020-08-31_HurrLaura.csv", "name_2", "time_e_utc", "connectivity", "US"), func(string) keepiton.Metric { return connectivity }, time.Date(2020, 8, 26, 18, 0, 0, 0, time.UTC), 3},
		{"YouTube in the Netherlands", []keepiton.Series{google(t, "NL")}, func(string) keepiton.Metric { return video }, time.Date(2030, 1, 1, 0, 0, 0, 0, time.UTC), 0},
		{"YouTube in Russia before July 2024", []keepiton.Series{google(t, "RU")}, func(string) keepiton.Metric { return video }, time.Date(2024, 7, 1, 0, 0, 0, 0, time.UTC), 0},
	} {
		days, n, depths, deepest, longest := 0.0, 0, 0.0, 0.0, time.Duration(0)
		for _, s := range c.series {
			s.Bins = s.Bins[:max(0, min(len(s.Bins), int(c.until.Sub(s.From)/s.Step)))]
			days += max(0, float64(len(s.Bins))*s.Step.Hours()/24-1) // a day of baseline
			for _, g := range Signals(&s, c.metric(s.Metric)) {
				n++
				depths += g.Depth
				deepest = max(deepest, g.Depth)
				if !g.End.IsZero() {
					longest = max(longest, g.End.From.Sub(g.Onset.From))
				}
			}
		}
		t.Logf("%s: %d series, %.0f days, %d signals, %.2f deep in the mean, %.2f at most, %v long at most", c.name, len(c.series), days, n, depths/max(1, float64(n)), deepest, longest)
		if n > c.most || deepest > 0.5 || longest > 15*time.Hour {
			t.Errorf("%s: %d signals, up to %.2f deep and %v long", c.name, n, deepest, longest)
		}
	}
}
