package casework

import (
	"strings"

	"keepiton"
)

// Vetting is the checklist of an application to join the coalition. Not asked is
// not a no; what was asked stands here, so that the second person who looks knows
// what the first has done.
type Vetting struct {
	Referees keepiton.Answer `json:"referees,omitempty"` // both were asked, and speak for it
	Site     keepiton.Answer `json:"site,omitempty"`     // seen: it is theirs and shows what they do
	Kind     keepiton.Answer `json:"kind,omitempty"`     // it is what it says: no company, state or newsroom behind it
	Fresh    keepiton.Answer `json:"fresh,omitempty"`    // it does not stand on the list under another name
}

// Done reports whether every question has an answer, be it "unknown".
func (v *Vetting) Done() bool {
	return v != nil && v.Referees != keepiton.NotAsked && v.Site != keepiton.NotAsked && v.Kind != keepiton.NotAsked && v.Fresh != keepiton.NotAsked
}

// Enrolment says how an organization is drafted from an application: all of its
// public parts but what is left out.
type Enrolment struct {
	Leave   []string // of EnrolmentParts
	Logo    string   // SHA-256 of a clean public picture; empty: none
	LogoAlt string   // what it shows
	Reason  string   // for the desk: it stands there in the clear
}

// EnrolmentParts are the parts that can be left out.
var EnrolmentParts = []string{"names", "country", "site", "langs", "support"}

// Organization is what the office would get of an application.
func (e Enrolment) Organization(r *keepiton.Report) *keepiton.Organization {
	o := r.Organization()
	for _, part := range e.Leave {
		switch part {
		case "names":
			o.Names = nil
		case "country":
			o.Country = ""
		case "site":
			o.Site = ""
		case "langs":
			o.Langs = nil
		case "support":
			o.Support = nil
		}
	}
	if e.Logo != "" {
		o.Logo, o.LogoAlt = e.Logo, strings.TrimSpace(e.LogoAlt)
	}
	return o
}
