package keepiton

import (
	"slices"
	"strconv"
	"strings"
)

// Application is what an organization says of itself when it asks to join the
// coalition: the part of a [Report] of kind [ReportJoin] that others do not have.
// Its country and how it is reached stand in the report. It tells of people who
// may be in danger for it, so that all of it is sealed like any report; what the
// world may come to see is [Report.Organization] alone.
type Application struct {
	Name     Private     // of the organization, as it writes itself
	Names    []OtherName // where it has a name of its own in another language
	Type     string      // one of OrganizationTypes: it decides what it can become
	Site     Private     // http or https address; may be empty
	Langs    []string    // languages it works in: tags of BCP 47, or words as typed
	Referees []Referee   // who know it: Referees of them are asked for
	Why      Private     // why it wants to join
	Support  Private     // its statement of support, in the language of the report
}

// OtherName is the name of an organization in another language.
type OtherName struct {
	Lang string // BCP 47
	Name Private
}

// Referee is somebody who can speak for an organization.
type Referee struct {
	Name    Private // and the organization they are of
	Contact Private // how they are reached
}

// Limits of an application, in runes. Those of what may become public are the
// limits of an [Organization].
const (
	Referees           = 2 // as many as are asked for
	MaxApplicationWhy  = 5000
	MaxApplicationLine = 500 // how to reach somebody
	MaxSupport         = 2000
	MaxLangs           = 30 // languages
)

// Standing is what an organization of the type can become: only civil society
// and other not-for-profits are members (notes/stop.md 4).
func (a *Application) Standing() string {
	if MayBeMember(a.Type) {
		return StandingMember
	}
	return StandingPartner
}

// CheckApplication returns what is missing from an application, or too long for
// it, nil if nothing is. Fields are those of its JSON form; none quotes a value.
func (r *Report) CheckApplication() []Problem {
	var c entryCheck
	a := r.Application
	if a == nil {
		a = &Application{}
	}
	c.text("name", a.Name.Reveal(), true, MaxEntryTitle)
	for i, n := range a.Names {
		at := "names[" + strconv.Itoa(i) + "]"
		if !IsTag(n.Lang) {
			c.fault(at, "entry_code")
		}
		c.text(at, n.Name.Reveal(), true, MaxEntryTitle)
	}
	c.code("type", a.Type, OrganizationTypes, true)
	c.country("country", r.Country, true)
	c.link("site", a.Site.Reveal())
	c.text("site", a.Site.Reveal(), false, MaxApplicationLine)
	c.text("langs", strings.Join(a.Langs, " "), true, MaxApplicationLine)
	if len(a.Langs) > MaxLangs {
		c.fault("langs", "entry_long")
	}
	c.text("contact", r.Contact.Reveal(), true, MaxApplicationLine)
	for i := range max(Referees, len(a.Referees)) {
		var ref Referee
		if i < len(a.Referees) {
			ref = a.Referees[i]
		}
		at := "referees[" + strconv.Itoa(i) + "]"
		c.text(at+".name", ref.Name.Reveal(), true, MaxApplicationLine)
		c.text(at+".contact", ref.Contact.Reveal(), true, MaxApplicationLine)
	}
	c.text("why", a.Why.Reveal(), true, MaxApplicationWhy)
	c.text("support", a.Support.Reveal(), true, MaxSupport)
	return c
}

// Organization returns what of an application may come before the world once two
// people agree: name, type, country, site, languages, statement. How it is
// reached, who speaks for it and why it asks are not among it, and never leave
// the seal. Nil for a report without an application.
func (r *Report) Organization() *Organization {
	a := r.Application
	if a == nil {
		return nil
	}
	o := &Organization{
		Name: strings.TrimSpace(a.Name.Reveal()), Type: a.Type, Country: r.Country, Standing: a.Standing(), Confirmed: true,
		Site: a.Site.Reveal(), Langs: slices.DeleteFunc(slices.Clone(a.Langs), func(l string) bool { return !IsTag(l) }),
	}
	for _, n := range a.Names {
		if IsTag(n.Lang) && n.Name != "" {
			if o.Names == nil {
				o.Names = Texts{}
			}
			o.Names[n.Lang] = n.Name.Reveal()
		}
	}
	if a.Support != "" {
		lang := r.Lang
		if !IsTag(lang) {
			lang = "und" // BCP 47: not determined
		}
		o.Support = Texts{lang: a.Support.Reveal()}
	}
	return o
}

// IsTag reports whether s has the form of a language tag as this project stores
// them: a language of two or three letters, then parts of one to eight letters
// and digits (RFC 5646, section 2.1), at most 35 bytes.
func IsTag(s string) bool {
	if len(s) > 35 {
		return false
	}
	for i, part := range strings.Split(s, "-") {
		if i == 0 && (len(part) < 2 || len(part) > 3 || strings.Trim(part, "abcdefghijklmnopqrstuvwxyz") != "") {
			return false
		}
		if len(part) < 1 || len(part) > 8 || strings.Trim(strings.ToLower(part), "abcdefghijklmnopqrstuvwxyz0123456789") != "" {
			return false
		}
	}
	return true
}
