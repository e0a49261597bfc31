package evidence

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"

	"keepiton"
)

// Digest is the SHA-256 of a step, hex, over its JSON: what the next step names
// as Prev, so that no step can be changed, taken out or put in unseen.
func (s Step) Digest() string {
	text, err := json.Marshal(s)
	if err != nil {
		panic(err) // a step holds nothing that JSON cannot write
	}
	sum := sha256.Sum256(text)
	return hex.EncodeToString(sum[:])
}

// Add adds a step at the end of the chain of custody.
func (r *Record) Add(s Step) {
	s.Prev = ""
	if n := len(r.Steps); n > 0 {
		s.Prev = r.Steps[n-1].Digest()
	}
	r.Steps = append(r.Steps, s)
}

// VerifyCustody checks the chain: it begins with the arrival of the original,
// every step names the one before, and is made of something that was there.
// Invalid, with the number of the step, where it does not hold.
func (r *Record) VerifyCustody() error {
	if len(r.Steps) == 0 || r.Steps[0].Act != Arrive || r.Steps[0].To != r.Original {
		return keepiton.Errorf(keepiton.Invalid, "step 1: the chain does not begin with the arrival of the original")
	}
	known, prev := map[string]bool{}, ""
	for i, s := range r.Steps {
		switch {
		case s.Prev != prev:
			return keepiton.Errorf(keepiton.Invalid, "step %d: it does not follow the step before", i+1)
		case i > 0 && s.From != "" && !known[s.From]:
			return keepiton.Errorf(keepiton.Invalid, "step %d: it is made of a file that no step before has", i+1)
		case i > 0 && s.Day.Before(r.Steps[i-1].Day.Time):
			return keepiton.Errorf(keepiton.Invalid, "step %d: its day lies before that of the step before", i+1)
		}
		known[s.To.SHA256], prev = true, s.Digest()
	}
	return nil
}
