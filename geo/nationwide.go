package geo

import (
	"strings"
)

// The words for a whole country. STOP's publisher writes at least a dozen of
// them (notes on the record, 2.2 and 2.3); "several states" (Level 3 of
// geo_scope) is not one.
var (
	wholeWords   = map[string]bool{"entire": true, "whole": true, "all": true, "complete": true}
	countryWords = map[string]bool{"country": true, "nation": true}
	// words that may stand beside without changing the meaning
	fillerWords = map[string]bool{
		"the": true, "of": true, "in": true, "across": true, "throughout": true, "over": true, "a": true,
		"shutdown": true, "blackout": true, "internet": true, "network": true, "level": true, "scope": true,
		"it": true, "affected": true, "mobile": true, "data": true, "services": true, "service": true,
	}
)

// nationwide reports whether the folded words mean the whole of the country,
// and whether that is a misspelling of it. Words that limit it ("most of the
// country", "40 regions across the country") are not the whole.
func nationwide(folded, countryKey string) (method string, confidence float64) {
	words := strings.Fields(folded)
	if len(words) == 0 || len(words) > 12 {
		return "", 0
	}
	rest := strings.Join(words, "")
	switch {
	case rest == "nationwide" || rest == "national" || rest == "countrywide":
		return methodExact, sureExact
	case rest == countryKey:
		return methodExact, sureExact
	}
	said, whole, country, misspelt := false, false, false, false
	for i, w := range words {
		switch {
		case w == "nation" && i+1 < len(words) && words[i+1] == "wide", w == "country" && i+1 < len(words) && words[i+1] == "wide":
			said = true
		case w == "wide" && i > 0 && (words[i-1] == "nation" || words[i-1] == "country"):
		case w == "especially" || w == "particularly" || w == "mainly":
			if said || whole && country {
				return methodSpelling, sureSpelling
			}
			return "", 0
		case w == "nationwide" || w == "national" || w == "countrywide":
			said = true
		case wholeWords[w]:
			whole = true
		case countryWords[w] || w == countryKey, whole && (w == "regions" || w == "provinces" || w == "states"):
			country = true
		case fillerWords[w]:
		case len(w) > 7 && distance(w, "nationwide", 2) <= 2:
			said, misspelt = true, true
		default:
			return "", 0
		}
	}
	switch {
	case misspelt:
		return methodSpelling, sureSpelling
	case said || whole && country:
		return methodSpelling, sureSpelling
	}
	return "", 0
}
