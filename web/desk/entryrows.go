package desk

import (
	"encoding/json"
	"strconv"
	"strings"

	"keepiton"
	"keepiton/campaign"
)

// group is the codec of a member that is edited in rows.
func group(fill func(raw json.RawMessage, f form, name string) (int, error), read func(raw json.RawMessage, f form, wrongs *[]wrong) any) codec {
	return codec{
		fill: func(f form, name string, raw json.RawMessage) error {
			n, err := fill(raw, f, name)
			for i := range n {
				f.set(row(name, i, "row"), "1")
			}
			return err
		},
		read: func(f form, _ string, raw json.RawMessage, wrongs *[]wrong) any {
			return read(raw, f, wrongs)
		},
	}
}

// some is nil for a list without rows.
func some[T any](list []T) any {
	if len(list) == 0 {
		return nil
	}
	return list
}

// fillRows writes the rows of a list that incidents have too.
func fillRows(f form, name string, l list, inc *keepiton.Incident) int {
	n := l.count(inc)
	for i := range n {
		l.fill(inc, i, func(part, value string) { f.set(row(name, i, part), value) })
	}
	return n
}

// groupParts are the inputs of a row by what it is a row of. Nothing of an entry
// is confidential, so that its sources offer no such box.
var groupParts = map[campaign.Input][]part{
	campaign.InputSources: {
		{name: "id", kind: "hidden"},
		{name: "kind", kind: "source_kind", from: keepiton.SourceKinds},
		{name: "published", kind: "date"},
		{name: "url", kind: "text", wide: true},
		{name: "title", kind: "text", wide: true},
		{name: "publisher", kind: "text"},
		{name: "archived_url", kind: "text"},
		{name: "words", kind: "text", wide: true},
		{name: "quote", kind: "area", wide: true},
		{name: "origin_group", kind: "hidden"},
		{name: "sha256", kind: "hidden"},
	},
	campaign.InputPlaces:   lists["places"].parts,
	campaign.InputContacts: {{name: "name", kind: "text"}, {name: "role", kind: "text"}, {name: "address", kind: "text"}, {name: "lang", kind: "text"}},
	campaign.InputQuotes:   {{name: "words", kind: "texts", wide: true}, {name: "who", kind: "text", wide: true}, {name: "story", kind: "text"}, {name: "agreed", kind: "check"}},
}

func fillContacts(raw json.RawMessage, f form, name string) (int, error) {
	var list []keepiton.Contact
	err := json.Unmarshal(raw, &list)
	for i, c := range list {
		for part, value := range map[string]string{"name": c.Name, "role": c.Role, "address": c.Address, "lang": c.Lang} {
			f.set(row(name, i, part), value)
		}
	}
	return len(list), err
}

func readContacts(_ json.RawMessage, f form, _ *[]wrong) any {
	return some(readRows(f, "contacts", func(get func(string) string) (keepiton.Contact, []string) {
		return keepiton.Contact{Name: get("name"), Role: get("role"), Address: get("address"), Lang: get("lang")}, nil
	}, nil))
}

func fillQuotes(raw json.RawMessage, f form, name string) (int, error) {
	var list []keepiton.Quote
	err := json.Unmarshal(raw, &list)
	for i, q := range list {
		f.set(row(name, i, "who"), q.Who)
		f.set(row(name, i, "story"), string(q.Story))
		f.set(row(name, i, "agreed"), tick(q.Agreed))
		for lang, s := range q.Words {
			f.set(row(name, i, "words."+lang), s)
		}
	}
	return len(list), err
}

func readQuotes(_ json.RawMessage, f form, wrongs *[]wrong) any {
	var out []keepiton.Quote
	for i := range f.rows("quotes") {
		q := keepiton.Quote{Who: f.get(row("quotes", i, "who")), Story: keepiton.StoryID(f.get(row("quotes", i, "story"))), Agreed: f.get(row("quotes", i, "agreed")) != ""}
		for _, lang := range f.langs(row("quotes", i, "words")) {
			input := row("quotes", i, "words."+lang)
			switch s := f.get(input); {
			case s == "":
			case !languageTag.MatchString(lang) || len(q.Words) == maxLangs:
				*wrongs = append(*wrongs, wrong{input, "desk.wrong.language"})
			default:
				if q.Words == nil {
					q.Words = keepiton.Texts{}
				}
				q.Words[lang] = s
			}
		}
		if q.Who != "" || q.Story != "" || len(q.Words) > 0 {
			out = append(out, q)
		}
	}
	return some(out)
}

// changeEntry adds, removes or moves a row, or opens a language, as a button of
// an entry's form says: "add:sources", "lang:words". False when do is none of
// these.
func changeEntry(fields []campaign.Field, f form, do string) bool {
	verb, rest, i := splitDo(do)
	input := campaign.Input("")
	for _, field := range fields {
		if field.Name() == rest {
			input = field.Input
		}
	}
	_, rows := groupParts[input]
	switch {
	case verb == "check":
	case verb == "add" && rows:
		f.grow(rest)
	case verb == "remove" && rows:
		f.remove(rest, i)
	case verb == "up" && rows:
		f.up(rest, i)
	case verb == "lang":
		// The input of the language is drawn because its name stands in the form.
		if name, tag := "e."+rest, f.get("newlang.e."+rest); languageTag.MatchString(tag) && len(f.langs(name)) < maxLangs {
			f[name+"."+tag] = append(f[name+"."+tag], "")
		}
	case verb == "rowlang":
		name := row(rest, i, "words")
		if tag := f.get("newlang." + name); languageTag.MatchString(tag) && len(f.langs(name)) < maxLangs {
			f[name+"."+tag] = append(f[name+"."+tag], "")
		}
	default:
		return false
	}
	return true
}

// splitDo takes a button's value apart: remove:sources:2.
func splitDo(do string) (verb, list string, n int) {
	verb, rest, _ := strings.Cut(do, ":")
	list, number, _ := strings.Cut(rest, ":")
	n, _ = strconv.Atoi(number)
	return verb, list, n
}
