package stop

import (
	"reflect"
	"slices"
	"strconv"

	"keepiton"
)

// untouched are the fields of an incident that no draft speaks about.
var untouched = []string{"ID", "State", "Reason", "MergedInto", "NotListed", "Rows", "Sources", "Claims", "Verification", "Signals", "Visibility", "Techniques"}

// Apply changes in inc the fields in which the draft to differs from the draft
// from, and no other: what a person corrected stays until the publisher
// changes that very field. Sources that a person added stay beside the
// publisher's.
func Apply(inc, from, to *keepiton.Incident) {
	dst, a, b := reflect.ValueOf(inc).Elem(), reflect.ValueOf(from).Elem(), reflect.ValueOf(to.Clone()).Elem()
	for i := range dst.NumField() {
		if slices.Contains(untouched, dst.Type().Field(i).Name) {
			continue
		}
		if !reflect.DeepEqual(a.Field(i).Interface(), b.Field(i).Interface()) {
			dst.Field(i).Set(b.Field(i))
		}
	}
	applySources(inc, from, to)
}

// applySources replaces the publisher's sources and keeps those of people,
// under a fresh id where the publisher now uses theirs; claims follow.
func applySources(inc, from, to *keepiton.Incident) {
	if reflect.DeepEqual(from.Sources, to.Sources) && reflect.DeepEqual(from.Claims, to.Claims) {
		return
	}
	sources := slices.Clone(to.Sources)
	renamed := map[keepiton.SourceID]keepiton.SourceID{}
	for _, s := range inc.Sources {
		if slices.ContainsFunc(from.Sources, func(o keepiton.Source) bool { return o.ID == s.ID }) {
			continue
		}
		id := s.ID
		for n := len(sources) + 1; slices.ContainsFunc(sources, func(o keepiton.Source) bool { return o.ID == id }); n++ {
			id = keepiton.SourceID("s" + strconv.Itoa(n))
		}
		renamed[s.ID], s.ID = id, id
		sources = append(sources, s)
	}
	claims := map[string]keepiton.Claim{}
	for field, c := range to.Claims {
		c.Sources = slices.Clone(c.Sources)
		claims[field] = c
	}
	for field, c := range inc.Claims {
		merged := claims[field]
		for _, id := range c.Sources {
			if own, ok := renamed[id]; ok && !slices.Contains(merged.Sources, own) {
				merged.Sources = append(slices.Clone(merged.Sources), own)
			}
		}
		if merged.Note == "" && c.Note != from.Claims[field].Note {
			merged.Note = c.Note
		}
		if len(merged.Sources) > 0 || merged.Note != "" {
			claims[field] = merged
		}
	}
	inc.Sources, inc.Claims = sources, claims
	if len(claims) == 0 {
		inc.Claims = nil
	}
	on := inc.Verification.On[:0:0]
	for _, id := range inc.Verification.On {
		if own, ok := renamed[id]; ok {
			id = own
		}
		if slices.ContainsFunc(sources, func(s keepiton.Source) bool { return s.ID == id }) {
			on = append(on, id)
		}
	}
	inc.Verification.On = on
}
