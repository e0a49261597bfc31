package geo

import (
	"strings"

	"keepiton"
)

// Resolve turns the country and area cells of a sheet into places. The words
// of each part are kept, also where no code was found. The scope is the
// sheet's geo_scope: it matters only where the area is blank, since the
// oldest sheets say "National" there.
//
// Never empty when any of the three has words.
func Resolve(country, area, scope string) []keepiton.Place {
	country, area = strings.TrimSpace(clip(country)), strings.TrimSpace(clip(area))
	codes, sure := ResolveCountry(country)
	if len(codes) == 0 {
		if country == "" && area == "" {
			return nil
		}
		words := area
		if words == "" {
			words = country
		}
		return []keepiton.Place{{Words: words}}
	}
	if area == "" {
		national := fold(scope) == "national"
		var out []keepiton.Place
		for _, code := range codes {
			p := keepiton.Place{Country: code, Confidence: sure, Method: methodOf(sure)}
			p.Nationwide = national
			out = append(out, p)
		}
		return out
	}
	var out []keepiton.Place
	for _, code := range codes {
		out = append(out, resolveArea(code, country, area, sure, len(codes) == 1)...)
	}
	if len(out) == 0 {
		out = append(out, keepiton.Place{Words: area})
	}
	return out
}

// methodOf names the way a country was recognised from its confidence.
func methodOf(confidence float64) string {
	switch {
	case confidence >= sureExact:
		return methodExact
	case confidence >= keepiton.SurePlace:
		return methodSpelling
	default:
		return methodFuzzy
	}
}

// resolveArea resolves the area within one country. Where the cell names
// several countries, only what is certainly inside this one is returned.
func resolveArea(code, country, area string, sure float64, only bool) []keepiton.Place {
	if method, confidence := nationwide(fold(area), key(country)); confidence > 0 {
		return []keepiton.Place{{Words: area, Country: code, Nationwide: true, Confidence: min(sure, confidence), Method: method}}
	}
	if !only {
		return nil
	}
	return []keepiton.Place{{Words: area, Country: code}}
}
