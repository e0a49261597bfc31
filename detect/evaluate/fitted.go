package evaluate

import (
	"crypto/sha256"
	_ "embed"
	"encoding/hex"
	"slices"
	"strings"
	"sync"

	"keepiton"
	"keepiton/detect"
)

// fittedFile has a mark of each event that the program's weights were fitted on, so that
// those of another file can be told from them. A mark is three bytes of a hash of country
// and minute: it says whether an event that one has is the same, and not which it is.
//
//go:embed fitted.txt
var fittedFile string

var fittedOn = sync.OnceValue(func() map[string]bool {
	out := map[string]bool{}
	for _, mark := range strings.Fields(fittedFile) {
		out[mark] = true
	}
	return out
})

func mark(e Event) string {
	sum := sha256.Sum256([]byte(e.Country + " " + e.From.UTC().Format("2006-01-02T15:04")))
	return hex.EncodeToString(sum[:3])
}

// Marks are those of the events that weights are fitted on, one a line, sorted: the file
// fitted.txt.
func Marks(xs []Example) []byte {
	var out []string
	for _, x := range xs {
		out = append(out, mark(x.Event))
	}
	return []byte(strings.Join(distinct(out), "\n") + "\n")
}

// Unseen are the examples that the program's weights were not fitted on.
func Unseen(xs []Example) []Example {
	return slices.DeleteFunc(slices.Clone(xs), func(x Example) bool { return fittedOn()[mark(x.Event)] })
}

// AsShipped guesses by the weights that the program carries, of events that it never saw.
func AsShipped(xs []Example) []Guess { return guesses(detect.DefaultWeights(), xs) }

// asNew guesses as [AsShipped] does, of a country as if nothing had been fitted on it: by
// its region.
func asNew(xs []Example) []Guess {
	w := *detect.DefaultWeights()
	w.Countries = nil
	return guesses(&w, xs)
}

// withoutVotes leaves out of examples what the calendar of votes says.
func withoutVotes(xs []Example) []Example {
	xs = slices.Clone(xs)
	for i := range xs {
		xs[i].Feature.Election = keepiton.NotAsked
	}
	return xs
}

// among keeps the guesses about some examples.
func among(g []Guess, xs []Example) []Guess {
	rows := map[int]bool{}
	for _, x := range xs {
		rows[x.Event.place] = true
	}
	return slices.DeleteFunc(g, func(x Guess) bool { return !rows[x.Event.place] })
}
