package stop

import (
	"strings"

	"keepiton"
)

// vocabulary is what one column's words mean. Exact holds the words as a
// layout's own list has them; loose holds known other spellings by norm.
type vocabulary struct {
	exact map[string]string
	loose map[string]string
}

// listed makes the vocabulary of a coded list with the words of the older
// layouts that mean the same. Variants are spellings that stand on no list.
func listed(codes keepiton.Codes, older, variants map[string]string) vocabulary {
	v := vocabulary{exact: map[string]string{}, loose: map[string]string{}}
	for _, t := range codes {
		if t.STOP != "" {
			v.exact[t.STOP] = t.Code
			v.loose[norm(t.STOP)] = t.Code
		}
	}
	for word, code := range older {
		v.exact[word] = code
		v.loose[norm(word)] = code
	}
	for word, code := range variants {
		v.loose[norm(word)] = code
	}
	return v
}

// read returns the code of a word. Variant is true when the word is a known
// other spelling, white space at its ends included.
func (v vocabulary) read(word string) (code string, variant, ok bool) {
	if code, ok = v.exact[word]; ok {
		return code, false, true
	}
	code, ok = v.loose[norm(word)]
	return code, true, ok
}

// The vocabularies by column of the fourth generation. The words of the older
// layouts and the misspellings are those of the workbook of spring 2023 and of
// the first issue of 2019.
var vocabularies = map[string]vocabulary{
	"start_date_type": listed(keepiton.Codes{{Code: "actual", STOP: "Actual"}, {Code: "estimated", STOP: "Estimated"}}, nil, nil),
	"shutdown_status": listed(keepiton.Codes{
		{Code: string(keepiton.Ended), STOP: "Ended"},
		{Code: string(keepiton.Ongoing), STOP: "Ongoing"},
		{Code: string(keepiton.EndUnknown), STOP: "Unknown"},
	}, nil, nil),
	"geo_scope": listed(keepiton.Scopes, map[string]string{
		"Local": "one_place", "Regional": "one_region", "National": "several_regions", "Multi-regional": "several_regions",
		"Level 1": "one_place", "Level 2": "one_region", "Level 3": "several_regions",
	}, nil),
	"shutdown_type": listed(keepiton.Kinds, map[string]string{"Shutdown and throttle": "shutdown,throttling"},
		map[string]string{"Throttling": "throttling"}),
	"shutdown_extent": listed(keepiton.Extents, map[string]string{
		"Full": "full_network", "Full and Service-based": "full_network,service_based",
		"Mobile Internet": "full_network", "Broadband Internet": "full_network", "Throttling": "",
	}, nil),
	"affected_network": listed(keepiton.Codes{{Code: "mobile", STOP: "Mobile"}, {Code: "fixed", STOP: "Broadband"}, {Code: "unknown", STOP: "Unknown"}},
		map[string]string{"Mobile and broadband": "mobile,fixed"}, nil),
	"ordered_by": listed(keepiton.Bodies, map[string]string{
		"Local Government": "local_government", "Executive Government": "executive_government",
		"State Government": "state_government", "Non-Government": "non_government",
	}, map[string]string{"Uknown": "unknown", "Law Enforcemnet": "law_enforcement"}),
	"actual_cause": listed(keepiton.Causes, map[string]string{
		"Political Instability": "political_instability", "Communal Violence": "communal_violence",
		"Information Control": "information_control", "Exam Cheating": "exam_cheating", "Election": "elections",
		"Religious Holiday / Anniversary": "religious_holiday",
	}, map[string]string{"Protest": "protests", "Cheating during exams": "exam_cheating", "Religious Holiday/ Annversary": "religious_holiday"}),
	"gov_justification": listed(keepiton.Justifications, map[string]string{
		"None": "none", "Public Safety": "public_safety", "National Security": "national_security",
		"Fake News/ Hate Speech": "fake_news", "Technical Problems": "technical",
		"Fake News / Hate Speech / Incendiary Content or Promoting Violence": "fake_news",
		"Public Safety / Quell Unrest / Restore Public Order":                "public_safety",
		"National Security / Counter-Terrorism":                              "national_security",
		"Technical Problems / Infrastructure Failure":                        "technical",
		"Sabotage / Third-party Action":                                      "sabotage",
	}, nil),
	"info_source": listed(keepiton.InfoSources, map[string]string{
		"News Media Article": "news", "CSO KIO Partners": "partners", "Social Media": "social_media",
	}, nil),
	"region": listed(keepiton.Regions, map[string]string{
		"Asia Pacific": "apac", "South America": "lac", "Americas": "", "Asia": "",
	}, nil),
	"answer": listed(keepiton.Codes{{Code: "yes", STOP: "Yes"}, {Code: "no", STOP: "No"}, {Code: "unknown", STOP: "Unknown"}},
		map[string]string{"TRUE": "yes", "FALSE": "no"}, nil),
	"SMS_and_phone_call_affected": listed(keepiton.Codes{
		{Code: "none", STOP: "None"},
		{Code: "sms", STOP: "SMS"},
		{Code: "voice", STOP: "Phone call"},
		{Code: "sms,voice", STOP: "SMS and Phone call"},
		{Code: "unknown", STOP: "Unknown"},
	}, nil, nil),
}

// subRegions gives STOP's region for the United Nations' sub-regions that the
// first layout uses.
var subRegions = map[string]string{
	"Southern Asia": "apac", "Eastern Asia": "apac", "South-Eastern Asia": "apac", "Western Asia": "mena",
	"Central Asia": "eeca", "Middle Africa": "africa", "Eastern Africa": "africa", "Western Africa": "africa",
	"Southern Africa": "africa", "Northern Africa": "mena", "South America": "lac", "Central America": "lac",
	"Caribbean": "lac", "Northern America": "north_america", "Southern Europe": "europe", "Northern Europe": "europe",
	"Western Europe": "europe", "Eastern Europe": "eeca",
}

// networkWords are the parts of the first layout's lists that name networks
// and not services, with the network they name.
var networkWords = map[string]string{
	"broadbandinternet": "fixed", "broadband": "fixed", "mobileinternet": "mobile", "mobileonly": "mobile",
	"mobilenetwork": "mobile", "mobileinternetshutdown": "mobile", "mobiledata": "mobile", "sms": "sms",
	"telephony": "voice", "landline": "voice", "voice": "voice", "internet": "", "throttling": "throttling",
	"throttled": "throttling", "servicebased": "service", "servicespecific": "service", "gprs": "mobile",
	"none": "", "na": "", "unknown": "",
}

// pieces splits a list at commas, semicolons, ampersands' likes and line
// breaks outside brackets and quotation marks, trimmed, without empty ones.
func pieces(s string) []string {
	var out []string
	depth, quoted, from := 0, false, 0
	cut := func(end, next int) {
		if p := strings.TrimSpace(s[from:end]); p != "" {
			out = append(out, p)
		}
		from = next
	}
	for i, r := range s {
		switch {
		case r == '"' || r == '“' || r == '”':
			quoted = !quoted
		case r == '(':
			depth++
		case r == ')':
			depth = max(0, depth-1)
		case r == '\n' || (depth == 0 && !quoted && (r == ',' || r == ';')):
			cut(i, i+1)
			depth, quoted = 0, false
		}
	}
	cut(len(s), len(s))
	return out
}
