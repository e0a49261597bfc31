package notify

import (
	"slices"
	"strings"

	"keepiton"
	"keepiton/geo"
)

// Topics is what somebody wants to be told of. Within a list values are
// alternatives, lists narrow each other; an empty list narrows nothing. Codes are
// those of the record's own filters.
type Topics struct {
	About     []string `json:"about,omitempty"`     // of Subjects
	Countries []string `json:"countries,omitempty"` // ISO 3166-1 alpha-2
	Regions   []string `json:"regions,omitempty"`   // of keepiton.Regions
	Places    []string `json:"places,omitempty"`    // ISO 3166-2
	Networks  []string `json:"networks,omitempty"`  // mobile, fixed, satellite, sms, voice
	Operators []string `json:"operators,omitempty"` // names or AS numbers, as people write them
	Services  []string `json:"services,omitempty"`  // slugs, such as whatsapp
	Causes    []string `json:"causes,omitempty"`    // of keepiton.Causes
}

// Subjects lists what alerts are about.
var Subjects = []string{aboutIncidents, aboutWatch, aboutStatements}

const (
	aboutIncidents  = "incidents"
	aboutWatch      = "watch"
	aboutStatements = "statements"
)

// Networks lists the networks that can be asked for.
var Networks = []string{"mobile", "fixed", "satellite", "sms", "voice"}

// MaxTopics bounds the values of one list.
const MaxTopics = 60

// lists names the lists of t, as facets are named.
func (t *Topics) lists() []struct {
	name   string
	values *[]string
} {
	return []struct {
		name   string
		values *[]string
	}{
		{"about", &t.About},
		{"country", &t.Countries},
		{"region", &t.Regions},
		{"place", &t.Places},
		{"network", &t.Networks},
		{"operator", &t.Operators},
		{"service", &t.Services},
		{"cause", &t.Causes},
	}
}

// Check sorts the lists and refuses values that no alert can have, with the name
// of the list.
func (t *Topics) Check() error {
	known := map[string]func(string) bool{
		"about":    func(v string) bool { return slices.Contains(Subjects, v) },
		"country":  func(v string) bool { _, ok := geo.ByCode(v); return ok },
		"region":   keepiton.Regions.Has,
		"place":    isPlace,
		"network":  func(v string) bool { return slices.Contains(Networks, v) },
		"operator": isOperator,
		"service":  isSlug,
		"cause":    keepiton.Causes.Has,
	}
	for _, l := range t.lists() {
		slices.Sort(*l.values)
		*l.values = slices.Compact(*l.values)
		if len(*l.values) > MaxTopics {
			return keepiton.Errorf(keepiton.TooLarge, "%d values of %s are more than %d", len(*l.values), l.name, MaxTopics)
		}
		for _, v := range *l.values {
			if !known[l.name](v) {
				return keepiton.Errorf(keepiton.Invalid, "%s: %q is no such value", l.name, v)
			}
		}
	}
	return nil
}

func isPlace(v string) bool {
	country, region, ok := strings.Cut(v, "-")
	_, known := geo.ByCode(country)
	return ok && known && len(region) >= 1 && len(region) <= 3 && strings.ToUpper(v) == v && isSlug(strings.ToLower(region))
}

func isSlug(v string) bool {
	return v != "" && len(v) <= 40 && strings.Trim(v, "abcdefghijklmnopqrstuvwxyz0123456789_") == ""
}

// narrows says which lists narrow what: a date to watch has no networks, and who
// asked for mobile networks in Sudan wants to hear of its elections as well.
var narrows = map[string][]string{
	aboutIncidents:  {"country", "region", "place", "network", "operator", "service", "cause"},
	aboutWatch:      {"country", "region", "cause"},
	aboutStatements: {"country", "region"},
}

// Match reports whether an alert with these facets is wanted.
func (t *Topics) Match(facets []keepiton.EntryFacet) bool {
	has := func(name string, wanted []string) bool {
		return slices.ContainsFunc(facets, func(f keepiton.EntryFacet) bool {
			if f.Name != name {
				return false
			}
			if name == "operator" {
				return slices.ContainsFunc(wanted, func(w string) bool { return sameOperator(f.Value, w) })
			}
			return slices.Contains(wanted, f.Value)
		})
	}
	if len(t.About) > 0 && !has("about", t.About) {
		return false
	}
	for _, f := range facets {
		if f.Name == "about" {
			return !slices.ContainsFunc(t.lists(), func(l struct {
				name   string
				values *[]string
			},
			) bool {
				return slices.Contains(narrows[f.Value], l.name) && len(*l.values) > 0 && !has(l.name, *l.values)
			})
		}
	}
	return false
}

// Set adds a value to a list, by the name of the list.
func (t *Topics) Set(list, value string) {
	for _, l := range t.lists() {
		if l.name == list {
			*l.values = append(*l.values, value)
		}
	}
}
