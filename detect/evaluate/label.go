package evaluate

import (
	"slices"
	"time"

	"keepiton"
)

// Claim is what the record says of one shutdown in one country.
type Claim struct {
	Country  string
	From, To time.Time // To is the end of the last day; zero: not known
	Full     bool      // of the whole network, not of named services
	Wide     bool      // of the whole country, or several of its regions
	National bool      // of the whole country
	Network  string    // all, mobile, fixed
}

// ClaimsOf reads the episodes of an incident as claims. Ones that go on have no end.
func ClaimsOf(inc *keepiton.Incident) []Claim {
	if inc.State != keepiton.Published {
		return nil
	}
	full := slices.Contains(inc.Extents, "full_network")
	network := "all"
	switch mobile, fixed := inc.Networks.Mobile == keepiton.Yes, inc.Networks.Fixed == keepiton.Yes; {
	case mobile && !fixed:
		network = "mobile"
	case fixed && !mobile:
		network = "fixed"
	}
	var out []Claim
	for _, country := range inc.Countries() {
		national := false
		for _, p := range inc.Places {
			national = national || p.Country == country && p.Nationwide && !p.Except
		}
		for _, e := range inc.Episodes {
			if e.Start.IsZero() {
				continue
			}
			c := Claim{Country: country, From: e.Start.At, Full: full, National: national, Wide: national || inc.Scope == "several_regions", Network: network}
			if !e.End.At.IsZero() && e.End.At.Until().After(c.From) {
				c.To = e.End.At.Until()
			}
			out = append(out, c)
		}
	}
	return out
}

// The window of the paper in which an event is a claim's (notes/detection.md 2.1): from
// one day before its first day until two days after it, or until one day after its last.
const (
	windowBefore = 24 * time.Hour
	windowStart  = 2 * 24 * time.Hour
	windowEnd    = 24 * time.Hour
)

// Holds reports whether an event that began then lies in the claim's window.
func (c Claim) Holds(at time.Time) bool {
	if at.Before(c.From.Add(-windowBefore)) {
		return false
	}
	last := c.From.Add(24*time.Hour + windowStart)
	if end := c.To.Add(windowEnd); !c.To.IsZero() && end.After(last) {
		last = end
	}
	return at.Before(last)
}

// Label reports whether people think that an event was made on purpose: a cause that
// says so, or a claim of the record that the whole network was cut, and wide enough to
// be seen in the event's scope. A cause that names an accident outweighs a claim.
func Label(e Event, claims []Claim) bool {
	switch e.Cause {
	case "government-ordered", "exams":
		return true
	case "", "unknown":
	default:
		return false
	}
	for _, c := range claims {
		if c.Country == e.Country && c.Full && (c.Wide || e.Scope != National) && c.Holds(e.From) {
			return true
		}
	}
	return false
}
