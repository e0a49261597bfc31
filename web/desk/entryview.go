package desk

import (
	"html/template"
	"slices"
	"strconv"
	"strings"
	"time"

	"keepiton"
	"keepiton/campaign"
	"keepiton/locale"
)

// entryField is one field of an entry's form with what is wrong beside it.
type entryField struct {
	Name        string
	Label, Help template.HTML
	Kind        string // one, codes, texts, group, media
	Needed      bool
	Input       input
	Texts       textsView
	Rows        []entryRow
	Problems    []template.HTML
	Both        bool   // somebody else changed it, too
	Picture     string // address of the picture that is there
	Fingerprint string // of a key that is there, in groups, to be compared by people
}

// entryRow is one row of a group.
type entryRow struct {
	rowView
	Texts *textsView // of a quote
}

// textsView is a text in its languages: those that are written, the reader's
// own, and English stand open; the others are a step away.
type textsView struct {
	Name, Do   string // of the inputs; of the button that adds a language
	Label      template.HTML
	Open, More []langInput
	New        string // tag that was typed for another language
}

type langInput struct {
	input
	Tag, Dir string
	Long     bool
}

// entryMaker makes the controls of an entry's form.
type entryMaker struct {
	maker
	now      time.Time
	kind     keepiton.EntryKind
	fields   []campaign.Field
	problems []keepiton.Problem // of campaign.Check
}

func (m entryMaker) views() (out []entryField) {
	for _, f := range m.fields {
		out = append(out, m.view(f))
	}
	return out
}

func (m entryMaker) view(f campaign.Field) entryField {
	name := "e." + f.Name()
	v := entryField{Name: f.Name(), Label: m.p.T(f.Label), Kind: "one", Needed: f.Needed, Both: slices.Contains(m.both, f.Name()), Problems: m.beside(f)}
	if m.p.Has(f.Label + ".help") {
		v.Help = m.p.T(f.Label + ".help")
	}
	label := v.Label
	if f.Needed {
		label += ` <span class="tag">` + m.p.T("desk.entry.needed_here") + `</span>`
	}
	v.Input = input{Name: name, ID: id(name), Label: label, Value: m.f.get(name), Error: m.error(name), Kind: "text"}
	switch f.Input {
	case campaign.InputTexts:
		v.Kind, v.Texts = "texts", m.texts(name, "lang:"+f.Name(), v.Label, f.Long())
	case campaign.InputText, campaign.InputList, campaign.InputIDs:
		v.Input.Kind = "area"
		if key, err := campaign.PublicKey(v.Input.Value, m.now); f.Name() == "key" && err == nil {
			v.Fingerprint = groups(strings.ToUpper(key.GetFingerprint()))
		}
	case campaign.InputMoment, campaign.InputTime:
		v.Input.Kind = "date"
	case campaign.InputCountry:
		v.Input.Kind, v.Input.Options = "select", countries(m.p.Printer, v.Input.Value)
	case campaign.InputCode:
		v.Input.Kind, v.Input.Options = "select", m.codes(f.List, f.Codes, []string{v.Input.Value}, true)
		v.Input.Options[0].Label = "–"
	case campaign.InputCheck:
		v.Input.Kind = "check"
	case campaign.InputMedia:
		v.Kind, v.Input.Kind = "media", "hidden"
		if v.Input.Value != "" {
			v.Picture = entryPicture(v.Input.Value)
		}
	case campaign.InputSources, campaign.InputPlaces, campaign.InputContacts, campaign.InputQuotes:
		v.Kind = "group"
		for i := range m.f.rows(f.Name()) {
			v.Rows = append(v.Rows, m.entryRow(f, i))
		}
	}
	return v
}

func (m entryMaker) texts(name, do string, label template.HTML, long bool) textsView {
	t := textsView{Name: name, Do: do, Label: label, New: m.f.get("newlang." + name)}
	there := m.f.langs(name)
	add := func(tag string) {
		n := name + "." + tag
		in := langInput{Tag: tag, Dir: "auto", Long: long, input: input{Name: n, ID: id(n), Value: m.f.get(n), Error: m.error(n), Label: languageName(tag)}}
		if slices.Contains(there, tag) && (in.Value != "" || !locale.Known(tag)) || tag == m.p.Lang().Tag || tag == "en" {
			t.Open = append(t.Open, in)
		} else {
			t.More = append(t.More, in)
		}
	}
	for _, l := range locale.Languages {
		add(l.Tag)
	}
	for _, tag := range there {
		if !locale.Known(tag) {
			add(tag)
		}
	}
	return t
}

// languageName is a language's name in itself, or its tag.
func languageName(tag string) template.HTML {
	for _, l := range locale.Languages {
		if l.Tag == tag {
			return template.HTML(`<bdi lang="` + l.Tag + `">` + template.HTMLEscapeString(l.Name) + `</bdi>`) //nolint:gosec // of our own list
		}
	}
	return template.HTML(`<code>` + template.HTMLEscapeString(tag) + `</code>`) //nolint:gosec // escaped here
}

func (m entryMaker) entryRow(f campaign.Field, i int) entryRow {
	name := f.Name()
	v := entryRow{rowView: rowView{N: i, Title: m.p.T("desk.row", "List", m.p.Printer.T(f.Label), "N", i+1)}}
	v.Inputs = append(v.Inputs, input{Name: row(name, i, "row"), Kind: "hidden", Value: "1"})
	for _, part := range groupParts[f.Input] {
		n := row(name, i, part.name)
		in := input{Name: n, ID: id(n), Label: m.partLabel(f.Input, part.name), Kind: part.kind, Value: m.f.get(n), Wide: part.wide, Error: m.error(n)}
		switch {
		case part.kind == "texts":
			t := m.texts(n, "rowlang:"+name+":"+strconv.Itoa(i), in.Label, true)
			v.Texts = &t
			continue
		case part.kind == "country":
			in.Kind, in.Options = "select", countries(m.p.Printer, in.Value)
		case len(part.from) > 0:
			in.Kind, in.Options = "select", m.codes(part.kind, part.from, []string{in.Value}, true)
			in.Options[0].Label = "–"
		}
		v.Inputs = append(v.Inputs, in)
	}
	if name == "places" {
		v.Suggestions = m.suggest(i)
	}
	return v
}

func (m entryMaker) partLabel(group campaign.Input, part string) template.HTML {
	for _, key := range []string{"desk.part." + string(group) + "." + part, "entry.part." + part, "desk.part." + part} {
		if (group == campaign.InputContacts || group == campaign.InputQuotes) == strings.HasPrefix(key, "entry.") && m.p.Has(key) {
			return m.p.T(key)
		}
	}
	return m.p.T("desk.part." + part)
}

// beside lists in words what Check finds in a field, each with the language or
// row that it is about.
func (m entryMaker) beside(f campaign.Field) (out []template.HTML) {
	if !m.check {
		return nil
	}
	for _, p := range m.problems {
		rest, mine := strings.CutPrefix(p.Field, f.Name())
		if !mine || rest != "" && rest[0] != '.' && rest[0] != '[' {
			continue
		}
		text := m.p.T("lint."+p.Key, pairs(m.p.Printer, p.Args)...)
		if at, tail, found := strings.Cut(strings.TrimPrefix(rest, "["), "]"); found {
			if n, err := strconv.Atoi(at); err == nil {
				text = m.p.T("desk.row", "List", m.p.Printer.T(f.Label), "N", n+1) + ": " + text
			}
			rest = tail
		}
		if i := strings.LastIndexByte(rest, '.'); i >= 0 && locale.Known(rest[i+1:]) {
			text = languageName(rest[i+1:]) + ": " + text
		}
		out = append(out, text)
	}
	return out
}
