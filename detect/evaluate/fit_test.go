package evaluate

import (
	"math"
	"testing"
	"time"

	"keepiton/detect"
)

// Hours of study and passing: the example of Wikipedia's article on logistic
// regression, intercept −4.0777 and slope 1.5046.
func TestFitAgreesWithAKnownExample(t *testing.T) {
	hours := []float64{0.5, 0.75, 1, 1.25, 1.5, 1.75, 1.75, 2, 2.25, 2.5, 2.75, 3, 3.25, 3.5, 4, 4.25, 4.5, 4.75, 5, 5.5}
	passed := []int{0, 0, 0, 0, 0, 0, 1, 0, 1, 0, 1, 0, 1, 0, 1, 1, 1, 1, 1, 1}
	m := &logit{penalty: []float64{0, 0}, groups: 1, groupPenalty: 1e12}
	for i, h := range hours {
		m.add([]float64{1, h}, 0, passed[i] == 1)
	}
	m.solve()
	if math.Abs(m.beta[0]+4.0777) > 1e-4 || math.Abs(m.beta[1]-1.5046) > 1e-4 {
		t.Errorf("intercept %.4f, slope %.4f; want −4.0777 and 1.5046", m.beta[0], m.beta[1])
	}
}

// Eliminated groups are columns like others, with their own penalty.
func TestGroupsAreColumns(t *testing.T) {
	a := &logit{penalty: []float64{0.1, 1}, groups: 3, groupPenalty: 0.7}
	b := &logit{penalty: []float64{0.1, 1, 0.7, 0.7, 0.7}, groups: 1, groupPenalty: 1e12}
	for i := range 60 {
		x, g := math.Sin(float64(3*i)), i%3
		yes := math.Sin(float64(7*i))+x+float64(g) > 1
		a.add([]float64{1, x}, g, yes)
		row := []float64{1, x, 0, 0, 0}
		row[2+g] = 1
		b.add(row, 0, yes)
	}
	a.solve()
	b.solve()
	for i, want := range b.beta {
		got := append(append([]float64{}, a.beta...), a.gamma...)[i]
		if math.Abs(got-want) > 1e-6 {
			t.Errorf("weight %d: %v with groups, %v with columns", i, got, want)
		}
	}
}

func TestRareCountriesAreDrawnToTheirRegion(t *testing.T) {
	var xs []Example
	add := func(country string, n, shut int) {
		for i := range n {
			f := detect.Unheard()
			f.Country = country
			xs = append(xs, Example{Event: Event{Country: country, From: time.Unix(int64(i), 0)}, Feature: f, Shut: i < shut})
		}
	}
	add("IQ", 20, 18) // MENA
	add("SY", 20, 18)
	add("EG", 1, 0)
	add("FR", 40, 1)
	add("DE", 40, 1)
	w := FitWeights(xs, DefaultPenalties)
	of := func(country string) float64 {
		f := detect.Unheard()
		f.Country = country
		return w.Fitted(f)
	}
	if p := of("EG"); p < 0.3 || p > of("IQ") {
		t.Errorf("Egypt, with one outage: %.2f; it stands between its region and nought", p)
	}
	if p := of("JO"); p < of("EG") || p > of("IQ") {
		t.Errorf("Jordan, never seen: %.2f; it stands at its region's %.2f to %.2f", p, of("EG"), of("IQ"))
	}
	if world, p := w.Fitted(detect.Unheard()), of("BR"); math.Abs(p-world) > 1e-9 {
		t.Errorf("Brazil, of a region never seen: %.3f, the world %.3f", p, world)
	}
}

func BenchmarkLeaveCountryOut(b *testing.B) {
	events, _, claims := real(b)
	xs := Examples(events, claims, Elections())
	for b.Loop() {
		LeaveCountryOut(xs, DefaultPenalties)
	}
}

func BenchmarkBootstrap(b *testing.B) {
	events, _, claims := real(b)
	g := PastAlone(Examples(events, claims, Elections()))
	for b.Loop() {
		Bootstrap(g, AUC, Draws)
	}
}
