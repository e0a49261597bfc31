package geo

import (
	"strings"
	"sync"
)

// match is one reading of a name.
type match struct {
	code       string
	confidence float64
	method     string
}

// countryKeys maps the key of every known spelling to its country.
var countryKeys = sync.OnceValue(func() map[string]match {
	m := map[string]match{}
	add := func(name, code string, confidence float64, method string) {
		k := key(name)
		if old, ok := m[k]; k != "" && (!ok || old.confidence < confidence) {
			m[k] = match{code, confidence, method}
		}
	}
	t := countries()
	for _, c := range append(Countries(), MadeUp()...) {
		add(c.STOP, c.Code, sureExact, methodExact)
		add(Name(c.Code, "en"), c.Code, sureExact, methodExact)
	}
	for code, names := range t.names {
		for _, name := range names[1:] {
			add(name, code, sureSpelling, methodSpelling)
		}
	}
	for name, code := range countryParts {
		add(name, code, sureSpelling, methodSpelling)
	}
	for code, names := range countrySpellings {
		for _, name := range names {
			add(name, code, sureSpelling, methodSpelling)
		}
	}
	return m
})

// ResolveCountry returns the ISO 3166-1 codes of a country cell and the lowest
// confidence among them. Several countries in one cell are parted by ";"; a
// part that is not known adds no code and makes the confidence 0. A comma
// parts countries only when the cell is no name as a whole, since names such
// as "Tanzania, United Republic of" hold one.
func ResolveCountry(words string) (codes []string, confidence float64) {
	words = clip(words)
	confidence = 1
	for part := range strings.SplitSeq(words, ";") {
		part = strings.TrimSpace(part)
		if part == "" {
			continue
		}
		found := countryPart(part)
		if len(found) == 0 {
			confidence = 0
			continue
		}
		for _, m := range found {
			confidence = min(confidence, m.confidence)
			codes = appendNew(codes, m.code)
		}
	}
	if len(codes) == 0 {
		return nil, 0
	}
	return codes, confidence
}

// countryPart reads one part of a country cell.
func countryPart(part string) []match {
	if m, ok := countryKeys()[key(part)]; ok {
		return []match{m}
	}
	if m, ok := turned(part); ok {
		return []match{m}
	}
	var all []match
	for piece := range strings.FieldsFuncSeq(part, func(r rune) bool { return r == ',' || r == '/' || r == '\n' }) {
		m, ok := countryKeys()[key(piece)]
		if !ok {
			all = nil
			break
		}
		all = append(all, m)
	}
	if len(all) > 0 {
		return all
	}
	if c, ok := ByCode(strings.TrimSpace(part)); ok {
		return []match{{c.Code, sureSpelling, methodSpelling}}
	}
	if m, ok := nearest(key(part), countryKeys()); ok {
		return []match{m}
	}
	return nil
}

// turned reads "Korea, South", "Gambia (the)" and "Democratic Republic of Congo
// (DRC)": the words behind the comma first, or without what stands in brackets.
func turned(part string) (match, bool) {
	name := part
	if before, after, ok := strings.Cut(part, ","); ok {
		name = after + " " + before
	} else if before, _, ok := strings.Cut(part, "("); ok {
		name = before
	}
	m, ok := countryKeys()[key(name)]
	if !ok || name == part {
		return match{}, false
	}
	return match{m.code, min(m.confidence, sureSpelling), methodSpelling}, true
}

func appendNew(list []string, s string) []string {
	for _, have := range list {
		if have == s {
			return list
		}
	}
	return append(list, s)
}
