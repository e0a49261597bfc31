package keepiton

import "time"

// Role is what the author of a revision was when making it.
type Role string

// The roles of people, weakest first, and the importer.
const (
	RoleReader  Role = "reader"
	RoleAnalyst Role = "analyst"
	RoleEditor  Role = "editor"
	RoleAdmin   Role = "administrator"
	RoleImport  Role = "import"
	// RoleMember is an account of an organization of the coalition. It is bound to
	// the entry of its organization and sees nothing else of the desk.
	RoleMember Role = "member"
)

// Rank orders the roles of the staff: 1 for a reader up to 4 for an
// administrator, 0 for anything else, a member too.
func (r Role) Rank() int {
	switch r {
	case RoleReader:
		return 1
	case RoleAnalyst:
		return 2
	case RoleEditor:
		return 3
	case RoleAdmin:
		return 4
	}
	return 0
}

// Revision is one immutable state of an incident.
//
// Recorded is the moment from which the record says so: for what an edition
// says, 00:00 UTC of the day the edition was published; for what a person
// does, the moment of saving. "As of T" is the revision with the greatest
// Recorded not after T, and among equals the greatest N.
type Revision struct {
	N        int       `json:"revision"` // 1, 2, … within the incident
	Recorded time.Time `json:"recorded"` // UTC, to the second
	Role     Role      `json:"role"`
	Author   string    `json:"-"` // account name; for the desk, never public
	Reason   string    `json:"reason,omitempty"`
	Edition  string    `json:"edition,omitempty"` // for Role import
	Changes  []Change  `json:"changes,omitempty"` // against the revision before; empty for the first
	Incident Incident  `json:"incident"`
}

// KnownAt returns the moment up to which the revision speaks, as seen at now:
// the end of the day on which it was recorded, and never later than now. What
// is "still going on" was so when the record said so, not when it is read: a
// missing end is not an end, and a missing update is not a continuation.
func (r *Revision) KnownAt(now time.Time) time.Time {
	if r.Recorded.IsZero() {
		return now
	}
	if until := AsOf(r.Recorded); now.IsZero() || until.Before(now) {
		return until
	}
	return now
}

// Change is one field that differs between two revisions. From and To are the
// field's values as text, empty for "nothing there".
type Change struct {
	Field string   `json:"field"`
	From  []string `json:"from"`
	To    []string `json:"to"`
}

// AsOf returns the last instant of the day that a bare date means: "as of
// 2023-03-01" includes what was recorded on that day.
func AsOf(day time.Time) time.Time {
	return day.UTC().Truncate(24*time.Hour).AddDate(0, 0, 1).Add(-time.Second)
}

// ParseAsOf reads a day (2023-03-01, meaning its end in UTC) or an RFC 3339
// time. The empty text is the zero time: now.
func ParseAsOf(s string) (time.Time, error) {
	if s == "" {
		return time.Time{}, nil
	}
	if t, err := time.Parse(time.DateOnly, s); err == nil {
		return AsOf(t), nil
	}
	t, err := time.Parse(time.RFC3339, s)
	if err != nil {
		return time.Time{}, Errorf(Invalid, "%q is not a day such as 2023-03-01 or a time such as 2023-03-01T12:00:00Z", s)
	}
	return t.UTC().Truncate(time.Second), nil
}
