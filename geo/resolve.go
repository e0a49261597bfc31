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
// The confidence of a place is that of its codes. Words without a region have
// none, and where nothing in the area is sure one more place without words says the country, which is.
// Never empty when country or area has words.
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
	if m := countryKeys()[key(area)]; m.code == code && !isPart(code, area) && !isPart(code, country) {
		return []keepiton.Place{{Words: area, Country: code, Nationwide: true, Confidence: min(sure, m.confidence), Method: m.method}}
	}
	if method, confidence := nationwide(fold(area), key(country)); confidence > 0 && !isPart(code, country) {
		return []keepiton.Place{{Words: area, Country: code, Nationwide: true, Confidence: min(sure, confidence), Method: method}}
	}
	if _, confidence := nationwide(fold(area), key(country)); confidence > 0 && isPart(code, country) {
		area = country
	}
	var out []keepiton.Place
	if head, rest, ok := cutExcept(area); ok {
		if method, confidence := nationwide(fold(head), key(country)); confidence > 0 {
			out = append(out, keepiton.Place{Words: head, Country: code, Nationwide: true, Confidence: min(sure, confidence), Method: method})
			area = rest
		}
	}
	for _, p := range readArea(code, area) {
		if p.Region == "" && !only {
			continue
		}
		p.Confidence = min(p.Confidence, sure)
		if p.Region != "" {
			p.Method = methodOf(p.Confidence)
		}
		p.Except = p.Except || len(out) > 0 && out[0].Nationwide
		out = append(out, p)
	}
	return append(out, sureCountry(out, code, sure, only)...)
}

// sureCountry adds the country as a place of its own where no part of it is
// sure: the area may be a riddle, the country is said.
func sureCountry(out []keepiton.Place, code string, sure float64, only bool) []keepiton.Place {
	if !only || sure < keepiton.SurePlace {
		return nil
	}
	for _, p := range out {
		if p.Confidence >= keepiton.SurePlace && !p.Except {
			return nil
		}
	}
	return []keepiton.Place{{Country: code, Confidence: sure, Method: methodOf(sure)}}
}

// cutExcept parts "Nationwide (except Kurdistan)" before the word that opens
// the exception.
func cutExcept(area string) (head, rest string, ok bool) {
	low := strings.ToLower(area)
	for _, mark := range []string{"except", "excluding", "but for", "other than"} {
		if i := strings.Index(low, mark); i > 0 && len(low) == len(area) {
			return strings.TrimRight(area[:i], " (,"), area[i:], true
		}
	}
	return "", "", false
}

// isPart reports whether the country cell names a part of the country that has
// no code of its own, such as Somaliland. Its "nationwide" is not the country's.
func isPart(code, country string) bool { return countryParts[key(country)] == code }
