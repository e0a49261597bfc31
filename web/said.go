package web

import (
	"strings"

	"keepiton"
)

// said writes one value of a diff as the page of the incident writes it. The
// diff itself (keepiton.Diff) holds text for programs, such as
// "2019-04-01/2019-04-02 ended"; what is not of the expected form stays as it is.
func (v *visit) said(field, value string) string {
	switch field {
	case "episodes":
		return v.saidEpisode(value)
	case "services":
		id, answer, ok := strings.Cut(value, ": ")
		key := "page.incident.services." + answer
		if ok && v.p.Has(key) {
			return v.ours(v.p.T(key, "Services", []string{v.p.Code("service", id)}))
		}
	case "perpetrators":
		if body, rest, named := strings.Cut(value, ", "); keepiton.Bodies.Has(body) {
			if body = v.p.Code("body", body); named {
				body += v.p.T("page.comma") + v.apart(rest)
			}
			return v.ours(body)
		}
	case "sources":
		if kind, rest, ok := strings.Cut(value, " "); ok && keepiton.SourceKinds.Has(kind) {
			return v.ours(v.p.Code("source_kind", kind) + v.p.T("page.comma") + v.apart(rest))
		}
	case "claims":
		name, rest, ok := strings.Cut(value, ": ")
		key := "field." + name
		if name == keepiton.AnyField {
			key = "desk.claim.general"
		}
		if ok && v.p.Has(key) {
			return v.ours(v.p.T(key) + ": " + v.apart(rest))
		}
	}
	return value
}

// saidEpisode writes "START/END STATE NOTE", of which only START and the slash
// are always there.
func (v *visit) saidEpisode(value string) string {
	first, rest, ok := strings.Cut(value, "/")
	start, err := keepiton.ParseMoment(first)
	if !ok || err != nil {
		return value
	}
	day, rest, _ := strings.Cut(rest, " ")
	end, err := keepiton.ParseMoment(day)
	if err != nil {
		return value
	}
	out := v.p.Date(start)
	if !end.IsZero() {
		out += " – " + v.p.Date(end)
	}
	state, note, _ := strings.Cut(rest, " ")
	switch keepiton.EndState(state) {
	case keepiton.EndUnknown, keepiton.Ongoing, keepiton.Ended:
		rest = v.p.Code("status", state)
		if note != "" {
			rest += " · " + note
		}
	}
	if rest != "" {
		out += " · " + rest
	}
	return v.ours(out)
}

// ours marks a phrase that the page composed in its own language, whatever
// letters it begins with: a browser takes the direction of a bdi from the first
// strong letter, and a name in Latin letters would turn an Arabic phrase round
// (HTML, "auto" directionality; U+200F is Unicode's right-to-left mark).
func (v *visit) ours(s string) string {
	if v.p.Dir() != "rtl" {
		return s
	}
	return "\u200f" + s
}

// apart keeps the signs of an address or of a list of sources in their order
// inside an Arabic phrase (U+2068 and U+2069, UAX 9).
func (v *visit) apart(s string) string {
	if v.p.Dir() != "rtl" {
		return s
	}
	return "\u2068" + s + "\u2069"
}
