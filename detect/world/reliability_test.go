package world_test

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"keepiton/detect/world"
)

// reliability compares P(disruption) of verdicts with whether something had fallen: in
// worlds in half of which something does, anything from a twentieth to all, for a quarter
// of an hour to a day, of routes, hosts, people, or all of them.
func reliability(t testing.TB, worlds int) (edges []float64, cells []cell) {
	t.Helper()
	dice := rand.New(rand.NewPCG(7, 7))
	edges = []float64{0, 0.1, 0.3, 0.5, 0.75, 0.9, 0.95, 0.99, 1.01}
	cells = make([]cell, len(edges)-1)
	kinds := [][]string{nil, hidden, {"v4", "v6"}, {"ping-slash24"}, {"traffic", "fraction"}}
	for i := range worlds {
		w := world.New(start, 24)
		w.Seed = 9000 + uint64(i)
		w.Countries = []world.Country{world.NewCountry("XB")}
		var e world.Event
		if dice.IntN(2) == 0 {
			e.From = start.AddDate(0, 0, 16).Add(time.Duration(dice.IntN(6*24*60)) * time.Minute)
			e.To = e.From.Add(time.Duration(15+dice.IntN(1440)) * time.Minute)
			e.Level, e.Metrics = 1-(0.05+0.95*dice.Float64()), kinds[dice.IntN(len(kinds))]
			w.Events = []world.Event{e}
		}
		for _, d := range look(t, w) {
			fell := !e.From.IsZero() && !d.Onset.To.Before(e.From.Add(-time.Hour)) && !d.Onset.From.After(e.To)
			p := d.Verdicts[0].Disruption
			for k := range cells {
				if p >= edges[k] && p < edges[k+1] {
					cells[k].n++
					cells[k].sum += p
					if fell {
						cells[k].fell++
					}
				}
			}
		}
	}
	return edges, cells
}

// cell counts verdicts of about one probability, and how many of them were right.
type cell struct{ n, fell, sum float64 }

// TestWhatIsClaimedHadFallen: no claim where nothing happens, and what is far from
// certain is not always there.
func TestWhatIsClaimedHadFallen(t *testing.T) {
	edges, cells := reliability(t, 40)
	claims := 0.0
	for k, c := range cells {
		if edges[k] >= 0.75 {
			claims += c.n
			if c.fell < c.n {
				t.Errorf("P from %v: %v of %v had fallen", edges[k], c.fell, c.n)
			}
		}
	}
	if claims < 10 || cells[0].fell >= cells[0].n {
		t.Errorf("%v claims; of those below %v, %v of %v had fallen", claims, edges[1], cells[0].fell, cells[0].n)
	}
}

// reliabilityTable writes what reliability says of many worlds.
func reliabilityTable(t testing.TB, b *strings.Builder, worlds int) {
	edges, cells := reliability(t, worlds)
	fmt.Fprintf(b, "\nThe first verdicts of %d more months, in half of which something fell (a twentieth to all of routes, hosts, people's traffic or all of them, for a quarter of an hour to a day):\n\n| P(disruption) | verdicts | mean | had fallen |\n|---|--:|--:|--:|\n", worlds)
	for k, c := range cells {
		if c.n > 0 {
			fmt.Fprintf(b, "| %.2f to %.2f | %.0f | %.3f | %.2f |\n", edges[k], min(1, edges[k+1]), c.n, c.sum/c.n, c.fell/c.n)
		}
	}
	b.WriteString("\nOn this tame world the number is too cautious between 0.1 and 0.95; it is not fitted to it, since real instruments fail in more ways than these.\n")
}
