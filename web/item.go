package web

import (
	"strings"
	"time"

	"keepiton"
	"keepiton/geo"
)

// item is an incident as one line of a list.
type item struct {
	ID      keepiton.IncidentID
	Href    string
	Country string   // names of the affected countries
	Where   string   // area in the source's words; empty when it only repeats the country
	What    []string // extent, networks, causes
	When    string
	Ongoing bool
	Status  string // words for the end
	Level   keepiton.Level
	State   keepiton.State
	Changed string // day of the revision
}

// newItem makes the line of rev, which has passed Public.
func (v *visit) newItem(rev *keepiton.Revision) item {
	inc := &rev.Incident
	it := item{
		ID: inc.ID, Href: v.Href("/incidents/" + string(inc.ID)), Country: v.countryNames(inc),
		State: inc.State, Level: inc.Verification.Level, Changed: v.p.DayShort(rev.Recorded),
	}
	if area := strings.TrimSpace(inc.Area); area != "" && !strings.EqualFold(area, it.Country) {
		it.Where = area
	}
	if wholeCountry(inc) {
		it.Where = v.p.T("page.incident.nationwide")
	}
	for _, k := range inc.Kinds {
		if k == "throttling" {
			it.What = append(it.What, v.p.Code("kind", k))
		}
	}
	for _, e := range inc.Extents {
		it.What = append(it.What, v.p.Code("extent", e))
	}
	for _, c := range inc.Causes {
		if c != keepiton.CodeUnknown {
			it.What = append(it.What, v.p.Code("cause", c))
		}
	}
	it.When, it.Ongoing = v.span(inc)
	return it
}

func wholeCountry(inc *keepiton.Incident) bool {
	whole := false
	for _, p := range inc.Places {
		if p.Except {
			return false
		}
		whole = whole || p.Nationwide
	}
	return whole
}

// countryNames writes the affected countries, or the sheet's words where no
// code is sure.
func (v *visit) countryNames(inc *keepiton.Incident) string {
	var names []string
	for _, c := range inc.Countries() {
		names = append(names, geo.Name(c, v.p.Lang().Tag))
	}
	if len(names) == 0 {
		return inc.Country
	}
	return v.p.List(names)
}

// span writes when the incident was, and whether the record has it as ongoing.
// A missing end is not an end: it is said to be missing.
func (v *visit) span(inc *keepiton.Incident) (string, bool) {
	start, end := inc.Start(), inc.End()
	if start.IsZero() {
		return v.p.T("date.none"), end.State == keepiton.Ongoing
	}
	switch {
	case end.State == keepiton.Ongoing:
		return v.p.T("page.span.since", "Start", v.short(start)), true
	case end.At.IsZero():
		return v.p.T("page.span.open", "Start", v.short(start)), false
	case plainDay(start) && plainDay(end.At):
		if end.At.At.Before(start.At) {
			return v.p.T("page.span.odd", "Start", v.short(start), "End", v.short(end.At)), false
		}
		if start.At.Truncate(24 * time.Hour).Equal(end.At.At.Truncate(24 * time.Hour)) {
			return v.short(start), false
		}
		return v.p.Range(start.At, end.At.At), false
	}
	return v.p.T("page.span.both", "Start", v.short(start), "End", v.short(end.At)), false
}

func plainDay(m keepiton.Moment) bool { return m.Precision <= keepiton.Hour && !m.Estimated }

// short writes the day of a moment abbreviated; the time of day stands on the
// incident's own page. An estimate, a month or a year is written in full.
func (v *visit) short(m keepiton.Moment) string {
	if !m.Estimated && m.Precision <= keepiton.Hour {
		return v.p.DayShort(m.At)
	}
	return v.p.Date(m)
}
