// Package detect finds departures of series from what was to be expected, and says
// what they come to.
//
// It is pure: series in, signals and verdicts out. It has no clock and no store, and
// keeps no state that it could not compute again: the same series give the same
// signals, however they arrived. [Signals] looks at one series; [Detector] does the
// same a bin at a time.
//
// Every number that decides something stands in constants.go with its reason.
package detect
