package keepiton

import (
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"
)

// StoryID is the permanent public name of a story: KIS-YYYY-NNNN, the year in
// which its first draft was made and a number of four digits or more. It is
// never reused.
type StoryID string

// NewStoryID forms the id of the n-th story of a year; n starts at 1.
func NewStoryID(year, n int) StoryID {
	return StoryID("KIS" + strings.TrimPrefix(string(NewIncidentID(year, n)), "KIO"))
}

// Parse returns the year and number in id.
func (id StoryID) Parse() (year, n int, err error) {
	rest, ok := strings.CutPrefix(string(id), "KIS")
	if ok {
		if year, n, err = IncidentID("KIO" + rest).Parse(); err == nil {
			return year, n, nil
		}
	}
	return 0, 0, Errorf(Invalid, "%q is not a story id such as KIS-2026-0017", string(id))
}

// Story is a person's account of what a shutdown did to them, as the desk
// edited it and its teller allowed it. States are those of an incident, without
// merged. It holds nothing that the teller did not consent to show: the report
// it came from stays sealed.
type Story struct {
	ID     StoryID `json:"id"`
	State  State   `json:"state"`
	Reason string  `json:"reason,omitempty"` // why withdrawn, in words for readers
	// TakenBack says that its teller withdrew: the words are destroyed, and
	// nobody can publish it again.
	TakenBack bool `json:"taken_back,omitempty"`

	Lang  string `json:"lang"`  // language tag of Title and Text, as told: any BCP 47 tag, not only languages of the site
	Title string `json:"title"` // in that language
	Text  string `json:"text"`  // paragraphs are parted by an empty line
	// Quote is a short run of words of Text that may stand alone.
	Quote        string        `json:"quote,omitempty"`
	Translations []Translation `json:"translations,omitempty"`

	Places    []Place      `json:"places"`
	When      Moment       `json:"when,omitzero"`
	Harms     []string     `json:"harms,omitempty"` // codes of Harms
	Named     Naming       `json:"named,omitempty"`
	Name      string       `json:"name,omitempty"` // as they want to be named; empty when Named is nobody
	Incidents []IncidentID `json:"incidents,omitempty"`
	Media     []StoryMedia `json:"media,omitempty"`
	// Uses are the uses beyond the site that the teller allowed: press, court,
	// partners.
	Uses []string `json:"uses,omitempty"`

	// Basis are the sealed reports that the story rests on. They never leave the
	// desk; a withdrawal of one of them withdraws the story.
	Basis []EnvelopeID `json:"basis,omitempty"`
}

// Translation is a story in another language.
type Translation struct {
	Lang    string `json:"lang"`
	Title   string `json:"title"`
	Text    string `json:"text"`
	Quote   string `json:"quote,omitempty"`
	Machine bool   `json:"machine,omitempty"` // nobody who speaks the language has read it
}

// StoryMedia is a clean public copy of a picture.
type StoryMedia struct {
	SHA256 string `json:"sha256"` // hex, of the public copy
	Type   string `json:"type"`   // image/jpeg or image/png
	Alt    string `json:"alt"`    // what it shows, in the story's language
}

// StoryUses are the uses beyond the site.
var StoryUses = []string{"press", "court", "partners"}

// StoryRevision is one immutable state of a story.
type StoryRevision struct {
	N        int       `json:"revision"`
	Recorded time.Time `json:"recorded"`
	Role     Role      `json:"role"`
	Author   string    `json:"-"`
	Reason   string    `json:"reason,omitempty"`
	Story    Story     `json:"story"`
}

// Public returns the copy of s that any reader may have. Of a withdrawn story
// only its id and the reason are left: its teller took it back.
func (s *Story) Public() *Story {
	if s.State != Published {
		return &Story{ID: s.ID, State: s.State, Reason: s.Reason, TakenBack: s.TakenBack}
	}
	c := s.Clone()
	c.Basis = nil
	for i := range c.Places {
		if p := &c.Places[i]; p.Confidence < SurePlace {
			p.Country, p.Region, p.District = "", "", ""
		}
	}
	return c
}

// Clone returns a deep copy.
func (s *Story) Clone() *Story {
	c := *s
	c.Translations = slices.Clone(s.Translations)
	c.Places = slices.Clone(s.Places)
	c.Harms = slices.Clone(s.Harms)
	c.Incidents = slices.Clone(s.Incidents)
	c.Media = slices.Clone(s.Media)
	c.Uses = slices.Clone(s.Uses)
	c.Basis = slices.Clone(s.Basis)
	return &c
}

// Limits of a story.
const (
	MaxStoryTitle = 200    // runes
	MaxStoryText  = 20_000 // runes
	MaxStoryQuote = 280    // runes: what fits beside a picture
	MaxStoryMedia = 8
)

// Check returns what keeps s from being published, nil if nothing does. The
// places are field names of the JSON form.
func (s *Story) Check() []Problem {
	var out []Problem
	fault := func(field, key string) { out = append(out, Problem{Field: field, Key: key, Severity: Fault}) }
	if strings.TrimSpace(s.Title) == "" || utf8.RuneCountInString(s.Title) > MaxStoryTitle {
		fault("title", "story_title")
	}
	if strings.TrimSpace(s.Text) == "" || utf8.RuneCountInString(s.Text) > MaxStoryText {
		fault("text", "story_text")
	}
	if s.Lang == "" {
		fault("lang", "story_lang")
	}
	if utf8.RuneCountInString(s.Quote) > MaxStoryQuote || s.Quote != "" && !strings.Contains(s.Text, s.Quote) {
		fault("quote", "story_quote")
	}
	if s.Named == NamedNobody && s.Name != "" || s.Named != NamedNobody && strings.TrimSpace(s.Name) == "" {
		fault("name", "story_name")
	}
	for i, h := range s.Harms {
		if !Harms.Has(h) {
			fault("harms["+strconv.Itoa(i)+"]", "story_harm")
		}
	}
	for i, m := range s.Media {
		if len(m.SHA256) != 64 || m.Type != "image/jpeg" && m.Type != "image/png" || strings.TrimSpace(m.Alt) == "" || i >= MaxStoryMedia {
			fault("media["+strconv.Itoa(i)+"]", "story_media")
		}
	}
	for i, t := range s.Translations {
		if t.Lang == "" || t.Lang == s.Lang || strings.TrimSpace(t.Text) == "" || utf8.RuneCountInString(t.Text) > MaxStoryText {
			fault("translations["+strconv.Itoa(i)+"]", "story_translation")
		}
	}
	for i, id := range s.Incidents {
		if _, _, err := id.Parse(); err != nil {
			fault("incidents["+strconv.Itoa(i)+"]", "story_incident")
		}
	}
	return out
}

// In returns the story's words in the language, or as told when there is no
// translation, and which language that is.
func (s *Story) In(lang string) (title, text, quote, in string, machine bool) {
	if s.Lang != lang {
		for _, t := range s.Translations {
			if t.Lang == lang {
				return t.Title, t.Text, t.Quote, t.Lang, t.Machine
			}
		}
	}
	return s.Title, s.Text, s.Quote, s.Lang, false
}
