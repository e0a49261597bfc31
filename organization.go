package keepiton

import "strings"

// Organization is who is pushing back: a member of the coalition, or a partner
// of it. What was told to vet it stays sealed in its application.
type Organization struct {
	Name     string `json:"name"`            // as it writes itself
	Names    Texts  `json:"names,omitempty"` // its name in other languages, where it has one
	Type     string `json:"type,omitempty"`  // one of OrganizationTypes; empty: not said
	Country  string `json:"country,omitempty"`
	Standing string `json:"standing"` // one of Standings
	// Confirmed says that the coalition has confirmed the standing. A name from
	// an old list is shown as just that.
	Confirmed bool `json:"confirmed,omitempty"`
	// StandingNote says, for readers, why it is suspended, or why it no longer is.
	StandingNote Texts    `json:"standing_note,omitempty"`
	Site         string   `json:"site,omitempty"`
	Langs        []string `json:"langs,omitempty"`    // languages it works in, BCP 47
	Since        Moment   `json:"since,omitzero"`     // member or partner since
	Until        Moment   `json:"until,omitzero"`     // for former
	About        Texts    `json:"about,omitempty"`    // one paragraph
	Support      Texts    `json:"support,omitempty"`  // its statement of support
	Logo         string   `json:"logo,omitempty"`     // SHA-256 of a clean public picture, see store.Media
	LogoAlt      string   `json:"logo_alt,omitempty"` //
	Key          string   `json:"key,omitempty"`      // armored OpenPGP public key, for mail to it
	Sources      []Source `json:"sources,omitempty"`  // where we have it from
	// Basis are the sealed applications it rests on. They never leave the desk.
	Basis []EnvelopeID `json:"basis,omitempty"`
}

// OrganizationTypes lists what an organization may be. Only civil society and
// other not-for-profits are members of the coalition; journalists, companies
// and states are partners (notes/stop.md 4).
var OrganizationTypes = Codes{
	{Code: "civil_society"},
	{Code: "not_for_profit"},
	{Code: "academic"},
	{Code: "media"},
	{Code: "company"},
	{Code: "state"},
}

// Standings lists how an organization stands to the coalition.
var Standings = Codes{
	{Code: StandingMember},
	{Code: StandingPartner},
	{Code: StandingSuspended},
	{Code: StandingFormer},
}

// The standings.
const (
	StandingMember    = "member"
	StandingPartner   = "partner"
	StandingSuspended = "suspended"
	StandingFormer    = "former"
)

// MayBeMember reports whether an organization of the type may be a member. One
// whose type is not known may stand on a list that was imported, unconfirmed.
func MayBeMember(orgType string) bool {
	return orgType == "civil_society" || orgType == "not_for_profit"
}

// Kind implements Entry.
func (o *Organization) Kind() EntryKind { return KindOrganization }

// Check implements Entry.
func (o *Organization) Check() []Problem {
	var c entryCheck
	c.text("name", o.Name, true, MaxEntryTitle)
	c.texts("names", o.Names, false, MaxEntryTitle)
	c.code("type", o.Type, OrganizationTypes, o.Confirmed)
	c.country("country", o.Country, false)
	c.code("standing", o.Standing, Standings, true)
	if o.Standing == StandingMember && o.Type != "" && !MayBeMember(o.Type) {
		c.fault("standing", "organization_member")
	}
	c.texts("standing_note", o.StandingNote, o.Standing == StandingSuspended, 2000)
	c.link("site", o.Site)
	c.texts("about", o.About, false, 1000)
	c.texts("support", o.Support, false, 2000)
	if o.Logo != "" && (len(o.Logo) != 64 || strings.TrimSpace(o.LogoAlt) == "") {
		c.fault("logo", "organization_logo")
	}
	c.sources(o.Sources, false)
	return c
}

// Index implements Entry. Lists are sorted by name; the caller of the store
// folds Order.
func (o *Organization) Index() EntryIndex {
	var f facets
	f.add("country", o.Country)
	f.add("type", o.Type)
	f.add("standing", o.Standing)
	for _, id := range o.Basis {
		f.add("basis", string(id))
	}
	return EntryIndex{Title: o.Name, Order: o.Name, Facets: f, Words: append([]string{o.Name}, o.Names.All()...)}
}

// Public returns the copy that any reader may have.
func (o *Organization) Public() *Organization {
	c := *o
	c.Basis = nil
	return &c
}
