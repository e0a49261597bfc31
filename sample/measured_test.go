package sample

import (
	"reflect"
	"testing"
	"time"

	"keepiton"
)

func TestMeasurementsFollowTheStories(t *testing.T) {
	now := time.Date(2026, 11, 26, 12, 34, 56, 0, time.UTC)
	all := Measurements(now)
	if !reflect.DeepEqual(all, Measurements(now)) {
		t.Error("the same now gives another world")
	}
	sum := map[string]float64{}
	count := map[string]float64{}
	down := 0
	for _, m := range all {
		if m.At.Unix()%int64(m.Step/time.Second) != 0 || m.At.Add(m.Step).After(now) || m.Arrived.Time().After(now) {
			t.Fatalf("%s at %v arrived %v: not within the past", m.SeriesKey, m.At, m.Arrived.Time())
		}
		if m.State == keepiton.SourceDown {
			down++
			continue
		}
		when := "before"
		if m.At.After(now.Add(-3 * time.Hour)) {
			when = "now"
		} else if m.At.After(now.Add(-20 * 24 * time.Hour)) {
			continue
		}
		key := m.SeriesKey.String() + " " + when
		sum[key] += m.Value
		count[key]++
	}
	mean := func(key string) float64 { return sum[key] / count[key] }
	for _, c := range []struct {
		series      string
		least, most float64
	}{
		{"bgp/v4/country/XG", .05, .07}, {"ioda/ping-slash24/country/XG", .02, .04}, {"bgp/v4/country/XE", .99, 1.01}, {"ioda/ping-slash24/country/XE", .32, .36}, {"bgp/v4/country/XA", .99, 1.01},
	} {
		if got := mean(c.series+" now") / mean(c.series+" before"); got < c.least || got > c.most {
			t.Errorf("%s: %.3f of the past is left, not %v to %v", c.series, got, c.least, c.most)
		}
	}
	if down == 0 {
		t.Error("no feed was ever down")
	}
}
