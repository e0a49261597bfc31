package count

import (
	"hash/maphash"
	"sync/atomic"
)

// dictionary holds the words that most cases are made of. Its order is part
// of the encoding: append, never insert, remove or change. Word n is written
// as the number n+firstWord.
var dictionary = [...]string{
	"Unknown", "Yes", "No", "Ended", "Ongoing", // answers and states
	"Shutdown", "Shutdown, Throttle", "Throttle", // kinds
	"Full network", "Service-based", "Full network, Service-based", // extents
	"Broadband, Mobile", "Mobile", "Broadband", "Satellite", // networks
	"It only affected one city, county, or village", // scopes
	"It affected more than one city in the same state, province, or region",
	"It affected locations in more than one state, province, or region",
	"Not sure",
	"Executive government", "State government", "Local government", "Military", // bodies
	"Law enforcement", "Judiciary", "Non-government",
	"Protests", "Conflict", "Political instability", "Information control", // causes
	"Communal violence", "Exam cheating", "Elections", "Religious holiday/anniversary",
	"Visits by government officials", "Other",
	"Fake news/ Hate speech/ Incendiary content/ Promoting violence", // justifications
	"Public safety/ Quell unrest/ Restore public order",
	"National security/ Counter-terrorism", "Precautionary measure",
	"Sabotage/ Third-party Action", "School exams", "School Exams",
	"Technical problems/ Infrastructure failure", "Illegal content",
	"CSO KIO partners", "News media article", "Social media", "RTI Request", "Confidential", // info sources
	"Africa", "APAC", "EECA", "Europe", "LAC", "MENA", "North America", // regions
	"unverified", "listed", "corroborated", "verified", "disputed", // levels
}

// How a text of a Dims is written: blank, "the same as the incident's" (in
// rows), spelt out, or a word of the dictionary.
const (
	blankWord = iota
	sameWord
	speltWord
	firstWord
)

var wordNumbers = func() map[string]int {
	m := make(map[string]int, len(dictionary))
	for i, w := range dictionary {
		m[w] = i + firstWord
	}
	return m
}()

// intern returns data as a string and, for the short texts that come again
// and again (countries, editions), the same string as before, so that decoding
// a hundred thousand cases does not copy each name a hundred thousand times.
// The table is bounded: 4,096 texts of at most 128 bytes.
func intern(data []byte) string {
	if len(data) == 0 {
		return ""
	}
	if len(data) > 128 {
		return string(data)
	}
	slot := &interned[maphash.Bytes(internSeed, data)%uint64(len(interned))]
	if s := slot.Load(); s != nil && *s == string(data) {
		return *s
	}
	s := string(data)
	slot.Store(&s)
	return s
}

var (
	internSeed = maphash.MakeSeed()
	interned   [4096]atomic.Pointer[string]
)
