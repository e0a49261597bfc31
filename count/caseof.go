package count

import (
	"slices"
	"strings"

	"keepiton"
	"keepiton/geo"
)

// separator stands between several countries in one cell, as in STOP's sheets
// (notes: combined sheet, column country).
const separator = "; "

// CaseOf returns what counting needs of inc. Notes on episodes are left out.
func CaseOf(inc *keepiton.Incident) Case {
	c := Case{
		ID:       inc.ID,
		State:    inc.State,
		Listed:   inc.NotListed == "",
		Trigger:  hasTrigger(inc.Causes),
		Measured: len(inc.Signals) > 0 || inc.Visibility == "visible",
		Episodes: make([]keepiton.Episode, len(inc.Episodes)),
	}
	for i, e := range inc.Episodes {
		c.Episodes[i] = keepiton.Episode{Start: e.Start, End: e.End}
	}
	c.Dims = dimsOf(inc)
	if len(inc.Rows) > 0 {
		c.Rows = make([]RowCase, len(inc.Rows))
		for i := range inc.Rows {
			c.Rows[i] = rowCase(&inc.Rows[i], inc.Start(), &c.Dims)
		}
	}
	return c
}

func dimsOf(inc *keepiton.Incident) Dims {
	end := inc.End()
	d := Dims{
		Country:       countryWords(inc),
		Region:        one(keepiton.Regions, inc.Region),
		Scope:         one(keepiton.Scopes, inc.Scope),
		Kind:          several(keepiton.Kinds, inc.Kinds),
		Extent:        several(keepiton.Extents, inc.Extents),
		Network:       networkWords(inc.Networks),
		OrderedBy:     several(keepiton.Bodies, bodies(inc.Perpetrators)),
		Cause:         several(keepiton.Causes, inc.Causes),
		Justification: several(keepiton.Justifications, inc.Justifications),
		Status:        statusWords(end.State),
		Election:      answerWords(inc.Election),
		Violence:      answerWords(inc.Violence),
		Abuses:        answerWords(inc.Abuses),
		GovAck:        answerWords(inc.GovAck),
		InfoSource:    one(keepiton.InfoSources, inc.InfoSource),
		Level:         string(inc.Verification.Level),
		CC:            strings.Join(inc.Countries(), separator),
	}
	if inc.Verification.Level == keepiton.Unverified {
		d[Level] = "unverified"
	}
	return d
}

// countryWords names the affected countries the way STOP's combined sheet
// does. Where no place is sure, the source's own words stand.
func countryWords(inc *keepiton.Incident) string {
	codes := inc.Countries()
	if len(codes) == 0 {
		return strings.TrimSpace(inc.Country)
	}
	labels := make([]string, len(codes))
	for i, code := range codes {
		labels[i] = code
		if c, ok := geo.ByCode(code); ok && c.STOP != "" {
			labels[i] = c.STOP
		}
	}
	return strings.Join(labels, separator)
}

func one(list keepiton.Codes, code string) string {
	if code == "" {
		return ""
	}
	return list.STOP(code)
}

// several joins the words of codes in the order of the list, as STOP does
// ("Shutdown, Throttle"); codes outside the list follow as they are.
func several(list keepiton.Codes, codes []string) string {
	switch len(codes) {
	case 0:
		return ""
	case 1:
		return one(list, codes[0])
	}
	var words []string
	for _, t := range list {
		if slices.Contains(codes, t.Code) {
			words = append(words, list.STOP(t.Code))
		}
	}
	for _, code := range codes {
		if !list.Has(code) {
			words = append(words, code)
		}
	}
	return strings.Join(words, ", ")
}

func bodies(ps []keepiton.Perpetrator) []string {
	var out []string
	for _, p := range ps {
		if p.Body != "" && !slices.Contains(out, p.Body) {
			out = append(out, p.Body)
		}
	}
	return out
}

// networkWords gives "Broadband, Mobile" in STOP's order. STOP's column knows no
// satellite: it is named only where no other network was affected. Answers
// that are all no or not asked are blank.
func networkWords(n keepiton.Networks) string {
	switch {
	case n.Fixed == keepiton.Yes && n.Mobile == keepiton.Yes:
		return "Broadband, Mobile"
	case n.Mobile == keepiton.Yes:
		return "Mobile"
	case n.Fixed == keepiton.Yes:
		return "Broadband"
	case n.Satellite == keepiton.Yes:
		return "Satellite"
	case n.Fixed == keepiton.Unknown || n.Mobile == keepiton.Unknown || n.Satellite == keepiton.Unknown:
		return "Unknown"
	}
	return ""
}

func statusWords(s keepiton.EndState) string {
	switch s {
	case keepiton.Ended:
		return "Ended"
	case keepiton.Ongoing:
		return "Ongoing"
	case keepiton.EndUnknown:
		return "Unknown"
	}
	return ""
}

func answerWords(a keepiton.Answer) string {
	switch a {
	case keepiton.Yes:
		return "Yes"
	case keepiton.No:
		return "No"
	case keepiton.Unknown:
		return "Unknown"
	}
	return ""
}

// rowKeys are the columns of STOP's fourth generation behind each dim.
var rowKeys = [NumDims]string{
	Country: "country", Region: "region", Scope: "geo_scope", Kind: "shutdown_type",
	Extent: "shutdown_extent", Network: "affected_network", OrderedBy: "ordered_by",
	Cause: "actual_cause", Justification: "gov_justification", Status: "shutdown_status",
	Election: "election", Violence: "violence", Abuses: "hr_abuse_reported",
	GovAck: "gov_ack", InfoSource: "info_source",
}

// rowCase reads a row in its own words. Start is the cell's date where it is
// written as ISO 8601, else the incident's.
func rowCase(row *keepiton.Row, start keepiton.Moment, incident *Dims) RowCase {
	rc := RowCase{Edition: row.Edition, Year: row.CountYear, Start: start}
	for _, cell := range row.Cells {
		if cell.Key == "" {
			continue
		}
		if cell.Key == "start_date" {
			if m, err := keepiton.ParseMoment(strings.TrimSpace(cell.Value)); err == nil && !m.IsZero() {
				rc.Start = m
			}
			continue
		}
		for dim, key := range rowKeys {
			if key == cell.Key && rc.Dims[dim] == "" {
				rc.Dims[dim] = strings.TrimSpace(cell.Value)
				break
			}
		}
	}
	rc.Dims[CC], rc.Dims[Level] = incident[CC], incident[Level]
	return rc
}

// triggers are the causes that are events of their own, with a beginning and
// an end. STOP's rule keeps cuts with "a specific trigger" together, and parts
// those "inside a wider political struggle" (notes: what one instance is, 3);
// the sorting of causes into the two is ours.
var triggers = []string{
	"protests", "communal_violence", "exam_cheating", "elections", "religious_holiday", "official_visit",
}

func hasTrigger(causes []string) bool {
	return slices.ContainsFunc(causes, func(c string) bool { return slices.Contains(triggers, c) })
}
