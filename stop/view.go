package stop

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"keepiton"
)

// View writes an incident in one of the old layouts: one row for each row that
// it has, else one for each year in which it is known to have been active. See
// ViewAt for incidents that are still going on.
func View(l Layout, inc *keepiton.Incident) [][]string { return ViewAt(l, inc, time.Time{}) }

// ViewAt is View as seen at now, up to which an ongoing incident without rows
// has one row a year.
//
// A cell stands as it stood in the published sheet, unless what it says has
// changed since; then, and where the sheet had another layout, it has the
// current value in the words of the layout asked for.
func ViewAt(l Layout, inc *keepiton.Incident, now time.Time) [][]string {
	var out [][]string
	if len(inc.Rows) == 0 {
		for _, y := range yearsActive(inc, now) {
			out = append(out, render(l, inc, y))
		}
		return out
	}
	drafts := map[string]*keepiton.Incident{}
	for i, r := range inc.Rows {
		if drafts[r.Edition] == nil {
			d, _ := Draft(slices.DeleteFunc(slices.Clone(inc.Rows), func(o keepiton.Row) bool { return o.Edition != inc.Rows[i].Edition }))
			drafts[r.Edition] = &d
		}
	}
	asRead := map[string][]string{}
	for name, d := range drafts {
		asRead[name] = render(l, d, 0)
	}
	current := render(l, inc, 0)
	for _, r := range inc.Rows {
		row := render(l, inc, r.CountYear)
		for i, c := range columns[l] {
			cell, ok := original(l, c, r)
			if !ok {
				continue
			}
			for _, read := range asRead {
				if read[i] == current[i] {
					row[i] = cell
					break
				}
			}
		}
		out = append(out, row)
	}
	return out
}

// original finds the cell of a row that may stand in a column of the layout:
// the same column of the same layout, or of its twin (the fourth layout only
// added columns to the third).
func original(l Layout, c column, r keepiton.Row) (string, bool) {
	if Layout(r.Generation) != l && (l < G3 || Layout(r.Generation) < G3) {
		return "", false
	}
	for _, cell := range r.Cells {
		if norm(cell.Column) == norm(c.name) {
			return cell.Value, true
		}
	}
	return "", false
}

func yearsActive(inc *keepiton.Incident, now time.Time) []int {
	start := inc.Start()
	if start.IsZero() {
		return []int{0}
	}
	last := start.At.Year()
	for _, e := range inc.Episodes {
		last = max(last, e.Start.At.Year(), e.End.At.At.Year())
		if e.End.State == keepiton.Ongoing && e.End.At.IsZero() {
			last = max(last, now.Year())
		}
	}
	var out []int
	for y := start.At.Year(); y <= last; y++ {
		out = append(out, y)
	}
	return out
}

// render writes the current values in the words of a layout.
func render(l Layout, inc *keepiton.Incident, year int) []string {
	r := renderer{l: l, inc: inc}
	out := make([]string, len(columns[l]))
	for i, c := range columns[l] {
		if c.key == "count_year" {
			if year != 0 {
				out[i] = strconv.Itoa(year)
			}
			continue
		}
		out[i] = r.cell(c)
	}
	return out
}

type renderer struct {
	l   Layout
	inc *keepiton.Incident
}

func (r renderer) cell(c column) string {
	inc := r.inc
	if s, ok := strings.CutSuffix(c.key, "_affected"); ok && slices.Contains(platforms, s) {
		return r.platform(s)
	}
	switch c.key {
	case "":
		return r.own(norm(c.name))
	case "start_date_type", "start_date", "shutdown_status", "end_date", "duration":
		return r.when(c.key)
	case "shutdown_type", "affected_network", "shutdown_extent", "geo_scope", "region":
		return r.what(c.key)
	case "info_source_link", "gov_ack_source", "gov_ack_quote", "telco_ack_source", "telco_ack_quote", "an_link":
		return r.cited(c.key)
	case "country":
		return country(inc)
	case "area_name":
		return area(inc)
	case "ordered_by":
		for _, p := range inc.Perpetrators {
			if p.Body != "" {
				return keepiton.Bodies.STOP(p.Body)
			}
		}
	case "decision_maker":
		var names []string
		for _, p := range inc.Perpetrators {
			if p.Name != "" {
				names = append(names, p.Name)
			}
		}
		return strings.Join(names, "; ")
	case "actual_cause":
		return words(keepiton.Causes, inc.Causes)
	case "actual_cause_details":
		return inc.CauseDetails
	case "info_source":
		return words(keepiton.InfoSources, nonEmpty(inc.InfoSource))
	case "gov_justification":
		return words(keepiton.Justifications, inc.Justifications)
	case "gov_just_details":
		return inc.JustDetails
	case "gov_ack":
		return answerWord(inc.GovAck)
	case "legal_just":
		return answerWord(inc.LegalBasis)
	case "legal_method":
		return inc.LegalMethod
	case "other_affected":
		return others(inc)
	case "sms_affected":
		return answerWord(inc.Networks.SMS)
	case "phonecall_affected":
		return answerWord(inc.Networks.Voice)
	case "telcos_involved":
		return operators(inc)
	case "telco_ack":
		return answerWord(inc.OperatorAck)
	case "election":
		return answerWord(inc.Election)
	case "violence":
		return answerWord(inc.Violence)
	case "hr_abuse_reported":
		return answerWord(inc.Abuses)
	case "users_targeted":
		return strings.Join(inc.Targeted, ", ")
	case "users_target_detail":
		return inc.TargetedDetail
	case "users_notified":
		return answerWord(inc.Notified)
	case "econ_impact":
		return inc.Impact
	case "event":
		return inc.Summary
	}
	return ""
}
