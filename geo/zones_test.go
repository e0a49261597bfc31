package geo

import (
	"slices"
	"testing"
	"time"
)

func TestZonesOfACountryBearItsOwnNames(t *testing.T) {
	for code, want := range map[string][]string{
		"ET": {"Africa/Addis_Ababa"}, // one zone with Nairobi since 1970
		"ER": {"Africa/Asmara"},
		"XK": {"Europe/Belgrade"},
		"CD": {"Africa/Lubumbashi", "Africa/Kinshasa"},
		"SD": {"Africa/Khartoum"},
		"IN": {"Asia/Kolkata"},
		"CN": {"Asia/Shanghai", "Asia/Urumqi"},
		"XA": nil,
	} {
		if got := Zones(code); !slices.Equal(got, want) {
			t.Errorf("%s has %v, want %v", code, got, want)
		}
	}
}

func TestEveryZoneIsKnownToGo(t *testing.T) {
	n := 0
	for _, c := range Countries() {
		for _, name := range Zones(c.Code) {
			n++
			if _, err := time.LoadLocation(name); err != nil {
				t.Errorf("%s: %v", c.Code, err)
			}
		}
		if c.Region != "" && len(Zones(c.Code)) == 0 {
			t.Errorf("%s has people and no time zone", c.Code)
		}
	}
	if n < 300 {
		t.Errorf("%d zones in all: is the table whole?", n)
	}
}
