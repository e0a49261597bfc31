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
	Place     Texts        `json:"place,omitempty"` // where it is from, for the dateline
	Country   string       `json:"country,omitempty"`
	Incidents []IncidentID `json:"incidents,omitempty"`
	// Embargo is the moment before which nobody outside the desk sees it, with the
	// offset of the clock that it was written by; zero: none.
	Embargo  time.Time `json:"embargo,omitzero"`
	Notes    Texts     `json:"notes,omitempty"`   // to editors: background that need not be printed
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

// EarlyLink lets whoever has its token read a statement before its embargo ends.
type EarlyLink struct {
	Token   [32]byte // SHA-256 of the token, which is kept nowhere
	Entry   EntryID
	Whom    string    // it was made for, in the desk's words, so that it can be taken back; gone when the link is
	Account string    // who made it
	Made    time.Time // UTC
	Expires time.Time // UTC
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
	c.texts("place", s.Place, false, MaxEntryTitle)
	c.country("country", s.Country, false)
	c.incidents("incidents", s.Incidents)
	c.texts("notes", s.Notes, false, 4000)
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
	f.add("lang", s.Body.Langs()...)
	if !s.Dated.IsZero() {
		f.add("year", strconv.Itoa(s.Dated.At.Year()))
	}
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
