// Package storyform is the form in which a story is written, at the analyst's
// desk and at the server's: the same fields under the same names, so that what
// one takes the other shows. [Form] holds it as it was sent; [Template] draws it.
package storyform

import (
	_ "embed"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"keepiton"
	"keepiton/geo"
	"keepiton/locale"
)

// Template defines "storyform", for a pair of a printer with T and Code, and a
// [*Form]. The template set needs the function "country" (printer, code).
//
//go:embed storyform.html
var Template string

// Form is a story being written, with what its teller allowed.
type Form struct {
	Story keepiton.Story
	// Allowed is the most that may be shown: its naming, its pictures, its uses.
	Allowed  keepiton.Story
	Problems []keepiton.Problem

	// What was typed where it could not be read.
	Country, Region, When, Incidents string
}

// New returns a form filled with st.
func New(st, allowed *keepiton.Story) *Form {
	f := &Form{Story: *st.Clone(), Allowed: *allowed.Clone(), When: st.When.String()}
	if len(st.Places) > 0 {
		f.Country, f.Region = st.Places[0].Country, st.Places[0].Region
	}
	var ids []string
	for _, id := range st.Incidents {
		ids = append(ids, string(id))
	}
	f.Incidents = strings.Join(ids, " ")
	return f
}

// maxTranslations bounds what a form may carry.
const maxTranslations = 12

// Read takes what was sent into the form. Nothing that was typed is lost; what
// cannot be read stands in Problems beside what Check finds.
func (f *Form) Read(v url.Values) {
	text := func(name string) string { return strings.TrimSpace(v.Get(name)) }
	s := &f.Story
	s.Lang, s.Title, s.Text, s.Quote = text("lang"), text("title"), text("text"), text("quote")
	s.Harms, s.Uses, s.Places, s.Media, s.Translations, s.Incidents = nil, nil, nil, nil, nil, nil
	for _, h := range keepiton.Harms {
		if slices.Contains(v["harm"], h.Code) {
			s.Harms = append(s.Harms, h.Code)
		}
	}
	for _, u := range keepiton.StoryUses {
		if slices.Contains(v["use"], u) {
			s.Uses = append(s.Uses, u)
		}
	}
	s.Named, s.Name = keepiton.Naming(text("named")), text("name")
	for i := range maxTranslations {
		n := strconv.Itoa(i)
		t := keepiton.Translation{Lang: text("t_lang" + n), Title: text("t_title" + n), Text: text("t_text" + n), Quote: text("t_quote" + n), Machine: v.Get("t_machine"+n) != ""}
		if t.Lang+t.Title+t.Text+t.Quote != "" {
			s.Translations = append(s.Translations, t)
		}
	}
	for i, m := range f.Allowed.Media {
		if n := strconv.Itoa(i); v.Get("m_show"+n) == m.SHA256 {
			m.Alt = text("m_alt" + n)
			s.Media = append(s.Media, m)
		}
	}
	f.readPlaced(text)
	f.Problems = append(f.Problems, s.Check()...)
}

// readPlaced reads place, time and incidents, which may not be what they should.
func (f *Form) readPlaced(text func(string) string) {
	s := &f.Story
	f.Problems = nil
	fault := func(field, key string) {
		f.Problems = append(f.Problems, keepiton.Problem{Field: field, Key: key, Severity: keepiton.Fault})
	}
	f.Country, f.Region = strings.ToUpper(text("country")), strings.ToUpper(text("region"))
	if f.Country != "" || f.Region != "" {
		_, known := geo.ByCode(f.Country)
		if !known || f.Region != "" && geo.RegionName(f.Region, "en") == f.Region || f.Region != "" && !strings.HasPrefix(f.Region, f.Country+"-") {
			fault("places", "story_place")
		} else {
			// A person's choice: the words of the teller may name a village.
			s.Places = []keepiton.Place{{Country: f.Country, Region: f.Region, Confidence: 1, Method: "person"}}
		}
	}
	f.When = text("when")
	s.When = keepiton.Moment{}
	if f.When != "" {
		m, err := keepiton.ParseMoment(f.When)
		if err != nil || len(f.When) > len("2020-11-04") {
			fault("when", "story_when")
		} else {
			s.When = m
		}
	}
	f.Incidents = text("incidents")
	for _, id := range strings.Fields(f.Incidents) {
		s.Incidents = append(s.Incidents, keepiton.IncidentID(strings.ToUpper(id)))
	}
}

// Beyond reports whether the story shows more than was allowed.
func (f *Form) Beyond() bool {
	if !slices.Contains(f.Namings(), f.Story.Named) {
		return true
	}
	return slices.ContainsFunc(f.Story.Uses, func(u string) bool { return !slices.Contains(f.Allowed.Uses, u) })
}

// Namings lists the ways of naming that were allowed, nobody first.
func (f *Form) Namings() []keepiton.Naming {
	all := []keepiton.Naming{keepiton.NamedNobody, keepiton.NamedRolePlace, keepiton.NamedName}
	return all[:max(slices.Index(all, f.Allowed.Named), 0)+1]
}

// Harm is a choice of the form.
type Harm struct {
	Code string
	Has  bool
}

// Harms lists all, and which the story has.
func (f *Form) Harms() (out []Harm) {
	for _, h := range keepiton.Harms {
		out = append(out, Harm{h.Code, slices.Contains(f.Story.Harms, h.Code)})
	}
	return out
}

// Uses lists the allowed uses, and which the story has.
func (f *Form) Uses() (out []Harm) {
	for _, u := range f.Allowed.Uses {
		out = append(out, Harm{u, slices.Contains(f.Story.Uses, u)})
	}
	return out
}

// Picture is one that may be shown.
type Picture struct {
	N int
	keepiton.StoryMedia
	Shown bool
}

// Pictures lists those that may be shown, with what the story says of them.
func (f *Form) Pictures() (out []Picture) {
	for i, m := range f.Allowed.Media {
		p := Picture{i, m, false}
		if at := slices.IndexFunc(f.Story.Media, func(o keepiton.StoryMedia) bool { return o.SHA256 == m.SHA256 }); at >= 0 {
			p.StoryMedia, p.Shown = f.Story.Media[at], true
		}
		out = append(out, p)
	}
	return out
}

// Numbered is a translation with its place in the form.
type Numbered struct {
	N int
	keepiton.Translation
}

// Tongue is the name of its language, as its speakers write it; of one that the
// site does not speak, the code.
func (n Numbered) Tongue() string {
	if locale.Known(n.Lang) {
		return locale.For(n.Lang).Lang().Name
	}
	return n.Lang
}

// Translations lists the translations and two empty ones to fill.
func (f *Form) Translations() (out []Numbered) {
	for i, t := range f.Story.Translations {
		out = append(out, Numbered{i, t})
	}
	for len(out) < min(len(f.Story.Translations)+2, maxTranslations) {
		out = append(out, Numbered{N: len(out)})
	}
	return out
}

// Countries lists the codes to choose from.
func (f *Form) Countries() (out []string) {
	for _, c := range geo.Countries() {
		out = append(out, c.Code)
	}
	if _, known := geo.ByCode(f.Country); known && !slices.Contains(out, f.Country) {
		out = append(out, f.Country) // of the made-up world
	}
	return out
}
