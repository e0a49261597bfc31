package campaign

import "keepiton"

// Input is how a field is written at the desk.
type Input string

// The inputs. A moment is written as EDTF words (2026-01, 2026-01-03T15Z, ~ for
// an estimate); lists hold one value a line; groups are rows of several parts.
const (
	InputLine     Input = "line"     // string
	InputText     Input = "text"     // string of several lines
	InputTexts    Input = "texts"    // keepiton.Texts
	InputMoment   Input = "moment"   // keepiton.Moment
	InputTime     Input = "time"     // time.Time, to the minute, with its offset from UTC
	InputCountry  Input = "country"  // ISO 3166-1 code
	InputCode     Input = "code"     // one of Codes
	InputLink     Input = "link"     // http or https address
	InputList     Input = "list"     // []string, one a line
	InputID       Input = "id"       // an id of an incident or entry
	InputIDs      Input = "ids"      // several, one a line
	InputCheck    Input = "check"    // bool
	InputNumber   Input = "number"   // int, 0 for none
	InputMedia    Input = "media"    // SHA-256 of a clean public picture
	InputSources  Input = "sources"  // []keepiton.Source
	InputContacts Input = "contacts" // []keepiton.Contact
	InputQuotes   Input = "quotes"   // []keepiton.Quote
	InputPlaces   Input = "places"   // []keepiton.Place
)

// Field is one field of an entry's form at the desk.
type Field struct {
	Path   string // JSON pointer in the body: /leader, /words, /sources
	Input  Input
	Label  string // message; what helps to fill it in is Label + ".help", where it is needed
	List   string // for codes: the list's name in messages code.<list>.<code>
	Codes  keepiton.Codes
	Needed bool // nothing is published without it
	Limit  int  // of a text, in runes; 0: none of its own
}

// Name returns the member of the body that the field is: leader for /leader.
func (f Field) Name() string { return f.Path[1:] }

// Long reports whether a text has room for more than a line.
func (f Field) Long() bool {
	return f.Input == InputText || f.Input == InputTexts && f.Limit > keepiton.MaxEntryTitle
}

// Fields describes the form of a kind, in the order of the page; nil for none of
// ours. Every member of a body is a field, except those that only other parts of
// the desk set: an organization's Basis.
func Fields(kind keepiton.EntryKind) []Field { return fields[kind] }

// FieldOf returns the field of a kind that is the member called name.
func FieldOf(kind keepiton.EntryKind, name string) (Field, bool) {
	for _, f := range fields[kind] {
		if f.Name() == name {
			return f, true
		}
	}
	return Field{}, false
}

const (
	title = keepiton.MaxEntryTitle
	text  = keepiton.MaxEntryText
)

// The fields that several kinds have.
var (
	titleField     = Field{Path: "/title", Input: InputTexts, Label: "entry.title", Needed: true, Limit: title}
	bodyField      = Field{Path: "/body", Input: InputTexts, Label: "entry.body", Needed: true, Limit: text}
	toField        = Field{Path: "/to", Input: InputTexts, Label: "entry.to", Needed: true, Limit: title}
	countryField   = Field{Path: "/country", Input: InputCountry, Label: "entry.country"}
	datedField     = Field{Path: "/dated", Input: InputMoment, Label: "entry.dated", Needed: true}
	watchField     = Field{Path: "/watch", Input: InputID, Label: "entry.watch"}
	incidentsField = Field{Path: "/incidents", Input: InputIDs, Label: "entry.incidents"}
	answerField    = Field{Path: "/answer", Input: InputTexts, Label: "entry.answer", Limit: text}
	contactsField  = Field{Path: "/contacts", Input: InputContacts, Label: "entry.contacts"}
	sourcesField   = Field{Path: "/sources", Input: InputSources, Label: "entry.sources"}
)

func needed(f Field) Field {
	f.Needed = true
	return f
}

var fields = map[keepiton.EntryKind][]Field{
	keepiton.KindOrganization: {
		{Path: "/name", Input: InputLine, Label: "entry.organization.name", Needed: true, Limit: title},
		{Path: "/names", Input: InputTexts, Label: "entry.organization.names", Limit: title},
		{Path: "/type", Input: InputCode, Label: "entry.organization.type", List: "organization_type", Codes: keepiton.OrganizationTypes},
		countryField,
		{Path: "/standing", Input: InputCode, Label: "entry.organization.standing", List: "standing", Codes: keepiton.Standings, Needed: true},
		{Path: "/standing_note", Input: InputTexts, Label: "entry.organization.standing_note", Limit: 2000},
		{Path: "/confirmed", Input: InputCheck, Label: "entry.organization.confirmed"},
		{Path: "/since", Input: InputMoment, Label: "entry.organization.since"},
		{Path: "/until", Input: InputMoment, Label: "entry.organization.until"},
		{Path: "/site", Input: InputLink, Label: "entry.organization.site"},
		{Path: "/langs", Input: InputList, Label: "entry.organization.langs"},
		{Path: "/about", Input: InputTexts, Label: "entry.organization.about", Limit: 1000},
		{Path: "/support", Input: InputTexts, Label: "entry.organization.support", Limit: 2000},
		{Path: "/logo", Input: InputMedia, Label: "entry.organization.logo"},
		{Path: "/logo_alt", Input: InputLine, Label: "entry.organization.logo_alt", Limit: title},
		{Path: "/key", Input: InputText, Label: "entry.organization.key"},
		sourcesField,
	},
	keepiton.KindPledge: {
		{Path: "/leader", Input: InputLine, Label: "entry.pledge.leader", Needed: true, Limit: title},
		{Path: "/office", Input: InputTexts, Label: "entry.pledge.office", Needed: true, Limit: title},
		{Path: "/body", Input: InputCode, Label: "entry.pledge.body", List: "body", Codes: keepiton.Bodies},
		needed(countryField),
		{Path: "/lang", Input: InputLine, Label: "entry.pledge.lang", Needed: true, Limit: 35},
		{Path: "/words", Input: InputTexts, Label: "entry.pledge.words", Needed: true, Limit: 2000},
		{Path: "/made", Input: InputMoment, Label: "entry.pledge.made", Needed: true},
		{Path: "/scope", Input: InputCode, Label: "entry.pledge.scope", List: "pledge_scope", Codes: keepiton.PledgeScopes, Needed: true},
		{Path: "/from", Input: InputMoment, Label: "entry.pledge.from"},
		{Path: "/until", Input: InputMoment, Label: "entry.pledge.until"},
		watchField,
		needed(sourcesField),
		{Path: "/outcome", Input: InputCode, Label: "entry.pledge.outcome", List: "pledge_outcome", Codes: keepiton.PledgeOutcomes, Needed: true},
		{Path: "/on", Input: InputMoment, Label: "entry.pledge.on"},
		{Path: "/broken_by", Input: InputIDs, Label: "entry.pledge.broken_by"},
		{Path: "/note", Input: InputTexts, Label: "entry.pledge.note", Limit: 2000},
	},
	keepiton.KindWatch: {
		titleField,
		{Path: "/kind", Input: InputCode, Label: "entry.watch.kind", List: "watch_kind", Codes: keepiton.WatchKinds, Needed: true},
		needed(countryField),
		{Path: "/places", Input: InputPlaces, Label: "entry.watch.places"},
		{Path: "/from", Input: InputMoment, Label: "entry.watch.from", Needed: true},
		{Path: "/to", Input: InputMoment, Label: "entry.watch.to"},
		{Path: "/status", Input: InputCode, Label: "entry.watch.status", List: "watch_status", Codes: keepiton.WatchStatuses, Needed: true},
		{Path: "/why", Input: InputTexts, Label: "entry.watch.why", Limit: 4000},
		{Path: "/prepare", Input: InputTexts, Label: "entry.watch.prepare", Limit: 4000},
		contactsField,
		{Path: "/letters", Input: InputIDs, Label: "entry.watch.letters"},
		{Path: "/expires", Input: InputID, Label: "entry.watch.expires"},
		{Path: "/incidents", Input: InputIDs, Label: "entry.watch.incidents"},
		needed(sourcesField),
	},
	keepiton.KindPetition: {
		titleField,
		{Path: "/demand", Input: InputTexts, Label: "entry.petition.demand", Needed: true, Limit: text},
		toField,
		countryField,
		{Path: "/opens", Input: InputMoment, Label: "entry.petition.opens", Needed: true},
		{Path: "/closes", Input: InputMoment, Label: "entry.petition.closes", Needed: true},
		{Path: "/goal", Input: InputNumber, Label: "entry.petition.goal"},
		{Path: "/handed", Input: InputMoment, Label: "entry.petition.handed"},
		{Path: "/handed_to", Input: InputTexts, Label: "entry.petition.handed_to", Limit: title},
		answerField,
		{Path: "/answered", Input: InputMoment, Label: "entry.petition.answered"},
		watchField,
		incidentsField,
		{Path: "/supporters", Input: InputIDs, Label: "entry.petition.supporters"},
		sourcesField,
	},
	keepiton.KindLetter: {
		titleField,
		bodyField,
		toField,
		countryField,
		datedField,
		{Path: "/closes", Input: InputMoment, Label: "entry.letter.closes"},
		{Path: "/signers", Input: InputList, Label: "entry.letter.signers"},
		answerField,
		watchField,
		incidentsField,
		sourcesField,
	},
	keepiton.KindStatement: {
		titleField,
		bodyField,
		datedField,
		{Path: "/place", Input: InputTexts, Label: "entry.statement.place", Limit: title},
		countryField,
		{Path: "/embargo", Input: InputTime, Label: "entry.statement.embargo"},
		{Path: "/unknown", Input: InputTexts, Label: "entry.statement.unknown", Limit: 4000},
		{Path: "/notes", Input: InputTexts, Label: "entry.statement.notes", Limit: 4000},
		{Path: "/quotes", Input: InputQuotes, Label: "entry.statement.quotes"},
		contactsField,
		{Path: "/corrects", Input: InputID, Label: "entry.statement.corrects"},
		incidentsField,
		sourcesField,
	},
}
