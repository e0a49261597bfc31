package keepiton

import (
	"slices"
	"strings"
	"time"
)

// DecisionKind is what the desk may say of a disruption.
type DecisionKind string

// The kinds. The last decision counts, so that each can be taken back by another:
// Reopened puts a disruption back among those that wait.
const (
	Accepted   DecisionKind = "accept" // it belongs to an incident of the record
	MergedWith DecisionKind = "merge"  // it is part of another disruption
	Rejected   DecisionKind = "reject" // it is none of ours, for the reason of Code
	Watched    DecisionKind = "watch"  // not yet: somebody keeps an eye on it
	Reopened   DecisionKind = "reopen" // nothing is decided after all
)

// DecisionKinds lists the kinds in the order in which the desk offers them.
var DecisionKinds = []DecisionKind{Accepted, MergedWith, Watched, Rejected, Reopened}

// RejectCodes says why a disruption is none of ours. The list is closed, so that
// what the detector gets wrong can be counted; the causes are those that
// notes of measurement projects tell of most (cuts, power, weather, maintenance),
// then the faults of instruments that vetoes stand for (see [Veto]).
var RejectCodes = []string{
	"power_cut", "cable", "weather", "disaster", "maintenance", "operator_fault", "attack",
	"holiday", "instrument", "geolocation", "renumbering", "not_disrupted", "too_little", "other",
}

// MaxDecisionNote is how long the note of a decision may be, in bytes.
const MaxDecisionNote = 2000

// Decision is what somebody at the desk said of a disruption. Decisions are only
// added; the last one counts.
type Decision struct {
	Disruption DisruptionID `json:"disruption"`
	N          int          `json:"n"` // 1, 2, … in the order they were made
	What       DecisionKind `json:"what"`
	Incident   IncidentID   `json:"incident,omitempty"` // Accepted
	Into       DisruptionID `json:"into,omitempty"`     // MergedWith
	Code       string       `json:"code,omitempty"`     // Rejected: of RejectCodes
	Note       string       `json:"note,omitempty"`     // for the desk; never public
	By         string       `json:"by"`                 // account; never public
	At         time.Time    `json:"at"`
}

// Valid reports whether id can be the name of a disruption: KID- and letters,
// digits, dots, underscores and hyphens, at most 120 bytes in all, so that it can
// stand in an address.
func (id DisruptionID) Valid() bool {
	rest, ok := strings.CutPrefix(string(id), "KID-")
	return ok && rest != "" && len(id) <= 120 && strings.IndexFunc(rest, func(r rune) bool {
		return (r < '0' || r > '9') && (r < 'A' || r > 'Z') && (r < 'a' || r > 'z') && r != '-' && r != '_' && r != '.'
	}) < 0
}

// Check returns Invalid when the decision does not say what its kind needs, or
// says what another kind would.
func (d *Decision) Check() error {
	_, _, badIncident := d.Incident.Parse()
	for _, c := range []struct {
		kind  DecisionKind
		given bool
		good  bool
		what  string
	}{
		{Accepted, d.Incident != "", badIncident == nil, "incident"},
		{MergedWith, d.Into != "", d.Into.Valid() && d.Into != d.Disruption, "other disruption"},
		{Rejected, d.Code != "", slices.Contains(RejectCodes, d.Code), "reason code"},
	} {
		switch {
		case d.What == c.kind && !c.good:
			return Errorf(Invalid, "to %s needs the %s", d.What, c.what)
		case d.What != c.kind && c.given:
			return Errorf(Invalid, "to %s has no %s", d.What, c.what)
		}
	}
	switch {
	case !d.Disruption.Valid():
		return Errorf(Invalid, "%q is no id of a disruption", d.Disruption)
	case !slices.Contains(DecisionKinds, d.What):
		return Errorf(Invalid, "nobody can %q a disruption", d.What)
	case d.By == "" || d.At.IsZero():
		return Errorf(Invalid, "a decision needs an account and a time")
	case len(d.Note) > MaxDecisionNote:
		return Errorf(TooLarge, "a note of %d bytes, more than %d", len(d.Note), MaxDecisionNote)
	}
	return nil
}

// Open reports whether the desk has still to decide: nothing was said, or it was
// taken back. What is watched is not open, but comes back when it changes.
func (d *Decision) Open() bool { return d.What == "" || d.What == Reopened }
