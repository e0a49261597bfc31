package geo

import (
	"testing"
	"time"
)

func TestZoneIsTheCapitals(t *testing.T) {
	at := time.Date(2021, 2, 1, 0, 0, 0, 0, time.UTC)
	for country, want := range map[string]time.Duration{
		"MM": 390 * time.Minute, "IN": 330 * time.Minute, "NP": 345 * time.Minute, "RU": 3 * time.Hour, "CD": time.Hour,
		"US": -5 * time.Hour, "BR": -3 * time.Hour, "AU": 11 * time.Hour, "ID": 7 * time.Hour, "IR": 210 * time.Minute,
	} {
		zone := Zone(country)
		if zone == nil {
			t.Errorf("%s: no zone", country)
			continue
		}
		if _, off := at.In(zone).Zone(); time.Duration(off)*time.Second != want {
			t.Errorf("%s: %s is %ds off UTC, want %v", country, zone, off, want)
		}
	}
	for _, c := range Countries() {
		if len(Zones(c.Code)) > 0 && Zone(c.Code) == nil {
			t.Errorf("%s has zones and no main one", c.Code)
		}
	}
	if Zone("ZZ") != nil {
		t.Error("ZZ has a zone")
	}
}
