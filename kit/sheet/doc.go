// Package sheet is a sheet of paper with marks on it: filled shapes, lines of
// text and pictures. It is written as SVG, PNG and PDF, which look the same,
// because all three draw the same outlines.
//
// Lengths are in the sheet's own units, x to the right and y downwards. The same
// sheet gives the same bytes every time.
package sheet
