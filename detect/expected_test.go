package detect

import (
	"math"
	"testing"
	"time"

	"keepiton"
)

// ramp is a series of 100 of 5 minutes with a fall to a value from one bin to another.
func ramp(days int, fall, back int, to float64) *keepiton.Series {
	s := &keepiton.Series{SeriesKey: keepiton.SeriesKey{Feed: "bgp", Metric: "v4"}, From: time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC), Step: 5 * time.Minute}
	for i := range days * 288 {
		v := 100 + float64(i%7)*0.1
		if i >= fall && i < back {
			v = to
		}
		s.Bins = append(s.Bins, keepiton.Bin{Value: v, N: 9, State: keepiton.Present})
	}
	return s
}

var amountOf = keepiton.Metric{Feed: "bgp", Name: "v4", Kind: keepiton.Amount, Family: keepiton.ControlPlane}

func TestWhatIsDrawnIsWhatWasCompared(t *testing.T) {
	const fall, back = 8 * 288, 9 * 288
	s := ramp(10, fall, back, 20)
	all := Baseline(s, amountOf, s.From)
	if len(all) != len(s.Bins) {
		t.Fatalf("%d expectations of %d bins", len(all), len(s.Bins))
	}
	found := Signals(s, amountOf)
	if len(found) != 1 {
		t.Fatalf("got %d signals, want one", len(found))
	}
	w := found[0].Witness
	i := int(w.At.Sub(s.From) / s.Step)
	if !all[i].Known || all[i].Value != w.Baseline {
		t.Errorf("the chart expects %v of the witness's bin, the signal expected %v", all[i].Value, w.Baseline)
	}
	if before, after := all[fall], all[back-1]; before != after {
		t.Errorf("the baseline moved while the signal lasted: %+v, then %+v", before, after)
	}
	if all[10].Known {
		t.Error("something was expected after an hour")
	}
	for i, e := range all {
		if e.Known && (e.Low > e.Value || e.Low < 50 || e.High != e.Value) {
			t.Fatalf("bin %d: %+v", i, e)
		}
		if math.IsNaN(e.Value + e.Low + e.High) {
			t.Fatalf("bin %d: %+v", i, e)
		}
	}
}

func TestTheBandEndsWhereABinBeginsToSpeak(t *testing.T) {
	s := ramp(9, 9*288, 9*288, 0)
	for _, tc := range []struct {
		m        keepiton.Metric
		bin      keepiton.Bin
		downward bool
	}{
		{amountOf, keepiton.Bin{Value: 100, N: 9, State: keepiton.Present}, true},
		{keepiton.Metric{Kind: keepiton.ArrivalCount, Family: keepiton.Arrivals}, keepiton.Bin{Value: 100, State: keepiton.Present}, true},
		{keepiton.Metric{Kind: keepiton.Shares, Family: keepiton.Services}, keepiton.Bin{Value: 3, N: 100, State: keepiton.Present}, false},
	} {
		d := NewDetector(s.SeriesKey, tc.m, s.Step)
		for i, b := range s.Bins {
			if !tc.downward {
				b = tc.bin
			}
			d.Step(s.At(i), b)
		}
		e := expectation(d.judge, tc.bin)
		if !e.Known {
			t.Fatalf("kind %d: nothing is expected after nine days", tc.m.Kind)
		}
		speaks := func(v float64) bool {
			b := tc.bin
			b.Value = v
			return d.judge.opinion(b).logLR > 0
		}
		edge, step := e.Low, -0.02*e.Value
		if !tc.downward {
			edge, step = e.High, 0.1*e.High
		}
		if speaks(edge) || !speaks(edge+step) {
			t.Errorf("kind %d: %+v: inside speaks %t, outside %t", tc.m.Kind, e, speaks(edge), speaks(edge+step))
		}
	}
}

func TestABaselineIsGivenFromATimeOn(t *testing.T) {
	s := ramp(9, 9*288, 9*288, 0)
	all, late := Baseline(s, amountOf, s.From), Baseline(s, amountOf, s.From.AddDate(0, 0, 8))
	if len(late) != 288 {
		t.Fatalf("%d bins of the last day, want 288", len(late))
	}
	for i, e := range late {
		if e != all[8*288+i] {
			t.Fatalf("bin %d: %+v from the last day on, %+v in all", i, e, all[8*288+i])
		}
	}
	churn := amountOf
	churn.Kind = keepiton.Churn
	if got := Baseline(s, churn, s.From); len(got) != len(s.Bins) || got[len(got)-1].Known {
		t.Error("something is expected of how much changes")
	}
}

func BenchmarkBaseline(b *testing.B) {
	s := ramp(30, 30*288, 30*288, 0)
	for b.Loop() {
		Baseline(s, amountOf, s.From.AddDate(0, 0, 23))
	}
}
