package stop

// Kind names what is odd about a cell, row, sheet or file. The message
// defect.<Kind> of the language files explains it.
type Kind string

// The kinds of defect. None of them is repaired: the cell stays as it stood.
const (
	NegativeDuration       Kind = "negative_duration"             // below zero: often an empty end date minus a day number
	TextualDuration        Kind = "textual_duration"              // words in place of days
	FractionalDuration     Kind = "fractional_duration"           // part of a day although the sheet knows only dates
	EndBeforeStart         Kind = "end_before_start"              //
	MissingEnd             Kind = "missing_end"                   // no end date and not said to be ongoing or ended
	EndedWithoutEnd        Kind = "ended_without_end"             // said to have ended, no date
	OngoingWithEnd         Kind = "ongoing_with_end"              // said to be ongoing, has an end date
	ExclusiveDuration      Kind = "exclusive_duration"            // duration = end - start
	InclusiveDuration      Kind = "inclusive_duration"            // duration = end - start + 1, beside exclusive ones in one edition
	DurationMismatch       Kind = "duration_mismatch"             // neither of the two
	DuplicateRow           Kind = "duplicate_row"                 // every cell as in another row
	DuplicateKey           Kind = "duplicate_key"                 // country, start, area, extent and count year as in another row
	RowsDiffer             Kind = "rows_differ"                   // rows of one event say different things
	UnknownSpelling        Kind = "unknown_spelling"              // a category word on no list
	SpellingVariant        Kind = "spelling_variant"              // a known other spelling of a listed word
	UnmappedPlace          Kind = "unmapped_place"                //
	MalformedURL           Kind = "malformed_url"                 //
	BlankNotAsked          Kind = "blank_not_asked"               // blank where the sheet has a word for unknown
	UnparseableDate        Kind = "unparseable_date"              //
	MissingStart           Kind = "missing_start"                 //
	SeveralCountries       Kind = "several_countries"             // in one cell
	FullNetworkWithService Kind = "full_network_with_service"     // full network only, yet a platform is answered yes
	ServiceBasedNoService  Kind = "service_based_without_service" // service-based, yet no service is named
	ExtraColumn            Kind = "extra_column"                  //
	MissingColumn          Kind = "missing_column"                //
	DuplicateColumn        Kind = "duplicate_column"              // one header twice
	FormulaWithoutValue    Kind = "formula_without_value"         // the workbook keeps no result
	CountYearInferred      Kind = "count_year_inferred"           // from the start years, nothing better was there
	CountYearUnreadable    Kind = "count_year_unreadable"         //
	OutsideCoverage        Kind = "outside_coverage"              // the row's year is not among those the edition is said to cover
	SheetSkipped           Kind = "sheet_skipped"                 // empty, or a header of no known layout
)

// Kinds lists every kind in the order it is shown.
var Kinds = []Kind{
	NegativeDuration, TextualDuration, FractionalDuration, EndBeforeStart, MissingEnd, EndedWithoutEnd,
	OngoingWithEnd, ExclusiveDuration, InclusiveDuration, DurationMismatch, DuplicateRow, DuplicateKey,
	RowsDiffer, UnknownSpelling, SpellingVariant, UnmappedPlace, MalformedURL, BlankNotAsked,
	UnparseableDate, MissingStart, SeveralCountries, FullNetworkWithService, ServiceBasedNoService,
	ExtraColumn, MissingColumn, DuplicateColumn, FormulaWithoutValue, CountYearInferred,
	CountYearUnreadable, OutsideCoverage, SheetSkipped,
}

// Defect is one oddity and where it stands. Row is 0 for what concerns a whole
// sheet.
type Defect struct {
	Kind   Kind   `json:"kind,omitempty"`
	File   string `json:"file"`
	Sheet  string `json:"sheet"`
	Row    int    `json:"row"`
	Column string `json:"column"`
	Value  string `json:"value"`

	Country string `json:"-"` // the row's country, for unmapped places
}
