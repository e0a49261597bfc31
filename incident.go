package keepiton

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"
)

// IncidentID is the permanent public name of an incident: KIO-YYYY-NNNN, the
// year of its first known start and a number of four digits or more. It is
// never reused and keeps working after a merge.
type IncidentID string

// NewIncidentID forms the id of the n-th incident of a year; n starts at 1.
func NewIncidentID(year, n int) IncidentID {
	return IncidentID(fmt.Sprintf("KIO-%04d-%04d", year, n))
}

// Parse returns the year and number in id.
func (id IncidentID) Parse() (year, n int, err error) {
	parts := strings.Split(string(id), "-")
	if len(parts) == 3 && parts[0] == "KIO" && len(parts[1]) == 4 && len(parts[2]) >= 4 {
		y, err1 := strconv.Atoi(parts[1])
		k, err2 := strconv.Atoi(parts[2])
		if err1 == nil && err2 == nil && k > 0 && NewIncidentID(y, k) == id {
			return y, k, nil
		}
	}
	return 0, 0, Errorf(Invalid, "%q is not an incident id such as KIO-2022-0017", string(id))
}

// State is the editorial state of an incident.
type State string

// The states. Published, Withdrawn and Merged are public; a withdrawn one
// shows its reason, a merged one redirects.
const (
	Draft     State = "draft"
	InReview  State = "in_review"
	Published State = "published"
	Withdrawn State = "withdrawn"
	Merged    State = "merged"
)

// States lists the states in the order of an incident's life.
var States = []State{Draft, InReview, Published, Withdrawn, Merged}

// Public reports whether readers may see an incident in this state.
func (s State) Public() bool { return s == Published || s == Withdrawn || s == Merged }

var transitions = map[State][]State{
	"":        {Draft, InReview, Published},
	Draft:     {Draft, InReview, Published, Withdrawn, Merged},
	InReview:  {InReview, Draft, Published, Withdrawn, Merged},
	Published: {Published, Withdrawn, Merged},
	Withdrawn: {Withdrawn, Published},
	Merged:    {Merged, Published},
}

// May reports whether an incident may go from s to next. What was published
// never becomes a draft again.
func (s State) May(next State) bool { return slices.Contains(transitions[s], next) }

// Level is a verification level. STOP publishes none; what an edition lists
// enters as Listed and no machine ever raises it.
type Level string

// The levels, weakest first.
const (
	Unverified   Level = ""             // one source, not looked at
	Listed       Level = "listed"       // stands in a published edition of STOP
	Corroborated Level = "corroborated" // two origins or more agree
	Verified     Level = "verified"     // a person checked the evidence and says so
	Disputed     Level = "disputed"     // evidence speaks against it
)

// Levels lists the levels, weakest first.
var Levels = []Level{Unverified, Listed, Corroborated, Verified, Disputed}

// Verification says who verified an incident, when, and on what.
type Verification struct {
	Level Level      `json:"level,omitempty"`
	By    string     `json:"by,omitempty"` // role or organization, never a private name
	At    time.Time  `json:"at,omitzero"`
	On    []SourceID `json:"on,omitempty"`
	Note  string     `json:"note,omitempty"`
}

// SignalLink ties an incident to a measurement of it.
type SignalLink struct {
	Feed string `json:"feed"`
	URL  string `json:"url,omitempty"`
	From Moment `json:"from,omitzero"`
	To   Moment `json:"to,omitzero"`
	Note string `json:"note,omitempty"`
}

// Incident is a shutdown in the record, as one revision has it. Slices are in
// the order they are shown; the empty value of a field means that the question
// was not asked.
type Incident struct {
	ID         IncidentID `json:"id"`
	State      State      `json:"state"`
	Reason     string     `json:"reason,omitempty"`      // why withdrawn or merged
	MergedInto IncidentID `json:"merged_into,omitempty"` // when State is Merged
	NotListed  string     `json:"not_listed,omitempty"`  // the edition that covers its years and no longer lists it

	Episodes []Episode `json:"episodes"`
	Places   []Place   `json:"places"`
	Country  string    `json:"country_words,omitempty"` // the sheet's words; codes stand in Places
	Area     string    `json:"area_words,omitempty"`    // the sheet's words
	Scope    string    `json:"scope,omitempty"`         // Scopes
	Region   string    `json:"region,omitempty"`        // Regions

	Kinds      []string        `json:"kinds,omitempty"`   // Kinds
	Extents    []string        `json:"extents,omitempty"` // Extents
	Networks   Networks        `json:"networks,omitzero"`
	Services   []ServiceAnswer `json:"services,omitempty"`
	Techniques []string        `json:"techniques,omitempty"` // Techniques

	Perpetrators   []Perpetrator `json:"perpetrators,omitempty"`
	Causes         []string      `json:"causes,omitempty"` // Causes
	CauseDetails   string        `json:"cause_details,omitempty"`
	Justifications []string      `json:"justifications,omitempty"` // Justifications
	JustDetails    string        `json:"justification_details,omitempty"`
	GovAck         Answer        `json:"gov_ack,omitempty"`
	GovQuote       string        `json:"gov_quote,omitempty"`
	LegalBasis     Answer        `json:"legal_basis,omitempty"`
	LegalMethod    string        `json:"legal_method,omitempty"`

	Operators     []Operator `json:"operators,omitempty"`
	OperatorAck   Answer     `json:"operator_ack,omitempty"`
	OperatorQuote string     `json:"operator_quote,omitempty"`

	Election       Answer   `json:"election,omitempty"`
	Violence       Answer   `json:"violence,omitempty"`
	Abuses         Answer   `json:"abuses,omitempty"`
	Targeted       []string `json:"targeted,omitempty"` // groups, in the source's words
	TargetedDetail string   `json:"targeted_detail,omitempty"`
	Notified       Answer   `json:"notified,omitempty"`
	Impact         string   `json:"impact,omitempty"` // economic impact, in the source's words
	Summary        string   `json:"summary,omitempty"`

	InfoSource string           `json:"info_source,omitempty"` // InfoSources
	Sources    []Source         `json:"sources,omitempty"`
	Claims     map[string]Claim `json:"claims,omitempty"` // by field name; see Fields
	Visibility string           `json:"visibility,omitempty"`
	Signals    []SignalLink     `json:"signals,omitempty"`

	Verification Verification `json:"verification,omitzero"`
	Rows         []Row        `json:"rows,omitempty"` // of the newest edition that lists it
}

// Start returns the earliest start among the episodes, zero when there is none.
func (inc *Incident) Start() Moment {
	var first Moment
	for _, e := range inc.Episodes {
		if first.IsZero() || (!e.Start.IsZero() && e.Start.At.Before(first.At)) {
			first = e.Start
		}
	}
	return first
}

// End returns the end of the incident: ongoing if any episode is, else the
// ending of the episode that starts last.
func (inc *Incident) End() Ending {
	var last Episode
	for i, e := range inc.Episodes {
		if e.End.State == Ongoing {
			return e.End
		}
		if i == 0 || e.Start.At.After(last.Start.At) {
			last = e
		}
	}
	return last.End
}

// Countries returns the ISO codes of the affected countries, in order, each
// once; exceptions and unsure places are left out.
func (inc *Incident) Countries() []string {
	var out []string
	for _, p := range inc.Places {
		if p.Country != "" && !p.Except && p.Confidence >= SurePlace && !slices.Contains(out, p.Country) {
			out = append(out, p.Country)
		}
	}
	return out
}

// CountYears returns the years that the published sheet counts the incident
// for, ascending, each once.
func (inc *Incident) CountYears() []int {
	var out []int
	for _, r := range inc.Rows {
		if r.CountYear != 0 && !slices.Contains(out, r.CountYear) {
			out = append(out, r.CountYear)
		}
	}
	slices.Sort(out)
	return out
}

// Clone returns a deep copy.
func (inc *Incident) Clone() *Incident {
	c := *inc
	c.Episodes = slices.Clone(inc.Episodes)
	c.Places = slices.Clone(inc.Places)
	c.Kinds = slices.Clone(inc.Kinds)
	c.Extents = slices.Clone(inc.Extents)
	c.Services = slices.Clone(inc.Services)
	c.Techniques = slices.Clone(inc.Techniques)
	c.Perpetrators = slices.Clone(inc.Perpetrators)
	c.Causes = slices.Clone(inc.Causes)
	c.Justifications = slices.Clone(inc.Justifications)
	c.Operators = slices.Clone(inc.Operators)
	c.Targeted = slices.Clone(inc.Targeted)
	c.Sources = slices.Clone(inc.Sources)
	c.Signals = slices.Clone(inc.Signals)
	c.Verification.On = slices.Clone(inc.Verification.On)
	c.Rows = slices.Clone(inc.Rows)
	for i := range c.Rows {
		c.Rows[i].Cells = slices.Clone(c.Rows[i].Cells)
	}
	if inc.Claims != nil {
		c.Claims = make(map[string]Claim, len(inc.Claims))
		for k, v := range inc.Claims {
			v.Sources = slices.Clone(v.Sources)
			c.Claims[k] = v
		}
	}
	return &c
}
