package locale

import (
	_ "embed"
	"encoding/json"
)

// review.json says which translations a native speaker has read and accepted:
// language, key, "reviewed". A message that it does not name was translated by
// a machine. English is written by the authors and counts as reviewed.
//
//go:embed review.json
var reviewFile []byte

var reviews = mustReviews()

func mustReviews() map[string]map[string]string {
	var out map[string]map[string]string
	if err := json.Unmarshal(reviewFile, &out); err != nil {
		panic("locale/review.json: " + err.Error()) // part of the program
	}
	return out
}

// Completeness says how far a language has come.
type Completeness struct {
	Messages   int // that English has
	Translated int
	Reviewed   int // of the translated ones, by a native speaker
}

// ReviewedShare returns the share of translated messages that a native speaker
// has read, 0 to 1. Pages say so in their footer.
func (c Completeness) ReviewedShare() float64 {
	if c.Translated == 0 {
		return 0
	}
	return float64(c.Reviewed) / float64(c.Translated)
}

// CompletenessOf returns how far the language with the tag has come; the zero
// value for an unknown one.
func CompletenessOf(tag string) Completeness {
	own, ok := catalogs[tag]
	if !ok {
		return Completeness{}
	}
	c := Completeness{Messages: len(catalogs["en"].messages)}
	for key := range catalogs["en"].messages {
		if m, ok := own.messages[key]; !ok || m.other == "" {
			continue
		}
		c.Translated++
		if tag == "en" || reviews[tag][key] == "reviewed" {
			c.Reviewed++
		}
	}
	return c
}
