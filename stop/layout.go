package stop

import (
	"slices"
	"strings"
	"unicode"
)

// Layout is one of the four layouts in which STOP has been published.
type Layout int

// The layouts by generation of the sheet.
const (
	G1 Layout = 1 + iota // sheet 2016+2017+2018, 26 columns
	G2                   // sheet 2019, 43 columns
	G3                   // sheets 2020 to 2022, 45 columns
	G4                   // combined sheet 2016-2025, 47 columns
)

// Layouts lists the layouts, oldest first.
var Layouts = []Layout{G1, G2, G3, G4}

// Name returns the name of the export format in the layout: stop-2016,
// stop-2019, stop-2020 or stop-2025.
func (l Layout) Name() string {
	return [...]string{"", "stop-2016", "stop-2019", "stop-2020", "stop-2025"}[l]
}

// column is a column of a layout: its header as published and its name in the
// fourth generation, empty where that has none.
type column struct{ name, key string }

// The header rows as published, trailing blanks included, with the crosswalk
// to the fourth generation. Sources: the workbook of spring 2023 for G1 to G3,
// the combined sheet of 2026-05-20 for G4.
var columns = map[Layout][]column{
	G1: {
		{"year", "count_year"},
		{"start_date", "start_date"},
		{"end_date", "end_date"},
		{"duration_days", "duration"},
		{"duration_hours", ""},
		{"info_source", "info_source"},
		{"news_link", "info_source_link"},
		{"continent", "region"},
		{"sub_region", ""},
		{"country", "country"},
		{"geo_scope", "geo_scope"},
		{"area_name", "area_name"},
		{"ordered_by", "ordered_by"},
		{"shutdown_type_group", "shutdown_extent"},
		{"shutdown_type", "shutdown_type"},
		{"official_just", "gov_justification"},
		{"actual_cause", "actual_cause"},
		{"econ_impact", "econ_impact"},
		{"event", "event"},
		{"an_link", "an_link"},
		{"services_affected", ""},
		{"service_details", "other_affected"},
		{"notes", ""},
		{"latitude", ""},
		{"longitude", ""},
		{"id", ""},
	},
	G2: {
		{"ID", ""},
		{"start_date", "start_date"},
		{"end_date ", "end_date"},
		{"duration", "duration"},
		{"Info_source ", "info_source"},
		{"news_link ", "info_source_link"},
		{"continent", "region"},
		{"sub-region", ""},
		{"country ", "country"},
		{"geo_scope", "geo_scope"},
		{"area_name ", "area_name"},
		{"ordered_by ", "ordered_by"},
		{"decision_maker", "decision_maker"},
		{"shutdown_type_new", "shutdown_type"},
		{"affected_network", "affected_network"},
		{"full or service-based", "shutdown_extent"},
		{"Facebook_affected", "facebook_affected"},
		{"Twitter_affected", "twitter_affected"},
		{"WhatsApp_affected", "whatsapp_affected"},
		{"Instagram_affected", "instagram_affected"},
		{"Telegram_affected", "telegram_affected"},
		{"other_service_details (specify) ", "other_affected"},
		{"SMS_and_phone_call_affected", ""},
		{"telcos_involved ", "telcos_involved"},
		{"gov_ack", "gov_ack"},
		{"official_just", "gov_justification"},
		{"other_just_details", "gov_just_details"},
		{"off_statement", "gov_ack_source"},
		{"actual_cause", "actual_cause"},
		{"other_cause_details", "actual_cause_details"},
		{"election", "election"},
		{"violence", "violence"},
		{"hr_abuse_reported", "hr_abuse_reported"},
		{"users_notified", "users_notified"},
		{"users_affected/targetted ", "users_targeted"},
		{"legal_justif", "legal_just"},
		{"legal_method ", "legal_method"},
		{"telco_resp", "telco_ack"},
		{"telco_ ack", "telco_ack_source"},
		{"econ_impact", "econ_impact"},
		{"event ", "event"},
		{"an_link ", "an_link"},
		{"notes", ""},
	},
	G4: same("start_date_type", "start_date", "country", "geo_scope", "area_name", "shutdown_type",
		"affected_network", "shutdown_extent", "ordered_by", "decision_maker", "actual_cause",
		"actual_cause_details", "info_source", "info_source_link", "shutdown_status", "end_date",
		"duration", "gov_justification", "gov_just_details", "gov_ack", "legal_just", "legal_method",
		"gov_ack_source", "gov_ack_quote", "facebook_affected", "twitter_affected", "whatsapp_affected",
		"instagram_affected", "telegram_affected", "other_affected", "sms_affected", "phonecall_affected",
		"telcos_involved", "telco_ack", "telco_ack_source", "telco_ack_quote", "election", "violence",
		"hr_abuse_reported", "users_targeted", "users_target_detail", "users_notified", "econ_impact",
		"event", "an_link", "region", "count_year"),
}

// later are columns that some issues of a layout carried beside its own: the
// first issue of 2020 was the layout of 2019 with these.
var later = map[Layout][]column{
	G2: {{"sms_affected", "sms_affected"}, {"phone_call_affected", "phonecall_affected"}, {"count_year", "count_year"}, {"year", "count_year"}},
	G3: {{"year", "count_year"}},
	G4: {{"year", "count_year"}},
}

func init() { columns[G3] = columns[G4][:len(columns[G4])-2] }

func same(names ...string) []column {
	out := make([]column, len(names))
	for i, n := range names {
		out[i] = column{n, n}
	}
	return out
}

// Header returns the header row of the layout as published.
func Header(l Layout) []string {
	out := make([]string, len(columns[l]))
	for i, c := range columns[l] {
		out[i] = c.name
	}
	return out
}

// norm reduces a header or a category word to its letters and digits in lower
// case, so that "telco_ ack", "Telco Ack" and "telco_ack " are one.
func norm(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsLetter(r) || unicode.IsDigit(r) {
			return unicode.ToLower(r)
		}
		return -1
	}, s)
}

// recognise finds the layout whose columns a header row has, in any spelling
// and order. It returns 0 when the row is no header of STOP: one needs the
// start date, the country and at least half of a layout's columns.
func recognise(header []string) Layout {
	have := map[string]bool{}
	for _, h := range header {
		have[norm(h)] = true
	}
	if !have["startdate"] || !have["country"] {
		return 0
	}
	best, bestScore := Layout(0), 0.5
	for _, l := range Layouts {
		n := 0
		for _, c := range columns[l] {
			if have[norm(c.name)] {
				n++
			}
		}
		if score := float64(n) / float64(len(columns[l])); score >= bestScore {
			best, bestScore = l, score
		}
	}
	// G3 is G4 without its last two columns: one of them decides.
	if best >= G3 {
		best = G3
		if have["region"] || have["countyear"] {
			best = G4
		}
	}
	return best
}

// Column is a column as a file has it: the header's own spelling and the name
// in the fourth generation.
type Column struct {
	Name string `json:"name"`
	Key  string `json:"key,omitempty"`
}

// crosswalk names the columns of a header in the layout, and says which of the
// layout's columns are missing and which of the header's it does not know or
// knows already.
func crosswalk(l Layout, header []string) (cols []Column, missing, extra, twice []string) {
	seen := map[string]bool{}
	for _, h := range header {
		n := norm(h)
		c := Column{Name: h}
		i := slices.IndexFunc(columns[l], func(c column) bool { return norm(c.name) == n })
		j := slices.IndexFunc(later[l], func(c column) bool { return norm(c.name) == n })
		switch {
		case seen[n]:
			if n != "" {
				twice = append(twice, h)
			}
		case i >= 0:
			c.Key = columns[l][i].key
		case j >= 0:
			c.Key = later[l][j].key
		case n != "":
			extra = append(extra, h)
		}
		seen[n] = true
		cols = append(cols, c)
	}
	for _, c := range columns[l] {
		if !seen[norm(c.name)] {
			missing = append(missing, c.name)
		}
	}
	return cols, missing, extra, twice
}

// Counterparts returns how the layout spells each column of the fourth
// generation that it has, under that column's name.
func Counterparts(l Layout) map[string]string {
	out := map[string]string{}
	for _, c := range columns[l] {
		if c.key != "" {
			out[c.key] = strings.TrimSpace(c.name)
		}
	}
	return out
}
