// Package export writes the record in the forms that people use: tables for
// spreadsheets and statistics programs, documents for programs, a feed for
// readers, plain text for an old phone, and STOP's own layouts of past years.
// It also writes the sentence that can be quoted and the citations.
//
// Every format is one file of this package and one line in [Formats]; pages,
// docs and command help read that list.
//
// Promises:
//
//   - What is not public never leaves. Each writer passes every revision
//     through [keepiton.Revision.Public] once more, whatever the caller did.
//   - The same revisions and the same as-of give the same bytes. No clock is
//     read and no random number drawn.
//   - Writers stream: memory does not grow with the number of incidents, but
//     for the formats that say so.
//   - A cell that a spreadsheet would run as a formula is neutralised.
//
// An example:
//
//	f, _ := export.ByName("csv")
//	err := f.Write(w, incidents, export.Options{AsOf: now, Lang: locale.For("en"), BaseURL: "https://example.org"})
package export
