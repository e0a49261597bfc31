package keepiton

import (
	"strconv"
	"time"
)

// Statement is what the campaign says to the press.
type Statement struct {
	Title     Texts        `json:"title"`
	Body      Texts        `json:"body"` // paragraphs are parted by an empty line
	Dated     Moment       `json:"dated"`
	Country   string       `json:"country,omitempty"`
	Incidents []IncidentID `json:"incidents,omitempty"`
	// Embargo is the moment before which nobody outside the desk sees it; zero:
	// none.
	Embargo  time.Time `json:"embargo,omitzero"`
	Unknown  Texts     `json:"unknown,omitempty"` // what we do not know yet
	Quotes   []Quote   `json:"quotes,omitempty"`
	Contacts []Contact `json:"contacts,omitempty"`
	Corrects EntryID   `json:"corrects,omitempty"` // the statement that it corrects
	Sources  []Source  `json:"sources,omitempty"`
}

// Quote is what somebody said, for use with the name.
type Quote struct {
	Words Texts   `json:"words"`
	Who   string  `json:"who"`             // as they want to be named
	Story StoryID `json:"story,omitempty"` // where it is from, whose teller allowed press
	// Agreed says that who is quoted agreed to the words.
	Agreed bool `json:"agreed"`
}

// Kind implements Entry.
func (s *Statement) Kind() EntryKind { return KindStatement }

// Check implements Entry.
func (s *Statement) Check() []Problem {
	var c entryCheck
	c.texts("title", s.Title, true, MaxEntryTitle)
	c.texts("body", s.Body, true, MaxEntryText)
	if s.Dated.IsZero() {
		c.fault("dated", "entry_missing")
	}
	c.country("country", s.Country, false)
	c.incidents("incidents", s.Incidents)
	c.texts("unknown", s.Unknown, false, 4000)
	for i, q := range s.Quotes {
		at := "quotes[" + strconv.Itoa(i) + "]"
		c.texts(at+".words", q.Words, true, 600)
		c.text(at+".who", q.Who, true, MaxEntryTitle)
		if !q.Agreed {
			c.fault(at, "statement_consent")
		}
	}
	c.contacts(s.Contacts)
	if s.Corrects != "" {
		c.entries("corrects", []EntryID{s.Corrects}, KindStatement)
	}
	return c
}

// Index implements Entry.
func (s *Statement) Index() EntryIndex {
	var f facets
	f.about(s.Country, s.Corrects, s.Incidents)
	title, _ := s.Title.In("en")
	return EntryIndex{Title: title, Order: s.Dated.String(), From: s.Dated, Facets: f, Words: append(s.Title.All(), s.Body.All()...)}
}

// NewEntry returns an empty body of the kind, nil for none of ours.
func NewEntry(kind EntryKind) Entry {
	switch kind {
	case KindOrganization:
		return &Organization{}
	case KindPledge:
		return &Pledge{}
	case KindWatch:
		return &Watch{}
	case KindPetition:
		return &Petition{}
	case KindLetter:
		return &Letter{}
	case KindStatement:
		return &Statement{}
	}
	return nil
}
