package script

import (
	"os"
	"path/filepath"
	"testing"
)

// TestCases tries every case of testdata: the named scenarios, and what must be found
// in each.
func TestCases(t *testing.T) {
	files, err := filepath.Glob("testdata/*.detect")
	if err != nil || len(files) < 3 {
		t.Fatalf("%d files, %v", len(files), err)
	}
	for _, name := range files {
		f, err := os.Open(name)
		if err != nil {
			t.Fatal(err)
		}
		cases, err := Parse(name, f)
		f.Close()
		if err != nil {
			t.Fatal(err)
		}
		for i := range cases {
			if testing.Short() && i%4 != 0 { // the others are more of the same
				continue
			}
			c := &cases[i]
			t.Run(filepath.Base(name)+"/"+c.Title, func(t *testing.T) {
				t.Parallel()
				r, err := c.Run()
				if err != nil {
					t.Fatal(err)
				}
				for _, why := range r.Misses {
					t.Logf("%s: %s", name, why)
				}
				for _, why := range r.Failures {
					t.Errorf("%s: %s", name, why)
				}
				for i := range r.Survey.Disruptions {
					t.Log(told(&r.Survey.Disruptions[i]))
					for _, s := range r.Survey.Disruptions[i].Signals {
						t.Logf("  %s from %s, %.2f deep, %.1f", s.Series, stamp(s.Onset.From), s.Depth, s.LogLR)
					}
				}
				for i, v := range r.Survey.Vetoed {
					if i < 5 {
						t.Logf("vetoed %s: %s from %s, %.2f deep", v.Veto, v.Series, stamp(v.Onset.From), v.Depth)
					}
				}
			})
		}
	}
}
