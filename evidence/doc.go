// Package evidence handles files that people send: what they are, a copy that
// gives nobody away, and the record of what was done to them.
//
// A file lives three lives (OHCHR, Berkeley Protocol, HR/PUB/20/2, 2022, chapter VI.D):
//
//	original   sealed and untouched; its SHA-256 was written inside the seal at arrival
//	working    pixels made of it by Look, which an analyst sees and draws boxes on
//	public     pixels made of it by Clean, with what is under the boxes gone
//
// Bytes from outside are only decoded by a child process (see [Child]): the same
// program once more, with one job on its standard input and one answer on its
// standard output, without network, files, environment or much memory. What it
// gives back are pixels, encoded anew; no byte of the original's metadata, and
// nothing that was hidden beside the picture, can pass.
//
// The package knows no database and no page: bytes in, values out.
package evidence
