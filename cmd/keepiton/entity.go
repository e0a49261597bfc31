package main

import (
	"keepiton"
	"keepiton/geo"
)

// readEntity reads what a flag says a series is about. The error is invalid: of an
// unknown form, or of a country that there is none of, which would be a silent series
// of nothing.
func readEntity(text string) (keepiton.Entity, error) {
	e, err := keepiton.ParseEntity(text)
	if err != nil {
		return e, err
	}
	if _, known := geo.ByCode(e.Country); e.Country != "" && !known {
		return e, keepiton.Hint(keepiton.Errorf(keepiton.Invalid, "entity %q: there is no country %s", text, e.Country), "countries are written with two letters of ISO 3166-1, such as country/IR")
	}
	return e, nil
}
