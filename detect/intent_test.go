package detect

import (
	"math"
	"testing"
	"time"

	"keepiton"
	"keepiton/locale"
)

func TestNothingKnownGivesTheBias(t *testing.T) {
	w := DefaultWeights()
	p, reasons := w.Intent(Unheard())
	want := bound(w.Calibrated(logistic(w.Bias)))
	if math.Abs(p-want) > 1e-12 || len(reasons) != 0 {
		t.Errorf("got %v %v, want %v and no reasons", p, reasons, want)
	}
}

func TestClockSpeaksOfThePlace(t *testing.T) {
	kolkata, err := time.LoadLocation("Asia/Kolkata")
	if err != nil {
		t.Fatal(err)
	}
	f := Unheard()
	at := time.Date(2020, 3, 5, 18, 30, 0, 0, time.UTC) // 00:00 on Friday the 6th in India
	f.Clock(keepiton.Interval{From: at, To: at}, kolkata)
	if f.OnHour != keepiton.Yes || f.HalfHour != keepiton.No || f.Night != keepiton.Yes || f.Friday != keepiton.Yes {
		t.Errorf("at a minute: %+v", f)
	}
	f = Unheard() // the last good bin began at 23:55, the first bad one at 00:00
	f.Clock(keepiton.Interval{From: at.Add(-5 * time.Minute), To: at}, kolkata)
	if f.OnHour != keepiton.Yes || f.Night != keepiton.Yes || f.Friday != keepiton.Yes {
		t.Errorf("in an interval: %+v", f)
	}
	f = Unheard()
	f.Clock(keepiton.Interval{From: at.Add(-time.Hour), To: at}, kolkata)
	if f.OnHour != keepiton.NotAsked || f.Night != keepiton.No {
		t.Errorf("an onset of an hour has no minute: %+v", f)
	}
}

func TestRecursCountsDaysBySummerTime(t *testing.T) {
	newYork, err := time.LoadLocation("America/New_York")
	if err != nil {
		t.Fatal(err)
	}
	at := time.Date(2021, 3, 15, 5, 0, 0, 0, newYork) // clocks went on by an hour on the 14th
	before := []time.Time{at.AddDate(0, 0, -1), at.AddDate(0, 0, -2), at.AddDate(0, 0, -2).Add(5 * time.Minute), at.AddDate(0, 0, -3).Add(time.Hour), at.AddDate(0, 0, -6)}
	if n := Recurs(at, before, newYork); n != 2 {
		t.Errorf("%d days, want 2", n)
	}
}

func TestHistoryFades(t *testing.T) {
	at := time.Date(2021, 1, 1, 0, 0, 0, 0, time.UTC)
	got := History([]time.Time{at.AddDate(0, 0, -10), at.Add(-historyLife)}, at)
	if math.Abs(got-math.Exp(-1)) > 1e-9 {
		t.Errorf("%v, want 1/e: the last thirty days do not count", got)
	}
}

func TestReasonsAddUpAndSpeakBothWays(t *testing.T) {
	f := Unheard()
	f.OnHour, f.Recurs, f.Weather = keepiton.Yes, 2, keepiton.Yes
	p, reasons := Intent(f)
	if p <= surest || p >= 1-surest {
		t.Fatalf("p = %v", p)
	}
	signs := map[string]bool{}
	for _, r := range reasons {
		signs[r.Key] = r.Weight > 0
		if r.Of != "intentional" {
			t.Errorf("%s moves %q", r.Key, r.Of)
		}
	}
	if up, ok := signs["recurs"]; !ok || !up {
		t.Errorf("recurrence speaks for intent: %v", reasons)
	}
	if up, ok := signs["weather"]; !ok || up {
		t.Errorf("weather speaks against it: %v", reasons)
	}
	calm := f
	calm.Weather = keepiton.NotAsked
	if q, _ := Intent(calm); q <= p {
		t.Errorf("without the storm %v, with it %v", q, p)
	}
}

// Whatever is given as a reason can be said.
func TestEveryReasonHasWords(t *testing.T) {
	p := locale.For("en")
	keys := []string{"place_often", "place_seldom"}
	for _, term := range terms {
		keys = append(keys, term.name, term.less)
	}
	for _, a := range asides {
		keys = append(keys, a.name)
	}
	for _, k := range keys {
		if k != "" && !p.Has("reason."+k) {
			t.Errorf("reason.%s is no message", k)
		}
	}
}

// TestOneRoadDoesNotDecide: a thousand people by one road lift no further than 0.9, and
// take nothing away from what others came to.
func TestOneRoadDoesNotDecide(t *testing.T) {
	f := Unheard()
	f.Order, f.Coup = keepiton.Yes, keepiton.Yes
	sure, _ := Intent(f)
	f.Reporters, f.Channels = 1000, 1
	if p, _ := Intent(f); sure > oneChannel && p != sure {
		t.Errorf("%v with reports by one road, %v without", p, sure)
	}
	f = Unheard()
	f.Order = keepiton.Yes
	alone, _ := Intent(f)
	f.Reporters, f.Channels = 1000, 1
	one, _ := Intent(f)
	f.Channels = 4
	four, _ := Intent(f)
	if one > oneChannel+1e-9 || one <= alone || four < one {
		t.Errorf("alone %v, by one road %v, by four %v", alone, one, four)
	}
}
