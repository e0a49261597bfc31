// Package geo knows places: the countries of ISO 3166-1 with their names in
// seven languages, first-level regions (ISO 3166-2), India's districts, the
// spellings found in the STOP record, and small maps of all of these.
//
// What it promises:
//
//   - Words are always kept. A place that could not be resolved is returned
//     with its words and without a code.
//   - A guess is never shown as a fact. Confidence is 1 for an exact name, at
//     least [keepiton.SurePlace] for an unambiguous spelling of it, and below
//     that for anything that merely looks alike.
//   - Bounded work: long cells are cut at [MaxWords] bytes, and a lookup costs
//     time in proportion to the cell, not to the gazetteer.
//
// For example:
//
//	geo.Resolve("India", "Shopian and Pulwama districts, Jammu & Kashmir", "")
//
// gives two places in IN-JK, districts Shopian and Pulwama, both sure.
//
// Borders are those of Natural Earth, which draws who controls a place and not
// who claims it, save where ISO 3166 has a place elsewhere (Crimea, Somaliland,
// Northern Cyprus; docs/geo-data.md). A page with a map says so with [BordersKey].
package geo
