package keepiton

import (
	"encoding/json"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"
)

// EntryKind is a kind of thing that the campaign keeps in public beside the
// record: each has permanent ids and immutable revisions, as incidents have.
type EntryKind string

// The kinds of entries.
const (
	KindOrganization EntryKind = "organization"
	KindPledge       EntryKind = "pledge"
	KindWatch        EntryKind = "watch"
	KindPetition     EntryKind = "petition"
	KindLetter       EntryKind = "letter"
	KindStatement    EntryKind = "statement"
)

// EntryKinds lists the kinds in the order in which pages show them.
var EntryKinds = []EntryKind{KindOrganization, KindPledge, KindWatch, KindPetition, KindLetter, KindStatement}

// Embargoed is the state of a statement that may be published and is not yet: it
// is shown by itself at the end of its embargo, or when an editor lifts it. Nobody
// but the desk and who was given a link reads it before. Incidents and other
// entries never have this state.
const Embargoed State = "embargoed"

var entryPrefixes = map[EntryKind]string{
	KindOrganization: "KIC", KindPledge: "KIP", KindWatch: "KIW",
	KindPetition: "KIT", KindLetter: "KIL", KindStatement: "KIB",
}

// EntryID is the permanent public name of an entry: three letters that say its
// kind, the year in which it was first drafted and a number of four digits or
// more, such as KIP-2026-0007. It is never reused.
type EntryID string

// NewEntryID forms the id of the n-th entry of a kind in a year; n starts at 1.
func NewEntryID(kind EntryKind, year, n int) EntryID {
	return EntryID(entryPrefixes[kind] + strings.TrimPrefix(string(NewIncidentID(year, n)), "KIO"))
}

// Parse returns the kind, year and number in id.
func (id EntryID) Parse() (kind EntryKind, year, n int, err error) {
	for _, kind := range EntryKinds {
		if rest, ok := strings.CutPrefix(string(id), entryPrefixes[kind]); ok {
			if year, n, err := IncidentID("KIO" + rest).Parse(); err == nil {
				return kind, year, n, nil
			}
		}
	}
	return "", 0, 0, Errorf(Invalid, "%q is not an id such as KIP-2026-0007", string(id))
}

// Kind returns the kind in id, empty when it is none of ours.
func (id EntryID) Kind() EntryKind {
	kind, _, _, _ := id.Parse()
	return kind
}

// EntryRevision is one immutable state of an entry. Doc is its body as JSON:
// what [Organization], [Pledge] and the others say of themselves.
type EntryRevision struct {
	ID       EntryID
	N        int // 1, 2, … within the entry
	State    State
	Recorded time.Time // UTC, to the second
	Role     Role
	Author   string // account name; for the desk, never public
	Reason   string // why, in words; readers see the reason of a withdrawal
	Doc      json.RawMessage
}

// Entry is the body of an entry.
type Entry interface {
	// Kind is the kind of the entry.
	Kind() EntryKind
	// Check returns what keeps the entry from being published, nil if nothing
	// does. Fields are those of the JSON form.
	Check() []Problem
	// Index is what the entry is found by.
	Index() EntryIndex
}

// EntryIndex is what an entry is found and sorted by.
type EntryIndex struct {
	Title  string // plain words in the entry's own language, for lists at the desk
	Order  string // lists are sorted by it as bytes: a day, or a folded name
	From   Moment // when it is about, if it is about a time
	To     Moment // zero: From alone
	Facets []EntryFacet
	Words  []string // searched, in any language
}

// EntryFacet is one value that entries are found by: country, kind, status,
// incident, entry and so on.
type EntryFacet struct{ Name, Value string }

// EntryApproval is one person's word for a revision of an entry, with the
// reason. The second makes publication possible, see package campaign.
type EntryApproval struct {
	ID           EntryID
	N            int
	Account      string
	Organization string // of the account on that day
	Approves     bool   // false: speaks against it
	Reason       string
	Day          time.Time // UTC, 00:00
}

// Texts is one text in several languages, by language tag.
type Texts map[string]string

// In returns the text in lang, or else in English, or else in the first
// language by tag; and which language that is. Both are empty when there is no
// text at all.
func (t Texts) In(lang string) (text, in string) {
	for _, l := range []string{lang, "en"} {
		if s := t[l]; s != "" {
			return s, l
		}
	}
	tags := make([]string, 0, len(t))
	for l, s := range t {
		if s != "" {
			tags = append(tags, l)
		}
	}
	if len(tags) == 0 {
		return "", ""
	}
	first := slices.Min(tags)
	return t[first], first
}

// Langs returns the languages, in order of the tags.
func (t Texts) Langs() []string { return slices.Sorted(maps.Keys(t)) }

// All returns every text, in the order of Langs.
func (t Texts) All() []string {
	out := make([]string, 0, len(t))
	for _, l := range t.Langs() {
		out = append(out, t[l])
	}
	return out
}

// Limits of an entry's texts, in runes.
const (
	MaxEntryTitle = 200
	MaxEntryText  = 20_000
)

// entryCheck collects the problems of an entry's fields.
type entryCheck []Problem

func (c *entryCheck) fault(field, key string) {
	*c = append(*c, Problem{Field: field, Key: key, Severity: Fault})
}

// texts wants t to be at most limit runes in each language, and there at all when needed.
func (c *entryCheck) texts(field string, t Texts, needed bool, limit int) {
	if _, in := t.In("en"); needed && in == "" {
		c.fault(field, "entry_missing")
	}
	for lang, s := range t {
		if lang == "" || len([]rune(s)) > limit {
			c.fault(field+"."+lang, "entry_long")
		}
	}
}

func (c *entryCheck) text(field, s string, needed bool, limit int) {
	switch {
	case needed && strings.TrimSpace(s) == "":
		c.fault(field, "entry_missing")
	case len([]rune(s)) > limit:
		c.fault(field, "entry_long")
	}
}

func (c *entryCheck) code(field, value string, list Codes, needed bool) {
	if value == "" && !needed {
		return
	}
	if !list.Has(value) {
		c.fault(field, "entry_code")
	}
}

func (c *entryCheck) country(field, code string, needed bool) {
	if code == "" && !needed {
		return
	}
	if len(code) != 2 || code != strings.ToUpper(code) {
		c.fault(field, "entry_country")
	}
}

// link wants an http or https address.
func (c *entryCheck) link(field, url string) {
	if url != "" && !strings.HasPrefix(url, "https://") && !strings.HasPrefix(url, "http://") {
		c.fault(field, "entry_link")
	}
}

func (c *entryCheck) sources(list []Source, needed bool) {
	if needed && len(list) == 0 {
		c.fault("sources", "entry_sources")
	}
	for i, s := range list {
		if s.URL == "" && s.Words == "" && s.Title == "" {
			c.fault("sources["+strconv.Itoa(i)+"]", "entry_missing")
		}
		c.link("sources["+strconv.Itoa(i)+"].url", s.URL)
	}
}

func (c *entryCheck) incidents(field string, ids []IncidentID) {
	for i, id := range ids {
		if _, _, err := id.Parse(); err != nil {
			c.fault(field+"["+strconv.Itoa(i)+"]", "entry_incident")
		}
	}
}

func (c *entryCheck) entries(field string, ids []EntryID, kind EntryKind) {
	for i, id := range ids {
		if id.Kind() != kind {
			c.fault(field+"["+strconv.Itoa(i)+"]", "entry_other")
		}
	}
}

// facets collects what an entry is found by; empty values are left out.
type facets []EntryFacet

func (f *facets) add(name string, values ...string) {
	for _, v := range values {
		if v != "" {
			*f = append(*f, EntryFacet{name, v})
		}
	}
}

// about is what an entry of words is found by: its country, the entry that it
// belongs to, and the incidents that it tells of.
func (f *facets) about(country string, entry EntryID, incidents []IncidentID) {
	f.add("country", country)
	f.add("entry", string(entry))
	for _, id := range incidents {
		f.add("incident", string(id))
	}
}
