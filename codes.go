package keepiton

// Term is one entry of a coded list: the code that the record, API and
// database use, and the exact words of STOP's fourth generation (combined
// sheet 2016-2025), empty where STOP has no such word.
type Term struct {
	Code string
	STOP string
}

// Codes is a coded list in the order it is shown.
type Codes []Term

// Has reports whether code stands in the list.
func (c Codes) Has(code string) bool {
	for _, t := range c {
		if t.Code == code {
			return true
		}
	}
	return false
}

// STOP returns STOP's words for code, or code itself where there are none.
func (c Codes) STOP(code string) string {
	for _, t := range c {
		if t.Code == code && t.STOP != "" {
			return t.STOP
		}
	}
	return code
}

// CodeUnknown is the code for "asked, not known" in every coded list.
const CodeUnknown = "unknown"

// The coded lists. Source: value lists of STOP's combined sheet 2016-2025,
// with the additions that its method names but its columns lack.
var (
	// Kinds of disruption; an incident may have several.
	Kinds = Codes{
		{"shutdown", "Shutdown"},
		{"throttling", "Throttle"},
		{CodeUnknown, "Unknown"},
	}
	// Extents: the whole network, or named services.
	Extents = Codes{
		{"full_network", "Full network"},
		{"service_based", "Service-based"},
		{CodeUnknown, "Unknown"},
	}
	// Scopes of the affected area. SeveralRegions is STOP's "Level 3" and not
	// the same as nationwide, which Place.Nationwide says.
	Scopes = Codes{
		{"one_place", "It only affected one city, county, or village"},
		{"one_region", "It affected more than one city in the same state, province, or region"},
		{"several_regions", "It affected locations in more than one state, province, or region"},
		{"not_sure", "Not sure"},
	}
	// Bodies that order or carry out a shutdown.
	Bodies = Codes{
		{"executive_government", "Executive government"},
		{"state_government", "State government"},
		{"local_government", "Local government"},
		{"military", "Military"},
		{"law_enforcement", "Law enforcement"},
		{"judiciary", "Judiciary"},
		{"non_government", "Non-government"},
		{CodeUnknown, "Unknown"},
	}
	// Causes as the record's editors see them.
	Causes = Codes{
		{"protests", "Protests"},
		{"conflict", "Conflict"},
		{"political_instability", "Political instability"},
		{"information_control", "Information control"},
		{"communal_violence", "Communal violence"},
		{"exam_cheating", "Exam cheating"},
		{"elections", "Elections"},
		{"religious_holiday", "Religious holiday/anniversary"},
		{"official_visit", "Visits by government officials"},
		{"other", "Other"},
		{CodeUnknown, "Unknown"},
	}
	// Justifications as officials give them.
	Justifications = Codes{
		{"fake_news", "Fake news/ Hate speech/ Incendiary content/ Promoting violence"},
		{"public_safety", "Public safety/ Quell unrest/ Restore public order"},
		{"national_security", "National security/ Counter-terrorism"},
		{"precautionary", "Precautionary measure"},
		{"sabotage", "Sabotage/ Third-party Action"},
		{"school_exams", "School exams"},
		{"technical", "Technical problems/ Infrastructure failure"},
		{"illegal_content", "Illegal content"},
		{"none", "No"},
		{"other", "Other"},
		{CodeUnknown, "Unknown"},
	}
	// InfoSources are STOP's classes of where the information came from.
	InfoSources = Codes{
		{"partners", "CSO KIO partners"},
		{"news", "News media article"},
		{"social_media", "Social media"},
		{"rti_request", "RTI Request"},
		{"other", "Other"},
		{Confidential, "Confidential"},
	}
	// Regions of the world as STOP groups them.
	Regions = Codes{
		{"africa", "Africa"},
		{"apac", "APAC"},
		{"eeca", "EECA"},
		{"europe", "Europe"},
		{"lac", "LAC"},
		{"mena", "MENA"},
		{"north_america", "North America"},
	}
	// Techniques: the eight technical kinds of the coalition's taxonomy
	// (2022). STOP has no such column.
	Techniques = Codes{
		{Code: "infrastructure"},
		{Code: "routing"},
		{Code: "dns"},
		{Code: "filtering"},
		{Code: "deep_packet_inspection"},
		{Code: "rogue_infrastructure"},
		{Code: "denial_of_service"},
		{Code: "throttling"},
		{Code: CodeUnknown},
	}
	// Visibilities: whether instruments saw the shutdown.
	Visibilities = Codes{
		{Code: "visible"},
		{Code: "not_visible"},
	}
)

// Confidential is the information class whose detail is never published.
const Confidential = "confidential"
