package main

import (
	"fmt"
	"slices"
	"strings"

	"keepiton"
	"keepiton/geo"
)

// sureCountry is the confidence from which a name of a country is taken as
// meant; package geo reads a slip of the keyboard with less.
const sureCountry = 0.9

// countryCodes turns codes and names of countries into codes. It refuses names
// that nobody knows: a mistyped one must not look like a country without
// shutdowns, and a guess is only offered.
func countryCodes(flag string, names []string) (codes []string, err error) {
	for _, name := range names {
		if _, known := geo.ByCode(strings.ToUpper(name)); known {
			codes = append(codes, strings.ToUpper(name))
			continue
		}
		found, confidence := geo.ResolveCountry(name)
		switch {
		case len(found) == 0:
			return nil, keepiton.Hint(keepiton.Errorf(keepiton.Invalid, "%s %q is no country that we know", flag, name), "write its code, such as IN, or the name that STOP uses")
		case confidence < sureCountry:
			return nil, keepiton.Hint(keepiton.Errorf(keepiton.Invalid, "%s %q is no country that we know", flag, name), fmt.Sprintf("did you mean %s (%s)?", geo.Name(found[0], "en"), found[0]))
		}
		codes = append(codes, found...)
	}
	return codes, nil
}

// checkPlaces refuses codes of regions that ISO 3166-2 does not have.
func checkPlaces(flag string, codes []string) error {
	for _, code := range codes {
		country, _, _ := strings.Cut(code, "-")
		if !slices.ContainsFunc(geo.Regions(country), func(s geo.Subdivision) bool { return s.Code == code }) {
			return keepiton.Errorf(keepiton.Invalid, "%s %q is no region of ISO 3166-2 that we know, such as IN-JK", flag, code)
		}
	}
	return nil
}

// oneOf refuses words that are not in the list.
func oneOf(flag string, given, list []string) error {
	for _, word := range given {
		if !slices.Contains(list, word) {
			return keepiton.Errorf(keepiton.Invalid, "%s %q is not one of %s", flag, word, strings.Join(list, ", "))
		}
	}
	return nil
}
