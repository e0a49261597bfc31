package world_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math"
	"os"
	"slices"
	"strings"
	"testing"

	"keepiton"
	"keepiton/detect"
	"keepiton/detect/evaluate"
	"keepiton/detect/world"
)

// leastStep is the least number of verdicts in a step of the calibration.
const leastStep = 100

// said is a verdict on something that had fallen or not, and how many such there are.
type said struct {
	stage  keepiton.Stage
	p      float64
	yes    bool
	weight float64
}

// verdicts are those on the worlds of a population, by a calibration.
func (p population) verdicts(t testing.TB, from, to int, c *detect.Calibration) []said {
	t.Helper()
	var out []said
	for i := from; i < to; i++ {
		w, e, weight := p.draw(i)
		all, err := detect.Disruptions(detect.Input{Series: w.Series(), Metric: w.Metric, Now: start.AddDate(0, 0, w.Days), Calibration: c})
		if err != nil {
			t.Fatal(err)
		}
		for _, d := range all {
			if d.Onset.To.Before(start.AddDate(0, 0, baselineDays)) {
				continue
			}
			fell := e != nil && slices.ContainsFunc(d.Signals, func(s keepiton.Signal) bool {
				return sees(e, s.Series) && !s.Onset.To.Before(e.From.Add(-lead)) && !s.Onset.From.After(e.To.Add(e.Recover))
			})
			for _, v := range d.Verdicts {
				s := said{stage: v.Stage, p: v.Disruption, weight: 1}
				if fell && !v.At.Before(e.From) { // what was said of a fault before is not made true by what fell later
					s.yes, s.weight = true, weight
				}
				out = append(out, s)
			}
		}
	}
	return out
}

// sees reports whether a series has anything of an event, so that its signal is of it and
// not of a fault at the same time.
func sees(e *world.Event, k keepiton.SeriesKey) bool {
	switch {
	case e.What == world.Block:
		return k.Metric == "blocked" && slices.Contains(e.Services, k.Entity.Service)
	case k.Entity.ASN != 0 && len(e.ASNs) > 0 && !slices.Contains(e.ASNs, k.Entity.ASN), k.Metric == "blocked":
		return false
	}
	return len(e.Metrics) == 0 || slices.Contains(e.Metrics, k.Metric)
}

// guesses are verdicts as evaluate takes them.
func guesses(all []said, of func(keepiton.Stage) bool) []evaluate.Guess {
	var out []evaluate.Guess
	for _, s := range all {
		if of(s.stage) {
			out = append(out, evaluate.Guess{P: s.p, Yes: s.yes, Weight: s.weight})
		}
	}
	return out
}

func later(s keepiton.Stage) bool { return !detect.Early(s) }

// fit makes the calibration from raw odds.
func fit(t testing.TB, worlds int) *detect.Calibration {
	all := population{seed: 2, faults: 1, noise: 1}.verdicts(t, 0, worlds, &detect.Calibration{})
	c := &detect.Calibration{
		Rules: detect.Rules, FittedOn: fmt.Sprintf("%d verdicts on %d made-up countries of %d days (detect/world, population)", len(all), worlds, countedDays),
		Early: evaluate.Isotonic(guesses(all, detect.Early), leastStep), Later: evaluate.Isotonic(guesses(all, later), leastStep),
	}
	for _, corners := range [][][2]float64{c.Early, c.Later} {
		for i := range corners {
			for k := range corners[i] {
				corners[i][k] = math.Round(corners[i][k]*1e5) / 1e5
			}
		}
	}
	return c
}

// calibrated is how far probabilities are from what was: the expected calibration error
// in ten equal steps, each by what it weighs, and the Brier score beside that of the base
// rate.
func calibrated(all []said, of func(keepiton.Stage) bool) (n int, ece, brier, base float64) {
	var w, said, was [10]float64
	sum, yes := 0.0, 0.0
	for _, s := range all {
		if !of(s.stage) {
			continue
		}
		n++
		k := min(9, int(s.p*10))
		w[k], said[k] = w[k]+s.weight, said[k]+s.weight*s.p
		truth := 0.0
		if s.yes {
			truth = 1
			was[k] += s.weight
			yes += s.weight
		}
		sum += s.weight
		brier += s.weight * (s.p - truth) * (s.p - truth)
	}
	for k := range w {
		ece += math.Abs(said[k]-was[k]) / sum
	}
	return n, ece, brier / sum, yes / sum * (1 - yes/sum)
}

// TestPDisruptionIsCalibrated: on countries that it was not fitted on.
func TestPDisruptionIsCalibrated(t *testing.T) {
	if *update {
		writeCalibration(t)
	}
	c := detect.DefaultCalibration()
	if c.Rules != detect.Rules {
		t.Fatalf("calibration.json is of %q, the rules are %q: go test ./detect/world -run 'Calibrated|Power' -update", c.Rules, detect.Rules)
	}
	all := population{seed: 3, faults: 1, noise: 1}.verdicts(t, 0, 150, nil)
	for name, of := range map[string]func(keepiton.Stage) bool{"early": detect.Early, "later": later} {
		n, ece, brier, base := calibrated(all, of)
		t.Logf("%s: %d verdicts, ECE %.3f, Brier %.3f (of the base rate %.3f)", name, n, ece, brier, base)
		if n < 200 || ece > 0.05 || brier > 0.8*base {
			t.Errorf("%s: %d verdicts, ECE %.3f, Brier %.3f (of the base rate %.3f)", name, n, ece, brier, base)
		}
	}
}

// writeCalibration fits, and writes what the calibration is worth on other worlds, and on
// worlds that are not as they were taken to be.
func writeCalibration(t *testing.T) {
	c := fit(t, 3000)
	text, err := json.MarshalIndent(c, "", " ")
	if err != nil {
		t.Fatal(err)
	}
	text = regroup(text)
	if err := os.WriteFile("../calibration.json", append(text, '\n'), 0o644); err != nil {
		t.Fatal(err)
	}
	var b strings.Builder
	b.WriteString("| population | verdicts | ECE, first verdicts | ECE, after an hour and more | Brier (of the base rate) | of what is given 0.9 or more had fallen |\n|---|--:|--:|--:|--:|--:|\n")
	any := func(keepiton.Stage) bool { return true }
	var own []said
	for _, q := range []struct {
		name string
		population
	}{
		{"as it is taken to be", population{3, 1, 1}},
		{"half as many faults of instruments", population{4, 0.5, 1}},
		{"twice as many", population{5, 2, 1}},
		{"no faults", population{6, 0, 1}},
		{"twice as noisy", population{7, 1, 2}},
	} {
		all := q.verdicts(t, 0, 1500, c)
		if own == nil {
			own = all
		}
		_, early, _, _ := calibrated(all, detect.Early)
		_, late, _, _ := calibrated(all, later)
		n, _, brier, base := calibrated(all, any)
		sure, right := 0.0, 0.0
		for _, s := range all {
			if s.p >= 0.9 {
				if sure += s.weight; s.yes {
					right += s.weight
				}
			}
		}
		fmt.Fprintf(&b, "| %s | %d | %.3f | %.3f | %.3f (%.3f) | %.3f |\n", q.name, n, early, late, brier, base, right/sure)
	}
	b.WriteString("\nThe first of them by what was said:\n\n| P(disruption) | verdicts | mean | had fallen |\n|---|--:|--:|--:|\n")
	edges := []float64{0, 0.05, 0.1, 0.2, 0.4, 0.6, 0.75, 0.9, 0.95, 0.99, 1.01}
	for k := range len(edges) - 1 {
		n, w, sum, was := 0, 0.0, 0.0, 0.0
		for _, s := range own {
			if s.p >= edges[k] && s.p < edges[k+1] {
				n++
				w += s.weight
				sum += s.weight * s.p
				if s.yes {
					was += s.weight
				}
			}
		}
		if n > 0 {
			fmt.Fprintf(&b, "| %.2f to %.2f | %d | %.3f | %.3f |\n", edges[k], min(1, edges[k+1]), n, sum/w, was/w)
		}
	}
	page(t, "calibration", b.String())
}

// regroup puts each corner on one line.
func regroup(text []byte) []byte {
	for _, r := range [][2]string{{"[\n   ", "["}, {",\n   ", ", "}, {"\n  ]", "]"}} {
		text = bytes.ReplaceAll(text, []byte(r[0]), []byte(r[1]))
	}
	return text
}
