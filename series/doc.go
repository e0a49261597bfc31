// Package series keeps measurements: bins of a series, by entity and time. It is a
// contract with adapters in subfolders; the one that needs nothing is sqlite, a file
// that can be deleted and made again from the feeds.
//
// Bins are kept in blocks, which [AppendBlock] and [ReadBlock] turn into bytes and
// back: some 1.6 bytes a bin of a series such as a country's routes.
package series
