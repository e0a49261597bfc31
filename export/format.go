package export

import (
	"io"
	"strings"
	"time"

	"keepiton"
	"keepiton/locale"
)

// Licence of the record we publish.
const (
	Licence     = "CC BY 4.0"
	LicenceURL  = "https://creativecommons.org/licenses/by/4.0/"
	LicenceSPDX = "CC-BY-4.0"
)

// Publisher is the author that citations and feeds name.
const Publisher = "#KeepItOn coalition"

// Options say what an export is of. The zero value is usable.
type Options struct {
	// AsOf is the moment whose record is written: durations and sentences are
	// told as seen then, and every file says so. Callers who mean "now" put the
	// present moment here, cut to the second. Zero: the file names no moment and
	// open ends are told as seen at the time the newest revision was recorded.
	AsOf time.Time
	// Lang is the language of labels, sentences and notes. Codes and headers
	// do not depend on it. Nil: English.
	Lang *locale.Printer
	// BaseURL is the site's address without a trailing slash, such as
	// https://example.org. Empty: no links.
	BaseURL string
	// Query is the URL query that selected the incidents, such as
	// country=IN&year=2022, so that a file says what it holds. Empty: all.
	Query string
	// Sample marks an export of made-up data as such.
	Sample bool
	// BOM starts a CSV file with a byte-order mark, which some spreadsheet
	// programs need to read UTF-8.
	BOM bool
	// STOP gives the formats stop-… their header and rows. Nil: these formats
	// are refused.
	STOP Layouts
	// Path is the page of the site that a feed is of, without language, such as
	// /countries/IN; empty: /incidents. Cursor and Next are of a page of the feed.
	Path, Cursor, Next string
}

// Layouts is what package stop knows of the old layouts; the generations are
// 1 (2016-2018), 2 (2019), 3 (2020-2022) and 4 (2016-2025).
type Layouts interface {
	// Header returns the column names of a generation.
	Header(generation int) []string
	// View returns the rows of an incident in that generation: one for each
	// year that STOP counts it for, as seen at now.
	View(generation int, inc *keepiton.Incident, now time.Time) [][]string
}

// Incidents calls yield for each revision to be written, in the order of the
// file, and stops at the first error. A writer may call it twice and must be
// given the same each time. The revision may be reused by the caller after
// yield returns.
type Incidents func(yield func(rev *keepiton.Revision) error) error

// Format is one way to write the record.
type Format struct {
	Name      string // as in keepiton export NAME
	Suffix    string // of files and URLs, without the dot
	MediaType string // RFC 6838
	Summary   string // one line for command help and docs
	Write     func(w io.Writer, in Incidents, opt Options) error
}

// Formats lists the formats in the order they are offered. To add one, add a
// file and a line here.
func Formats() []Format {
	return []Format{
		csvFormat,
		jsonFormat,
		ndjsonFormat,
		geojsonFormat,
		xlsxFormat,
		parquetFormat,
		sqliteFormat,
		atomFormat,
		jsonFeedFormat,
		txtFormat,
		stop2016Format,
		stop2019Format,
		stop2020Format,
		stop2025Format,
	}
}

// ByName returns the format called name; case is ignored.
func ByName(name string) (Format, bool) {
	for _, f := range Formats() {
		if strings.EqualFold(f.Name, name) {
			return f, true
		}
	}
	return Format{}, false
}

// BySuffix returns the first format whose files end in suffix, without the
// dot: what a page answers when its URL ends so.
func BySuffix(suffix string) (Format, bool) {
	for _, f := range Formats() {
		if f.Suffix == suffix {
			return f, true
		}
	}
	return Format{}, false
}

// printer returns the language of the export.
func (o Options) printer() *locale.Printer {
	if o.Lang == nil {
		return locale.For("en")
	}
	return o.Lang
}

// now returns the moment at which open ends of rev are looked at.
func (o Options) now(rev *keepiton.Revision) time.Time { return rev.KnownAt(o.AsOf) }

// asOf writes the moment of the export in RFC 3339, empty when none was given.
func (o Options) asOf() string { return stamp(o.AsOf) }

// stamp writes a time in RFC 3339, UTC, to the second; the zero time is empty.
func stamp(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.UTC().Truncate(time.Second).Format(time.RFC3339)
}

// IncidentURL returns the permanent address of an incident, or the empty text
// without a base URL. The site chooses the reader's language.
func IncidentURL(baseURL string, id keepiton.IncidentID) string {
	if baseURL == "" {
		return ""
	}
	return strings.TrimRight(baseURL, "/") + "/incidents/" + string(id)
}
