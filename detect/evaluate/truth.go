package evaluate

import (
	"bufio"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"

	"keepiton"
	"keepiton/geo"
)

// Scope is how much of a country an event took down.
type Scope string

// The scopes of a truth file.
const (
	National Scope = "country"
	Regional Scope = "region"
	Network  Scope = "asn"
)

// Event is one row of a truth file: something that people saw fall.
type Event struct {
	ID      string
	Row     int    // in the file; the header is 1
	Country string // ISO 3166-1 alpha-2
	Scope   Scope
	Part    string    // name of the region, or number of the AS
	From    time.Time // UTC
	To      time.Time // zero: not known
	Routes  keepiton.Answer
	Probes  keepiton.Answer
	Traffic keepiton.Answer
	Cause   string // as the file says, lower case
	Sure    bool   // the cause is confirmed
	place   int    // among the events of all files, oldest first, from 1
}

// Defect is a cell that could not be read.
type Defect struct {
	Row    int    `json:"row"`
	Column string `json:"column"`
	Value  string `json:"value"`
	Kind   string `json:"kind"` // see the Kinds of defects
}

// Kinds of defects. A row without a beginning or a country is left out; one without an
// end is kept, and its end is not known.
const (
	BadBegin   = "begin_unreadable"
	BadEnd     = "end_unreadable"
	NoEnd      = "end_missing"
	EndFirst   = "end_before_begin"
	BadCountry = "country_unknown"
	BadScope   = "scope_unknown"
	BadRow     = "row_unreadable"
	Twice      = "row_twice" // the same outage stands further up
)

// Limits of a truth file.
const (
	maxTruthRows = 200_000
	maxTruthCell = 64 << 10
)

// ReadEvents reads the list of investigated outages of "Destination Unreachable"
// (SIGCOMM 2023) as its authors publish it, or one like it: one header, cells between
// commas, semicolons or tabs, times in UTC or with their offset. Rows that cannot be used,
// and rows that stand there twice, are left out and told as defects; an error means that
// the file is not such a list.
func ReadEvents(r io.Reader) ([]Event, []Defect, error) {
	text := bufio.NewReaderSize(r, maxTruthCell)
	head, _ := text.Peek(maxTruthCell)
	line, _, _ := strings.Cut(string(head), "\n")
	in := csv.NewReader(text)
	in.FieldsPerRecord = -1
	in.LazyQuotes = true
	in.Comma = separator(line)
	header, err := in.Read()
	if err != nil {
		return nil, nil, keepiton.Errorf(keepiton.Invalid, "row 1: no header: %w", err)
	}
	at, err := columnsOf(header)
	if err != nil {
		return nil, nil, err
	}
	cell := func(cells []string, col string) string {
		if i, ok := at[col]; ok && i < len(cells) && len(cells[i]) <= maxTruthCell {
			return strings.TrimSpace(cells[i])
		}
		return ""
	}
	var rows [][]string
	var defects []Defect
	for row := 2; ; row++ {
		cells, err := in.Read()
		if errors.Is(err, io.EOF) {
			break
		}
		if row > maxTruthRows {
			return nil, nil, keepiton.Errorf(keepiton.TooLarge, "row %d: more than %d rows", row, maxTruthRows)
		}
		if err != nil {
			defects = append(defects, Defect{Row: row, Kind: BadRow, Value: err.Error()})
			cells = nil
		}
		rows = append(rows, cells)
	}
	order := orderOf(func(yield func(string)) {
		for _, cells := range rows {
			yield(cell(cells, colBegin))
			yield(cell(cells, colEnd))
		}
	})
	var events []Event
	type outage struct {
		country, part string
		scope         Scope
		from, to      time.Time
	}
	twice := map[outage]bool{}
	for i, cells := range rows {
		if cells == nil {
			continue
		}
		e, found := readEvent(i+2, order, func(col string) string { return cell(cells, col) })
		defects = append(defects, found...)
		if e.Country == "" || e.From.IsZero() || e.Scope == "" {
			continue
		}
		same := outage{e.Country, e.Part, e.Scope, e.From, e.To}
		if twice[same] {
			defects = append(defects, Defect{Row: e.Row, Column: colBegin, Value: e.ID, Kind: Twice})
			continue
		}
		twice[same] = true
		events = append(events, e)
	}
	return events, defects, nil
}

func readEvent(row int, order dayOrder, cell func(col string) string) (Event, []Defect) {
	var defects []Defect
	bad := func(col, kind string) {
		defects = append(defects, Defect{Row: row, Column: col, Value: clip(cell(col)), Kind: kind})
	}
	e := Event{
		ID: cell(colID), Row: row,
		Routes: seen(cell(colRoutes)), Probes: seen(cell(colProbes)), Traffic: seen(cell(colTraffic)),
		Cause: strings.ToLower(cell(colCause)), Sure: strings.EqualFold(cell(colSure), "confirmed") || seen(cell(colSure)) == keepiton.Yes,
	}
	if e.ID == "" {
		e.ID = fmt.Sprintf("row-%d", row)
	}
	var ok bool
	if e.From, ok = parseTime(cell(colBegin), order); !ok {
		bad(colBegin, BadBegin)
	}
	end := cell(colEnd)
	switch e.To, ok = parseTime(end, order); {
	case end == "" || strings.EqualFold(end, "n/a"):
		bad(colEnd, NoEnd)
	case !ok:
		bad(colEnd, BadEnd)
	case !e.From.IsZero() && !e.To.After(e.From):
		// Morning taken for afternoon, or the day forgotten: which, nobody knows.
		e.To = time.Time{}
		bad(colEnd, EndFirst)
	}
	if e.Country = countryCode(cell(colCountry)); e.Country == "" {
		bad(colCountry, BadCountry)
	}
	kind, part, _ := strings.Cut(cell(colScope), "(")
	e.Part = strings.TrimSpace(strings.TrimSuffix(strings.TrimSpace(part), ")"))
	switch strings.ToLower(strings.TrimSpace(kind)) {
	case "country", "national", "nationwide":
		e.Scope = National
	case "region", "regional":
		e.Scope = Regional
	case "as", "asn", "network":
		e.Scope = Network
	default:
		bad(colScope, BadScope)
	}
	return e, defects
}

// namesOnlyHere are names of countries that this list has and nobody else.
var namesOnlyHere = map[string]string{
	"democratic republic of (drc)":     "CD",
	"congo":                            "CG",
	"federated states of micronesia":   "FM",
	"bonaire, sint eustatius and saba": "BQ",
}

func countryCode(words string) string {
	if code, ok := namesOnlyHere[strings.ToLower(words)]; ok {
		return code
	}
	if len(words) == 3 {
		for _, c := range geo.Countries() {
			if strings.EqualFold(c.Alpha3, words) {
				return c.Code
			}
		}
	}
	codes, sure := geo.ResolveCountry(words)
	if len(codes) != 1 || sure < keepiton.SurePlace {
		return ""
	}
	return codes[0]
}

// seen reads TRUE and FALSE as a spreadsheet writes them, and as others do.
func seen(cell string) keepiton.Answer {
	switch strings.ToLower(cell) {
	case "true", "yes", "y", "t", "1", "1.0":
		return keepiton.Yes
	case "false", "no", "n", "f", "0", "0.0":
		return keepiton.No
	}
	return keepiton.Unknown
}

// clip keeps what a message shows of a cell short.
func clip(s string) string {
	if r := []rune(s); len(r) > 60 {
		return string(r[:60]) + "…"
	}
	return s
}
