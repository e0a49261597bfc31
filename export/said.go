package export

import (
	"strings"

	"keepiton"
	"keepiton/geo"
	"keepiton/locale"
)

// CodeLists names the coded list of a field in messages: code.<list>.<code>.
var CodeLists = map[string]string{
	"state": "state", "scope": "scope", "region": "region", "kinds": "kind", "extents": "extent", "techniques": "technique", "causes": "cause",
	"justifications": "justification", "info_source": "info_source", "visibility": "visibility",
}

// Said writes one value of a field, as keepiton.Diff and Field.Values have it, in
// a reader's language. Those are texts for programs, such as
// "2019-04-01/2019-04-02 ended"; what is not of the expected form stays as it is.
func Said(p *locale.Printer, field, value string) string {
	if f, ok := keepiton.FieldByName(field); ok && f.Kind == keepiton.KindAnswer {
		return p.T("answer." + value)
	}
	if list := CodeLists[field]; list != "" {
		return p.Code(list, value)
	}
	switch field {
	case "episodes":
		return saidEpisode(p, value)
	case "places":
		return saidPlace(p, value)
	case "services":
		id, answer, ok := strings.Cut(value, ": ")
		key := "page.incident.services." + answer
		if ok && p.Has(key) {
			return p.Ours(p.T(key, "Services", []string{p.Code("service", id)}))
		}
	case "perpetrators":
		if body, rest, named := strings.Cut(value, ", "); keepiton.Bodies.Has(body) {
			if body = p.Code("body", body); named {
				body += p.T("page.comma") + p.Apart(rest)
			}
			return p.Ours(body)
		}
	case "sources":
		return saidSource(p, value)
	case "claims":
		name, rest, ok := strings.Cut(value, ": ")
		key := "field." + name
		if name == keepiton.AnyField {
			key = "desk.claim.general"
		}
		if ok && p.Has(key) {
			return p.Ours(p.T(key) + ": " + p.Apart(rest))
		}
	}
	return value
}

// saidSource writes "KIND WHERE"; of a confidential one WHERE is "ID
// confidential".
func saidSource(p *locale.Printer, value string) string {
	kind, rest, ok := strings.Cut(value, " ")
	if !ok || !keepiton.SourceKinds.Has(kind) {
		return value
	}
	said := p.Code("source_kind", kind) + p.T("page.comma")
	if id, hidden := strings.CutSuffix(rest, " "+keepiton.Confidential); hidden {
		return p.Ours(said + p.Apart(id) + ": " + p.T("page.incident.source.confidential"))
	}
	return p.Ours(said + p.Apart(rest))
}

// saidPlace writes "[except ]CODE[/DISTRICT][ “WORDS”][ nationwide]" with the
// code's name before the code.
func saidPlace(p *locale.Printer, value string) string {
	code, not := strings.CutPrefix(value, "except ")
	code, rest, more := strings.Cut(code, " ")
	code, district, _ := strings.Cut(code, "/")
	country, _, sub := strings.Cut(code, "-")
	if _, known := geo.ByCode(country); !known {
		return value
	}
	tag := p.Lang().Tag
	name := geo.Name(country, tag)
	if sub {
		name = geo.RegionName(code, tag) + p.T("page.comma") + name
	}
	if district != "" {
		name = district + p.T("page.comma") + name
	}
	name += " " + p.Apart("("+code+")")
	if words, whole := strings.CutSuffix(" "+rest, " nationwide"); whole && more {
		name, rest = p.T("page.incident.place.nationwide", "Country", name), strings.TrimSpace(words)
	}
	if not {
		name = p.T("page.incident.place.except", "Place", name)
	}
	if rest != "" {
		name += " " + p.Apart(rest)
	}
	return p.Ours(name)
}

// saidEpisode writes "START/END STATE NOTE", of which only START and the slash
// are always there.
func saidEpisode(p *locale.Printer, value string) string {
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
	out := p.Date(start)
	if !end.IsZero() {
		out += " – " + p.Date(end)
	}
	state, note, _ := strings.Cut(rest, " ")
	switch keepiton.EndState(state) {
	case keepiton.EndUnknown, keepiton.Ongoing, keepiton.Ended:
		rest = p.Code("status", state)
		if note != "" {
			rest += " · " + note
		}
	}
	if rest != "" {
		out += " · " + rest
	}
	return p.Ours(out)
}
