// Package blind is the one SQL body behind the engines of store.Sealed. It
// keeps ciphertext that it cannot open, wrapped once more under keys that exist
// to be destroyed.
//
// What lies where (docs/data-model.md draws it):
//
//   - envelope holds what the server knows of a report, keyed by a random id,
//     and stays behind as a tombstone; address the public half of its receipt.
//   - body holds the key of each body, and the body itself when it has at most
//     64 KiB. Whoever deletes that row has destroyed the body, wherever copies of
//     it lie. Larger ones are files in a folder, in the form that wrap.go
//     describes, under random names that body_file knows.
//   - upload holds what arrives in pieces, until it is accepted.
//
// A file that no row names is nothing: it was begun and not accepted, or
// destroyed a moment before a crash. It is swept when the store opens.
//
// All changes go through one goroutine, which gathers those that wait into one
// transaction: five hundred senders a second share a few dozen syncs.
package blind
