package desk

import (
	"slices"
	"strings"
	"sync"

	"keepiton"
	"keepiton/export"
	"keepiton/geo"
	"keepiton/locale"
)

var (
	countryMu    sync.Mutex
	countryLists = map[string][]option{}
)

// countryOptions returns the choice of countries in a language, made once.
func countryOptions(p *locale.Printer) []option {
	countryMu.Lock()
	defer countryMu.Unlock()
	tag := p.Lang().Tag
	if list, ok := countryLists[tag]; ok {
		return list
	}
	var list []option
	for _, c := range geo.Countries() {
		list = append(list, option{Value: c.Code, Label: geo.Name(c.Code, tag)})
	}
	slices.SortStableFunc(list, func(a, b option) int { return locale.Compare(tag, a.Label, b.Label) })
	list = append([]option{{Value: "", Label: "–"}}, list...)
	countryLists[tag] = list
	return list
}

// change is one field that differs, in words.
type change struct {
	Label    string
	From, To []string
}

// compare lists what differs between two contents. Beyond keepiton.Diff it
// shows the details of sources, which readers of the public diff do not need.
func compare(p *locale.Printer, a, b *keepiton.Incident) []change {
	diff := keepiton.Diff(a, b)
	if !slices.ContainsFunc(diff, func(c keepiton.Change) bool { return c.Field == "sources" }) && !slices.Equal(a.Sources, b.Sources) {
		from, to := details(a.Sources), details(b.Sources)
		diff = append(diff, keepiton.Change{Field: "sources", From: from, To: to})
	}
	if !slices.ContainsFunc(diff, func(c keepiton.Change) bool { return c.Field == "places" }) && !slices.Equal(a.Places, b.Places) {
		diff = append(diff, keepiton.Change{Field: "places", From: sureness(p, a.Places), To: sureness(p, b.Places)})
	}
	return words(p, diff)
}

// sureness writes each place with how sure its code is.
func sureness(p *locale.Printer, places []keepiton.Place) (out []string) {
	for _, pl := range places {
		out = append(out, placeLabel(p, pl)+" “"+pl.Words+"” "+p.Percent(pl.Confidence))
	}
	return out
}

func details(sources []keepiton.Source) (out []string) {
	for _, s := range sources {
		parts := []string{string(s.ID), s.Kind, s.Title, s.Publisher, s.Published.String(), s.URL, s.ArchivedURL, s.OriginGroup, s.Words, s.Quote}
		if s.Confidential {
			parts = append(parts, keepiton.Confidential)
		}
		out = append(out, strings.Join(slices.DeleteFunc(parts, func(s string) bool { return s == "" }), " · "))
	}
	return out
}

// words writes changes with the names of fields and codes; what is the same on
// both sides of a list is left out.
func words(p *locale.Printer, diff []keepiton.Change) (out []change) {
	for _, c := range diff {
		ch := change{Label: p.T("field." + c.Field)}
		for _, v := range c.From {
			if len(c.From) == 1 || !slices.Contains(c.To, v) {
				ch.From = append(ch.From, export.Said(p, c.Field, v))
			}
		}
		for _, v := range c.To {
			if len(c.To) == 1 || !slices.Contains(c.From, v) {
				ch.To = append(ch.To, export.Said(p, c.Field, v))
			}
		}
		out = append(out, ch)
	}
	return out
}
