package keepiton

import (
	"fmt"
	"slices"
	"strings"
)

// FieldKind says how a field's values are written and edited.
type FieldKind string

// The field kinds.
const (
	KindText   FieldKind = "text"   // free text, one value
	KindCode   FieldKind = "code"   // one code of Codes
	KindCodes  FieldKind = "codes"  // any number of codes of Codes
	KindAnswer FieldKind = "answer" // one of the four answer states
	KindList   FieldKind = "list"   // structured entries, one line each
)

// Field describes one field of an incident. Diff, lint, editor, codebook and
// exports all read the list of fields, so that none of them lags behind. What a
// field means, in words, is the message field.<Name> (label) and
// field.<Name>.help of the language files.
type Field struct {
	Name   string
	Kind   FieldKind
	Codes  Codes                        // for KindCode and KindCodes
	STOP   []string                     // columns of STOP's fourth generation it is read from
	Values func(inc *Incident) []string // its values as text; nil when not asked
}

// State returns the answer state of the field: not asked when empty, unknown
// when it says so, no for a negative answer, otherwise yes: it has a value.
func (f Field) State(inc *Incident) Answer {
	values := f.Values(inc)
	switch {
	case len(values) == 0:
		return NotAsked
	case len(values) == 1 && values[0] == CodeUnknown:
		return Unknown
	case f.Kind == KindAnswer && values[0] == No.String():
		return No
	}
	return Yes
}

// Fields lists the fields of an incident in the order they are shown.
var Fields = []Field{
	{Name: "state", Kind: KindText, Values: func(i *Incident) []string { return text(string(i.State)) }},
	{Name: "reason", Kind: KindText, Values: func(i *Incident) []string { return text(i.Reason) }},
	{Name: "merged_into", Kind: KindText, Values: func(i *Incident) []string { return text(string(i.MergedInto)) }},
	{Name: "not_listed", Kind: KindText, Values: func(i *Incident) []string { return text(i.NotListed) }},
	{Name: "episodes", Kind: KindList, STOP: []string{"start_date_type", "start_date", "shutdown_status", "end_date", "duration"}, Values: episodeValues},
	{Name: "country", Kind: KindText, STOP: []string{"country"}, Values: func(i *Incident) []string { return text(i.Country) }},
	{Name: "area", Kind: KindText, STOP: []string{"area_name"}, Values: func(i *Incident) []string { return text(i.Area) }},
	{Name: "places", Kind: KindList, STOP: []string{"country", "area_name"}, Values: placeValues},
	{Name: "scope", Kind: KindCode, Codes: Scopes, STOP: []string{"geo_scope"}, Values: func(i *Incident) []string { return text(i.Scope) }},
	{Name: "region", Kind: KindCode, Codes: Regions, STOP: []string{"region"}, Values: func(i *Incident) []string { return text(i.Region) }},
	{Name: "kinds", Kind: KindCodes, Codes: Kinds, STOP: []string{"shutdown_type"}, Values: func(i *Incident) []string { return i.Kinds }},
	{Name: "extents", Kind: KindCodes, Codes: Extents, STOP: []string{"shutdown_extent"}, Values: func(i *Incident) []string { return i.Extents }},
	{Name: "mobile", Kind: KindAnswer, STOP: []string{"affected_network"}, Values: func(i *Incident) []string { return answer(i.Networks.Mobile) }},
	{Name: "fixed", Kind: KindAnswer, STOP: []string{"affected_network"}, Values: func(i *Incident) []string { return answer(i.Networks.Fixed) }},
	{Name: "satellite", Kind: KindAnswer, Values: func(i *Incident) []string { return answer(i.Networks.Satellite) }},
	{Name: "sms", Kind: KindAnswer, STOP: []string{"sms_affected"}, Values: func(i *Incident) []string { return answer(i.Networks.SMS) }},
	{Name: "voice", Kind: KindAnswer, STOP: []string{"phonecall_affected"}, Values: func(i *Incident) []string { return answer(i.Networks.Voice) }},
	{Name: "services", Kind: KindList, STOP: []string{"facebook_affected", "twitter_affected", "whatsapp_affected", "instagram_affected", "telegram_affected", "other_affected"}, Values: serviceValues},
	{Name: "techniques", Kind: KindCodes, Codes: Techniques, Values: func(i *Incident) []string { return i.Techniques }},
	{Name: "perpetrators", Kind: KindList, Codes: Bodies, STOP: []string{"ordered_by", "decision_maker"}, Values: perpetratorValues},
	{Name: "causes", Kind: KindCodes, Codes: Causes, STOP: []string{"actual_cause"}, Values: func(i *Incident) []string { return i.Causes }},
	{Name: "cause_details", Kind: KindText, STOP: []string{"actual_cause_details"}, Values: func(i *Incident) []string { return text(i.CauseDetails) }},
	{Name: "justifications", Kind: KindCodes, Codes: Justifications, STOP: []string{"gov_justification"}, Values: func(i *Incident) []string { return i.Justifications }},
	{Name: "justification_details", Kind: KindText, STOP: []string{"gov_just_details"}, Values: func(i *Incident) []string { return text(i.JustDetails) }},
	{Name: "gov_ack", Kind: KindAnswer, STOP: []string{"gov_ack"}, Values: func(i *Incident) []string { return answer(i.GovAck) }},
	{Name: "gov_quote", Kind: KindText, STOP: []string{"gov_ack_quote"}, Values: func(i *Incident) []string { return text(i.GovQuote) }},
	{Name: "legal_basis", Kind: KindAnswer, STOP: []string{"legal_just"}, Values: func(i *Incident) []string { return answer(i.LegalBasis) }},
	{Name: "legal_method", Kind: KindText, STOP: []string{"legal_method"}, Values: func(i *Incident) []string { return text(i.LegalMethod) }},
	{Name: "operators", Kind: KindList, STOP: []string{"telcos_involved"}, Values: operatorValues},
	{Name: "operator_ack", Kind: KindAnswer, STOP: []string{"telco_ack"}, Values: func(i *Incident) []string { return answer(i.OperatorAck) }},
	{Name: "operator_quote", Kind: KindText, STOP: []string{"telco_ack_quote"}, Values: func(i *Incident) []string { return text(i.OperatorQuote) }},
	{Name: "election", Kind: KindAnswer, STOP: []string{"election"}, Values: func(i *Incident) []string { return answer(i.Election) }},
	{Name: "violence", Kind: KindAnswer, STOP: []string{"violence"}, Values: func(i *Incident) []string { return answer(i.Violence) }},
	{Name: "abuses", Kind: KindAnswer, STOP: []string{"hr_abuse_reported"}, Values: func(i *Incident) []string { return answer(i.Abuses) }},
	{Name: "targeted", Kind: KindList, STOP: []string{"users_targeted"}, Values: func(i *Incident) []string { return i.Targeted }},
	{Name: "targeted_detail", Kind: KindText, STOP: []string{"users_target_detail"}, Values: func(i *Incident) []string { return text(i.TargetedDetail) }},
	{Name: "notified", Kind: KindAnswer, STOP: []string{"users_notified"}, Values: func(i *Incident) []string { return answer(i.Notified) }},
	{Name: "impact", Kind: KindText, STOP: []string{"econ_impact"}, Values: func(i *Incident) []string { return text(i.Impact) }},
	{Name: "summary", Kind: KindText, STOP: []string{"event"}, Values: func(i *Incident) []string { return text(i.Summary) }},
	{Name: "info_source", Kind: KindCode, Codes: InfoSources, STOP: []string{"info_source"}, Values: func(i *Incident) []string { return text(i.InfoSource) }},
	{Name: "sources", Kind: KindList, STOP: []string{"info_source_link", "gov_ack_source", "telco_ack_source", "an_link"}, Values: sourceValues},
	{Name: "claims", Kind: KindList, Values: claimValues},
	{Name: "visibility", Kind: KindCode, Codes: Visibilities, Values: func(i *Incident) []string { return text(i.Visibility) }},
	{Name: "signals", Kind: KindList, Values: signalValues},
	{Name: "verification", Kind: KindList, Values: verificationValues},
	{Name: "count_years", Kind: KindList, STOP: []string{"count_year"}, Values: countYearValues},
}

// FieldByName returns the field called name.
func FieldByName(name string) (Field, bool) {
	for _, f := range Fields {
		if f.Name == name {
			return f, true
		}
	}
	return Field{}, false
}

// Diff lists the fields in which b differs from a, in the order of Fields.
// Original rows are compared by the years they count for, not cell by cell:
// what changed in a cell shows in the field that the cell was read into. What
// is confidential in one of the two is told of neither, so that a change may be
// stored and shown to any reader.
func Diff(a, b *Incident) []Change {
	if hidden := a.Secrets().Add(b.Secrets()); len(hidden) > 0 {
		a, b = a.Redact(hidden), b.Redact(hidden)
	}
	var out []Change
	for _, f := range Fields {
		from, to := f.Values(a), f.Values(b)
		if !slices.Equal(from, to) {
			out = append(out, Change{Field: f.Name, From: from, To: to})
		}
	}
	return out
}

func text(s string) []string {
	if s == "" {
		return nil
	}
	return []string{s}
}

func answer(a Answer) []string {
	if a == NotAsked {
		return nil
	}
	return []string{a.String()}
}

func join(sep string, parts ...string) string {
	return strings.Join(slices.DeleteFunc(parts, func(s string) bool { return s == "" }), sep)
}

func episodeValues(inc *Incident) []string {
	var out []string
	for _, e := range inc.Episodes {
		s := e.Start.String() + "/" + e.End.At.String()
		out = append(out, join(" ", s, string(e.End.State), e.Note))
	}
	return out
}

func placeValues(inc *Incident) []string {
	var out []string
	for _, p := range inc.Places {
		code := p.Country
		if p.Region != "" {
			code = p.Region
		}
		s := join(" ", join("/", code, p.District), quoted(p.Words))
		if p.Nationwide {
			s = join(" ", s, "nationwide")
		}
		if p.Except {
			s = "except " + s
		}
		out = append(out, s)
	}
	return out
}

func quoted(s string) string {
	if s == "" {
		return ""
	}
	return "“" + s + "”"
}

func serviceValues(inc *Incident) []string {
	var out []string
	for _, s := range inc.Services {
		out = append(out, s.ID+": "+s.Affected.String())
	}
	return out
}

func perpetratorValues(inc *Incident) []string {
	var out []string
	for _, p := range inc.Perpetrators {
		if s := join(", ", p.Body, p.Name, p.Country); s != "" {
			out = append(out, s)
		}
	}
	return out
}

func operatorValues(inc *Incident) []string {
	var out []string
	for _, o := range inc.Operators {
		s := o.Name
		if o.Owner != "" {
			s += " (" + o.Owner + ")"
		}
		if o.Country != "" {
			s = o.Country + ": " + s
		}
		out = append(out, s)
	}
	return out
}

func sourceValues(inc *Incident) []string {
	var out []string
	for _, s := range inc.Sources {
		where := s.URL
		if inc.hidden(s) {
			where = string(s.ID) + " " + Confidential
		}
		if where == "" {
			where = s.Words
		}
		if where == "" {
			where = string(s.ID)
		}
		out = append(out, join(" ", s.Kind, where))
	}
	return out
}

func claimValues(inc *Incident) []string {
	var out []string
	for field, c := range inc.Claims {
		out = append(out, join(" ", fmt.Sprintf("%s: %v", field, c.Sources), c.Note))
	}
	slices.Sort(out)
	return out
}

func signalValues(inc *Incident) []string {
	var out []string
	for _, s := range inc.Signals {
		out = append(out, join(" ", s.Feed, join("/", s.From.String(), s.To.String()), s.URL, s.Note))
	}
	return out
}

func verificationValues(inc *Incident) []string {
	v := inc.Verification
	if v.Level == Unverified {
		return nil
	}
	on := ""
	if len(v.On) > 0 {
		on = fmt.Sprintf("on %v", v.On)
	}
	return []string{join(" ", string(v.Level), v.By, on, v.Note)}
}

func countYearValues(inc *Incident) []string {
	var out []string
	for _, y := range inc.CountYears() {
		out = append(out, fmt.Sprint(y))
	}
	return out
}
