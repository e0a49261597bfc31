package keepiton

// Petition asks a government for something, with signatures of anybody.
type Petition struct {
	Title     Texts        `json:"title"`
	Demand    Texts        `json:"demand"`
	To        Texts        `json:"to"` // whom it is handed to
	Country   string       `json:"country,omitempty"`
	Opens     Moment       `json:"opens"`
	Closes    Moment       `json:"closes"` // the last day to sign; what tells signers apart is destroyed after it
	Goal      int          `json:"goal,omitempty"`
	Handed    Moment       `json:"handed,omitzero"`     // when it was handed over; it is closed then
	HandedTo  Texts        `json:"handed_to,omitempty"` // who took it, where that is not To alone
	Answer    Texts        `json:"answer,omitempty"`    // what came of it
	Answered  Moment       `json:"answered,omitzero"`   // when that was known
	Watch     EntryID      `json:"watch,omitempty"`
	Incidents []IncidentID `json:"incidents,omitempty"`
	// Supporters are organizations that stand behind it.
	Supporters []EntryID `json:"supporters,omitempty"`
	Sources    []Source  `json:"sources,omitempty"`
}

// Kind implements Entry.
func (p *Petition) Kind() EntryKind { return KindPetition }

// Check implements Entry.
func (p *Petition) Check() []Problem {
	var c entryCheck
	c.texts("title", p.Title, true, MaxEntryTitle)
	c.texts("demand", p.Demand, true, MaxEntryText)
	c.texts("to", p.To, true, MaxEntryTitle)
	c.country("country", p.Country, false)
	if p.Opens.IsZero() {
		c.fault("opens", "entry_missing")
	}
	if p.Closes.IsZero() || p.Closes.Until().Before(p.Opens.At) {
		c.fault("closes", "entry_order")
	}
	if p.Goal < 0 {
		c.fault("goal", "entry_code")
	}
	c.texts("handed_to", p.HandedTo, false, MaxEntryTitle)
	if !p.Answered.IsZero() && !p.Handed.IsZero() && p.Answered.Until().Before(p.Handed.At) {
		c.fault("answered", "entry_order")
	}
	c.entries("supporters", p.Supporters, KindOrganization)
	if p.Watch != "" {
		c.entries("watch", []EntryID{p.Watch}, KindWatch)
	}
	c.incidents("incidents", p.Incidents)
	return c
}

// Index implements Entry.
func (p *Petition) Index() EntryIndex {
	var f facets
	f.about(p.Country, p.Watch, p.Incidents)
	title, _ := p.Title.In("en")
	return EntryIndex{Title: title, Order: p.Opens.String(), From: p.Opens, To: p.Closes, Facets: f, Words: p.Title.All()}
}

// Letter is an open letter that organizations sign.
type Letter struct {
	Title     Texts        `json:"title"`
	Body      Texts        `json:"body"` // paragraphs are parted by an empty line
	To        Texts        `json:"to"`
	Country   string       `json:"country,omitempty"`
	Dated     Moment       `json:"dated"`
	Closes    Moment       `json:"closes,omitzero"` // the last day to sign on; zero: closed
	Watch     EntryID      `json:"watch,omitempty"`
	Incidents []IncidentID `json:"incidents,omitempty"`
	Answer    Texts        `json:"answer,omitempty"`
	Sources   []Source     `json:"sources,omitempty"` // where an old letter stands
	// Signers that are no entries of ours, or not any more: as they signed.
	Signers []string `json:"signers,omitempty"`
}

// LetterSigner is an organization under a letter.
type LetterSigner struct {
	Letter       EntryID
	N            int // revision of the letter that was signed
	Organization EntryID
	Account      string // who signed for it; for the desk
	// Signature is a detached OpenPGP signature, armored, over the letter's
	// text as campaign.LetterText gives it; empty: signed by account.
	Signature string
	Day       string // YYYY-MM-DD
}

// Kind implements Entry.
func (l *Letter) Kind() EntryKind { return KindLetter }

// Check implements Entry.
func (l *Letter) Check() []Problem {
	var c entryCheck
	c.texts("title", l.Title, true, MaxEntryTitle)
	c.texts("body", l.Body, true, MaxEntryText)
	c.texts("to", l.To, true, MaxEntryTitle)
	c.country("country", l.Country, false)
	if l.Dated.IsZero() {
		c.fault("dated", "entry_missing")
	}
	if l.Watch != "" {
		c.entries("watch", []EntryID{l.Watch}, KindWatch)
	}
	c.incidents("incidents", l.Incidents)
	for _, s := range l.Signers {
		c.text("signers", s, true, MaxEntryTitle)
	}
	return c
}

// Index implements Entry.
func (l *Letter) Index() EntryIndex {
	var f facets
	f.about(l.Country, l.Watch, l.Incidents)
	title, _ := l.Title.In("en")
	return EntryIndex{Title: title, Order: l.Dated.String(), From: l.Dated, Facets: f, Words: l.Title.All()}
}
