package evaluate

import (
	"math"
	"testing"
	"time"

	"keepiton"
)

func line(step time.Duration, values ...float64) *keepiton.Series {
	s := &keepiton.Series{SeriesKey: keepiton.SeriesKey{Feed: "ioda", Metric: "bgp", Entity: keepiton.Entity{Country: "TD"}}, From: day0, Step: step}
	for _, v := range values {
		b := keepiton.Bin{Value: v, State: keepiton.Present}
		if v < 0 {
			b = keepiton.Bin{}
		}
		s.Bins = append(s.Bins, b)
	}
	return s
}

func TestIODAWarnsBelowItsThresholds(t *testing.T) {
	rule, _ := RuleOf("bgp")
	s := line(5*time.Minute, 100, 100, 100, 100, 100, 100, 100, 100, 100, 100, 100, 100,
		10, // within the first hour nothing is said; after it, critical
		98, // a warning
		99, // not below 99 %
		-1, 100)
	got := rule.Alerts(s)
	want := []IODAAlert{{s.At(12), IODACritical, 10, 100}, {s.At(13), IODAWarning, 98, 100}, {s.At(14), IODANormal, 99, 100}}
	if len(got) != len(want) {
		t.Fatalf("%+v", got)
	}
	for i := range want {
		if got[i] != want[i] {
			t.Errorf("%+v, want %+v", got[i], want[i])
		}
	}
	e := IODAEvents(got, s.To())
	if len(e) != 1 || e[0].From != s.At(12) || e[0].To != s.At(14) || math.Abs(e[0].Score-(90*5+2*5)) > 1e-9 || e[0].Open {
		t.Errorf("%+v: 90 %% and 2 %% for five minutes each", e)
	}
	if small := rule.Alerts(line(5*time.Minute, 19, 19, 19, 19, 19, 19, 19, 19, 19, 19, 19, 19, 0)); len(small) != 0 {
		t.Errorf("where less than 20 are expected: %+v", small)
	}
}

func TestIODAForgetsAnOutageAfterAWeek(t *testing.T) {
	rule, _ := RuleOf("ping-slash24")
	var values []float64
	for range 7 * 24 * 6 {
		values = append(values, 1000)
	}
	for range 20 * 24 * 6 {
		values = append(values, 100)
	}
	s := line(10*time.Minute, values...)
	got := rule.Alerts(s)
	if len(got) != 2 || got[0].Level != IODACritical || got[1].Level != IODANormal {
		t.Fatalf("%+v", got)
	}
	// A week out of the window, then half a week until the low values are most of it.
	if healed := got[1].At.Sub(got[0].At); healed < 10*24*time.Hour || healed > 11*24*time.Hour {
		t.Errorf("an outage that goes on becomes normal after %v", healed)
	}
}

func TestIODAMultipliesTheScoresOfSources(t *testing.T) {
	at := func(h int) time.Time { return day0.Add(time.Duration(h) * time.Hour) }
	got := MergeIODA([]IODAEvent{{From: at(0), To: at(4), Score: 10}, {From: at(9), To: at(10), Score: 3}}, []IODAEvent{{From: at(3), To: at(6), Score: 20, Open: true}, {From: at(5), To: at(6), Score: 7}})
	if len(got) != 2 || got[0].Score != 200 || got[0].To != at(6) || !got[0].Open || got[1].Score != 3 {
		t.Errorf("%+v", got)
	}
}
