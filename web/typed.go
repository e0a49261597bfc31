package web

import (
	"slices"
	"strings"
)

// typed is what a sender typed into a form, by the names of the fields. It is
// kept in memory for the time of one request and written nowhere but into the
// page that gives it back, and into the seal.
type typed map[string][]string

// Get is the first value of a field.
func (t typed) Get(name string) string {
	if v := t[name]; len(v) > 0 {
		return v[0]
	}
	return ""
}

// Is reports whether a field has a value. The empty value stands for a field
// that was not sent, so that a choice of "nothing" is shown as chosen.
func (t typed) Is(name, value string) bool {
	if value == "" {
		return t.Get(name) == ""
	}
	return slices.Contains(t[name], value)
}

// words is the first value of a field without the space around it; line breaks
// are those of a text, not of a form (RFC 7578 section 4.2 sends CR LF).
func (t typed) words(name string) string {
	return strings.TrimSpace(strings.ReplaceAll(strings.ToValidUTF8(t.Get(name), "�"), "\r\n", "\n"))
}

// aside are the fields that say nothing by themselves: a form with these alone
// is empty.
var aside = append([]string{
	"began_calendar", "began_clock", "began_about", "began_reading", "ended_calendar", "ended_clock", "ended_about", "ended_reading",
	"zone", "open", "receipt", "ticket", "do",
}, consentFields...)

// empty reports whether nothing was said. To allow something anew is to say
// something; to allow it of nothing is not.
func (t typed) empty() bool {
	for name, values := range t {
		if !slices.Contains(aside, name) && strings.TrimSpace(strings.Join(values, "")) != "" {
			return false
		}
	}
	return true
}
