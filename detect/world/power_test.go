package world_test

import (
	"bytes"
	"flag"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"keepiton"
	"keepiton/detect"
	"keepiton/detect/world"
)

var update = flag.Bool("update", false, "measure the power curves in full and write them into docs/signals.md")

var start = time.Date(2026, 3, 1, 0, 0, 0, 0, time.UTC)

// try makes a country with one fall, and returns whether it was claimed, and how long
// after its beginning.
func try(t testing.TB, seed uint64, depth float64, lasts time.Duration, metrics []string) (delay time.Duration, found bool) {
	t.Helper()
	w := world.New(start, 20+int(lasts/(24*time.Hour))+2)
	w.Seed = seed
	w.Countries = []world.Country{world.NewCountry("XB")}
	at := start.AddDate(0, 0, 19).Add(time.Duration(seed%24)*time.Hour + 7*time.Minute)
	w.Events = []world.Event{{What: world.Fall, From: at, To: at.Add(lasts), Level: 1 - depth, Over: 5 * time.Minute, Metrics: metrics}}
	for _, d := range look(t, w) {
		if d.Onset.To.Before(at.Add(-time.Hour)) || d.Onset.From.After(at.Add(lasts)) {
			continue
		}
		for _, v := range d.Verdicts {
			if v.State != keepiton.Insufficient {
				return v.At.Sub(at), true
			}
		}
	}
	return 0, false
}

func look(t testing.TB, w *world.World) []keepiton.Disruption {
	t.Helper()
	all, err := detect.Disruptions(detect.Input{Series: w.Series(), Metric: w.Metric, Now: start.AddDate(0, 0, w.Days)})
	if err != nil {
		t.Fatal(err)
	}
	return all
}

// hidden is what a stealth blackout leaves to be seen: routes stand.
var hidden = []string{"ping-slash24", "traffic", "fraction", "volume"}

// TestPower holds the corners of the curves: what is deep and long is found, what is a
// dip is not worth anybody's time. With -update it measures all of them.
func TestPower(t *testing.T) {
	for _, c := range []struct {
		depth   float64
		lasts   time.Duration
		metrics []string
		found   bool
	}{
		{1, time.Hour, nil, true},
		{0.5, 3 * time.Hour, nil, true},
		{0.3, 24 * time.Hour, nil, true},
		{1, time.Hour, hidden, true},
		{0.5, 6 * time.Hour, hidden, true},
		{0.05, 24 * time.Hour, nil, false},
		{0.05, 24 * time.Hour, hidden, false},
	} {
		for seed := range uint64(2) {
			if delay, found := try(t, seed+1, c.depth, c.lasts, c.metrics); found != c.found || delay > 3*time.Hour {
				t.Errorf("%.0f %% for %s on %v, seed %d: found %v after %s", 100*c.depth, c.lasts, c.metrics, seed+1, found, delay)
			}
		}
	}
	if *update {
		write(t)
	}
}

// write measures the curves, and what is claimed where nothing happens.
func write(t *testing.T) {
	const seeds = 20
	var b strings.Builder
	lengths := []time.Duration{15 * time.Minute, 30 * time.Minute, time.Hour, 3 * time.Hour, 12 * time.Hour, 24 * time.Hour, 7 * 24 * time.Hour}
	for _, what := range []struct {
		title   string
		metrics []string
	}{{"All that is measured of a country falls", nil}, {"Routes stand, the rest falls", hidden}} {
		fmt.Fprintf(&b, "%s: per cent claimed of %d, and the median minutes from the beginning to the first claim.\n\n| depth | 15 min | 30 min | 1 h | 3 h | 12 h | 1 day | 7 days |\n|--:|--:|--:|--:|--:|--:|--:|--:|\n", what.title, seeds)
		for depth := 10; depth <= 100; depth += 10 {
			fmt.Fprintf(&b, "| %d %% |", depth)
			for _, lasts := range lengths {
				var delays []time.Duration
				for seed := range uint64(seeds) {
					if delay, found := try(t, seed+1, float64(depth)/100, lasts, what.metrics); found {
						delays = append(delays, delay)
					}
				}
				fmt.Fprintf(&b, " %d", 100*len(delays)/seeds)
				if slices.Sort(delays); len(delays) > 0 {
					fmt.Fprintf(&b, " (%.0f)", delays[len(delays)/2].Minutes())
				}
				b.WriteString(" |")
			}
			b.WriteString("\n")
		}
		b.WriteString("\n")
	}
	claims, months := 0, 100
	for seed := range uint64(months) {
		w := world.New(start, 44) // two weeks of baseline, and a month
		w.Seed = 1000 + seed
		w.Countries = []world.Country{world.NewCountry("XB")}
		for _, d := range look(t, w) {
			if slices.ContainsFunc(d.Verdicts, func(v keepiton.Verdict) bool { return v.State != keepiton.Insufficient }) {
				claims++
				t.Logf("seed %d: %s %s", w.Seed, d.ID, d.Verdict().State)
			}
		}
	}
	fmt.Fprintf(&b, "Where nothing happens, %d claims were made in %d months of a country, by the same rules (%s).\n", claims, months, detect.Rules)
	page(t, "power", b.String())
}

// page writes a part of docs/signals.md, between its marks.
func page(t *testing.T, name, part string) {
	file, from, to := "../../docs/signals.md", "<!-- "+name+" -->\n", "<!-- /"+name+" -->\n"
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	i, j := bytes.Index(text, []byte(from)), bytes.Index(text, []byte(to))
	if i < 0 || j < i {
		t.Fatalf("%s has no %q", file, from)
	}
	text = slices.Concat(text[:i+len(from)], []byte(part), text[j:])
	if err := os.WriteFile(file, text, 0o644); err != nil {
		t.Fatal(err)
	}
}
