package desk

import (
	"fmt"
	"html/template"
	"slices"
	"strings"

	"keepiton"
	"keepiton/export"
	"keepiton/geo"
	"keepiton/locale"
)

// input is one control of the editor.
type input struct {
	Name, ID, Kind, Value string
	Label                 template.HTML
	Options               []option
	Wide                  bool
	Error                 template.HTML
	List                  string // id of a list of suggestions
}

// option is one choice of a control.
type option struct {
	Value, Label string
	On           bool
}

// fieldView is one field of the editor with its findings and claims.
type fieldView struct {
	Name        string
	Label, Help template.HTML
	Kind        string // one, answer, codes, list, verification
	Input       input
	Extra       []input // of verification
	Rows        []rowView
	Parts       string
	Problems    []finding
	Claims      []option // sources that the field may rest on
	Note        string
	Both        bool // somebody else changed it, too
}

// Rests reports whether the field has a claim of its own.
func (f fieldView) Rests() bool {
	return f.Note != "" || slices.ContainsFunc(f.Claims, func(o option) bool { return o.On })
}

type rowView struct {
	N           int
	Title       template.HTML
	Inputs      []input
	Suggestions []suggestion
}

// suggestion is where the words of a place may lie.
type suggestion struct {
	Key, Label string
	Confidence float64
}

type section struct {
	Key    string
	Title  template.HTML
	Fields []fieldView
}

// sections orders the editor; a field that stands in none comes under context.
var sections = []struct {
	key    string
	fields []string
}{
	{"when", []string{"episodes", "places", "scope", "region"}},
	{"what", []string{"kinds", "extents", "mobile", "fixed", "satellite", "sms", "voice", "services", "techniques"}},
	{"who", []string{"perpetrators", "causes", "cause_details", "justifications", "justification_details", "gov_ack", "gov_quote", "legal_basis", "legal_method"}},
	{"operators", []string{"operators", "operator_ack", "operator_quote"}},
	{"context", nil},
	{"sources", []string{"info_source", "sources"}},
	{"check", []string{"visibility", "signals", "verification"}},
}

// maker makes the controls of one form.
type maker struct {
	p        voice
	f        form
	inc      *keepiton.Incident
	bad      []wrong
	problems []keepiton.Problem
	both     []string
	check    bool // show findings
}

func (m maker) sections() []section {
	var out []section
	placed := map[string]bool{}
	for _, s := range sections {
		for _, name := range s.fields {
			placed[name] = true
		}
	}
	for _, s := range sections {
		sec := section{Key: s.key, Title: m.p.T("desk.section." + s.key)}
		for _, f := range keepiton.Fields {
			if edited(f.Name) && (slices.Contains(s.fields, f.Name) || s.key == "context" && !placed[f.Name]) {
				sec.Fields = append(sec.Fields, m.field(f))
			}
		}
		out = append(out, sec)
	}
	return out
}

func (m maker) field(f keepiton.Field) fieldView {
	v := fieldView{
		Name: f.Name, Label: m.p.T("field." + f.Name), Help: m.p.T("field." + f.Name + ".help"), Kind: "one", Note: m.f.get("note." + f.Name),
		Claims: m.sources("claim." + f.Name), Both: slices.Contains(m.both, f.Name),
	}
	name := "f." + f.Name
	v.Input = input{Name: name, ID: id(name), Label: v.Label, Value: m.f.get(name), Error: m.error(name)}
	l, isList := lists[f.Name]
	switch {
	case isList:
		v.Kind = "list"
		for i := range m.f.rows(f.Name) {
			v.Rows = append(v.Rows, m.row(f.Name, l, i))
		}
	case f.Name == "verification":
		v.Kind, v.Input, v.Extra = "one", m.level(), m.levelExtra()
	case f.Kind == keepiton.KindAnswer:
		v.Kind, v.Input.Kind, v.Input.Options = "answer", "answer", m.answers(v.Input.Value)
	case f.Kind == keepiton.KindCode:
		v.Input.Kind, v.Input.Options = "select", m.codes(export.CodeLists[f.Name], f.Codes, []string{v.Input.Value}, true)
	case f.Kind == keepiton.KindCodes:
		v.Kind, v.Input.Kind, v.Input.Options = "codes", "codes", m.codes(export.CodeLists[f.Name], f.Codes, m.f[name], false)
	default:
		v.Input.Kind = "area"
	}
	v.Problems = m.found(f.Name)
	return v
}

// finding is a problem in words.
type finding struct {
	Severity, Word, Field string
	Label, Text           template.HTML
}

func (m maker) finding(p keepiton.Problem) finding {
	return finding{
		Severity: p.Severity.String(), Word: m.p.Code("severity", p.Severity.String()), Field: p.Field, Label: m.p.T("field." + p.Field),
		Text: m.p.T("lint."+p.Key, pairs(m.p.Printer, p.Args)...),
	}
}

func (m maker) row(name string, l list, i int) rowView {
	v := rowView{N: i, Title: m.p.T("desk.row", "List", m.p.Printer.T("field."+name), "N", i+1)}
	if name == "sources" {
		v.Title = m.p.T("desk.row_source", "ID", m.f.get(row(name, i, "id")))
	}
	v.Inputs = append(v.Inputs, input{Name: row(name, i, "row"), Kind: "hidden", Value: "1"})
	for _, part := range l.parts {
		n := row(name, i, part.name)
		in := input{Name: n, ID: id(n), Label: m.label(name, part.name), Kind: part.kind, Value: m.f.get(n), Wide: part.wide, Error: m.error(n)}
		switch {
		case part.kind == "answer":
			in.Options = m.answers(in.Value)
		case part.kind == "country":
			in.Kind, in.Options = "select", countries(m.p.Printer, in.Value)
		case len(part.from) > 0:
			in.Kind, in.Options = "select", m.codes(part.kind, part.from, []string{in.Value}, true)
		}
		if name == "services" && part.name == "id" {
			in.List = "services"
		}
		v.Inputs = append(v.Inputs, in)
	}
	if name == "places" {
		v.Suggestions = m.suggest(i)
	}
	return v
}

func (m maker) label(list, part string) template.HTML {
	if key := "desk.part." + list + "." + part; m.p.Has(key) {
		return m.p.T(key)
	}
	return m.p.T("desk.part." + part)
}

func (m maker) error(name string) template.HTML {
	for _, b := range m.bad {
		if b.name == name {
			return m.p.T(b.key)
		}
	}
	return ""
}

func (m maker) answers(value string) (out []option) {
	if value == "" {
		value = keepiton.NotAsked.String()
	}
	for a := keepiton.NotAsked; a <= keepiton.Yes; a++ {
		out = append(out, option{a.String(), m.p.Answer(a), a.String() == value})
	}
	return out
}

// codes lists the choices of a coded list; a value that is not in the list is
// kept as a choice, so that it can be seen and is not lost.
func (m maker) codes(list string, codes keepiton.Codes, values []string, empty bool) (out []option) {
	if empty {
		out = append(out, option{"", m.p.Answer(keepiton.NotAsked), false})
	}
	for _, c := range codes {
		out = append(out, option{c.Code, m.p.Code(list, c.Code), slices.Contains(values, c.Code)})
	}
	for _, v := range values {
		if v != "" && !codes.Has(v) {
			out = append(out, option{v, v, true})
		}
	}
	return out
}

// sources lists the sources of the form as choices.
func (m maker) sources(name string) (out []option) {
	for i := range m.f.rows("sources") {
		sid := m.f.get(row("sources", i, "id"))
		label := sid
		for _, part := range []string{"title", "publisher", "url", "words"} {
			if text := m.f.get(row("sources", i, part)); text != "" {
				label = sid + " · " + short(text, 40)
				break
			}
		}
		out = append(out, option{sid, label, slices.Contains(m.f[name], sid)})
	}
	return out
}

func (m maker) level() input {
	in := input{Name: "f.level", ID: "f-level", Label: m.p.T("field.verification"), Kind: "select", Value: m.f.get("f.level")}
	for _, l := range keepiton.Levels {
		in.Options = append(in.Options, option{string(l), m.p.Code("level", string(l)), string(l) == in.Value})
	}
	return in
}

func (m maker) levelExtra() []input {
	return []input{
		{Name: "f.level_on", ID: "f-level-on", Label: m.p.T("desk.part.level_on"), Kind: "codes", Options: m.sources("f.level_on")},
		{Name: "f.level_note", ID: "f-level-note", Label: m.p.T("desk.part.note"), Kind: "area", Value: m.f.get("f.level_note")},
	}
}

// suggest says where the words of place i may lie, while no sure code stands
// beside them.
func (m maker) suggest(i int) (out []suggestion) {
	words := m.f.get(row("places", i, "words"))
	var c float64
	fmt.Sscan(m.f.get(row("places", i, "confidence")), &c)
	code := m.f.get(row("places", i, "country"))
	if words == "" || code != "" && (c >= keepiton.SurePlace || m.f.get(row("places", i, "region")) != "") {
		return nil
	}
	in := m.inc.Country
	if code == "" {
		for _, known := range m.inc.Countries() {
			code = known
			break
		}
	}
	if known, ok := geo.ByCode(code); ok && known.STOP != "" {
		in = known.STOP
	}
	found := append(geo.Resolve(in, words, ""), geo.Resolve(words, "", "")...)
	for _, p := range found {
		key := placeKey(p)
		if p.Country == "" || p.Confidence == 0 || p.Region == "" && p.District == "" && !p.Nationwide && p.Words == words || slices.ContainsFunc(out, func(s suggestion) bool { return s.Key == key }) {
			continue
		}
		out = append(out, suggestion{key, placeLabel(m.p.Printer, p), p.Confidence})
	}
	return out
}

func placeLabel(p *locale.Printer, pl keepiton.Place) string {
	parts := []string{}
	if pl.District != "" {
		parts = append(parts, pl.District)
	}
	if pl.Region != "" {
		parts = append(parts, geo.RegionName(pl.Region, p.Lang().Tag))
	}
	parts = append(parts, geo.Name(pl.Country, p.Lang().Tag))
	return strings.Join(parts, ", ")
}

// countries lists all countries in the order of their names; one of the
// made-up world is offered only where it is chosen already.
func countries(p *locale.Printer, value string) []option {
	out := slices.Clone(countryOptions(p))
	found := value == ""
	for i := range out {
		if out[i].Value == value {
			out[i].On, found = true, true
		}
	}
	if !found {
		out = append(out, option{value, geo.Name(value, p.Lang().Tag), true})
	}
	return out
}

// id makes an element's id of an input's name.
func id(name string) string { return strings.ReplaceAll(name, ".", "-") }

func short(s string, n int) string {
	r := []rune(s)
	if len(r) <= n {
		return s
	}
	return string(r[:n-1]) + "…"
}
