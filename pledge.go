package keepiton

// Pledge is a leader's public promise to keep the internet on.
type Pledge struct {
	Leader  string   `json:"leader"` // as the person is known in public
	Office  Texts    `json:"office"` // in office or running for it
	Body    string   `json:"body,omitempty"`
	Country string   `json:"country"`
	Lang    string   `json:"lang"`  // in which it was made
	Words   Texts    `json:"words"` // in Lang, and translated
	Made    Moment   `json:"made"`
	Scope   string   `json:"scope"`          // one of PledgeScopes
	From    Moment   `json:"from,omitzero"`  // what it covers; zero: from Made
	Until   Moment   `json:"until,omitzero"` // zero: without an end
	Watch   EntryID  `json:"watch,omitempty"`
	Sources []Source `json:"sources"`

	// Outcome is what a person has confirmed of it; the record proposes, see
	// package campaign.
	Outcome  string       `json:"outcome"` // one of PledgeOutcomes
	On       Moment       `json:"on,omitzero"`
	BrokenBy []IncidentID `json:"broken_by,omitempty"`
	Note     Texts        `json:"note,omitempty"` // why, for readers
}

// PledgeScopes lists what pledges are about.
var PledgeScopes = Codes{
	{Code: "always"},
	{Code: "election"},
	{Code: "exams"},
	{Code: "protests"},
	{Code: "other"},
}

// PledgeOutcomes lists what becomes of a pledge.
var PledgeOutcomes = Codes{
	{Code: "open"},
	{Code: "kept"},
	{Code: "broken"},
	{Code: "expired"},
}

// Kind implements Entry.
func (p *Pledge) Kind() EntryKind { return KindPledge }

// Check implements Entry.
func (p *Pledge) Check() []Problem {
	var c entryCheck
	c.text("leader", p.Leader, true, MaxEntryTitle)
	c.texts("office", p.Office, true, MaxEntryTitle)
	c.code("body", p.Body, Bodies, false)
	c.country("country", p.Country, true)
	c.text("lang", p.Lang, true, 35)
	c.texts("words", p.Words, true, 2000)
	if p.Made.IsZero() {
		c.fault("made", "entry_missing")
	}
	c.code("scope", p.Scope, PledgeScopes, true)
	c.code("outcome", p.Outcome, PledgeOutcomes, true)
	if !p.From.IsZero() && !p.Until.IsZero() && p.Until.Until().Before(p.From.At) {
		c.fault("until", "entry_order")
	}
	if (p.Outcome == "broken") != (len(p.BrokenBy) > 0) {
		c.fault("broken_by", "pledge_broken")
	}
	c.incidents("broken_by", p.BrokenBy)
	if p.Watch != "" {
		c.entries("watch", []EntryID{p.Watch}, KindWatch)
	}
	c.sources(p.Sources, true)
	return c
}

// Index implements Entry: the latest pledge first is the caller's choice.
func (p *Pledge) Index() EntryIndex {
	var f facets
	f.add("country", p.Country)
	f.add("scope", p.Scope)
	f.add("status", p.Outcome)
	f.add("entry", string(p.Watch))
	for _, id := range p.BrokenBy {
		f.add("incident", string(id))
	}
	words := append([]string{p.Leader}, p.Office.All()...)
	return EntryIndex{Title: p.Leader, Order: p.Made.String(), From: p.Made, Facets: f, Words: append(words, p.Words.All()...)}
}
