package export

import (
	"strconv"
	"strings"

	"keepiton"
)

// Column is one column of the flat layout, which csv, xlsx, parquet and sqlite
// share. Exactly one of the five functions is set; the second result of the
// last three is false for an empty cell.
type Column struct {
	Name  string
	Field string // the field of keepiton.Fields it is read from; empty for technical columns
	Help  string // for the codebook, where the field's own help does not say it

	text   func(r *record) string
	list   func(r *record) []string
	whole  func(r *record) (int, bool)
	number func(r *record) (float64, bool)
	flag   func(r *record) (bool, bool)
}

// Type names the kind of value: text, list, whole number, number, true or false.
func (c Column) Type() string {
	switch {
	case c.list != nil:
		return "list"
	case c.whole != nil:
		return "whole number"
	case c.number != nil:
		return "number"
	case c.flag != nil:
		return "true or false"
	}
	return "text"
}

// cell writes the column's value as text: a list joined by "; ", an empty cell
// for nothing.
func (c Column) cell(r *record) string {
	switch {
	case c.list != nil:
		return strings.Join(c.list(r), "; ")
	case c.whole != nil:
		if n, ok := c.whole(r); ok {
			return strconv.Itoa(n)
		}
	case c.number != nil:
		if n, ok := c.number(r); ok {
			return strconv.FormatFloat(n, 'f', -1, 64)
		}
	case c.flag != nil:
		if b, ok := c.flag(r); ok {
			return strconv.FormatBool(b)
		}
	default:
		return c.text(r)
	}
	return ""
}

// Columns lists the columns of the flat layout, in order.
func Columns() []Column { return columns }

const answerHelp = "yes, no, unknown; empty: not asked. Empty and unknown are never no."

var columns = []Column{
	{Name: "id", Help: "permanent id of the incident", text: func(r *record) string { return string(r.inc.ID) }},
	{Name: "revision", Help: "number of the revision within the incident, from 1", whole: func(r *record) (int, bool) { return r.rev.N, r.rev.N > 0 }},
	{Name: "recorded", Help: "moment from which the record says so, RFC 3339, UTC", text: func(r *record) string { return stamp(r.rev.Recorded) }},
	{Name: "as_of", Help: "moment this export was asked about, RFC 3339, UTC", text: func(r *record) string { return r.opt.asOf() }},
	{Name: "state", Field: "state", text: func(r *record) string { return string(r.inc.State) }},
	{Name: "reason", Field: "reason", text: func(r *record) string { return r.inc.Reason }},
	{Name: "merged_into", Field: "merged_into", text: func(r *record) string { return string(r.inc.MergedInto) }},
	{Name: "not_listed", Field: "not_listed", text: func(r *record) string { return r.inc.NotListed }},
	{Name: "start", Field: "episodes", Help: "first start, ISO 8601, as precise as it is known: 2022, 2022-03, 2022-03-01, 2022-03-01T14Z", text: func(r *record) string { return date(r.start) }},
	{Name: "start_precision", Field: "episodes", Help: "year, month, day, hour or minute", text: func(r *record) string { return precision(r.start) }},
	{Name: "start_estimated", Field: "episodes", Help: "true when the start is an estimate", flag: func(r *record) (bool, bool) { return r.start.Estimated, !r.start.IsZero() }},
	{Name: "end", Field: "episodes", Help: "last day (hour, minute) of the disruption, included; empty: no end is recorded, which is not the same as ended or ongoing", text: func(r *record) string { return date(r.end.At) }},
	{Name: "end_precision", Field: "episodes", Help: "year, month, day, hour or minute", text: func(r *record) string { return precision(r.end.At) }},
	{Name: "end_estimated", Field: "episodes", Help: "true when the end is an estimate", flag: func(r *record) (bool, bool) { return r.end.At.Estimated, !r.end.At.IsZero() }},
	{Name: "end_state", Field: "episodes", Help: "ended, ongoing, unknown; empty: not asked", text: func(r *record) string { return string(r.end.State) }},
	{Name: "episodes", Field: "episodes", Help: "number of separate cuts", whole: func(r *record) (int, bool) { return len(r.inc.Episodes), true }},
	{Name: "days_min", Help: "shortest possible duration in days, all episodes, as seen at as_of", number: func(r *record) (float64, bool) { return r.days.Min, len(r.inc.Episodes) > 0 }},
	{Name: "days_best", Help: "calendar days touched, first and last included; while no end is recorded it runs to as_of", number: func(r *record) (float64, bool) { return r.days.Best, len(r.inc.Episodes) > 0 }},
	{Name: "days_max", Help: "longest possible duration in days", number: func(r *record) (float64, bool) { return r.days.Max, len(r.inc.Episodes) > 0 }},
	{Name: "days_known", Help: "false when an end is missing: do not add up such durations", flag: func(r *record) (bool, bool) { return r.days.Known, len(r.inc.Episodes) > 0 }},
	{Name: "countries", Field: "places", Help: "affected countries, ISO 3166-1 alpha-2, those we are sure of", list: func(r *record) []string { return r.inc.Countries() }},
	{Name: "regions", Field: "places", Help: "affected first-level regions, ISO 3166-2", list: func(r *record) []string {
		return r.places(false, func(p keepiton.Place) string { return p.Region })
	}},
	{Name: "districts", Field: "places", Help: "affected second-level districts by name", list: func(r *record) []string {
		return r.places(false, func(p keepiton.Place) string { return p.District })
	}},
	{Name: "except", Field: "places", Help: "parts that were not affected, in the source's words", list: func(r *record) []string {
		return r.places(true, func(p keepiton.Place) string { return p.Words })
	}},
	{Name: "nationwide", Field: "places", Help: "true when the whole country was affected; empty when nothing is known below the country", flag: (*record).nationwide},
	{Name: "country_words", Field: "country", text: func(r *record) string { return r.inc.Country }},
	{Name: "area_words", Field: "area", text: func(r *record) string { return r.inc.Area }},
	{Name: "scope", Field: "scope", text: func(r *record) string { return r.inc.Scope }},
	{Name: "world_region", Field: "region", text: func(r *record) string { return r.inc.Region }},
	{Name: "kinds", Field: "kinds", list: func(r *record) []string { return r.inc.Kinds }},
	{Name: "extents", Field: "extents", list: func(r *record) []string { return r.inc.Extents }},
	{Name: "networks", Help: "networks answered yes", list: (*record).networks},
	{Name: "network_mobile", Field: "mobile", Help: answerHelp, text: func(r *record) string { return answerText(r.inc.Networks.Mobile) }},
	{Name: "network_fixed", Field: "fixed", Help: answerHelp, text: func(r *record) string { return answerText(r.inc.Networks.Fixed) }},
	{Name: "network_satellite", Field: "satellite", Help: answerHelp, text: func(r *record) string { return answerText(r.inc.Networks.Satellite) }},
	{Name: "network_sms", Field: "sms", Help: answerHelp, text: func(r *record) string { return answerText(r.inc.Networks.SMS) }},
	{Name: "network_voice", Field: "voice", Help: answerHelp, text: func(r *record) string { return answerText(r.inc.Networks.Voice) }},
	{Name: "services_yes", Field: "services", Help: "services that were affected, by id", list: func(r *record) []string { return r.services(keepiton.Yes) }},
	{Name: "services_no", Field: "services", Help: "services that were not affected, by id", list: func(r *record) []string { return r.services(keepiton.No) }},
	{Name: "services_unknown", Field: "services", Help: "services asked about without an answer, by id", list: func(r *record) []string { return r.services(keepiton.Unknown) }},
	{Name: "techniques", Field: "techniques", list: func(r *record) []string { return r.inc.Techniques }},
	{Name: "ordered_by", Field: "perpetrators", Help: "bodies that ordered it or carried it out", list: func(r *record) []string {
		return r.perpetrators(func(p keepiton.Perpetrator) string { return p.Body })
	}},
	{Name: "decision_makers", Field: "perpetrators", Help: "their names, where known", list: func(r *record) []string {
		return r.perpetrators(func(p keepiton.Perpetrator) string { return p.Name })
	}},
	{Name: "perpetrator_countries", Field: "perpetrators", Help: "their countries, ISO 3166-1 alpha-2; may differ from the affected ones", list: func(r *record) []string {
		return r.perpetrators(func(p keepiton.Perpetrator) string { return p.Country })
	}},
	{Name: "causes", Field: "causes", list: func(r *record) []string { return r.inc.Causes }},
	{Name: "cause_details", Field: "cause_details", text: func(r *record) string { return r.inc.CauseDetails }},
	{Name: "justifications", Field: "justifications", list: func(r *record) []string { return r.inc.Justifications }},
	{Name: "justification_details", Field: "justification_details", text: func(r *record) string { return r.inc.JustDetails }},
	{Name: "gov_ack", Field: "gov_ack", Help: answerHelp, text: func(r *record) string { return answerText(r.inc.GovAck) }},
	{Name: "gov_quote", Field: "gov_quote", text: func(r *record) string { return r.inc.GovQuote }},
	{Name: "legal_basis", Field: "legal_basis", Help: answerHelp, text: func(r *record) string { return answerText(r.inc.LegalBasis) }},
	{Name: "legal_method", Field: "legal_method", text: func(r *record) string { return r.inc.LegalMethod }},
	{Name: "operators", Field: "operators", list: (*record).operators},
	{Name: "operator_ack", Field: "operator_ack", Help: answerHelp, text: func(r *record) string { return answerText(r.inc.OperatorAck) }},
	{Name: "operator_quote", Field: "operator_quote", text: func(r *record) string { return r.inc.OperatorQuote }},
	{Name: "election", Field: "election", Help: answerHelp, text: func(r *record) string { return answerText(r.inc.Election) }},
	{Name: "violence", Field: "violence", Help: answerHelp, text: func(r *record) string { return answerText(r.inc.Violence) }},
	{Name: "abuses", Field: "abuses", Help: answerHelp, text: func(r *record) string { return answerText(r.inc.Abuses) }},
	{Name: "targeted", Field: "targeted", list: func(r *record) []string { return r.inc.Targeted }},
	{Name: "targeted_detail", Field: "targeted_detail", text: func(r *record) string { return r.inc.TargetedDetail }},
	{Name: "notified", Field: "notified", Help: answerHelp, text: func(r *record) string { return answerText(r.inc.Notified) }},
	{Name: "impact", Field: "impact", text: func(r *record) string { return r.inc.Impact }},
	{Name: "summary", Field: "summary", text: func(r *record) string { return r.inc.Summary }},
	{Name: "info_source", Field: "info_source", text: func(r *record) string { return r.inc.InfoSource }},
	{Name: "sources", Field: "sources", Help: "links of the public sources; where a source has no link, its words", list: func(r *record) []string {
		return r.sources(func(s keepiton.Source) string { return firstOf(s.URL, s.Words) })
	}},
	{Name: "sources_archived", Field: "sources", Help: "links of their archived copies", list: func(r *record) []string {
		return r.sources(func(s keepiton.Source) string { return s.ArchivedURL })
	}},
	{Name: "sources_confidential", Field: "sources", Help: "number of sources that are known to us and never published", whole: (*record).confidentialSources},
	{Name: "visibility", Field: "visibility", text: func(r *record) string { return r.inc.Visibility }},
	{Name: "signals", Field: "signals", Help: "links of measurements", list: (*record).signals},
	{Name: "verification", Field: "verification", Help: "listed, corroborated, verified, disputed; empty: not verified", text: func(r *record) string { return string(r.inc.Verification.Level) }},
	{Name: "verified_by", Field: "verification", Help: "role or organization", text: func(r *record) string { return r.inc.Verification.By }},
	{Name: "verified_at", Field: "verification", Help: "RFC 3339, UTC", text: func(r *record) string { return stamp(r.inc.Verification.At) }},
	{Name: "count_years", Field: "count_years", list: (*record).countYears},
	{Name: "edition", Help: "edition of STOP that this revision comes from; empty: a person's", text: func(r *record) string { return r.rev.Edition }},
	{Name: "url", Help: "the incident's permanent page", text: func(r *record) string { return IncidentURL(r.opt.BaseURL, r.inc.ID) }},
	{Name: "licence", Help: "of this row", text: func(*record) string { return Licence }},
	{Name: "sample", Help: "true when the row is made-up sample data", flag: func(r *record) (bool, bool) { return r.opt.Sample, true }},
}

func (r *record) operators() []string {
	var out []string
	for _, o := range r.inc.Operators {
		out = appendNew(out, o.Name)
	}
	return out
}

func (r *record) signals() []string {
	var out []string
	for _, s := range r.inc.Signals {
		out = appendNew(out, firstOf(s.URL, s.Feed))
	}
	return out
}

func (r *record) confidentialSources() (int, bool) {
	n := 0
	for _, s := range r.inc.Sources {
		if s.Confidential {
			n++
		}
	}
	return n, true
}

func firstOf(texts ...string) string {
	for _, t := range texts {
		if t != "" {
			return t
		}
	}
	return ""
}
