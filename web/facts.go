package web

import (
	"strings"

	"keepiton"
	"keepiton/export"
	"keepiton/geo"
)

// fact is one field of an incident as a reader sees it.
type fact struct {
	Label   string
	State   keepiton.Answer
	Values  []string            // words; empty when the state says all
	Quote   bool                // Values are somebody's own words
	Sources []keepiton.SourceID // that it rests on
	Note    string
	answer  bool // one of the four answers, and no value
}

// Mark is the sign before the words of an answer: yes or no. A value needs none.
func (f fact) Mark() string {
	if f.answer {
		return f.State.String()
	}
	return ""
}

// factGroup is a set of facts under one heading. Unknown and NotAsked name the
// fields without a value, apart from each other: unknown is not no, and not
// asked is not unknown.
type factGroup struct {
	Key      string // message page.incident.group.<Key>
	Facts    []fact
	Unknown  []string
	NotAsked []string
}

// groups say where each field stands on the page. Fields that the page shows
// in its own way (state, sources, verification …) are not here.
var groups = []struct {
	key    string
	fields []string
}{
	{"place", []string{"places", "area", "scope", "region"}},
	{"what", []string{"kinds", "extents", "mobile", "fixed", "satellite", "sms", "voice", "services", "techniques"}},
	{"who", []string{"perpetrators", "operators", "operator_ack", "operator_quote"}},
	{"why", []string{"causes", "cause_details", "justifications", "justification_details", "gov_ack", "gov_quote", "legal_basis", "legal_method"}},
	{"context", []string{"election", "violence", "abuses", "targeted", "targeted_detail", "notified", "impact", "info_source"}},
}

// facts arranges the fields of inc.
func (v *visit) facts(inc *keepiton.Incident) []factGroup {
	var out []factGroup
	for _, g := range groups {
		group := factGroup{Key: g.key}
		for _, name := range g.fields {
			f, ok := keepiton.FieldByName(name)
			if !ok {
				continue
			}
			label := v.p.T("field." + name)
			switch state := f.State(inc); {
			case state == keepiton.NotAsked && f.Kind == keepiton.KindText && name != "area":
				// nobody wrote anything: not a question with an answer
			case state == keepiton.NotAsked:
				group.NotAsked = append(group.NotAsked, label)
			case state == keepiton.Unknown:
				group.Unknown = append(group.Unknown, label)
			default:
				group.Facts = append(group.Facts, v.fact(inc, f, label, state))
			}
		}
		out = append(out, group)
	}
	return out
}

func (v *visit) fact(inc *keepiton.Incident, f keepiton.Field, label string, state keepiton.Answer) fact {
	out := fact{Label: label, State: state, Sources: sourcesOf(inc, f.Name), Note: inc.Claims[f.Name].Note}
	switch {
	case f.Kind == keepiton.KindAnswer:
		out.Values, out.answer = []string{v.p.Answer(state)}, true
	case f.Name == "places":
		out.Values = v.places(inc)
	case f.Name == "perpetrators":
		out.Values = v.perpetrators(inc)
	case f.Name == "operators":
		out.Values = v.operators(inc)
	case f.Name == "services":
		return v.services(inc, out)
	case f.Kind == keepiton.KindCode || f.Kind == keepiton.KindCodes:
		for _, code := range f.Values(inc) {
			out.Values = append(out.Values, v.p.Code(export.CodeLists[f.Name], code))
		}
	default:
		out.Values = f.Values(inc)
		out.Quote = f.Name == "gov_quote" || f.Name == "operator_quote"
	}
	return out
}

// sourcesOf returns the sources that a field rests on: its own claim's, else
// the general ones.
func sourcesOf(inc *keepiton.Incident, field string) []keepiton.SourceID {
	if c, ok := inc.Claims[field]; ok && len(c.Sources) > 0 {
		return c.Sources
	}
	return inc.Claims[keepiton.AnyField].Sources
}

// places writes the resolved places. A code that the resolver was not sure of
// is not shown: the source's words stand alone.
func (v *visit) places(inc *keepiton.Incident) []string {
	lang := v.p.Lang().Tag
	var out []string
	for _, p := range inc.Places {
		var name string
		switch {
		case p.Confidence < keepiton.SurePlace || p.Country == "":
			name = v.p.T("page.incident.place.words", "Words", p.Words)
		case p.District != "":
			name = p.District
			if p.Region != "" {
				name += v.p.T("page.comma") + geo.RegionName(p.Region, lang)
			}
			name += v.p.T("page.comma") + geo.Name(p.Country, lang)
		case p.Region != "":
			name = geo.RegionName(p.Region, lang) + v.p.T("page.comma") + geo.Name(p.Country, lang)
		case p.Nationwide:
			name = v.p.T("page.incident.place.nationwide", "Country", geo.Name(p.Country, lang))
		default:
			name = geo.Name(p.Country, lang)
		}
		if p.Except {
			name = v.p.T("page.incident.place.except", "Place", name)
		}
		out = append(out, v.p.Ours(name))
	}
	return out
}

func (v *visit) perpetrators(inc *keepiton.Incident) []string {
	var out []string
	for _, p := range inc.Perpetrators {
		var parts []string
		if p.Body != "" {
			parts = append(parts, v.p.Code("body", p.Body))
		}
		if p.Name != "" {
			parts = append(parts, p.Name)
		}
		if p.Country != "" {
			parts = append(parts, geo.Name(p.Country, v.p.Lang().Tag))
		}
		out = append(out, strings.Join(parts, v.p.T("page.comma")))
	}
	return out
}

// operators writes the operators with their owners and countries.
func (v *visit) operators(inc *keepiton.Incident) []string {
	var out []string
	for _, o := range inc.Operators {
		s := o.Name
		if o.Owner != "" {
			s += " (" + o.Owner + ")"
		}
		if country := o.Country; country != "" {
			if _, ok := geo.ByCode(country); ok {
				country = geo.Name(country, v.p.Lang().Tag)
			}
			s += v.p.T("page.comma") + country
		}
		out = append(out, s)
	}
	return out
}

// services writes the services that were affected, and those that were not;
// unknown ones are said to be unknown.
func (v *visit) services(inc *keepiton.Incident, f fact) fact {
	by := map[keepiton.Answer][]string{}
	for _, s := range inc.Services {
		name := s.Words
		if name == "" {
			name = v.p.Code("service", s.ID)
		}
		by[s.Affected] = append(by[s.Affected], name)
	}
	for _, a := range []keepiton.Answer{keepiton.Yes, keepiton.No, keepiton.Unknown} {
		if len(by[a]) > 0 {
			f.Values = append(f.Values, v.p.Ours(v.p.T("page.incident.services."+a.String(), "Services", by[a])))
		}
	}
	f.State = keepiton.Unknown
	if len(by[keepiton.No]) > 0 {
		f.State = keepiton.No
	}
	if len(by[keepiton.Yes]) > 0 {
		f.State = keepiton.Yes
	}
	return f
}
