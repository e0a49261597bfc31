// Package intake lets reports in, sealed, by every road, and gives their
// senders what a receipt is for: to see how it stands, to read replies, to add
// and to withdraw.
//
// Promises:
//
//   - What reaches the store is ciphertext. A plaintext is held for the time of
//     one request, in memory alone, one chunk at a time; see [Intake.Begin].
//   - What was acknowledged is durable. What was not leaves nothing: not after
//     an error, a cut line, a panic or a killed process.
//   - No address, device or moment finer than a day is taken in, so none can be
//     kept, logged or told.
//   - Each [keepiton.Lane] has its own places, disk and attention. A flood in
//     one leaves the others open. Nobody is told apart by address, nobody solves
//     puzzles for eyes, and a proof that does not hold costs a sender nothing but
//     the lane: the report comes in through the open one.
//   - A receipt that exists and one that does not cost the same calls of the
//     store and the same operations on keys, and get answers of one size.
//
// The life of a report is in docs/life-of-a-report.md, the threats in
// docs/threat-model.md, and the formats in docs/design/004-voices.md.
package intake
