package evaluate

import (
	"slices"
	"strings"

	"keepiton"
)

// The columns of the list of investigated outages, by the name its authors gave them and
// others that the same columns go by; in small letters, with blanks for underscores and
// without what stands in brackets.
const (
	colID      = "id"
	colBegin   = "begin time"
	colEnd     = "end time"
	colCountry = "country"
	colRoutes  = "ioda bgp visible by human"
	colProbes  = "ioda ap visible by human"
	colTraffic = "ioda ibr visible by human"
	colScope   = "scope"
	colCause   = "cause"
	colSure    = "confirmation status"
)

var columnNames = map[string][]string{
	colID:      {"event id", "outage id"},
	colBegin:   {"begin", "start time", "start", "onset"},
	colEnd:     {"end", "finish", "until"},
	colCountry: {"country code", "country name", "cc"},
	colRoutes:  {"bgp", "ioda bgp", "bgp visible", "bgp visible by human"},
	colProbes:  {"ap", "active probing", "ioda ap", "ping-slash24", "ap visible by human"},
	colTraffic: {"ibr", "telescope", "ioda ibr", "merit-nt", "ucsd-nt", "ibr visible by human"},
	colScope:   {"granularity"},
	colCause:   {"outage cause"},
	colSure:    {"confirmation", "confirmed", "status"},
}

// ofSTOP are columns that only sheets of STOP have, which also begin and end.
var ofSTOP = []string{"start date", "end date", "shutdown type", "geo scope"}

// columnName is a header cell as [columnNames] has it, and what stood in brackets.
func columnName(cell string) (name, note string) {
	cell, note, _ = strings.Cut(strings.ReplaceAll(strings.TrimPrefix(cell, "\ufeff"), "_", " "), "(")
	return strings.ToLower(strings.Join(strings.Fields(cell), " ")), strings.ToLower(strings.Trim(note, " )"))
}

// columnsOf finds the columns in a header. Times in anything but UTC are refused: read as
// they are, every hour would be wrong.
func columnsOf(header []string) (map[string]int, error) {
	at := map[string]int{}
	for i, cell := range header {
		name, note := columnName(cell)
		for own, others := range columnNames {
			if slices.Contains(others, name) {
				name = own
			}
		}
		if (name == colBegin || name == colEnd) && note != "" && note != "utc" && note != "gmt" {
			return nil, keepiton.Hint(keepiton.Errorf(keepiton.Invalid, "row 1, column %d: the times of %q are not in UTC", i+1, clip(cell)), "write them in UTC, or each with its offset, such as 2021-01-13T19:00+03:00")
		}
		if _, twice := at[name]; !twice {
			at[name] = i
		}
	}
	for _, need := range []string{colBegin, colCountry, colScope} {
		if _, ok := at[need]; !ok {
			return nil, keepiton.Hint(keepiton.Errorf(keepiton.Invalid, "row 1: no column %q", need), "docs/evaluation.md says which lists of labelled events can be read")
		}
	}
	return at, nil
}

// IsEvents reports whether a table's first line is the header of a list of events, and no
// sheet of STOP.
func IsEvents(line string) bool {
	begins := false
	for _, cell := range strings.Split(line, string(separator(line))) {
		name, _ := columnName(strings.Trim(cell, "\"\r"))
		if slices.Contains(ofSTOP, name) {
			return false
		}
		begins = begins || name == colBegin || slices.Contains(columnNames[colBegin], name)
	}
	return begins
}

// separator is what stands between the cells of a line: a comma, or a semicolon or a tab
// where there are more of these.
func separator(line string) rune {
	best := ','
	for _, c := range []rune{';', '\t'} {
		if strings.Count(line, string(c)) > strings.Count(line, string(best)) {
			best = c
		}
	}
	return best
}
