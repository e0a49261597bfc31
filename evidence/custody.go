package evidence

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"slices"

	"keepiton"
)

// Act is what a step of custody did.
type Act string

// The acts.
const (
	Arrive Act = "arrive" // the original was sealed
	Open   Act = "open"   // the original was opened at a desk
	Render Act = "look"   // Look made a working copy
	Blank  Act = "clean"  // Clean made a public copy
	Hand   Act = "hand"   // a copy or the original was given away; Note says to whom
	Verify Act = "verify" // the bytes were compared with their hash
)

// Acts lists the acts.
var Acts = []Act{Arrive, Open, Render, Blank, Hand, Verify}

// makes reports whether an act makes new bytes, so that From and To differ.
func (a Act) makes() bool { return a == Render || a == Blank }

// Step is one link of the chain of custody: what was made of what, with what,
// by whom.
type Step struct {
	Act     Act      `json:"act"`
	From    string   `json:"from,omitempty"` // SHA-256 of what it was made of; empty for Arrive
	To      Item     `json:"to"`             // what was made or handled
	Tool    string   `json:"tool,omitempty"` // required where bytes were made
	Version string   `json:"version,omitempty"`
	Params  string   `json:"params,omitempty"` // what the tool was told; the same again gives the same bytes
	Held    []string `json:"held,omitempty"`   // protections under which it was made
	Who     string   `json:"who"`              // account; for Arrive the road may stand here
	Day     Day      `json:"day"`
	Note    string   `json:"note,omitempty"`
	Prev    string   `json:"prev,omitempty"` // digest of the step before; empty for the first
}

// Digest is the SHA-256 of the step as JSON, hex. It covers Prev, and so all
// steps before.
func (s Step) Digest() string {
	b, err := json.Marshal(s)
	if err != nil {
		panic(err) // texts and numbers alone
	}
	h := sha256.Sum256(b)
	return hex.EncodeToString(h[:])
}

// Head is the digest of the newest step, empty for no steps. Each step carries
// the digest of the one before: none can be changed, taken out or put between
// later without the head changing too. Whoever wrote it down elsewhere can tell
// whether these are still the steps of that day.
func (r *Record) Head() string {
	if len(r.Steps) == 0 {
		return ""
	}
	return r.Steps[len(r.Steps)-1].Digest()
}

// Add adds a step at the end of the chain of custody; its Prev is set.
func (r *Record) Add(s Step) {
	s.Prev = r.Head()
	r.Steps = append(r.Steps, s)
}

// VerifyCustody checks that the steps lead from the arrival of the original to
// every item in them: each follows the one before by digest and not by an
// earlier day, and is made of something that an earlier step has. The error is
// Invalid and names the step, from 1.
func (r *Record) VerifyCustody() error {
	if len(r.Steps) == 0 {
		return keepiton.Errorf(keepiton.Invalid, "custody: there is no step")
	}
	known, prev := map[string]bool{}, ""
	for i, s := range r.Steps {
		bad := func(text string) error {
			return keepiton.Errorf(keepiton.Invalid, "custody: step %d (%s): %s", i+1, s.Act, text)
		}
		if err := s.To.validate(); err != nil {
			return bad(err.Error())
		}
		switch {
		case !slices.Contains(Acts, s.Act):
			return bad("there is no such act")
		case s.Who == "":
			return bad("who did it is missing")
		case s.Day.IsZero():
			return bad("the day is missing")
		case (i == 0) != (s.Act == Arrive):
			return bad("the steps begin with the arrival, and have one")
		case i == 0 && s.To != r.Original:
			return bad("what arrived is not the original")
		case i == 0 && s.From != "":
			return bad("an arrival is made of nothing")
		case i > 0 && s.Day.Before(r.Steps[i-1].Day.Time):
			return bad("it is older than the step before")
		case s.Prev != prev:
			return bad("it does not follow the step before: one of them was changed, taken out or put in")
		case i > 0 && !known[s.From]:
			return bad("it is made of something that no step before has")
		case i > 0 && !s.Act.makes() && s.To.SHA256 != s.From:
			return bad("it makes nothing new, but what it leaves is something else")
		case s.Act.makes() && (s.Tool == "" || s.Version == ""):
			return bad("the tool or its version is missing")
		}
		known[s.To.SHA256], prev = true, s.Digest()
	}
	return nil
}
