package export

import "strconv"

// meta is what every document says of itself.
type meta struct {
	Title      string `json:"title"`
	Publisher  string `json:"publisher"`
	Licence    string `json:"licence"`
	LicenceURL string `json:"licence_url"`
	AsOf       string `json:"as_of,omitempty"`
	Query      string `json:"query,omitempty"` // the filter, as a URL query
	Source     string `json:"source,omitempty"`
	Citation   string `json:"citation"`
	Note       string `json:"note"`
	Sample     bool   `json:"sample"` // made-up data
}

const (
	recordTitle = "KeepItOn record of internet shutdowns"
	recordNote  = "One entry an incident, not an instance: counts follow from a named rule. An empty value was not asked, unknown was asked without an answer; neither is no. A missing end is not an end."
	sampleNote  = "SAMPLE DATA: everything in this file is made up. "
)

func newMeta(opt *Options) meta {
	m := meta{
		Title: recordTitle, Publisher: Publisher, Licence: Licence, LicenceURL: LicenceURL,
		AsOf: opt.asOf(), Query: opt.Query, Source: opt.BaseURL, Note: recordNote, Sample: opt.Sample,
	}
	m.Citation = Publisher + ". " + recordTitle
	if !opt.AsOf.IsZero() {
		m.Citation += ", as of " + opt.AsOf.UTC().Format("2 January 2006") + " (" + strconv.Itoa(opt.AsOf.UTC().Year()) + ")"
	}
	m.Citation += ". " + Licence + "."
	if opt.BaseURL != "" {
		m.Citation += " " + opt.BaseURL
	}
	if opt.Sample {
		m.Note = sampleNote + m.Note
	}
	return m
}
