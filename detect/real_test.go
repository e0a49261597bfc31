package detect

import (
	"encoding/csv"
	"os"
	"path/filepath"
	"strconv"
	"testing"
	"time"

	"keepiton"
)

// rows reads a real CSV.
func rows(t testing.TB, name string) [][]string {
	t.Helper()
	f, err := os.Open(filepath.Join("../../shared/data", name))
	if err != nil {
		if os.Getenv("CI") == "true" {
			t.Fatal(err)
		}
		t.Skipf("REAL SERIES ARE MISSING: %v", err)
	}
	defer f.Close()
	r := csv.NewReader(f)
	r.FieldsPerRecord = -1
	all, err := r.ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	return all
}

// iran2026 is what IODA had of Iran from 2025-12-01 to 2026-01-10.
func iran2026(t testing.TB) map[string]keepiton.Series {
	t.Helper()
	all := rows(t, "ioda/iran-2026-01/ioda-iran-2025-12-01_2026-01-10-normalized.csv")
	from, err := time.Parse(time.DateTime, all[1][0])
	if err != nil {
		t.Fatal(err)
	}
	out := map[string]keepiton.Series{}
	for col, metric := range map[int]string{1: "gtr", 2: "merit-nt", 3: "bgp", 4: "ping-slash24"} {
		s := keepiton.Series{SeriesKey: keepiton.SeriesKey{Feed: "ioda", Metric: metric, Entity: keepiton.Entity{Country: "IR"}}, From: from.UTC(), Step: 30 * time.Minute}
		for _, row := range all[1:] {
			var b keepiton.Bin
			if v, err := strconv.ParseFloat(row[col], 64); err == nil {
				b = keepiton.Bin{Value: v, State: keepiton.Present}
			}
			s.Bins = append(s.Bins, b)
		}
		out[metric] = s
	}
	return out
}

func iodaMetric(name string) keepiton.Metric {
	m := keepiton.Metric{Feed: "ioda", Name: name, Family: keepiton.DataPlane}
	switch name {
	case "bgp":
		m.Family = keepiton.ControlPlane
	case "gtr", "merit-nt":
		m.Family, m.Season = keepiton.Users, keepiton.HourOfWeek
	}
	return m
}

func TestIran2026IsSeenAtItsHourAndNothingBefore(t *testing.T) {
	day := time.Date(2026, 1, 8, 0, 0, 0, 0, time.UTC)
	// Probing falls first; routes hardly fall at all.
	for name, want := range map[string]struct {
		onset time.Duration // beginning of the first low bin
		depth float64       // at least
	}{
		"ping-slash24": {16*time.Hour + 30*time.Minute, 0.95}, "gtr": {18 * time.Hour, 0.9}, "merit-nt": {17*time.Hour + 30*time.Minute, 0.9}, "bgp": {18 * time.Hour, 0.1},
	} {
		s := iran2026(t)[name]
		got := Signals(&s, iodaMetric(name))
		if len(got) != 1 {
			t.Errorf("%s: %d signals, want one: %+v", name, len(got), got)
			continue
		}
		late := got[0].Onset.From.Sub(day.Add(want.onset))
		if late < -30*time.Minute || late > time.Hour || got[0].Depth < want.depth {
			t.Errorf("%s: from %s, depth %.2f", name, got[0].Onset.From, got[0].Depth)
		}
		if delay := got[0].First.Sub(got[0].Onset.From); delay > 90*time.Minute {
			t.Errorf("%s: seen only after %s", name, delay)
		}
	}
}

// places reads the observatory's files: hourly connectivity by place.
func places(t testing.TB, name, place, at, value, country string) []keepiton.Series {
	t.Helper()
	all := rows(t, "ioda/ip-observatory/"+name)
	col := map[string]int{}
	for i, c := range all[0] {
		col[c] = i
	}
	byPlace := map[string]*keepiton.Series{}
	var order []string
	for _, row := range all[1:] {
		sec, err := strconv.ParseInt(row[col[at]], 10, 64)
		if err != nil {
			t.Fatal(err)
		}
		id := row[col["name_1"]] + "/" + row[col[place]]
		s := byPlace[id]
		if s == nil {
			s = &keepiton.Series{SeriesKey: keepiton.SeriesKey{Feed: "observatory", Metric: "connectivity", Entity: keepiton.Entity{Country: country, Service: id}}, From: time.Unix(sec, 0).UTC(), Step: time.Hour}
			byPlace[id] = s
			order = append(order, id)
		}
		i := int((sec - s.From.Unix()) / 3600)
		for len(s.Bins) <= i {
			s.Bins = append(s.Bins, keepiton.Bin{})
		}
		v, err := strconv.ParseFloat(row[col[value]], 64)
		if err == nil {
			s.Bins[i] = keepiton.Bin{Value: v, State: keepiton.Present}
		}
	}
	var out []keepiton.Series
	for _, id := range order {
		out = append(out, *byPlace[id])
	}
	return out
}

var connectivity = keepiton.Metric{Feed: "observatory", Name: "connectivity", Family: keepiton.DataPlane}

// onsets returns how many places there are, and how many of them have the onset of a
// signal within a stretch, and outside of it.
func onsets(all []keepiton.Series, from, to time.Time) (places, within, outside int) {
	for i := range all {
		in, out := 0, 0
		for _, s := range Signals(&all[i], connectivity) {
			if s.Onset.From.Before(from) || !s.Onset.From.Before(to) {
				out = 1
			} else {
				in = 1
			}
		}
		within, outside = within+in, outside+out
	}
	return len(all), within, outside
}

func TestIran2019FallsInNearlyEveryCountyOnOneEvening(t *testing.T) {
	at := time.Date(2019, 11, 16, 19, 0, 0, 0, time.UTC) // the file's clock is local
	n, within, outside := onsets(places(t, "irn-2019-11-11_gif.csv", "name_2", "time_e", "connectivity", "IR"), at, at.Add(5*time.Hour))
	t.Logf("%d counties, %d that evening, %d at other times", n, within, outside)
	if float64(within) < 0.9*float64(n) || outside > n/2 {
		t.Errorf("%d of %d counties", within, n)
	}
}

func TestVenezuela2019FallsInNearlyEveryStateOnOneAfternoon(t *testing.T) {
	at := time.Date(2019, 7, 22, 13, 0, 0, 0, time.UTC)
	n, within, outside := onsets(places(t, "ven-2019-07-22_gif.csv", "name_1", "time_e", "connectivity", "VE"), at, at.Add(4*time.Hour))
	t.Logf("%d states, %d that afternoon, %d at other times", n, within, outside)
	if within < n-2 || outside > 2 {
		t.Errorf("%d of %d states, %d at other times", within, n, outside)
	}
}

func TestAHurricaneFallsHereAndThereAtItsOwnPace(t *testing.T) {
	at := time.Date(2020, 8, 24, 0, 0, 0, 0, time.UTC)
	all := places(t, "usa-2020-08-31_HurrLaura.csv", "name_2", "time_e_utc", "connectivity", "US")
	most := 0
	for h := range 24 * 8 {
		_, within, _ := onsets(all, at.Add(time.Duration(h)*time.Hour), at.Add(time.Duration(h+1)*time.Hour))
		most = max(most, within)
	}
	if 10*most > len(all) {
		t.Errorf("%d of %d counties in one hour", most, len(all))
	}
}

func google(t testing.TB, country string) keepiton.Series {
	t.Helper()
	s := keepiton.Series{SeriesKey: keepiton.SeriesKey{Feed: "google", Metric: "fraction", Entity: keepiton.Entity{Country: country, Service: "youtube"}}, Step: 2 * time.Hour}
	for _, row := range rows(t, "google-transparency/"+country+".csv")[1:] {
		at, err := time.Parse("2006-01-02 15:04:05.000", row[0])
		if err != nil {
			t.Fatal(err)
		}
		if s.From.IsZero() {
			s.From = at
		}
		i := int(at.Sub(s.From) / s.Step)
		for len(s.Bins) <= i {
			s.Bins = append(s.Bins, keepiton.Bin{})
		}
		if v, err := strconv.ParseFloat(row[1], 64); err == nil {
			s.Bins[i] = keepiton.Bin{Value: v, State: keepiton.Present}
		}
	}
	return s
}

func TestYouTubeFellInRussiaAndNeverInTheNetherlands(t *testing.T) {
	traffic := keepiton.Metric{Feed: "google", Name: "fraction", Family: keepiton.Users, Season: keepiton.HourOfWeek}
	quiet := google(t, "NL")
	if got := Signals(&quiet, traffic); len(got) > 0 {
		t.Errorf("the Netherlands, six years: %+v", got)
	}
	russia := google(t, "RU")
	got := Signals(&russia, traffic)
	if len(got) != 1 || got[0].Onset.From.Format(time.DateOnly) != "2024-08-08" || got[0].Depth < 0.5 {
		t.Errorf("Russia: %+v", got)
	}
}
