package sqlite

import (
	"math/rand/v2"
	"path/filepath"
	"testing"
	"time"

	"keepiton"
	"keepiton/series"
)

var blocked = keepiton.SeriesKey{Feed: "ooni", Metric: "blocked", Entity: keepiton.Entity{Country: "KE", Service: "telegram"}}

// witnesses are sightings of some bins of a day: 1 to 9 in each, every third met trouble.
func witnesses(day time.Time) (out []keepiton.Sighting) {
	for hour := range 24 {
		for who := range 1 + hour%9 {
			s := keepiton.Sighting{SeriesKey: blocked, At: day.Add(time.Duration(hour) * time.Hour), Step: time.Hour, Who: uint64(hour<<20 | who), What: keepiton.Told}
			if who%3 == 0 {
				s.What |= keepiton.Met
			}
			out = append(out, s)
		}
	}
	return out
}

func TestABinStandsByItselfOnceItsWitnessesArePruned(t *testing.T) {
	s := open(t, filepath.Join(t.TempDir(), "series.db"))
	day := time.Date(2023, 11, 8, 0, 0, 0, 0, time.UTC)
	now := time.Date(2026, 11, 26, 9, 0, 0, 0, time.UTC) // an archive of years ago is read today
	s.now = func() time.Time { return now }
	all := witnesses(day)
	half := len(all) / 2
	sight := func(some []keepiton.Sighting) {
		t.Helper()
		if err := s.Sight(t.Context(), some); err != nil {
			t.Fatal(err)
		}
	}
	bins := func() []keepiton.Bin {
		t.Helper()
		one, err := s.Range(t.Context(), blocked, day, day.AddDate(0, 0, 1))
		if err != nil {
			t.Fatal(err)
		}
		return one.Bins
	}
	same := func(when string, want []keepiton.Bin) {
		t.Helper()
		for i, b := range bins() {
			if b != want[i] {
				t.Errorf("%s: bin %d is %+v, was %+v", when, i, b, want[i])
			}
		}
	}
	prune := func() int64 {
		t.Helper()
		n, err := s.Prune(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		return n
	}
	sight(all[:half])
	now = now.Add(series.SightingsKept - 24*time.Hour)
	if n := prune(); n != 0 {
		t.Fatalf("%d bins lost their witnesses before it is time", n)
	}
	sight(all[half:]) // the rest of the archive, weeks later
	want := bins()
	if b := want[17]; b.N != 9 || b.Value != 3 || s.Closed() != 0 {
		t.Fatalf("bin 17 is %+v, %d not counted", b, s.Closed())
	}

	now = now.Add(series.SightingsKept + 48*time.Hour)
	if n := prune(); n != 24 {
		t.Errorf("%d bins lost their witnesses, want 24", n)
	}
	same("pruned", want)
	dice := rand.New(rand.NewPCG(3, 3))
	for range 5 { // the same file again, in pieces and in another order
		dice.Shuffle(len(all), func(i, j int) { all[i], all[j] = all[j], all[i] })
		sight(all[:half])
		sight(all[half:])
	}
	same("read again", want)
	late := keepiton.Sighting{SeriesKey: blocked, At: day, Step: time.Hour, Who: 77, What: keepiton.Told}
	sight([]keepiton.Sighting{late})
	same("somebody else, too late", want)
	if n, told := s.Closed(), int64(5*len(all)+1); n != told {
		t.Errorf("%d sightings not counted, want %d", n, told)
	}

	// Hours that nobody counted are open, however old: an archive may be read late.
	quiet := keepiton.Measurement{SeriesKey: blocked, At: day.Add(-time.Hour), Step: time.Hour, Bin: keepiton.Bin{State: keepiton.Present}}
	if err := s.Put(t.Context(), []keepiton.Measurement{quiet}); err != nil {
		t.Fatal(err)
	}
	for range 2 {
		for hour := 1; hour < 3; hour++ {
			late.At = day.Add(time.Duration(-hour) * time.Hour)
			sight([]keepiton.Sighting{late})
		}
	}
	one, err := s.Range(t.Context(), blocked, day.Add(-2*time.Hour), day)
	if err != nil || one.Bins[0].N != 1 || one.Bins[1].N != 1 {
		t.Errorf("hours that nobody counted: %+v, %v", one.Bins, err)
	}
}

func TestSightingsArePrunedOnceADay(t *testing.T) {
	file := filepath.Join(t.TempDir(), "series.db")
	s, other := open(t, file), open(t, file)
	now := time.Date(2026, 1, 8, 0, 0, 0, 0, time.UTC)
	s.now = func() time.Time { return now }
	other.now = s.now
	if err := s.Sight(t.Context(), witnesses(now.AddDate(0, 0, -1))); err != nil {
		t.Fatal(err)
	}
	prune := func(s *Store, want int64) {
		t.Helper()
		if n, err := s.Prune(t.Context()); n != want || err != nil {
			t.Errorf("pruned %d, want %d; %v", n, want, err)
		}
	}
	now = now.Add(series.SightingsKept)
	prune(s, 0)
	now = now.Add(24 * time.Hour)
	prune(other, 24)
	if _, err := s.write.ExecContext(t.Context(), `INSERT INTO sighting (series, at, data) VALUES (1, 0, x'')`); err != nil {
		t.Fatal(err)
	}
	prune(s, 0)
	now = now.Add(24 * time.Hour)
	prune(s, 1)
}

// TestAFileOfVersionOneKeepsItsSightings opens one that a program before this wrote.
func TestAFileOfVersionOneKeepsItsSightings(t *testing.T) {
	file := filepath.Join(t.TempDir(), "series.db")
	s := open(t, file)
	day := time.Now().UTC().Truncate(24*time.Hour).AddDate(0, 0, -2)
	all := witnesses(day)
	if err := s.Sight(t.Context(), all); err != nil {
		t.Fatal(err)
	}
	for _, q := range []string{`ALTER TABLE sighting DROP COLUMN grown`, `DROP TABLE pruned`, `PRAGMA user_version = 1`} {
		if _, err := s.write.ExecContext(t.Context(), q); err != nil {
			t.Fatal(err)
		}
	}
	_ = s.Close()
	for range 2 {
		again := open(t, file)
		if err := again.Sight(t.Context(), all); err != nil {
			t.Fatal(err)
		}
		var n, grown int64
		if err := again.read.QueryRowContext(t.Context(), `SELECT count(*), min(grown) FROM sighting`).Scan(&n, &grown); err != nil || n != 24 || grown < dayOf(time.Now())-1 {
			t.Errorf("%d bins with witnesses, grown on day %d, %v", n, grown, err)
		}
		_ = again.Close()
	}
}

// BenchmarkPrune keeps 60 days of hours of twelve services in forty countries and their
// networks, and lets go of the witnesses that are old: bytes in use before and after.
func BenchmarkPrune(b *testing.B) {
	for b.Loop() {
		s := open(b, filepath.Join(b.TempDir(), "series.db"))
		now := time.Date(2026, 11, 26, 0, 0, 0, 0, time.UTC)
		s.now = func() time.Time { return now }
		dice := rand.New(rand.NewPCG(4, 4))
		begin := now.AddDate(0, 0, -60)
		for day := begin; day.Before(begin.AddDate(0, 0, 60)); day = day.AddDate(0, 0, 1) {
			now = day.AddDate(0, 0, 1)
			var all []keepiton.Sighting
			for country := range 40 {
				for service := range 12 {
					key := keepiton.SeriesKey{Feed: "ooni", Metric: "blocked", Entity: keepiton.Entity{Country: string([]byte{'A' + byte(country/26), 'A' + byte(country%26)}), Service: "service" + string(rune('a'+service))}}
					for hour := range 24 {
						for range dice.IntN(6) {
							all = append(all, keepiton.Sighting{SeriesKey: key, At: day.Add(time.Duration(hour) * time.Hour), Step: time.Hour, Who: uint64(dice.IntN(1 << 40)), What: keepiton.Told})
						}
					}
				}
			}
			if err := s.Sight(b.Context(), all); err != nil {
				b.Fatal(err)
			}
		}
		used := func() float64 {
			var pages, free, size float64
			for q, into := range map[string]*float64{`PRAGMA page_count`: &pages, `PRAGMA freelist_count`: &free, `PRAGMA page_size`: &size} {
				if err := s.write.QueryRowContext(b.Context(), q).Scan(into); err != nil {
					b.Fatal(err)
				}
			}
			return (pages - free) * size / 1e6
		}
		before, start := used(), time.Now()
		n, err := s.Prune(b.Context())
		if err != nil {
			b.Fatal(err)
		}
		b.ReportMetric(before, "MB-before")
		b.ReportMetric(used(), "MB-after")
		b.ReportMetric(float64(n), "bins")
		b.ReportMetric(time.Since(start).Seconds(), "s-pruning")
	}
}
