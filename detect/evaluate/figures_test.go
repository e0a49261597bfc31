package evaluate

import (
	"math"
	"reflect"
	"testing"
)

func said(pairs ...float64) []Guess {
	var out []Guess
	for i := 0; i < len(pairs); i += 2 {
		out = append(out, Guess{P: pairs[i], Yes: pairs[i+1] == 1, Country: string(rune('A' + i/2%5))})
	}
	return out
}

func TestFigures(t *testing.T) {
	g := said(0.1, 0, 0.4, 0, 0.35, 1, 0.8, 1) // the example of scikit-learn's documentation
	for name, c := range map[string]struct{ got, want float64 }{
		"AUC":               {AUC(g), 0.75},
		"average precision": {AveragePrecision(g), 0.8333333333},
		"Brier":             {Brier(g), (0.01 + 0.16 + 0.4225 + 0.04) / 4},
		"log loss":          {LogLoss(g), -(math.Log(0.9) + math.Log(0.6) + math.Log(0.35) + math.Log(0.8)) / 4},
		"ECE":               {ECE(g), (0.1 + 0.4 + 0.65 + 0.2) / 4},
		"base rate":         {BaseRate(g), 0.5},
		"AUC of ties":       {AUC(said(0.5, 0, 0.5, 1, 0.5, 0)), 0.5},
	} {
		if math.Abs(c.got-c.want) > 1e-9 {
			t.Errorf("%s: %v, want %v", name, c.got, c.want)
		}
	}
	if v := AUC(said(0.5, 1)); !math.IsNaN(v) {
		t.Errorf("AUC of one kind alone is %v", v)
	}
	low, high := wilson(10, 100) // Wilson 1927: 0.0552 to 0.1744
	if math.Abs(low-0.0552) > 1e-3 || math.Abs(high-0.1744) > 1e-3 {
		t.Errorf("Wilson's interval of 10 in 100: %.4f to %.4f", low, high)
	}
}

func TestIsotonicPoolsAdjacentViolators(t *testing.T) {
	// 0 | 1 0 pooled to a half | 1, with half an event of either kind added to each step.
	got := Isotonic(said(0.1, 0, 0.2, 1, 0.4, 0, 0.9, 1), 1)
	want := [][2]float64{{0, 0}, {0.1, 0.25}, {0.3, 0.5}, {0.9, 0.75}, {1, 1}}
	for i := range want {
		if len(got) != len(want) || math.Abs(got[i][0]-want[i][0]) > 1e-9 || math.Abs(got[i][1]-want[i][1]) > 1e-9 {
			t.Fatalf("%v, want %v", got, want)
		}
	}
	if Isotonic(said(0.1, 0), 15) != nil {
		t.Error("one event is no calibration")
	}
}

func TestBootstrapIsTheSameEachTime(t *testing.T) {
	var g []Guess
	for i := range 200 {
		g = append(g, Guess{P: math.Abs(math.Sin(float64(i))), Yes: i%3 == 0, Country: string(rune('A' + i%9))})
	}
	a, b := Bootstrap(g, AUC, 200), Bootstrap(g, AUC, 200)
	if !reflect.DeepEqual(a, b) {
		t.Errorf("%v and %v", a, b)
	}
	if a.Low >= a.Value || a.Value >= a.High {
		t.Errorf("the interval %v does not hold its figure", a)
	}
	// All the information lies in one country: drawing countries knows it, drawing events
	// would not.
	var one []Guess
	for i := range 100 {
		one = append(one, Guess{P: 0.9, Yes: true, Country: "A"}, Guess{P: 0.1, Country: string(rune('B' + i%20))}, Guess{P: 0.95, Country: string(rune('B' + i%20)), Yes: i < 2})
	}
	if e := Bootstrap(one, BaseRate, 500); e.High-e.Low < 0.2 {
		t.Errorf("countries drawn: %v is too sure", e)
	}
}

func TestLongListsAreDrawnLessOften(t *testing.T) {
	for events, want := range map[int]int{0: 2000, 577: 2000, 2000: 2000, 4000: 1000, 1_000_000: 200} {
		if got := DrawsFor(events); got != want {
			t.Errorf("%d events: %d draws, not %d", events, got, want)
		}
	}
}
