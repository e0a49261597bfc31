package geo

import (
	"slices"
	"testing"
)

func TestPeople(t *testing.T) {
	for code, between := range map[string][2]float64{"IN": {1.2e9, 1.6e9}, "TO": {9e4, 1.3e5}, "MM": {4e7, 7e7}, "XA": {0, 0}, "": {0, 0}} {
		if n := People(code); n < between[0] || n > between[1] {
			t.Errorf("%q has %.0f people, not %v", code, n, between)
		}
	}
	// Nobody lives there, or hardly anybody.
	empty := []string{"AQ", "BV", "GS", "HM", "IO", "TF", "UM"}
	for _, c := range Countries() {
		if People(c.Code) == 0 && !slices.Contains(empty, c.Code) {
			t.Errorf("how many live in %s is not known", c.Code)
		}
	}
}
