package keepiton

import "time"

// Report is what a person sends from behind a shutdown. It exists in the clear
// only in the memory of the sender's device, of a form without script for the
// time of one request, and of an analyst's own machine. What the server keeps of
// it is an [Envelope].
//
// Every text is kept as it was typed. A field that was left empty was not
// answered, which is not a no.
type Report struct {
	ID   string     // 32 hex digits, random, made by whoever seals: the same report by two roads has the same
	Kind ReportKind // what the sender wanted to do
	Lang string     // language of the form, one of locale.Languages; of the sender's words when known
	Road Road       // how it came in; set by the adapter that sealed it

	Began    When     // when it began
	Ended    When     // when it ended; meaningless while Ongoing is Yes
	Ongoing  Answer   // "still going on"
	Country  string   // ISO 3166-1 alpha-2, chosen from the list; may be empty
	Region   string   // ISO 3166-2, chosen from the list; may be empty
	Place    Private  // city, district, street: free words
	Networks Networks // mobile, fixed, calls, SMS
	Services []string // service slugs, see ServiceAnswer
	Provider Private  // operator as the sender names it
	Seen     Private  // what was seen, in the sender's words
	// Firsthand says whether the sender saw it (Yes) or was told (No).
	Firsthand Answer

	Contact Private // how to reach the sender; kept apart, never an address that the server saw
	Sender  Private // SMS number or mail address, where the road shows one
	Consent Consent
	Story   *StoryWords // for Kind ReportStory; nil otherwise
	// Application is what an organization says of itself, for Kind ReportJoin; nil
	// otherwise.
	Application *Application

	// Answers is the receipt of the report that an addition belongs to.
	Adds    string         // Receipt.Lookup of the report that this one adds to, for Kind ReportAddition
	Receipt ReceiptAddress // of this report; zero for roads that cannot give one
	Files   []ReportFile   // in order; the bytes stand beside them in the bundle

	// Extra keeps the fields that this version does not know, as JSON under their
	// JSON Pointer (RFC 6901), such as /consent/archive: a newer sender's words are
	// not lost by passing through an older program. Nil when there are none.
	Extra map[string]Private
}

// ReportKind is what a sender wanted to do.
type ReportKind string

// The kinds of reports.
const (
	ReportShutdown ReportKind = "shutdown" // tell of a shutdown
	ReportStory    ReportKind = "story"    // tell what it did to them
	ReportAddition ReportKind = "addition" // add to an earlier one, by its receipt
	ReportJoin     ReportKind = "join"     // an organization asks to join the coalition
	ReportMessage  ReportKind = "message"  // a mail or SMS that no program has taken apart
	ReportProbe    ReportKind = "probe"    // results of a probe, in its file: no words of anybody
)

// Road is how a report came in.
type Road string

// The roads.
const (
	RoadForm    Road = "form"    // the form without script, sealed in the server's memory
	RoadBrowser Road = "browser" // sealed in the sender's browser
	RoadCarried Road = "carried" // the form page carried on a stick, or the command line
	RoadMail    Road = "mail"
	RoadSMS     Road = "sms"
)

// When is a moment as a sender gave it: the words, how they were meant, and
// what we read in them (locale.ReadWhen). At is zero where they could not be
// read; the words are there all the same.
type When struct {
	Date     string // as typed: 16 3 2019, ትናንት, 25/11/2026
	Time     string // as typed: 3:00, 3 o'clock
	Calendar string // gregory or ethiopic (CLDR names)
	Clock    string // 24h, 12h-am, 12h-pm, ethiopic-day, ethiopic-night; empty: not said
	Zone     string // IANA name or offset such as +03:00; empty: not known, At is then UTC
	About    bool   // "about"
	At       Moment // UTC, with the precision that the words carry
}

// Consent is what a sender allows, use by use (notes/intake.md 6.7). The zero
// value allows nothing beyond reading and keeping the report at the desk.
type Consent struct {
	Publish  bool // words, edited, on the public site
	Media    bool // clean copies of pictures and files
	Press    bool // be handed to journalists
	Court    bool // be used as evidence
	Partners bool // be shared with organizations of the coalition
	Naming   Naming
	Name     Private // only for NamedName and NamedRolePlace: how to be named
	Version  int     // of the words that were agreed to, see ConsentVersion; 0: consent was not asked, as in an addition that leaves it as it was
}

// ConsentVersion is the version of the consent texts of today's forms.
const ConsentVersion = 1

// Naming says how a sender wants to be named in public.
type Naming string

// The ways to be named. The zero value is nobody.
const (
	NamedNobody    Naming = ""
	NamedRolePlace Naming = "role_place" // "a nurse in Mekelle"
	NamedName      Naming = "name"
)

// StoryWords is what a story has beyond a report.
type StoryWords struct {
	Title Private
	Text  Private  // in any language
	Harms []string // codes of Harms
}

// Harms lists what a shutdown does to people, for stories.
var Harms = Codes{
	{Code: "family"},
	{Code: "safety"},
	{Code: "health"},
	{Code: "income"},
	{Code: "education"},
	{Code: "information"},
	{Code: "expression"},
	{Code: "aid"},
	{Code: "other"},
}

// ReportFile names a file of a report. Name is kept inside the seal and never
// leaves the desk.
type ReportFile struct {
	Name   Private
	Type   string // media type as the sender's program said it; never trusted
	Size   int64  // bytes
	SHA256 string // hex, of the bytes as they arrived
}

// ReceiptAddress is the public half of a receipt: where replies go and what
// proves a withdrawal. It tells nothing of the report.
type ReceiptAddress struct {
	Lookup   string // 32 hex digits
	Reply    string // age hybrid recipient, age1pq1…
	Withdraw string // Ed25519 public key, 64 hex digits
}

// EnvelopeID names a sealed report on the server: 32 hex digits, random. It does
// not tell when, or in which order, anything was sent.
type EnvelopeID string

// Lane is the way that an envelope was let in. Each has its own quota of disk
// and of the analysts' attention, so that a flood in one leaves the others open
// (notes/intake.md 5, spam flood).
type Lane string

// The lanes.
const (
	LanePartner Lane = "partner" // with a token of a partner, unlinkable to it
	LaneWork    Lane = "work"    // with a proof of work
	LaneOnion   Lane = "onion"   // through the onion service
	LaneOpen    Lane = "open"    // nothing shown
	LaneMail    Lane = "mail"
	LaneSMS     Lane = "sms"
	LaneCarried Lane = "carried" // brought in by the operator from a stick
)

// Lanes lists the lanes in the order in which the desk looks at them.
var Lanes = []Lane{LanePartner, LaneCarried, LaneWork, LaneOnion, LaneMail, LaneSMS, LaneOpen}

// Envelope is all that the server knows of a report. No address, user agent,
// file name, exact time or exact size stands here.
type Envelope struct {
	ID      EnvelopeID
	Lane    Lane
	Day     time.Time // the UTC day of arrival, 00:00
	Expires time.Time // a day, drawn at random around the operator's term
	Size    int64     // of the ciphertext; one of a few sizes
	Digest  [32]byte  // SHA-256 of the ciphertext: the same file twice is stored once
	Work    int       // bits of work shown, in LaneWork; Waited or WaitedInCrowd, in LaneOpen; else 0
	Receipt ReceiptAddress
	Open    OpenFields // zero unless the sender ticked it
	State   EnvelopeState
	Gone    time.Time // day on which the key was destroyed: withdrawn or expired; zero: it is there
}

// What waiting is worth, as Envelope.Work in LaneOpen. The desk lets the two take
// turns, so that a flood whose senders wait as people do stands beside what came
// before and after it, and does not bury it. There are no finer steps, for they
// would tell when in its day a report came.
const (
	WaitedInCrowd = 1 // while many came who had waited
	Waited        = 2 // at a pace of ordinary days
)

// OpenFields are the few coarse fields that a sender may leave readable, "use
// this at once to confirm the shutdown".
type OpenFields struct {
	Country string `json:"country,omitempty"` // ISO 3166-1 alpha-2
	Day     string `json:"day,omitempty"`     // YYYY-MM-DD
	Kind    string `json:"kind,omitempty"`    // mobile, fixed, full, service
}

// OpenFields returns what of the report may stand readable, for a sender who
// ticked that: country, UTC day of the beginning, kind of network. Each is empty
// where the report does not say it.
func (r *Report) OpenFields() OpenFields {
	o := OpenFields{Country: r.Country}
	if m := r.Began.At; !m.IsZero() && m.Precision <= Hour {
		o.Day = m.At.UTC().Format(time.DateOnly)
	}
	switch n := r.Networks; {
	case n.Mobile == Yes && n.Fixed == Yes:
		o.Kind = "full"
	case n.Mobile == Yes:
		o.Kind = "mobile"
	case n.Fixed == Yes:
		o.Kind = "fixed"
	case len(r.Services) > 0:
		o.Kind = "service"
	}
	return o
}

// EnvelopeState is what a receipt shows of a report. The desk sets it.
type EnvelopeState string

// The states of an envelope.
const (
	EnvelopeNew         EnvelopeState = "new"         // nobody has opened it yet
	EnvelopeRead        EnvelopeState = "read"        // an analyst has opened it
	EnvelopeAsked       EnvelopeState = "asked"       // there is a question for the sender
	EnvelopeUsed        EnvelopeState = "used"        // it supports something published
	EnvelopeUnverified  EnvelopeState = "unverified"  // we cannot verify it
	EnvelopeUnpublished EnvelopeState = "unpublished" // kept, not published: it would endanger somebody
	EnvelopeAnswered    EnvelopeState = "answered"    // it is settled; what was decided stands in the replies
	EnvelopeSpam        EnvelopeState = "spam"        // set aside; never deleted for that
	EnvelopeWithdrawn   EnvelopeState = "withdrawn"   // by its sender
	EnvelopeExpired     EnvelopeState = "expired"     // its term is over
)
