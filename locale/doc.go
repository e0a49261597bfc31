// Package locale gives every text, number and date in the reader's language.
//
// Messages stand in messages/<lang>.json, one line a message, sorted by key.
// Each language is one file: it names itself (language.name) and its
// direction (language.dir), and a message that it lacks is shown in English,
// which the printer can tell (see [Printer.LangOf]) so that a page can mark
// the words as English. Plural forms follow CLDR through go-i18n; date, number
// and list patterns come from a small table made out of CLDR 48 by gen.
//
//	p := locale.For("ar")
//	p.N("page.home.count", 11)                  // the "many" form
//	p.T("page.year.title", "Year", "2022")
//	p.Date(inc.Start())                         // "about 3 January 2022"
//
// Fold reduces text to what search compares: see notes on search in
// docs/design.
package locale
