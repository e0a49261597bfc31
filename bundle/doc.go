// Package bundle holds the bytes of a report: what is sealed, and the file in
// which the sealed travels. docs/formats-sealed.md draws both byte by byte.
//
// A bundle is the plaintext, a report with its files. It is made of frames, so
// that it can be written while files still arrive, and padded, so that its size
// tells little:
//
//	K "keepiton-bundle 1"
//	F {"name":"shot.png","type":"image/png"}   D bytes…   E {"size":70912,"sha256":"…"}
//	R {"id":"…","kind":"shutdown",…}
//	P zeros…   Z
//
// [Writer] writes one and [Read] reads one, each in memory that does not grow
// with the files. Read takes bytes from anybody: every limit stands in
// limits.go, and an error names the frame and the offset, never what stood
// there.
//
// A container is what travels: a first line that says so, a header with the
// few things that are not sealed, and the sealed bundle. [WriteHeader] and
// [ReadHeader] are its first two lines; sealing itself is package seal.
//
//	w := bundle.NewWriter(sealed) // of seal.Sealer
//	f, err := w.File("shot.png", "image/png")
//	io.Copy(f, picture)
//	err = w.Close(&report)
package bundle
