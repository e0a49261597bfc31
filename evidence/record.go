package evidence

import (
	"encoding/json"
	"fmt"
	"log/slog"
	"regexp"
	"time"

	"keepiton"
)

// Record is what must be known of a piece of evidence so that a court can use
// it: the six properties of a preserved item (OHCHR and UC Berkeley, Berkeley
// Protocol on Digital Open Source Investigations, HR/PUB/20/2, 2022, chapter
// VI.D) and its chain of custody. It holds what could expose people and is
// written inside a seal alone; logs see its id.
type Record struct {
	ID       string        `json:"id"`              // random, 32 hex digits
	Report   string        `json:"report"`          // keepiton.Report.ID it came with
	Road     keepiton.Road `json:"road"`            // how it came
	Arrived  Day           `json:"arrived"`         // no finer time is kept
	Original Item          `json:"original"`        // as it arrived
	By       string        `json:"by"`              // account of the analyst who took it in
	Proof    string        `json:"proof,omitempty"` // of VerifyProofMode: intact or broken; empty: there is none
	Steps    []Step        `json:"steps"`           // the chain of custody, oldest first

	Authenticity      Finding `json:"authenticity"`      // is it what it is said to be
	Availability      Finding `json:"availability"`      // where it is kept, until when, who may ask for it
	Identity          Finding `json:"identity"`          // what tells it from others; duplicates and near pictures
	Persistence       Finding `json:"persistence"`       // its bytes are still those of arrival
	Renderability     Finding `json:"renderability"`     // with what it can be seen
	Understandability Finding `json:"understandability"` // what it shows, where, when, in which language
}

// Finding is one of the six properties as an analyst left it.
type Finding struct {
	State keepiton.Answer `json:"state"` // not_asked: nobody looked
	Note  string          `json:"note,omitempty"`
	Who   string          `json:"who,omitempty"` // account; required unless nobody looked
	Day   Day             `json:"day,omitzero"`  // likewise
}

// Item is a sequence of bytes.
type Item struct {
	SHA256 string `json:"sha256"` // hex
	Size   int64  `json:"size"`   // bytes
	Kind   Kind   `json:"kind"`
}

// Properties returns the six findings with their names, in the order of the
// protocol.
func (r *Record) Properties() (names []string, findings []*Finding) {
	return []string{"authenticity", "availability", "identity", "persistence", "renderability", "understandability"},
		[]*Finding{&r.Authenticity, &r.Availability, &r.Identity, &r.Persistence, &r.Renderability, &r.Understandability}
}

var (
	hexID     = regexp.MustCompile(`^[0-9a-f]{32}$`)
	hexSHA256 = regexp.MustCompile(`^[0-9a-f]{64}$`)
)

// Validate checks a record and its steps. The error is Invalid and names the
// field.
func (r *Record) Validate() error {
	bad := func(field, format string, args ...any) error {
		return keepiton.Errorf(keepiton.Invalid, "evidence: "+field+": "+format, args...)
	}
	switch {
	case !hexID.MatchString(r.ID):
		return bad("id", "32 hex digits are wanted")
	case r.Report != "" && !hexID.MatchString(r.Report):
		return bad("report", "32 hex digits are wanted")
	case r.Arrived.IsZero():
		return bad("arrived", "the day is missing")
	case r.By == "":
		return bad("by", "the account is missing")
	case r.Proof != "" && r.Proof != "intact" && r.Proof != "broken":
		return bad("proof", "intact or broken are wanted")
	}
	if err := r.Original.validate(); err != nil {
		return bad("original", "%w", err)
	}
	names, findings := r.Properties()
	for i, f := range findings {
		if f.State != keepiton.NotAsked && (f.Who == "" || f.Day.IsZero()) {
			return bad(names[i], "who looked, and when, is missing")
		}
	}
	return r.VerifyCustody()
}

func (i Item) validate() error {
	if !hexSHA256.MatchString(i.SHA256) {
		return fmt.Errorf("sha256: 64 hex digits are wanted")
	}
	if i.Size < 0 {
		return fmt.Errorf("size: it is negative")
	}
	return nil
}

// LogValue implements slog.LogValuer with the id alone.
func (r Record) LogValue() slog.Value { return slog.StringValue(r.ID) }

// String returns the id alone.
func (r Record) String() string { return "evidence " + r.ID }

// GoString returns the id alone.
func (r Record) GoString() string { return r.String() }

// Day is a calendar day in UTC, written as 2026-11-25. The zero value is no
// day.
type Day struct{ time.Time }

// DayOf returns the day of t in UTC.
func DayOf(t time.Time) Day { return Day{t.UTC().Truncate(24 * time.Hour)} }

// String returns 2026-11-25, or nothing for no day.
func (d Day) String() string {
	if d.IsZero() {
		return ""
	}
	return d.Format(time.DateOnly)
}

// MarshalText writes 2026-11-25.
func (d Day) MarshalText() ([]byte, error) { return []byte(d.String()), nil }

// MarshalJSON writes "2026-11-25".
func (d Day) MarshalJSON() ([]byte, error) { return json.Marshal(d.String()) }

// UnmarshalText reads 2026-11-25, or nothing for no day.
func (d *Day) UnmarshalText(b []byte) error {
	if len(b) == 0 {
		*d = Day{}
		return nil
	}
	t, err := time.Parse(time.DateOnly, string(b))
	*d = Day{t}
	return err
}

// UnmarshalJSON reads "2026-11-25".
func (d *Day) UnmarshalJSON(b []byte) error {
	var s string
	if err := json.Unmarshal(b, &s); err != nil {
		return err
	}
	return d.UnmarshalText([]byte(s))
}
