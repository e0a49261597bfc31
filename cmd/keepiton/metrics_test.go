package main

import (
	"slices"
	"testing"

	"keepiton"
	"keepiton/locale"
	"keepiton/source/all"
)

// TestWhatOpensSignalsHasAName: readers see the names of metrics in charts and beside
// witnesses.
func TestWhatOpensSignalsHasAName(t *testing.T) {
	opens := []keepiton.MetricKind{keepiton.Amount, keepiton.Shares, keepiton.ArrivalCount}
	for _, tag := range locale.Tags() {
		p := locale.For(tag)
		for _, f := range all.Feeds {
			for _, m := range f.Metrics {
				if key := "code.metric." + f.Name + "." + m.Name; slices.Contains(opens, m.Kind) && !p.Has(key) {
					t.Errorf("%s: %s is missing", tag, key)
				}
			}
		}
	}
}
