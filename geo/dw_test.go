package geo

import (
	"testing"

	"keepiton"
)

// TestIndiaOfAnotherPublisher reads the district cells of a second set, which
// was not looked at while the lists were written: does each cell become sure
// places in the state that the same row names?
func TestIndiaOfAnotherPublisher(t *testing.T) {
	cells, state, sure, open := 0, 0, 0, 0
	for _, row := range readCSV(t, "dw_sflc_india_2012_2020_labelled.dev.csv") {
		if row["districts"] == "" || row["state"] == "" {
			continue
		}
		cells++
		want := map[string]bool{}
		for _, s := range gazetteerOf("IN").spots[key(row["state"])] {
			if s.kind == kindRegion {
				want[formerly(s.region)] = true
			}
		}
		places := Resolve("India", row["districts"]+", "+row["state"], "")
		got := map[string]bool{}
		for _, p := range places {
			switch {
			case p.Region == "" || p.Confidence < keepiton.SurePlace:
				open++
			case p.District != "":
				sure++
				got[formerly(p.Region)] = true
			default:
				open++
				got[formerly(p.Region)] = true
			}
		}
		if sameSet(got, want) {
			state++
		} else if *showMisses {
			t.Logf("%q, %q: %s", row["districts"], row["state"], say(places))
		}
		if *showMisses {
			for _, p := range places {
				if p.District == "" || p.Confidence < keepiton.SurePlace {
					t.Logf("OPEN %q in %q, %q", p.Words, row["districts"], row["state"])
				}
			}
		}
	}
	t.Logf("%d cells, right state %.1f %%; %d sure districts, %d parts without", cells, 100*ratio(state, cells), sure, open)
	if ratio(state, cells) < 0.97 || ratio(sure, sure+open) < 0.8 {
		t.Errorf("below the floors of 0.97 and 0.8")
	}
}
