package relational

import (
	"strings"
	"unicode/utf8"

	"keepiton"
	"keepiton/geo"
	"keepiton/locale"
)

// maxWords bounds the folded text of one incident, in bytes.
const maxWords = 256 << 10

// maxWord bounds one word, in bytes, for the engines.
const maxWord = 120

// searchText is the folded text under which inc is found: its id, the names of
// its countries in the seven languages, its places, and what was written of
// it. Names of sources are not among it: some are confidential.
func searchText(inc *keepiton.Incident) string {
	parts := []string{string(inc.ID), inc.Country, inc.Area}
	for _, c := range inc.Countries() {
		for _, l := range locale.Languages {
			parts = append(parts, geo.Name(c, l.Tag))
		}
	}
	for _, p := range inc.Places {
		parts = append(parts, p.Words, p.District)
	}
	parts = append(parts, inc.Summary, inc.CauseDetails, inc.JustDetails, inc.GovQuote, inc.OperatorQuote, inc.LegalMethod, inc.Impact, inc.TargetedDetail, inc.Reason)
	for _, o := range inc.Operators {
		parts = append(parts, o.Name, o.Owner)
	}
	for _, v := range inc.Services {
		if v.Affected == keepiton.Yes {
			parts = append(parts, v.ID, v.Words)
		}
	}
	for _, p := range inc.Perpetrators {
		parts = append(parts, p.Name)
	}
	parts = append(parts, inc.Targeted...)
	var b strings.Builder
	for _, p := range parts {
		for _, w := range splitWords(locale.Fold(p)) {
			if b.Len() > maxWords {
				return b.String()
			}
			if b.Len() > 0 {
				b.WriteByte(' ')
			}
			b.WriteString(clipWord(w))
		}
	}
	return b.String()
}

func clipWord(w string) string {
	if len(w) <= maxWord {
		return w
	}
	w = w[:maxWord]
	for !utf8.ValidString(w) {
		w = w[:len(w)-1]
	}
	return w
}

func splitWords(s string) []string { return strings.Fields(s) }

func joinWords(words []string) string { return strings.Join(words, " ") }

// partWords keeps the words that have letters beyond ASCII, each once.
func partWords(words []string) string {
	seen := map[string]bool{}
	var out []string
	for _, w := range words {
		if !isASCII(w) && !seen[w] {
			seen[w] = true
			out = append(out, w)
		}
	}
	return joinWords(out)
}

func isASCII(s string) bool {
	for i := range len(s) {
		if s[i] >= utf8.RuneSelf {
			return false
		}
	}
	return true
}
