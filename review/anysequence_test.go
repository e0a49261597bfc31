package review

import (
	"flag"
	"strconv"
	"testing"

	"pgregory.net/rapid"
)

// TestNoSequenceOfActsShowsReportsUnsigned plays thousands of random sequences
// of everything that people, administrators and attackers can do, on a real
// store. It starts from a fixed seed; -rapid.seed and -rapid.checks choose
// others. A sequence that fails is shortened before it is shown.
func TestNoSequenceOfActsShowsReportsUnsigned(t *testing.T) {
	given := map[string]bool{}
	flag.Visit(func(f *flag.Flag) { given[f.Name] = true })
	checks := 2000
	if testing.Short() {
		checks = 200 // of which rapid does a fifth
	}
	for name, value := range map[string]string{"rapid.checks": strconv.Itoa(checks), "rapid.seed": "4", "rapid.nofailfile": "true"} {
		if !given[name] {
			if err := flag.Set(name, value); err != nil {
				t.Fatal(err)
			}
		}
	}
	c := newCast(t)
	done, shown, refused := map[string]int{}, 0, 0
	rapid.Check(t, func(r *rapid.T) {
		c.restore(t)
		p := newPlay(t.Context(), c)
		pick := func(n int) int { return rapid.IntRange(0, n-1).Draw(r, "choice") }
		first, err := p.Create(p.ctx, ana, reported(), "x")
		if err != nil {
			r.Fatal(err)
		}
		p.incidents = append(p.incidents, first.Incident.ID)
		for range rapid.IntRange(10, 60).Draw(r, "acts") {
			i := rapid.IntRange(0, len(acts)-1).Draw(r, "act")
			who, may := p.who(pick)
			if !may {
				continue // a disabled account has no session
			}
			if err := acts[i].do(p, who, p.target(pick), pick); err != nil {
				p.refused++
			} else {
				done[acts[i].name]++
			}
			if err := p.hold(); err != nil {
				r.Fatalf("after %s by %s: %v", acts[i].name, who.Account, err)
			}
		}
		shown, refused = shown+p.shown, refused+p.refused
	})
	t.Logf("%d times reports were shown, %d acts refused, done: %v", shown, refused, done)
	if shown < checks/50 {
		t.Errorf("reports were shown %d times in %d sequences: the test has lost its bite", shown, checks)
	}
	for _, a := range acts {
		if done[a.name] == 0 && !testing.Short() {
			t.Errorf("nobody ever managed to %s", a.name)
		}
	}
}
