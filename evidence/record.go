package evidence

import (
	"log/slog"
	"time"

	"keepiton"
)

// Record is what must be known of a piece of evidence so that a court can use
// it: the six properties of a preserved item (OHCHR, Berkeley Protocol,
// HR/PUB/20/2, 2022, chapter VI.D) and its chain of custody. It holds what could
// expose people and is written inside a seal alone; logs see its id.
type Record struct {
	ID       string        `json:"id"`              // random, 32 hex digits
	Report   string        `json:"report"`          // keepiton.Report.ID it came with
	Road     keepiton.Road `json:"road"`            // how it came
	Arrived  Day           `json:"arrived"`         // day of arrival; no finer time is kept
	Original Item          `json:"original"`        // as it arrived
	By       string        `json:"by"`              // account of the analyst who took it in
	Steps    []Step        `json:"steps"`           // from arrival on
	Proof    string        `json:"proof,omitempty"` // outcome of VerifyProofMode in a word: intact, broken; empty: there is none

	Authenticity      Finding `json:"authenticity"`      // is it what it is said to be
	Availability      Finding `json:"availability"`      // where it is kept, until when, who may ask for it
	Identity          Finding `json:"identity"`          // what tells it from others; duplicates and near pictures
	Persistence       Finding `json:"persistence"`       // its bytes are still those of arrival
	Renderability     Finding `json:"renderability"`     // with what it can be seen
	Understandability Finding `json:"understandability"` // what it shows, where, when, in which language
}

// Finding is one of the six properties as an analyst left it.
type Finding struct {
	State keepiton.Answer `json:"state"` // yes, no, unknown; empty: nobody looked
	Note  string          `json:"note,omitempty"`
	Who   string          `json:"who,omitempty"` // account
	Day   Day             `json:"day,omitzero"`
}

// Item is a sequence of bytes.
type Item struct {
	SHA256 string `json:"sha256"` // hex
	Size   int64  `json:"size"`   // bytes
	Kind   Kind   `json:"kind"`
}

// Act is what a step did.
type Act string

// The acts.
const (
	Arrive Act = "arrive" // the original was sealed
	Open   Act = "open"   // the original was opened at a desk
	Render Act = "render" // Look made a working copy
	Blank  Act = "clean"  // Clean made a public copy
	Hand   Act = "hand"   // a copy or the original was given to somebody; Note says to whom
	Verify Act = "verify" // the bytes were compared with their hash
)

// Step is one link of the chain of custody: what was made of what, with what,
// by whom.
type Step struct {
	Act     Act      `json:"act"`
	From    string   `json:"from,omitempty"` // SHA-256 of what it was made of; empty for Arrive
	To      Item     `json:"to"`             // what was made or handled
	Tool    string   `json:"tool,omitempty"`
	Version string   `json:"version,omitempty"`
	Params  string   `json:"params,omitempty"` // what the tool was told; the same again gives the same bytes
	Held    []string `json:"held,omitempty"`   // protections under which it was made
	Who     string   `json:"who"`              // account
	Day     Day      `json:"day"`
	Note    string   `json:"note,omitempty"`
	Prev    string   `json:"prev"` // digest of the step before; empty for the first
}

// Day is a calendar day, written as 2026-11-25. The zero value is no day.
type Day struct{ time.Time }

// LogValue implements slog.LogValuer with the id alone.
func (r Record) LogValue() slog.Value { return slog.StringValue(r.ID) }

// String returns the id alone.
func (r Record) String() string { return "evidence " + r.ID }

// GoString returns the id alone.
func (r Record) GoString() string { return r.String() }
