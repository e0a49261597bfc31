// Package letters sets words in the scripts of the campaign's languages: Latin,
// Arabic and Ethiopic, with Cyrillic and Greek, mixed as people mix them. It carries its own fonts, so
// that the same words give the same shapes on every machine.
//
// A text goes through four steps: characters are given to faces, and a character
// that no face has is an error that names it; the Unicode bidirectional
// algorithm finds the direction of each run (UAX 9); HarfBuzz, in Go, shapes each
// run; lines are broken where UAX 14 allows, so that they come out of even length.
// All measures are in em, the size of the letters, until a [Block] gives them
// a size.
//
//	block, err := letters.Fit("Keep it on", letters.Style{Lang: "en", Weight: letters.Black},
//		letters.Box{Width: 900, Height: 400, Largest: 220, Least: 40})
package letters
