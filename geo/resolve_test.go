package geo

import (
	"testing"
)

func TestNationwideInAllSpellings(t *testing.T) {
	for _, area := range []string{
		"Nationwide", "National ", "nationwide", "Nation wide", "Nationwde", "All of Iraq", "Entire country", "Countrywide shutdown",
		"whole country", "Iraq", "Nationwide, especially Basra", "It affected mobile data services in the whole country", "NATIONWIDE",
	} {
		got := Resolve("Iraq", area, "")
		if len(got) != 1 || !got[0].Nationwide || got[0].Country != "IQ" || got[0].Words == "" || got[0].Confidence < 0.9 {
			t.Errorf("%q: got %+v, want nationwide", area, got)
		}
	}
	for _, area := range []string{"Most of the country", "40 regions across the country", "59 universities across the country", "Crisis-hit areas throughout the country"} {
		for _, p := range Resolve("Iraq", area, "") {
			if p.Nationwide {
				t.Errorf("%q is not nationwide: %+v", area, p)
			}
		}
	}
}

func TestOldSheetsSayNationalInTheScope(t *testing.T) {
	got := Resolve("Chad", "", "National")
	if len(got) != 1 || !got[0].Nationwide || got[0].Country != "TD" {
		t.Errorf("got %+v", got)
	}
	got = Resolve("Chad", "", "It affected locations in more than one state, province, or region")
	if len(got) != 1 || got[0].Nationwide {
		t.Errorf("several regions are not the nation: %+v", got)
	}
}
