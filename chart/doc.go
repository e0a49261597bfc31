// Package chart draws maps and charts as SVG: values in, a [Figure] out.
//
// A figure is given three ways: HTML, to stand inside a page; File, a document
// of its own with its colours, for .svg addresses; and Table, the same values
// as rows, which every page puts beside the drawing. Nothing is carried by
// colour alone: lightness, hatching, dashes, shapes and words say it as well,
// so the figures hold in print and for people who see colours otherwise.
//
// Drawings hold classes and presentation attributes, no style attributes and
// no scripts, and so pass a strict Content-Security-Policy. A page includes
// [CSS] once in its style. It reads three custom properties that the page may
// set, with fallbacks:
//
//	--ink       text and marks (currentColor)
//	--paper     ground (Canvas)
//	--dark      the signal colour: cut off now
//
// In a right-to-left language a figure is mirrored, time axis included; every
// tick keeps its label.
package chart
