package locale

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io/fs"
)

// reviewName is the file beside the message files that says which translations a
// native speaker has read and accepted: language, key, [Review]. A message that it
// does not name was translated by a machine. English is written by the authors
// and counts as reviewed.
const reviewName = "review.json"

// Review says who read a translation. It holds for the words that were read: when
// the translation or the English behind it changes, it lapses.
type Review struct {
	By  string `json:"by"`   // a name that the reviewer chose; it is public
	Day string `json:"day"`  // 2026-11-26
	Of  string `json:"text"` // fingerprint of what was read, see fingerprint
}

var reviews = mustReviews()

func mustReviews() map[string]map[string]Review {
	out, err := readReviews(messageFiles, "messages/"+reviewName)
	if err != nil {
		panic(err) // part of the program
	}
	return out
}

func readReviews(files fs.FS, name string) (map[string]map[string]Review, error) {
	data, err := fs.ReadFile(files, name)
	if err != nil {
		return nil, err
	}
	var out map[string]map[string]Review
	if err := json.Unmarshal(data, &out); err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	return out, nil
}

// fingerprint names what a reviewer read: the English and its translation, in
// all forms.
func fingerprint(english, own message) string {
	h := sha256.New()
	for _, m := range []message{english, own} {
		fmt.Fprintf(h, "%q", m.other)
		for _, f := range pluralForms {
			fmt.Fprintf(h, "%q", m.forms[f])
		}
	}
	return hex.EncodeToString(h.Sum(nil)[:6])
}

// reviewOf returns the review of a message that still holds.
func reviewOf(tag, key string) Review {
	r := reviews[tag][key]
	if catalogs[tag] == nil || r.Of == "" || r.Of != fingerprint(catalogs["en"].messages[key], catalogs[tag].messages[key]) {
		return Review{}
	}
	return r
}

// Completeness says how far a language has come.
type Completeness struct {
	Messages   int // that English has
	Translated int
	Reviewed   int // of the translated ones, by a native speaker
}

// Machine returns how many translations nobody has read.
func (c Completeness) Machine() int { return c.Translated - c.Reviewed }

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
func CompletenessOf(tag string) Completeness { return completeness[tag] }

var completeness = countCompleteness()

func countCompleteness() map[string]Completeness {
	out := map[string]Completeness{}
	for tag, own := range catalogs {
		c := Completeness{Messages: len(catalogs["en"].messages)}
		for key := range catalogs["en"].messages {
			if m, ok := own.messages[key]; !ok || m.other == "" {
				continue
			}
			c.Translated++
			if tag == "en" || len(reviews[tag]) > 0 && reviewOf(tag, key).Of != "" {
				c.Reviewed++
			}
		}
		out[tag] = c
	}
	return out
}
