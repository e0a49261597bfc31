package detect

import (
	"math"
	"math/rand/v2"
	"reflect"
	"slices"
	"testing"
	"time"

	"keepiton"
)

var (
	begin  = time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	routes = keepiton.Metric{Feed: "bgp", Name: "v4", Family: keepiton.ControlPlane, Floor: 4}
)

// made is a series of five-minute bins around 1,000 with a little noise, changed by
// what a story says of each bin.
func made(days int, story func(at time.Time, b *keepiton.Bin)) keepiton.Series {
	dice := rand.New(rand.NewPCG(uint64(days), 9))
	s := keepiton.Series{SeriesKey: keepiton.SeriesKey{Feed: "bgp", Metric: "v4", Entity: keepiton.Entity{Country: "XA"}}, From: begin, Step: 5 * time.Minute, Bins: make([]keepiton.Bin, days*288)}
	for i := range s.Bins {
		s.Bins[i] = keepiton.Bin{Value: math.Round(1000 + 3*dice.NormFloat64()), N: 40, State: keepiton.Present}
		if story != nil {
			story(s.At(i), &s.Bins[i])
		}
	}
	return s
}

// between makes a story of a level from one time to another, in hours after the
// beginning.
func between(from, to, level float64) func(time.Time, *keepiton.Bin) {
	return func(at time.Time, b *keepiton.Bin) {
		if h := at.Sub(begin).Hours(); h >= from && h < to {
			b.Value = math.Round(level * b.Value)
		}
	}
}

func TestAQuietSeriesHasNoSignals(t *testing.T) {
	s := made(60, nil)
	if got := Signals(&s, routes); len(got) > 0 {
		t.Errorf("got %+v", got)
	}
}

func TestACutIsOneSignalFromItsFirstBinToItsLast(t *testing.T) {
	s := made(14, between(200, 206, 0.1))
	got := Signals(&s, routes)
	if len(got) != 1 {
		t.Fatalf("%d signals", len(got))
	}
	g := got[0]
	first := begin.Add(200 * time.Hour)
	if g.Onset != (keepiton.Interval{From: first, To: first.Add(5 * time.Minute)}) || g.End != (keepiton.Interval{From: first.Add(6 * time.Hour), To: first.Add(6*time.Hour + 5*time.Minute)}) {
		t.Errorf("onset %v, end %v", g.Onset, g.End)
	}
	if g.Depth < 0.88 || g.Depth > 0.92 || g.Witness.Baseline < 990 || g.Witness.N != 40 || g.LogLR < 14 || g.LogLR > mostLogLR {
		t.Errorf("%+v", g)
	}
	if delay := g.First.Sub(first); delay > 20*time.Minute {
		t.Errorf("seen after %s", delay)
	}
}

func TestAGapIsNoBlackout(t *testing.T) {
	for _, state := range []keepiton.BinState{keepiton.Silent, keepiton.SourceDown} {
		s := made(14, func(at time.Time, b *keepiton.Bin) {
			if h := at.Sub(begin).Hours(); h >= 200 && h < 248 {
				*b = keepiton.Bin{State: state}
			}
		})
		if got := Signals(&s, routes); len(got) > 0 {
			t.Errorf("%s: %+v", state, got)
		}
	}
}

func TestALongShutdownDoesNotBecomeNormal(t *testing.T) {
	s := made(90, between(200, 90*24, 0.4))
	got := Signals(&s, routes)
	if len(got) != 1 || !got[0].End.IsZero() || got[0].Witness.Baseline < 990 {
		t.Fatalf("got %+v", got)
	}
}

func TestASmallerNetworkBecomesTheNewNormalAfterTwoWeeks(t *testing.T) {
	s := made(60, between(200, 60*24, 0.8))
	got := Signals(&s, routes)
	if len(got) != 1 || got[0].End.IsZero() || got[0].End.From.Sub(got[0].Onset.From) < 13*24*time.Hour {
		t.Fatalf("got %+v", got)
	}
	again := made(60, func(at time.Time, b *keepiton.Bin) {
		between(200, 60*24, 0.8)(at, b)
		between(1000, 1003, 0.5)(at, b)
	})
	if got := Signals(&again, routes); len(got) != 2 || math.Abs(got[1].Witness.Baseline-800) > 10 {
		t.Errorf("against the new normal: %+v", got)
	}
}

func TestOneBadBinIsNoSignal(t *testing.T) {
	for _, level := range []float64{0, 0.5, 0.85} {
		s := made(14, between(200, 200.01, level))
		if got := Signals(&s, routes); len(got) > 0 {
			t.Errorf("level %v: %+v", level, got)
		}
	}
}

// TestABinAtATimeIsTheSameAsAllAtOnce holds the promise that data which come late
// give the same answer: whatever was found before is what is found again.
func TestABinAtATimeIsTheSameAsAllAtOnce(t *testing.T) {
	s := made(20, func(at time.Time, b *keepiton.Bin) {
		between(200, 203, 0.3)(at, b)
		between(300, 340, 0.7)(at, b)
	})
	d := NewDetector(s.SeriesKey, routes, s.Step)
	for i, b := range s.Bins {
		d.Step(s.At(i), b)
		if i%1000 == 0 {
			head := s
			head.Bins = s.Bins[:i+1]
			if a, b := d.Signals(), Signals(&head, routes); !reflect.DeepEqual(a, b) {
				t.Fatalf("after %d bins:\n%+v\n%+v", i, a, b)
			}
		}
	}
}

func TestProbesThatMeetTroubleOpenASignalPerNetwork(t *testing.T) {
	m := keepiton.Metric{Feed: "ooni", Name: "blocked", Family: keepiton.Services, Kind: keepiton.Shares}
	dice := rand.New(rand.NewPCG(1, 5))
	s := keepiton.Series{SeriesKey: keepiton.SeriesKey{Feed: "ooni", Metric: "blocked", Entity: keepiton.Entity{Country: "KE", ASN: 36874, Service: "telegram"}}, From: begin, Step: time.Hour, Bins: make([]keepiton.Bin, 30*24)}
	for i := range s.Bins {
		n := uint32(dice.IntN(4))
		k := 0
		for range n {
			if dice.Float64() < 0.03 || i >= 480 && i < 600 && dice.Float64() < 0.9 {
				k++
			}
		}
		s.Bins[i] = keepiton.Bin{Value: float64(k), N: n, State: keepiton.Present}
	}
	got := Signals(&s, m)
	if len(got) != 1 || math.Abs(got[0].Onset.From.Sub(begin).Hours()-480) > 3 || got[0].First.Sub(begin).Hours() > 492 || math.Abs(got[0].End.From.Sub(begin).Hours()-600) > 12 {
		t.Errorf("got %+v", got)
	}
}

func TestNoArrivalsWhereSomeWereExpectedIsASignal(t *testing.T) {
	m := keepiton.Metric{Feed: "ooni", Name: "volume", Family: keepiton.Arrivals, Kind: keepiton.ArrivalCount}
	dice := rand.New(rand.NewPCG(1, 6))
	s := keepiton.Series{SeriesKey: keepiton.SeriesKey{Feed: "ooni", Metric: "volume", Entity: keepiton.Entity{Country: "TZ"}}, From: begin, Step: time.Hour, Bins: make([]keepiton.Bin, 30*24)}
	for i := range s.Bins {
		b := keepiton.Bin{State: keepiton.Present, Value: float64(3 + dice.IntN(9))}
		if i >= 500 && i < 560 {
			b.Value = 0
		}
		s.Bins[i] = b
	}
	got := Signals(&s, m)
	if len(got) != 1 || got[0].Onset.From.Sub(begin) != 500*time.Hour || got[0].First.Sub(begin) > 503*time.Hour {
		t.Errorf("got %+v", got)
	}
}

func TestAWindowKnowsItsMedianAndSpread(t *testing.T) {
	dice := rand.New(rand.NewPCG(2, 2))
	w := newWindow(50)
	var all []float64
	for range 500 {
		v := math.Round(20 * dice.NormFloat64())
		w.add(v)
		all = append(all, v)
		last := slices.Clone(all[max(0, len(all)-50):])
		m := median(slices.Clone(last))
		var dev []float64
		for _, v := range last {
			dev = append(dev, math.Abs(v-m))
		}
		slices.Sort(dev)
		if want := 1.4826 * dev[(len(dev)+1)/2-1]; w.median() != m || math.Abs(w.spread()-want) > 1e-9 {
			t.Fatalf("median %v, want %v; spread %v, want %v", w.median(), m, w.spread(), want)
		}
	}
}

// BenchmarkSignals looks at 90 days of five-minute bins of one series; 5,000 of them
// are wanted in 15 seconds of two cores: 6 ms each.
func BenchmarkSignals(b *testing.B) {
	for name, m := range map[string]keepiton.Metric{"level": routes, "season": {Family: keepiton.Users, Season: keepiton.HourOfWeek}} {
		s := made(90, between(1000, 1010, 0.2))
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				Signals(&s, m)
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/float64(len(s.Bins)), "ns/bin")
		})
	}
}

// TestAGapIsNoEnd has a cut that is not measured for forty days, in which it goes on or
// ends: nobody knows when.
func TestAGapIsNoEnd(t *testing.T) {
	gap := func(from, to float64, cut func(time.Time, *keepiton.Bin)) func(time.Time, *keepiton.Bin) {
		return func(at time.Time, b *keepiton.Bin) {
			if cut(at, b); at.Sub(begin).Hours() >= from && at.Sub(begin).Hours() < to {
				*b = keepiton.Bin{State: keepiton.SourceDown}
			}
		}
	}
	still, over := made(60, gap(230, 1190, between(200, 9e9, 0.1))), made(60, gap(230, 1190, between(200, 500, 0.1)))
	if got := Signals(&still, routes); len(got) != 1 || !got[0].End.IsZero() || got[0].Missing != 960*12 {
		t.Errorf("it goes on after the gap: %+v", got)
	}
	got := Signals(&over, routes)
	if want := (keepiton.Interval{From: begin.Add(230 * time.Hour), To: begin.Add(1190*time.Hour + 5*time.Minute)}); len(got) != 1 || got[0].End != want {
		t.Errorf("it ended in the gap: %+v, want an end between %v and %v", got, want.From, want.To)
	}
}
