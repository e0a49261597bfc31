package desk

import (
	"encoding/json"
	"slices"
	"strings"

	"keepiton"
	"keepiton/campaign"
	"keepiton/geo"
	"keepiton/locale"
)

// compareEntries lists field by field, in words, what differs between two bodies
// of a kind; nil is a body that says nothing.
func compareEntries(p *locale.Printer, fields []campaign.Field, a, b keepiton.Entry) ([]change, error) {
	from, err := entryWords(p, fields, a)
	if err != nil {
		return nil, err
	}
	to, err := entryWords(p, fields, b)
	if err != nil {
		return nil, err
	}
	var out []change
	for _, f := range fields {
		was, is := from[f.Name()], to[f.Name()]
		if slices.Equal(was, is) {
			continue
		}
		ch := change{Label: p.T(f.Label)}
		for _, s := range was {
			if len(was) == 1 || !slices.Contains(is, s) {
				ch.From = append(ch.From, s)
			}
		}
		for _, s := range is {
			if len(is) == 1 || !slices.Contains(was, s) {
				ch.To = append(ch.To, s)
			}
		}
		out = append(out, ch)
	}
	return out, nil
}

// entryWords writes each field of a body as lines that a person reads.
func entryWords(p *locale.Printer, fields []campaign.Field, e keepiton.Entry) (map[string][]string, error) {
	out := map[string][]string{}
	if e == nil {
		return out, nil
	}
	members, err := membersOf(e)
	if err != nil {
		return nil, err
	}
	for _, f := range fields {
		if raw, ok := members[f.Name()]; ok && string(raw) != "null" {
			if out[f.Name()], err = fieldWords(p, f, raw); err != nil {
				return nil, keepiton.Errorf(keepiton.Internal, "read %s: %w", f.Name(), err)
			}
		}
	}
	return out, nil
}

func fieldWords(p *locale.Printer, f campaign.Field, raw json.RawMessage) ([]string, error) {
	switch f.Input {
	case campaign.InputTexts:
		var t keepiton.Texts
		err := json.Unmarshal(raw, &t)
		return textWords(t), err
	case campaign.InputList, campaign.InputIDs:
		var list []string
		err := json.Unmarshal(raw, &list)
		return list, err
	case campaign.InputCheck:
		var yes bool
		err := json.Unmarshal(raw, &yes)
		if !yes {
			return nil, err
		}
		return []string{p.T("answer.yes")}, err
	case campaign.InputNumber:
		var n int
		err := json.Unmarshal(raw, &n)
		return []string{p.Number(n)}, err
	case campaign.InputSources:
		var list []keepiton.Source
		err := json.Unmarshal(raw, &list)
		return details(list), err
	case campaign.InputPlaces:
		var list []keepiton.Place
		err := json.Unmarshal(raw, &list)
		return sureness(p, list), err
	case campaign.InputContacts:
		var list []keepiton.Contact
		err := json.Unmarshal(raw, &list)
		var out []string
		for _, c := range list {
			out = append(out, joined(c.Name, c.Role, c.Address, c.Lang))
		}
		return out, err
	case campaign.InputQuotes:
		var list []keepiton.Quote
		err := json.Unmarshal(raw, &list)
		var out []string
		for _, q := range list {
			agreed := p.T("answer.no")
			if q.Agreed {
				agreed = p.T("answer.yes")
			}
			out = append(out, joined(append(textWords(q.Words), q.Who, string(q.Story), p.T("entry.part.agreed")+": "+agreed)...))
		}
		return out, err
	}
	var s string
	if err := json.Unmarshal(raw, &s); err != nil || s == "" {
		return nil, err
	}
	switch f.Input {
	case campaign.InputCode:
		s = p.Code(f.List, s)
	case campaign.InputCountry:
		s = geo.Name(s, p.Lang().Tag)
	}
	return []string{s}, nil
}

// textWords writes each text with its language behind it, so that the text's own
// first letter says in which direction the line is read.
func textWords(t keepiton.Texts) (out []string) {
	for _, lang := range t.Langs() {
		out = append(out, t[lang]+" ["+lang+"]")
	}
	return out
}

// joined writes the parts that are there, as one line.
func joined(parts ...string) string {
	return strings.Join(slices.DeleteFunc(parts, func(s string) bool { return s == "" }), " · ")
}

// rebaseEntry brings a form that was written on base up to newer: fields that
// only the other person changed are taken over, and those that both changed keep
// what was typed and are named.
func rebaseEntry(fields []campaign.Field, f form, base, newer keepiton.Entry) (both []string, err error) {
	was, err := fillEntry(fields, base)
	if err != nil {
		return nil, err
	}
	is, err := fillEntry(fields, newer)
	if err != nil {
		return nil, err
	}
	for _, field := range fields {
		name := field.Name()
		mine, before, theirs := f.entryPart(name), was.entryPart(name), is.entryPart(name)
		switch {
		case theirs.equal(before) || mine.equal(theirs):
		case !mine.equal(before):
			both = append(both, name)
		default:
			for k := range mine {
				delete(f, k)
			}
			for k, values := range theirs {
				f[k] = values
			}
		}
	}
	return both, nil
}

// entryPart returns the inputs of one field, without empty ones, to be compared.
func (f form) entryPart(field string) form {
	out := form{}
	for name, values := range f {
		mine := name == "e."+field || strings.HasPrefix(name, "e."+field+".") || strings.HasPrefix(name, field+".")
		values = slices.DeleteFunc(slices.Clone(values), func(s string) bool { return strings.TrimSpace(s) == "" })
		if mine && len(values) > 0 {
			out[name] = values
		}
	}
	return out
}
