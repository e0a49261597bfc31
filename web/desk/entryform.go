package desk

import (
	"encoding/json"
	"maps"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"keepiton"
	"keepiton/campaign"
)

// An entry's form holds its body as the inputs of the page, as a [form] holds an
// incident: e.<field> is a value, e.<field>.<language> a text in a language, and
// <field>.<i>.<part> a part of row i of a group. What cannot be read is kept as
// it was typed.

// languageTag is what a text may stand under: a BCP 47 tag (RFC 5646) without
// extensions.
var languageTag = regexp.MustCompile(`^[a-z]{2,3}(-[A-Za-z0-9]{2,8}){0,3}$`)

// privateKeySent is the message to somebody who sent a private key.
const privateKeySent = "desk.wrong.private_key"

// maxLangs bounds the languages of one text.
const maxLangs = 40

// codec writes one member of a body into a form, and reads it back. read returns
// nil for nothing there.
type codec struct {
	fill func(f form, name string, raw json.RawMessage) error
	read func(f form, name string, raw json.RawMessage, wrongs *[]wrong) any
}

// one is the codec of a member that is a single value of type T.
func one[T comparable](write func(T) string, parse func(string) (T, string)) codec {
	return codec{
		fill: func(f form, name string, raw json.RawMessage) error {
			var v T
			if err := json.Unmarshal(raw, &v); err != nil {
				return err
			}
			f.set("e."+name, write(v))
			return nil
		},
		read: func(f form, name string, _ json.RawMessage, wrongs *[]wrong) any {
			v, key := parse(f.get("e." + name))
			var none T
			switch {
			case key != "":
				if *wrongs = append(*wrongs, wrong{"e." + name, key}); key == privateKeySent {
					delete(f, "e."+name) // not even to show it again
				}
				return nil
			case v == none:
				return nil
			}
			return v
		},
	}
}

var (
	textCodec = one(func(s string) string { return s }, func(s string) (string, string) { return s, "" })
	keyCodec  = one(func(s string) string { return s }, func(s string) (string, string) {
		if campaign.HoldsPrivateKey(s) {
			return "", privateKeySent
		}
		return s, ""
	})
	codecs = map[campaign.Input]codec{
		campaign.InputLine: textCodec, campaign.InputText: keyCodec, campaign.InputCountry: textCodec, campaign.InputCode: textCodec,
		campaign.InputLink: textCodec, campaign.InputID: textCodec, campaign.InputMedia: textCodec,
		campaign.InputTexts: {fillTexts, readTexts}, campaign.InputList: {fillLines, readLines}, campaign.InputIDs: {fillLines, readLines},
		campaign.InputCheck:  one(tick, func(s string) (bool, string) { return s != "", "" }),
		campaign.InputNumber: one(strconv.Itoa, readNumber),
		campaign.InputMoment: one(keepiton.Moment.String, readMoment),
		campaign.InputTime:   one(writeMinute, readMinute),
		campaign.InputSources: group(func(raw json.RawMessage, f form, name string) (int, error) {
			var inc keepiton.Incident
			err := json.Unmarshal(raw, &inc.Sources)
			return fillRows(f, name, lists["sources"], &inc), err
		}, func(raw json.RawMessage, f form, wrongs *[]wrong) any {
			inc := &keepiton.Incident{}
			_ = json.Unmarshal(raw, &inc.Sources) // only to keep what the form does not show
			*wrongs = append(*wrongs, readSources(inc, f)...)
			return some(inc.Sources)
		}),
		campaign.InputPlaces: group(func(raw json.RawMessage, f form, name string) (int, error) {
			var inc keepiton.Incident
			err := json.Unmarshal(raw, &inc.Places)
			return fillRows(f, name, lists["places"], &inc), err
		}, func(raw json.RawMessage, f form, wrongs *[]wrong) any {
			inc := &keepiton.Incident{}
			_ = json.Unmarshal(raw, &inc.Places)
			*wrongs = append(*wrongs, readPlaces(inc, f)...)
			return some(inc.Places)
		}),
		campaign.InputContacts: group(fillContacts, readContacts),
		campaign.InputQuotes:   group(fillQuotes, readQuotes),
	}
)

// fillEntry writes a body into a form with the fields.
func fillEntry(fields []campaign.Field, e keepiton.Entry) (form, error) {
	members, err := membersOf(e)
	if err != nil {
		return nil, err
	}
	f := form{}
	for _, field := range fields {
		raw, there := members[field.Name()]
		if !there || string(raw) == "null" {
			continue
		}
		if err := codecs[field.Input].fill(f, field.Name(), raw); err != nil {
			return nil, keepiton.Errorf(keepiton.Internal, "read %s of a %s: %w", field.Name(), e.Kind(), err)
		}
	}
	return f, nil
}

// readEntry writes the form over a copy of base: members that are no field stay.
// Inputs that cannot be read are named and leave their member empty.
func readEntry(fields []campaign.Field, f form, base keepiton.Entry) (keepiton.Entry, []wrong, error) {
	members, err := membersOf(base)
	if err != nil {
		return nil, nil, err
	}
	var wrongs []wrong
	for _, field := range fields {
		name := field.Name()
		v := codecs[field.Input].read(f, name, members[name], &wrongs)
		if v == nil {
			delete(members, name)
			continue
		}
		if members[name], err = json.Marshal(v); err != nil {
			return nil, nil, keepiton.Errorf(keepiton.Internal, "write %s: %w", name, err)
		}
	}
	doc, err := json.Marshal(members)
	if err != nil {
		return nil, nil, keepiton.Errorf(keepiton.Internal, "write the body: %w", err)
	}
	e := keepiton.NewEntry(base.Kind())
	if err := json.Unmarshal(doc, e); err != nil {
		return nil, nil, keepiton.Errorf(keepiton.Invalid, "read the form: %w", err)
	}
	return e, wrongs, nil
}

// membersOf returns the body as JSON by its members.
func membersOf(e keepiton.Entry) (map[string]json.RawMessage, error) {
	doc, err := json.Marshal(e)
	if err != nil {
		return nil, keepiton.Errorf(keepiton.Internal, "write a %s: %w", e.Kind(), err)
	}
	members := map[string]json.RawMessage{}
	if err := json.Unmarshal(doc, &members); err != nil {
		return nil, keepiton.Errorf(keepiton.Internal, "read a %s: %w", e.Kind(), err)
	}
	return members, nil
}

func fillTexts(f form, name string, raw json.RawMessage) error {
	var t keepiton.Texts
	err := json.Unmarshal(raw, &t)
	for lang, s := range t {
		f.set("e."+name+"."+lang, s)
	}
	return err
}

func readTexts(f form, name string, _ json.RawMessage, wrongs *[]wrong) any {
	t := keepiton.Texts{}
	for _, lang := range f.langs("e." + name) {
		input := "e." + name + "." + lang
		s := f.get(input)
		switch {
		case s == "":
		case !languageTag.MatchString(lang) || len(t) == maxLangs:
			*wrongs = append(*wrongs, wrong{input, "desk.wrong.language"})
		default:
			t[lang] = s
		}
	}
	if len(t) == 0 {
		return nil
	}
	return t
}

// langs lists the languages that a text of the form has an input for.
func (f form) langs(name string) (out []string) {
	for _, input := range slices.Sorted(maps.Keys(f)) {
		if lang, ok := strings.CutPrefix(input, name+"."); ok && !strings.Contains(lang, ".") {
			out = append(out, lang)
		}
	}
	return out
}

func fillLines(f form, name string, raw json.RawMessage) error {
	var list []string
	err := json.Unmarshal(raw, &list)
	f.set("e."+name, strings.Join(list, "\n"))
	return err
}

func readLines(f form, name string, _ json.RawMessage, _ *[]wrong) any {
	if list := lines(f.get("e." + name)); len(list) > 0 {
		return list
	}
	return nil
}

func readNumber(s string) (int, string) {
	n, err := strconv.Atoi(s)
	if s != "" && (err != nil || n < 0) {
		return 0, "desk.wrong.number"
	}
	return n, ""
}

func readMoment(s string) (keepiton.Moment, string) {
	m, err := keepiton.ParseMoment(s)
	if err != nil || m.IsZero() && s != "" { // the year 1 is "no date"
		return keepiton.Moment{}, "desk.wrong.date"
	}
	return m, ""
}

const minuteLayout = "2006-01-02T15:04Z07:00" // RFC 3339, without seconds

// writeMinute writes a minute as people read it who wrote it: by their clock, with
// its offset from UTC.
func writeMinute(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.Format(minuteLayout)
}

// readMinute reads a minute with its offset; a blank may part day and hour, and the
// offset from them.
func readMinute(s string) (time.Time, string) {
	if s == "" {
		return time.Time{}, ""
	}
	t, err := time.Parse(minuteLayout, strings.Join(strings.Fields(strings.Replace(s, " ", "T", 1)), ""))
	if err != nil || t.IsZero() {
		return time.Time{}, "desk.wrong.minute"
	}
	if _, offset := t.Zone(); offset == 0 {
		t = t.UTC()
	}
	return t, ""
}
