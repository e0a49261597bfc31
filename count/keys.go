package count

import (
	"slices"
	"strings"

	"keepiton"
)

// yearKey stands for the year among the dims of a query.
const yearKey Dim = -1

// key is a property to count by: its name and the other names it answers to,
// STOP's column among them.
type key struct {
	name     string
	dim      Dim
	synonyms []string
}

var keys = []key{
	{"year", yearKey, []string{"count_year"}},
	{"country", Country, nil},
	{"cc", CC, []string{"country_code"}},
	{"region", Region, nil},
	{"scope", Scope, []string{"geo_scope"}},
	{"kind", Kind, []string{"type", "shutdown_type"}},
	{"extent", Extent, []string{"shutdown_extent"}},
	{"network", Network, []string{"affected_network"}},
	{"ordered_by", OrderedBy, []string{"body"}},
	{"cause", Cause, []string{"actual_cause"}},
	{"justification", Justification, []string{"gov_justification"}},
	{"status", Status, []string{"shutdown_status"}},
	{"election", Election, nil},
	{"violence", Violence, nil},
	{"abuses", Abuses, []string{"hr_abuse_reported"}},
	{"gov_ack", GovAck, nil},
	{"info_source", InfoSource, nil},
	{"level", Level, []string{"verification"}},
}

// Keys returns the names that may be counted by, in the order they are offered.
func Keys() []string {
	names := make([]string, len(keys))
	for i, k := range keys {
		names[i] = k.name
	}
	return names
}

// parseBy resolves the keys of a query. An unknown one is Invalid.
func parseBy(by []string) ([]Dim, error) {
	dims := make([]Dim, len(by))
	for i, name := range by {
		n := strings.ToLower(strings.TrimSpace(name))
		at := slices.IndexFunc(keys, func(k key) bool { return k.name == n || slices.Contains(k.synonyms, n) })
		if at < 0 {
			return nil, keepiton.Errorf(keepiton.Invalid, "no key %q to count by: the keys are %s", name, strings.Join(Keys(), ", "))
		}
		dims[i] = keys[at].dim
	}
	return dims, nil
}

// CheckBy returns the error that Run would for these keys, nil when each is
// known.
func CheckBy(by []string) error {
	_, err := parseBy(by)
	return err
}
