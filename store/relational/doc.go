// Package relational is the one SQL body behind the engines of package store.
// An engine opens its database, describes its few differences in a [Dialect],
// and hands both to [Open].
//
// What lies where (docs/data-model.md draws it):
//
//   - revision holds one row for each revision: the incident as compressed
//     JSON, the span of time in which it is in force, and what changed. A row
//     is never updated but for the end of its span and for what changed when
//     an older edition arrives late and slips in before it.
//   - sheet_rows holds the cells of the published sheets, once for all
//     revisions that share them.
//   - shelf_… hold, for each run of 64 incidents, what lists and counts need
//     of all their revisions, packed: see [shelf]. Lists are answered from an
//     index in memory that is loaded from the shelves and follows them by the
//     record's version, so that several processes may share one database.
//   - search holds the folded words of each incident.
//
// One writer at a time changes the record (a lock of the database sees to
// it), so that revisions are numbered in the order in which they appear.
package relational
