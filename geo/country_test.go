package geo

import (
	"testing"

	"keepiton"
)

func TestEveryCountryHasNamesInSevenLanguages(t *testing.T) {
	list := append(Countries(), MadeUp()...)
	if len(list) < 250+8 {
		t.Fatalf("got %d countries, want all of ISO 3166-1, XK and the made-up world", len(list))
	}
	for _, c := range list {
		for _, lang := range languages() {
			if name := Name(c.Code, lang); name == "" || name == c.Code {
				t.Errorf("%s has no name in %s", c.Code, lang)
			}
		}
		if c.Region != "" && !keepiton.Regions.Has(c.Region) {
			t.Errorf("%s: region %q is not in keepiton.Regions", c.Code, c.Region)
		}
	}
}

func TestCountryNameResolvesToItself(t *testing.T) {
	for _, c := range append(Countries(), MadeUp()...) {
		for _, words := range []string{c.STOP, Name(c.Code, "en"), " " + c.STOP + "  "} {
			codes, confidence := ResolveCountry(words)
			if len(codes) != 1 || codes[0] != c.Code || confidence != 1 {
				t.Errorf("ResolveCountry(%q) = %v, %v, want %s, 1", words, codes, confidence, c.Code)
			}
		}
	}
}

func TestCountrySpellingsOfTheOlderSheets(t *testing.T) {
	for words, want := range map[string]string{
		"DemocraticRepublicCongo":           "CD",
		"Democratic Republic of the Congo":  "CD",
		"Congo":                             "CG",
		"SriLanka":                          "LK",
		"Venezuela, Bolivarian Republic of": "VE",
		"Benin ":                            "BJ",
		"Somaliland":                        "SO",
		"Cote d’Ivoire":                     "CI",
		"Macedonia":                         "MK",
		"Korea, South":                      "KR",
		"Gambia (the)":                      "GM",
		"RepublicCongo":                     "CG",
		"الجزائر":                           "DZ",
		"ኢትዮጵያ":                             "ET",
	} {
		codes, confidence := ResolveCountry(words)
		if len(codes) != 1 || codes[0] != want || confidence < keepiton.SurePlace {
			t.Errorf("ResolveCountry(%q) = %v, %v, want %s, sure", words, codes, confidence, want)
		}
	}
}

func TestSeveralCountriesInOneCell(t *testing.T) {
	codes, confidence := ResolveCountry("Burundi; Kenya; Rwanda; Tanzania, United Republic of; Uganda")
	if got, want := len(codes), 5; got != want || confidence != 1 {
		t.Errorf("got %v, %v, want five countries, 1", codes, confidence)
	}
}

func TestMisspeltCountryIsAGuess(t *testing.T) {
	codes, confidence := ResolveCountry("Pakistn")
	if len(codes) != 1 || codes[0] != "PK" || confidence >= keepiton.SurePlace {
		t.Errorf("got %v, %v, want PK as a guess", codes, confidence)
	}
	if codes, _ := ResolveCountry("Atlantis"); len(codes) != 0 {
		t.Errorf("Atlantis resolved to %v", codes)
	}
}
