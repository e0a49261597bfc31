package keepiton

import "time"

// Watch is a dated reason to look: an election, exams, an anniversary, a
// protest, an order that expires.
type Watch struct {
	Title    Texts      `json:"title"`
	Cause    string     `json:"kind"` // one of WatchKinds
	Country  string     `json:"country"`
	Places   []Place    `json:"places,omitempty"` // none: the whole country
	From     Moment     `json:"from"`
	To       Moment     `json:"to,omitzero"` // last day; zero: From alone
	Status   string     `json:"status"`      // one of WatchStatuses
	Why      Texts      `json:"why,omitempty"`
	Prepare  Texts      `json:"prepare,omitempty"` // beside the checklist of its kind
	Contacts []Contact  `json:"contacts,omitempty"`
	Letters  []EntryID  `json:"letters,omitempty"`
	Expires  IncidentID `json:"expires,omitempty"` // the incident whose order expires
	// Incidents are what came of it, once it is over.
	Incidents []IncidentID `json:"incidents,omitempty"`
	Sources   []Source     `json:"sources"`
}

// Contact is who can be asked: public, and meant to be.
type Contact struct {
	Name    string `json:"name"`
	Role    string `json:"role,omitempty"`
	Address string `json:"address"` // mail, phone, or link, as it is to be shown
	Lang    string `json:"lang,omitempty"`
}

// WatchKinds lists the reasons to look.
var WatchKinds = Codes{
	{Code: "election"},
	{Code: "exam"},
	{Code: "anniversary"},
	{Code: "protest"},
	{Code: "order_expiry"},
	{Code: "other"},
}

// WatchStatuses follow RFC 5545, section 3.8.1.11.
var WatchStatuses = Codes{
	{Code: "tentative"},
	{Code: "confirmed"},
	{Code: "cancelled"},
}

// End returns the first instant after the item.
func (w *Watch) End() time.Time {
	if w.To.IsZero() {
		return w.From.Until()
	}
	return w.To.Until()
}

// Over reports whether the item is past at now.
func (w *Watch) Over(now time.Time) bool { return !w.End().After(now) }

// Kind implements Entry.
func (w *Watch) Kind() EntryKind { return KindWatch }

// Check implements Entry.
func (w *Watch) Check() []Problem {
	var c entryCheck
	c.texts("title", w.Title, true, MaxEntryTitle)
	c.code("kind", w.Cause, WatchKinds, true)
	c.country("country", w.Country, true)
	c.code("status", w.Status, WatchStatuses, true)
	if w.From.IsZero() {
		c.fault("from", "entry_missing")
	}
	if !w.To.IsZero() && w.To.Until().Before(w.From.At) {
		c.fault("to", "entry_order")
	}
	c.texts("why", w.Why, false, 4000)
	c.texts("prepare", w.Prepare, false, 4000)
	c.entries("letters", w.Letters, KindLetter)
	c.incidents("incidents", w.Incidents)
	c.contacts(w.Contacts)
	c.sources(w.Sources, true)
	return c
}

func (c *entryCheck) contacts(list []Contact) {
	for _, p := range list {
		c.text("contacts", p.Name, true, MaxEntryTitle)
		c.text("contacts", p.Address, true, MaxEntryTitle)
	}
}

// Index implements Entry: by day.
func (w *Watch) Index() EntryIndex {
	var f facets
	f.add("country", w.Country)
	f.add("kind", w.Cause)
	f.add("status", w.Status)
	for _, id := range w.Letters {
		f.add("entry", string(id))
	}
	for _, id := range append([]IncidentID{w.Expires}, w.Incidents...) {
		f.add("incident", string(id))
	}
	title, _ := w.Title.In("en")
	return EntryIndex{Title: title, Order: w.From.String(), From: w.From, To: w.To, Facets: f, Words: append(w.Title.All(), w.Why.All()...)}
}
