package keepiton

import "slices"

// SourceID names a source inside one incident: s1, s2, …
type SourceID string

// Source is a citable origin of claims.
type Source struct {
	ID           SourceID `json:"id"`
	Kind         string   `json:"kind"`                   // one of SourceKinds
	URL          string   `json:"url,omitempty"`          // http, https or ftp
	Words        string   `json:"words,omitempty"`        // the cell's text where it is no URL
	Title        string   `json:"title,omitempty"`        //
	Publisher    string   `json:"publisher,omitempty"`    //
	Published    Moment   `json:"published,omitzero"`     //
	OriginGroup  string   `json:"origin_group,omitempty"` // sources of one origin count once
	Quote        string   `json:"quote,omitempty"`        // in the source's language
	ArchivedURL  string   `json:"archived_url,omitempty"` //
	SHA256       string   `json:"sha256,omitempty"`       // of the archived copy, hex
	Confidential bool     `json:"confidential,omitempty"` // never published beyond ID and Kind
}

// SourceKinds lists what a source may be.
var SourceKinds = Codes{
	{Code: "news"},
	{Code: "order"},
	{Code: "statement"},
	{Code: "operator_notice"},
	{Code: "measurement"},
	{Code: KindReport},
	{Code: "partner"},
	{Code: "social_media"},
	{Code: "campaign"},
	{Code: "edition"},
	{Code: "link"},
	{Code: "other"},
}

// KindReport is the kind of a source that somebody sent us sealed.
const KindReport = "report"

// RestsOnReports reports whether a source of inc is a sealed report. What
// readers see of such an incident needs the signatures of two people of two
// organizations; see package review.
func (inc *Incident) RestsOnReports() bool {
	return slices.ContainsFunc(inc.Sources, func(s Source) bool { return s.Kind == KindReport })
}

// Claim ties one field to the sources it rests on. A field without a claim of
// its own rests on the incident's general sources, those under [AnyField].
type Claim struct {
	Sources []SourceID `json:"sources,omitempty"`
	Note    string     `json:"note,omitempty"`
}

// AnyField is the key of the claim that covers the fields without their own.
const AnyField = "*"

// Origins counts the distinct origins of sources: those that share an origin
// group count once.
func Origins(sources []Source) int {
	seen := map[string]bool{}
	for _, s := range sources {
		key := "group " + s.OriginGroup
		if s.OriginGroup == "" {
			key = "source " + string(s.ID)
		}
		seen[key] = true
	}
	return len(seen)
}

// Row is one row of a published sheet, kept as it stood: every cell, in order,
// with the header's own spelling.
type Row struct {
	Edition    string `json:"edition"`
	File       string `json:"file"`
	Sheet      string `json:"sheet,omitempty"`
	Number     int    `json:"row"` // 1-based; the header is row 1
	Generation int    `json:"generation"`
	CountYear  int    `json:"count_year"`
	Cells      []Cell `json:"cells"`
}

// Cell is one cell of a Row. Column is the header as written; Key is the
// column's name in STOP's fourth generation, empty where it has none.
type Cell struct {
	Column string `json:"column"`
	Key    string `json:"key,omitempty"`
	Value  string `json:"value"`
}

// Value returns the first cell under key, trimmed of nothing, and whether the
// row has such a column.
func (r Row) Value(key string) (string, bool) {
	for _, c := range r.Cells {
		if c.Key == key {
			return c.Value, true
		}
	}
	return "", false
}
