package geo

import (
	"math"
	"testing"
)

func TestEveryCountryHasAMiddle(t *testing.T) {
	for _, c := range Countries() {
		lon, lat, ok := Center(c.Code)
		if !ok {
			t.Errorf("%s has no middle", c.Code)
		}
		if math.Abs(lon) > 180 || math.Abs(lat) > 90 {
			t.Errorf("%s: got %g, %g", c.Code, lon, lat)
		}
	}
}

func TestMiddleIsWhereTheCountryIs(t *testing.T) {
	for code, want := range map[string][2]float64{
		"IN": {79, 22}, "SD": {30, 16}, "US": {-99, 40}, "FR": {2.5, 46.5}, "RU": {110, 62}, "ET": {39.6, 8.6},
		"IN-JK": {75, 33.7}, "CM-NW": {10.4, 6.3}, "MM-17": {97.6, 21},
	} {
		lon, lat, ok := Center(code)
		if !ok || math.Abs(lon-want[0]) > 6 || math.Abs(lat-want[1]) > 4 {
			t.Errorf("%s: got %g, %g (%v), want about %v", code, lon, lat, ok, want)
		}
	}
	if _, _, ok := Center("XC"); ok {
		t.Error("a made-up country has a place on the real map")
	}
}
