package detect

import (
	"testing"
	"time"

	"keepiton"
)

// Where few measure, nobody is expected at night: the hours go on all the same, and a
// signal ends when measurements come again.
func TestArrivalsOfFewEndAfterNights(t *testing.T) {
	from := time.Date(2026, 3, 2, 0, 0, 0, 0, time.UTC)
	m := keepiton.Metric{Feed: "ooni", Name: "volume", Kind: keepiton.ArrivalCount, Family: keepiton.Arrivals, Step: time.Hour, Lag: time.Hour, Season: keepiton.HourOfWeek}
	s := keepiton.Series{SeriesKey: keepiton.SeriesKey{Feed: "ooni", Metric: "volume", Entity: keepiton.Entity{Country: "XB"}}, From: from, Step: time.Hour, Bins: make([]keepiton.Bin, 45*24)}
	gone := keepiton.Span{From: from.AddDate(0, 0, 30).Add(8 * time.Hour), To: from.AddDate(0, 0, 32).Add(9 * time.Hour)}
	for i := range s.Bins {
		at := s.At(i)
		v := 12.0
		if at.Hour() < 5 || !at.Before(gone.From) && at.Before(gone.To) {
			v = 0
		}
		s.Bins[i] = keepiton.Bin{Value: v, N: uint32(v), State: keepiton.Present}
	}
	found := Signals(&s, m)
	if len(found) != 1 || found[0].End.IsZero() || found[0].End.From.Sub(gone.To) > 6*time.Hour {
		t.Errorf("%+v, not one until %v", found, gone.To)
	}
}
