package desk

import (
	"net/url"
	"slices"
	"strconv"
	"strings"

	"keepiton"
	"keepiton/review"
)

// form is an incident as the editor's inputs hold it. It may hold what is no
// valid incident, such as a half-typed date, so that nothing typed is lost.
//
// Names: f.<field> is a value of the field; <list>.<i>.<part> is a part of row i
// of a list; claim.<field> are the sources that a field rests on, and note.<field>
// the note beside them.
type form url.Values

// maxRows bounds the rows of one list.
const maxRows = 200

// shown lists the fields that only actions and imports change, or that the
// editor shows in another way.
var shown = []string{"state", "reason", "merged_into", "not_listed", "country", "area", "claims", "count_years"}

// edited reports whether the editor has inputs for the field.
func edited(name string) bool { return !slices.Contains(shown, name) }

func (f form) get(name string) string { return strings.TrimSpace(url.Values(f).Get(name)) }

func (f form) set(name, value string) {
	if value != "" {
		f[name] = []string{value}
	}
}

// rows counts the rows of a list: they are numbered from 0 without a gap.
func (f form) rows(list string) int {
	n := 0
	for n < maxRows && f.has(list, n) {
		n++
	}
	return n
}

func (f form) has(list string, i int) bool { return len(f[row(list, i, "row")]) > 0 }

func row(list string, i int, part string) string { return list + "." + strconv.Itoa(i) + "." + part }

// wrong is an input that could not be read.
type wrong struct {
	name string // of the input
	key  string // message
}

// fill writes inc into a form.
func fill(inc *keepiton.Incident) form {
	f := form{}
	for _, field := range keepiton.Fields {
		switch {
		case !edited(field.Name):
		case field.Name == "targeted":
			f.set("f.targeted", strings.Join(inc.Targeted, "\n"))
		case field.Kind != keepiton.KindList:
			if values := field.Values(inc); len(values) > 0 {
				f["f."+field.Name] = slices.Clone(values)
			}
		default:
			if l, ok := lists[field.Name]; ok {
				for i := range l.count(inc) {
					f.set(row(field.Name, i, "row"), "1")
					l.fill(inc, i, func(part, value string) { f.set(row(field.Name, i, part), value) })
				}
			}
		}
	}
	f.set("f.level", string(inc.Verification.Level))
	f.set("f.level_note", inc.Verification.Note)
	for _, id := range inc.Verification.On {
		f["f.level_on"] = append(f["f.level_on"], string(id))
	}
	for name, claim := range inc.Claims {
		for _, id := range claim.Sources {
			f["claim."+name] = append(f["claim."+name], string(id))
		}
		f.set("note."+name, claim.Note)
	}
	return f
}

// read writes the form over a copy of base. Inputs that cannot be read are
// named and leave what base has.
func (f form) read(base *keepiton.Incident) (*keepiton.Incident, []wrong) {
	inc := base.Clone()
	var bad []wrong
	for _, field := range keepiton.Fields {
		if l, ok := lists[field.Name]; ok {
			bad = append(bad, l.read(inc, f)...)
		}
	}
	for name, p := range texts(inc) {
		*p = f.get("f." + name)
	}
	for name, p := range codeLists(inc) {
		*p = slices.DeleteFunc(slices.Clone(f["f."+name]), func(s string) bool { return s == "" })
	}
	for name, p := range answers(inc) {
		if err := p.UnmarshalText([]byte(f.get("f." + name))); err != nil {
			bad = append(bad, wrong{"f." + name, "desk.wrong.answer"})
		}
	}
	inc.Targeted = lines(f.get("f.targeted"))
	inc.Verification.Level, inc.Verification.Note = keepiton.Level(f.get("f.level")), f.get("f.level_note")
	inc.Verification.On = sourceIDs(f["f.level_on"])
	inc.Claims = f.claims()
	return inc, bad
}

func (f form) claims() map[string]keepiton.Claim {
	var out map[string]keepiton.Claim
	names := []string{keepiton.AnyField}
	for _, field := range keepiton.Fields {
		names = append(names, field.Name)
	}
	for _, name := range names {
		c := keepiton.Claim{Sources: sourceIDs(f["claim."+name]), Note: f.get("note." + name)}
		if len(c.Sources) == 0 && c.Note == "" {
			continue
		}
		if out == nil {
			out = map[string]keepiton.Claim{}
		}
		out[name] = c
	}
	return out
}

func sourceIDs(values []string) (out []keepiton.SourceID) {
	for _, s := range values {
		if s != "" && !slices.Contains(out, keepiton.SourceID(s)) {
			out = append(out, keepiton.SourceID(s))
		}
	}
	return out
}

func lines(s string) (out []string) {
	for line := range strings.Lines(s) {
		if line = strings.TrimSpace(line); line != "" {
			out = append(out, line)
		}
	}
	return out
}

// texts, codeLists and answers name the places of the fields that are one
// input, or one group of choices. A test holds them against keepiton.Fields.
func texts(inc *keepiton.Incident) map[string]*string {
	return map[string]*string{
		"scope": &inc.Scope, "region": &inc.Region, "cause_details": &inc.CauseDetails, "justification_details": &inc.JustDetails,
		"gov_quote": &inc.GovQuote, "legal_method": &inc.LegalMethod, "operator_quote": &inc.OperatorQuote, "targeted_detail": &inc.TargetedDetail,
		"impact": &inc.Impact, "summary": &inc.Summary, "info_source": &inc.InfoSource, "visibility": &inc.Visibility,
	}
}

func codeLists(inc *keepiton.Incident) map[string]*[]string {
	return map[string]*[]string{
		"kinds": &inc.Kinds, "extents": &inc.Extents, "techniques": &inc.Techniques, "causes": &inc.Causes, "justifications": &inc.Justifications,
	}
}

func answers(inc *keepiton.Incident) map[string]*keepiton.Answer {
	return map[string]*keepiton.Answer{
		"mobile": &inc.Networks.Mobile, "fixed": &inc.Networks.Fixed, "satellite": &inc.Networks.Satellite, "sms": &inc.Networks.SMS, "voice": &inc.Networks.Voice,
		"gov_ack": &inc.GovAck, "legal_basis": &inc.LegalBasis, "operator_ack": &inc.OperatorAck,
		"election": &inc.Election, "violence": &inc.Violence, "abuses": &inc.Abuses, "notified": &inc.Notified,
	}
}

// add appends an empty row to a list.
func (f form) add(list string) {
	if _, known := lists[list]; known {
		f.grow(list)
	}
}

// grow appends an empty row to a list that is known to be one.
func (f form) grow(list string) {
	n := f.rows(list)
	if n >= maxRows {
		return
	}
	f[row(list, n, "row")] = []string{"1"}
	if list == "sources" {
		var ids []keepiton.Source
		for i := range n {
			ids = append(ids, keepiton.Source{ID: keepiton.SourceID(f.get(row(list, i, "id")))})
		}
		f[row(list, n, "id")] = []string{string(review.FreeSourceID(ids))}
	}
}

// remove takes row i out of a list; up exchanges it with the one above.
func (f form) remove(list string, i int) {
	n := f.rows(list)
	if i < 0 || i >= n {
		return
	}
	for ; i < n-1; i++ {
		f.exchange(list, i, i+1)
	}
	for name := range f {
		if strings.HasPrefix(name, row(list, n-1, "")) {
			delete(f, name)
		}
	}
}

func (f form) up(list string, i int) {
	if i > 0 && i < f.rows(list) {
		f.exchange(list, i-1, i)
	}
}

func (f form) exchange(list string, i, k int) {
	a, b := row(list, i, ""), row(list, k, "")
	moved := form{}
	for name, values := range f {
		if rest, ok := strings.CutPrefix(name, a); ok {
			moved[b+rest] = values
			delete(f, name)
		} else if rest, ok := strings.CutPrefix(name, b); ok {
			moved[a+rest] = values
			delete(f, name)
		}
	}
	for name, values := range moved {
		f[name] = values
	}
}

// part returns the inputs of one field, without empty ones, to be compared.
func (f form) part(field string) form {
	out := form{}
	for name, values := range f {
		mine := name == "f."+field || name == "claim."+field || name == "note."+field || strings.HasPrefix(name, field+".") ||
			field == "verification" && strings.HasPrefix(name, "f.level")
		values = slices.DeleteFunc(slices.Clone(values), func(s string) bool { return strings.TrimSpace(s) == "" })
		if mine && len(values) > 0 {
			out[name] = values
		}
	}
	return out
}

func (f form) equal(g form) bool {
	if len(f) != len(g) {
		return false
	}
	for name, values := range f {
		if !slices.Equal(values, g[name]) {
			return false
		}
	}
	return true
}

// rebase brings a form that was written on base up to newer: fields that only
// the other person changed are taken over, and those that both changed keep
// what was typed and are named.
func (f form) rebase(base, newer *keepiton.Incident) (both []string) {
	was, is := fill(base), fill(newer)
	names := []string{keepiton.AnyField}
	for _, field := range keepiton.Fields {
		names = append(names, field.Name)
	}
	for _, name := range names {
		mine, before, theirs := f.part(name), was.part(name), is.part(name)
		if theirs.equal(before) || mine.equal(theirs) {
			continue
		}
		if !mine.equal(before) {
			both = append(both, name)
			continue
		}
		for k := range mine {
			delete(f, k)
		}
		for k, values := range theirs {
			f[k] = values
		}
	}
	return both
}
