// Package sample is one made-up world: eight countries that do not exist,
// what their governments did to the internet, and how a coalition recorded it.
// Tests, the demo and screenshots all show the same world. Nothing in it
// happened; every link leads to example.org (RFC 2606), every country has a
// user-assigned code of ISO 3166-1 (XA to XH), and their names stand in geo.
//
// [World] tells some sixty stories by hand, dated so that something is always
// dark now. [Generate] makes any number of plain incidents for benchmarks.
package sample
