package notify

import (
	"slices"

	"keepiton"
	"keepiton/geo"
)

// facets collects what an alert is found by, each value once.
type facets []keepiton.EntryFacet

func (f *facets) add(name string, values ...string) {
	for _, v := range values {
		if one := (keepiton.EntryFacet{Name: name, Value: v}); v != "" && !slices.Contains(*f, one) {
			*f = append(*f, one)
		}
	}
}

func (f *facets) join(other []keepiton.EntryFacet) {
	for _, o := range other {
		f.add(o.Name, o.Value)
	}
}

func (f *facets) country(codes ...string) {
	for _, code := range codes {
		f.add("country", code)
		if c, ok := geo.ByCode(code); ok {
			f.add("region", c.Region)
		}
	}
}

// incidentFacets are those by which the lists of the site find it.
func incidentFacets(inc *keepiton.Incident) []keepiton.EntryFacet {
	var f facets
	f.add("about", aboutIncidents)
	f.country(inc.Countries()...)
	f.add("region", inc.Region)
	for _, p := range inc.Places {
		if !p.Except && p.Confidence >= keepiton.SurePlace {
			f.add("place", p.Region)
		}
	}
	for i, a := range []keepiton.Answer{inc.Networks.Mobile, inc.Networks.Fixed, inc.Networks.Satellite, inc.Networks.SMS, inc.Networks.Voice} {
		if a == keepiton.Yes {
			f.add("network", Networks[i])
		}
	}
	for _, o := range inc.Operators {
		f.add("operator", operatorFacets(o)...)
	}
	for _, s := range inc.Services {
		if s.Affected == keepiton.Yes {
			f.add("service", s.ID)
		}
	}
	f.add("cause", inc.Causes...)
	return f
}

// watchCauses are the causes that a kind of date may bring.
var watchCauses = map[string][]string{
	"election": {"elections"},
	"exam":     {"exam_cheating"},
	"protest":  {"protests", "political_instability"},
}

// entryFacets are those of a date to watch or a statement; nil of anything else.
func entryFacets(e keepiton.Entry) []keepiton.EntryFacet {
	var f facets
	switch e := e.(type) {
	case *keepiton.Watch:
		f.add("about", aboutWatch)
		f.country(e.Country)
		f.add("cause", watchCauses[e.Cause]...)
	case *keepiton.Statement:
		f.add("about", aboutStatements)
		f.country(e.Country)
	}
	return f
}
