// Package pack writes several files that travel together, as a folder or as a
// ZIP, with a list of their hashes, and checks such a tree again: the static
// copy of the site, and a data file with what explains it.
//
// Promises:
//
//   - A tree appears whole under its name, or not at all: it is written beside
//     its place and put there at the end. What stood there before stays until
//     then, and only another tree of ours is ever replaced.
//   - The same files in the same order give the same bytes.
//   - Beside a buffer for each file that is being written, memory holds the name
//     and the hash of every file, some 150 bytes each.
//   - Names are plain enough for every file system that a stick may have: ASCII
//     letters, digits, "-", "_" and ".", and no two differ in case alone.
//
// The list is MANIFEST.txt: see [Manifest]. Unlike its neighbours this package
// touches disks, since what a tree promises is how its files come to be there.
package pack
