package keepiton

import (
	"testing"
	"time"
)

func TestMomentReadsWhatItWrites(t *testing.T) {
	for _, s := range []string{"", "2022-01-03", "2022-01-03~", "2022-01", "2022", "2022~", "2022-01-03T15Z", "2022-01-03T15:04Z", "2022-01-03T15:04Z~"} {
		m, err := ParseMoment(s)
		if err != nil {
			t.Errorf("ParseMoment(%q): %v", s, err)
			continue
		}
		if got := m.String(); got != s {
			t.Errorf("ParseMoment(%q).String() = %q", s, got)
		}
	}
}

func TestMomentRefusesWhatIsNoDate(t *testing.T) {
	for _, s := range []string{"~", "2022-13-01", "2022-02-30", "1/3/2022", "44208", "0000", "2022-01-03T25Z", "2022-01-03 ", "２０２２"} {
		if m, err := ParseMoment(s); err == nil {
			t.Errorf("ParseMoment(%q) = %v, want an error", s, m)
		} else if CodeOf(err) != Invalid {
			t.Errorf("ParseMoment(%q) has code %q, want %q", s, CodeOf(err), Invalid)
		}
	}
}

func FuzzParseMoment(f *testing.F) {
	for _, s := range []string{"2022-01-03~", "2022", "2022-01-03T15:04Z", "9999-12-31"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		m, err := ParseMoment(s)
		if err != nil {
			return
		}
		again, err := ParseMoment(m.String())
		if err != nil || !again.At.Equal(m.At) || again.Precision != m.Precision || again.Estimated != m.Estimated {
			t.Errorf("%q reads as %+v and, written again as %q, as %+v (%v)", s, m, m.String(), again, err)
		}
	})
}

func day(s string) Moment {
	m, err := ParseMoment(s)
	if err != nil {
		panic(err)
	}
	return m
}

func TestDurationIsAnInterval(t *testing.T) {
	now := time.Date(2024, 5, 10, 12, 0, 0, 0, time.UTC)
	for _, c := range []struct {
		name           string
		start, end     string
		state          EndState
		min, best, max float64
		known          bool
	}{
		{"one day: hours unknown", "2024-05-01", "2024-05-01", Ended, 0, 1, 1, true},
		{"two days, inclusive", "2024-05-01", "2024-05-02", Ended, 0, 2, 2, true},
		{"three days", "2024-05-01", "2024-05-03", Ended, 1, 3, 3, true},
		{"to the minute", "2024-05-01T06:00Z", "2024-05-01T17:59Z", Ended, 0.4986, 0.5, 0.5, true},
		{"a month is up to 31 days", "2024-05", "2024-05", Ended, 0, 31, 31, true},
		{"ongoing runs to now", "2024-05-09", "", Ongoing, 0.5, 1.5, 1.5, false},
		{"no end: from nothing to now, the first day for sure", "2024-05-01", "", EndUnknown, 0, 1, 9.5, false},
		{"end before start says nothing", "2024-05-05", "2024-05-01", Ended, 0, 0, 0, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			e := Episode{Start: day(c.start), End: Ending{State: c.state, At: day(c.end)}}
			got := e.Days(now)
			near := func(a, b float64) bool { return a-b < 0.001 && b-a < 0.001 }
			if !near(got.Min, c.min) || !near(got.Best, c.best) || !near(got.Max, c.max) || got.Known != c.known {
				t.Errorf("got %+v, want min %v best %v max %v known %v", got, c.min, c.best, c.max, c.known)
			}
			if got.Min > got.Best || got.Best > got.Max {
				t.Errorf("%+v is not in order", got)
			}
		})
	}
}

func TestMissingEndIsNotAnEnd(t *testing.T) {
	now := time.Date(2024, 5, 10, 0, 0, 0, 0, time.UTC)
	unknown := Episode{Start: day("2021-03-01"), End: Ending{State: EndUnknown}}
	ongoing := Episode{Start: day("2021-03-01"), End: Ending{State: Ongoing}}
	ended := Episode{Start: day("2021-12-31"), End: Ending{State: Ended, At: day("2022-01-01")}}
	for _, c := range []struct {
		name string
		e    Episode
		year int
		want bool
	}{
		{"unknown end counts in its start year", unknown, 2021, true},
		{"unknown end is not carried on", unknown, 2022, false},
		{"ongoing counts in every year", ongoing, 2023, true},
		{"ongoing counts up to now", ongoing, 2024, true},
		{"and not beyond", ongoing, 2025, false},
		{"over new year counts in both", ended, 2022, true},
		{"but not before", ended, 2020, false},
	} {
		if got := c.e.ActiveIn(c.year, now); got != c.want {
			t.Errorf("%s: ActiveIn(%d) = %v", c.name, c.year, got)
		}
	}
}
