package evaluate

import (
	"math"
	"reflect"
	"slices"
	"testing"
	"time"

	"keepiton/detect"
)

// What comes later than half an hour after an onset does not change its features, and
// neither does what the record came to say of its own year.
func TestFeaturesLookOnlyBack(t *testing.T) {
	events, _, claims := real(t)
	all := Examples(events, claims, Elections())
	for i, x := range all {
		if i%23 != 0 {
			continue
		}
		at := x.Event.From
		known := slices.DeleteFunc(slices.Clone(events), func(e Event) bool { return e.From.After(at.Add(near)) })
		record := slices.DeleteFunc(slices.Clone(claims), func(c Claim) bool { return c.From.Year() >= at.Year() })
		for _, y := range Examples(known, record, Elections()) {
			if y.Event.ID == x.Event.ID && !reflect.DeepEqual(x.Feature, y.Feature) {
				t.Errorf("%s, row %d: %+v with all files, %+v with what was known", x.Event.Country, x.Event.Row, x.Feature, y.Feature)
			}
		}
	}
}

// The answers of a country have no part in what is said of it.
func TestLeftOutMeansLeftOut(t *testing.T) {
	xs := invented()
	flipped := slices.Clone(xs)
	for i := range flipped {
		if flipped[i].Event.Country == "IQ" {
			flipped[i].Shut = !flipped[i].Shut
		}
	}
	a, b := LeaveCountryOut(xs, DefaultPenalties), LeaveCountryOut(flipped, DefaultPenalties)
	moved := false
	for i := range a {
		if a[i].Country == "IQ" && a[i].P != b[i].P {
			t.Fatalf("event %d of Iraq: %v, and %v with its answers turned around", i, a[i].P, b[i].P)
		}
		moved = moved || a[i].P != b[i].P
	}
	if !moved {
		t.Error("the answers of Iraq taught nothing of the others")
	}
}

// The future has no part in what is said of the past.
func TestForwardMeansForward(t *testing.T) {
	xs := invented()
	cut := xs[len(xs)/2].Event.From
	flipped := slices.Clone(xs)
	for i := range flipped {
		if !flipped[i].Event.From.Before(cut) {
			flipped[i].Shut = !flipped[i].Shut
		}
	}
	a, b := Forward(xs, cut, DefaultPenalties), Forward(flipped, cut, DefaultPenalties)
	for i := range a {
		if a[i].P != b[i].P {
			t.Fatalf("event %d: %v and %v", i, a[i].P, b[i].P)
		}
	}
}

// invented events: on the hour means a shutdown, nearly always.
func invented() []Example {
	countries := []string{"IQ", "SY", "IR", "FR", "DE", "BR"}
	var xs []Example
	for i := range 240 {
		f := detect.Unheard()
		f.Country = countries[i%len(countries)]
		f.OnHour = answer(i%4 == 0)
		xs = append(xs, Example{
			Event:   Event{Country: f.Country, From: time.Date(2020, 1, 1, i, 0, 0, 0, time.UTC)},
			Feature: f, Shut: (i%4 == 0) != (math.Sin(float64(i)) > 0.9),
		})
	}
	return xs
}

// The goals of the project, on the labelled events: these are figures of a test, not of
// the fit.
func TestGoals(t *testing.T) {
	events, _, claims := real(t)
	xs := Examples(events, claims, Elections())
	g := LeaveCountryOut(xs, DefaultPenalties)
	three := Without(g, Three...)
	t.Logf("AUC %.3f, without the three %.3f; ECE %.3f and %.3f", AUC(g), AUC(three), ECE(g), ECE(three))
	if AUC(g) < 0.94 || AUC(three) < 0.82 || ECE(g) > 0.03 || ECE(three) > 0.03 {
		t.Error("a goal is missed")
	}
	if p := AUC(Without(Persistence(xs), Three...)); p >= AUC(three) {
		t.Errorf("persistence does better: %.3f", p)
	}
	// What the program carries is what this data gives.
	w := Model(xs, DefaultPenalties)
	Tidy(w)
	have := detect.DefaultWeights()
	for name, term := range w.Terms {
		if math.Abs(term.Weight-have.Terms[name].Weight) > 1e-3 {
			t.Errorf("%s: fitted %v, weights.json has %v: run keepiton evaluate --fit", name, term.Weight, have.Terms[name].Weight)
		}
	}
	if r := Published(); len(r.Splits) == 0 || math.Abs(r.Splits[0].Model.AUC.Value-AUC(g)) > 1e-3 || math.Abs(r.Splits[1].Model.AUC.Value-AUC(three)) > 1e-3 {
		t.Error("evaluation.json is not of these weights: run keepiton evaluate --fit")
	}
}
