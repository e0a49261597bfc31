package detect

import (
	"iter"
	"slices"
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
