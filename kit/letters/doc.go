// Package letters sets words in the scripts of the campaign's languages: Latin,
// Arabic and Ethiopic, with Cyrillic and Greek, mixed as people mix them. It carries its own fonts, so
// that the same words give the same shapes on every machine.
//
// A text goes through four steps: characters are given to faces, and a character
// that no face has is an error that names it; the Unicode bidirectional
// algorithm finds the direction of each run (UAX 9); each run is shaped by the
// rules of its face (OpenType GSUB and GPOS); lines are broken where UAX 14
// allows, so that they come out of even length.
//
// The rules are applied by code of our own, for the kinds of rules that our six
// faces have and no others: a fifth of what a port of HarfBuzz weighs. It is held
// to HarfBuzz itself, on every word of all our messages and on thousands that
// nobody would write, and to Chromium's.
//
// All measures are in em, the size of the letters, until a [Block] gives them
// a size.
//
//	block, err := letters.Fit("Keep it on", letters.Style{Lang: "en", Weight: letters.Black},
//		letters.Box{Width: 900, Height: 400, Largest: 220, Least: 40})
package letters
