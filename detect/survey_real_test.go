package detect

import (
	"fmt"
	"iter"
	"slices"
	"strconv"
	"testing"
	"time"

	"keepiton"
)

// each gives series one after another.
func each(list []keepiton.Series) iter.Seq2[keepiton.Series, error] {
	return func(yield func(keepiton.Series, error) bool) {
		for _, s := range list {
			if !yield(s, nil) {
				return
			}
		}
	}
}

// found is what a list of series comes to at a moment.
func found(t testing.TB, list []keepiton.Series, m func(feed, name string) (keepiton.Metric, bool), now time.Time, c func(string) Context) []keepiton.Disruption {
	t.Helper()
	out, err := Disruptions(Input{Series: each(list), Metric: m, Now: now, Context: c, Geolocation: "made up, 2026-01-01", Archive: true})
	if err != nil {
		t.Fatal(err)
	}
	for _, d := range out {
		v := d.Verdict()
		t.Logf("%s %s–%s %s depth %.2f %v: %s %.3f %.2f", d.ID, d.Onset.From.Format("01-02 15:04"), d.Onset.To.Format("15:04"), d.Entity, d.Depth, d.Shape, v.State, v.Disruption, v.Intentional)
	}
	return out
}

// claimed are those of which something is said.
func claimed(all []keepiton.Disruption) []keepiton.Disruption {
	return slices.DeleteFunc(slices.Clone(all), func(d keepiton.Disruption) bool {
		return !slices.ContainsFunc(d.Verdicts, func(v keepiton.Verdict) bool { return v.State != keepiton.Insufficient })
	})
}

func iranSeries(t testing.TB) []keepiton.Series {
	all := iran2026(t)
	return []keepiton.Series{all["bgp"], all["ping-slash24"], all["merit-nt"], all["gtr"]}
}

func iodaMetricOf(_, name string) (keepiton.Metric, bool) { return iodaMetric(name), true }

// TestIran2026IsSaidWithinAnHour: the export has bins of half an hour; the onset in
// probing is the one of 16:30, and routes stood above 85 % all the time. Each moment
// sees what had ended by then; how long IODA takes to publish comes on top.
func TestIran2026IsSaidWithinAnHour(t *testing.T) {
	onset := time.Date(2026, 1, 8, 16, 30, 0, 0, time.UTC)
	got := claimed(found(t, iranSeries(t), iodaMetricOf, time.Date(2026, 1, 11, 0, 0, 0, 0, time.UTC), nil))
	if len(got) != 1 {
		t.Fatalf("%d disruptions, want one", len(got))
	}
	d := got[0]
	if d.ID != "KID-20260108T1630-IR" || !slices.Contains(d.Shape, "bgp_flat") || !d.End.IsZero() || d.Onset.From.Before(onset) || d.Onset.To.After(onset.Add(2*time.Hour)) {
		t.Errorf("%s, onset %v, shape %v, end %v", d.ID, d.Onset, d.Shape, d.End)
	}
	for i, v := range d.Verdicts {
		t.Logf("%s %s P(disruption) %.3f, P(intentional) %.2f, %s", v.Stage, v.At.Format("15:04"), v.Disruption, v.Intentional, v.State)
		if v.Disruption < 0.95 || v.State == keepiton.LikelyOutage && len(v.Sources) == 0 {
			t.Errorf("%s: %v", v.Stage, v)
		}
		if v.Stage != keepiton.Stages[i] || v.At.Sub(d.Verdicts[0].At) != keepiton.Ages[i] {
			t.Errorf("verdict %d is %s at %s", i, v.Stage, v.At)
		}
	}
	if v := d.Verdicts[0]; v.At.Sub(onset) > time.Hour {
		t.Errorf("first said %s after the onset", v.At.Sub(onset))
	}
}

// TestARevisionIsWhatWasSaidThen: whoever looks at a past moment with what had arrived
// by then finds the verdicts that a later look says were given.
func TestARevisionIsWhatWasSaidThen(t *testing.T) {
	all := iranSeries(t)
	last := found(t, all, iodaMetricOf, time.Date(2026, 1, 11, 0, 0, 0, 0, time.UTC), nil)[0]
	for _, v := range last.Verdicts {
		then := found(t, all, iodaMetricOf, v.At, nil)
		if len(then) != 1 || then[0].ID != last.ID {
			t.Fatalf("at %s: %d disruptions", v.At, len(then))
		}
		if got := then[0].Verdict(); !sameVerdict(got, v) {
			t.Errorf("%s:\n%+v\n%+v", v.Stage, got, v)
		}
	}
}

func sameVerdict(a, b keepiton.Verdict) bool {
	return a.At.Equal(b.At) && a.Stage == b.Stage && a.Disruption == b.Disruption && a.Intentional == b.Intentional && a.State == b.State && slices.Equal(a.Silent, b.Silent) && len(a.Reasons) == len(b.Reasons)
}

// regional gives the observatory's places codes of regions, so that they are parts of
// their country.
func regional(all []keepiton.Series, country string) []keepiton.Series {
	for i := range all {
		all[i].Entity = keepiton.Entity{Country: country, Region: fmt.Sprintf("%s-%03d", country, i)}
	}
	return all
}

func connectivityOf(string, string) (keepiton.Metric, bool) { return connectivity, true }

// national are the claims that are about a whole country.
func national(all []keepiton.Disruption) []keepiton.Disruption {
	return slices.DeleteFunc(claimed(all), func(d keepiton.Disruption) bool { return d.Entity != d.Entity.Place() || d.Entity.Region != "" })
}

func TestIran2019IsOneDisruptionOfTheCountry(t *testing.T) {
	all := found(t, regional(places(t, "irn-2019-11-11_gif.csv", "name_2", "time_e", "connectivity", "IR"), "IR"), connectivityOf, time.Date(2019, 11, 21, 0, 0, 0, 0, time.UTC), nil)
	got := national(all)
	if len(got) != 1 {
		t.Fatalf("%d national disruptions", len(got))
	}
	d := got[0]
	evening := time.Date(2019, 11, 16, 20, 0, 0, 0, time.UTC) // the file's clock is local
	if d.Onset.From.Before(evening) || d.Onset.To.After(evening.Add(3*time.Hour)) || len(d.Parts) < 65 || d.Verdict().Disruption < 0.98 || d.Verdict().State == keepiton.LikelyOutage {
		t.Errorf("%+v, %d parts, %+v", d.Onset, len(d.Parts), d.Verdict())
	}
	// The days before: whole counties that fell by themselves are said, and few of them.
	if n := len(claimed(all)) - 1; n > 10 {
		t.Errorf("%d other claims in 73 counties and ten days", n)
	}
}

func TestVenezuela2019IsOneDisruptionOfTheCountry(t *testing.T) {
	series := regional(places(t, "ven-2019-07-22_gif.csv", "name_1", "time_e", "connectivity", "VE"), "VE")
	for name, notices := range map[string][]Notice{"without a notice": nil, "with one": {{Kind: "power_cut", Span: keepiton.Span{From: time.Date(2019, 7, 22, 12, 0, 0, 0, time.UTC)}}}} {
		got := national(found(t, series, connectivityOf, time.Date(2019, 7, 28, 0, 0, 0, 0, time.UTC), func(string) Context { return Context{Notices: notices, Owned: NotKnown} }))
		if len(got) != 1 {
			t.Fatalf("%s: %d national disruptions", name, len(got))
		}
		d, noon := got[0], time.Date(2019, 7, 22, 13, 0, 0, 0, time.UTC)
		if d.Onset.From.Before(noon) || d.Onset.To.After(noon.Add(4*time.Hour)) || len(d.Parts) < 11 || d.Verdict().State != keepiton.LikelyOutage {
			t.Errorf("%s: %+v, %d parts, %+v", name, d.Onset, len(d.Parts), d.Verdict())
		}
	}
}

// TestAHurricaneIsAnOutageOfCounties: with the weather's notice, and without it too.
func TestAHurricaneIsAnOutageOfCounties(t *testing.T) {
	series := regional(places(t, "usa-2020-08-31_HurrLaura.csv", "name_2", "time_e_utc", "connectivity", "US"), "US")
	weather := []Notice{{Kind: "weather", Span: keepiton.Span{From: time.Date(2020, 8, 25, 0, 0, 0, 0, time.UTC), To: time.Date(2020, 8, 30, 0, 0, 0, 0, time.UTC)}}}
	for name, notices := range map[string][]Notice{"with a notice": weather, "without one": nil} {
		all := found(t, series, connectivityOf, time.Date(2020, 9, 1, 0, 0, 0, 0, time.UTC), func(string) Context { return Context{Notices: notices, Owned: NotKnown} })
		outages, most := 0, 0.0
		for _, d := range claimed(all) {
			v := d.Verdict()
			if v.State == keepiton.LikelyShutdown || d.Entity.Region == "" {
				t.Errorf("%s: %s %s", name, d.ID, v.State)
			}
			if v.State == keepiton.LikelyOutage {
				outages++
			}
			most = max(most, v.Intentional)
		}
		t.Logf("%s: %d claims, %d of them likely outages, P(intentional) at most %.2f", name, len(claimed(all)), outages, most)
		if outages < 8 || most > 0.1 {
			t.Errorf("%s: %d outages, P(intentional) up to %.2f", name, outages, most)
		}
	}
}

// TestSixYearsOfYouTubeInTheNetherlandsAreQuiet, and Russia's throttling is found: one
// platform, by one witness.
func TestSixYearsOfYouTubeInTheNetherlandsAreQuiet(t *testing.T) {
	traffic := func(string, string) (keepiton.Metric, bool) {
		return keepiton.Metric{Feed: "google", Name: "fraction", Family: keepiton.Users, Season: keepiton.HourOfWeek}, true
	}
	nl, ru := google(t, "NL"), google(t, "RU")
	if got := claimed(found(t, []keepiton.Series{nl}, traffic, nl.To(), nil)); len(got) > 0 {
		t.Errorf("the Netherlands: %d", len(got))
	}
	got := claimed(found(t, []keepiton.Series{ru}, traffic, ru.To(), nil))
	if len(got) != 1 || got[0].Entity != (keepiton.Entity{Country: "RU", Service: "youtube"}) || !slices.Contains(got[0].Shape, "one_platform") || !got[0].End.IsZero() {
		t.Errorf("Russia: %d", len(got))
	}
}

// monitored is what somebody polled of IODA in February 2026: per cent of IODA's own
// baseline, at odd moments, here in half hours. What could not be had is source_down.
func monitored(t testing.TB) []keepiton.Series {
	t.Helper()
	var out []keepiton.Series
	from := time.Date(2026, 2, 14, 0, 0, 0, 0, time.UTC)
	for _, name := range []string{"bgp", "ping", "gtr", "merit"} {
		s := keepiton.Series{SeriesKey: keepiton.SeriesKey{Feed: "polled", Metric: name, Entity: keepiton.Entity{Country: "IR"}}, From: from, Step: 30 * time.Minute, Bins: make([]keepiton.Bin, 9*48)}
		for _, row := range rows(t, "ioda/iran-2026-02-monitor/ioda-"+name+".csv") {
			at, err := time.Parse(time.RFC3339, row[0])
			v, err2 := strconv.ParseFloat(row[2], 64)
			if err != nil || err2 != nil {
				t.Fatal(row)
			}
			b := &s.Bins[int(at.Sub(from)/s.Step)]
			if row[1] == "unknown" {
				*b = b.Merge(keepiton.Bin{State: keepiton.SourceDown})
			} else {
				*b = keepiton.Bin{Value: v, State: keepiton.Present}
			}
		}
		out = append(out, s)
	}
	return out
}

// TestFebruary2026HadOneMorningWithoutTraffic: routes and hosts stood all the time.
func TestFebruary2026HadOneMorningWithoutTraffic(t *testing.T) {
	metric := func(_, name string) (keepiton.Metric, bool) {
		m := keepiton.Metric{Feed: "polled", Name: name, Family: keepiton.DataPlane}
		switch name {
		case "bgp":
			m.Family = keepiton.ControlPlane
		case "gtr", "merit":
			m.Family = keepiton.Users
		}
		return m, true
	}
	got := claimed(found(t, monitored(t), metric, time.Date(2026, 2, 22, 7, 0, 0, 0, time.UTC), nil))
	if len(got) != 1 {
		t.Fatalf("%d disruptions", len(got))
	}
	d := got[0]
	if d.Onset.Mid().Format(time.DateOnly) != "2026-02-19" || d.End.IsZero() || d.End.From.Sub(d.Onset.From) > 20*time.Hour {
		t.Errorf("%v to %v", d.Onset, d.End)
	}
	for _, s := range d.Signals {
		if s.Family != keepiton.Users {
			t.Errorf("%s", s.Series)
		}
	}
}
