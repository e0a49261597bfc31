// Package keepiton is the vocabulary of the #KeepItOn record of internet
// shutdowns: incidents, episodes, places, sources, claims and revisions, with
// the rules that hold whichever way they are stored or shown.
//
// An internet shutdown is an intentional disruption of internet or electronic
// communications, rendering them inaccessible or effectively unusable, for a
// specific population or within a location, often to exert control over the
// flow of information (#KeepItOn coalition, RightsCon 2016).
//
// What may be added here: a word of the field, its validation, its state
// changes. What may not: input, output, clocks, randomness, or any import
// outside the standard library. Functions that need the present moment take
// it as an argument.
//
// Four rules shape every type:
//
//   - Unknown is not no. See [Answer].
//   - A missing end is not an end. See [Ending].
//   - The affected place is not the perpetrator. See [Place], [Perpetrator].
//   - A correction is a new [Revision]; nothing is overwritten or deleted.
package keepiton
