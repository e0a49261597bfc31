// Package notify tells people of public changes: it reads them from the record
// and from the entries of the campaign, makes alerts of them, and brings each
// alert to everybody who asked for it, by mail, webhook, Mastodon and Telegram.
// The channels are adapters in subfolders.
//
// Promises:
//
//   - An alert that was announced is brought to every subscription that wants it,
//     also when the process is killed at any moment; what goes to one subscription
//     carries the same name each time ([Message.ID]), and goes twice only if the
//     process died between the other side's "taken" and our note of it.
//   - A correction, an end, a withdrawal reaches whoever was told, and says what it
//     is about.
//   - An embargo keeps back whatever was not handed over yet.
//   - Addresses are stored sealed under a key that does not lie in the database, and
//     stand in no log, no error and no page in full.
//   - Memory is bounded: a queue of any length lies in the store, and a few hundred
//     deliveries at a time in the process.
//
// The life of an alert stands in docs/alerts.md, with the files that do each step.
package notify
