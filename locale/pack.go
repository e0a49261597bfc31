package locale

import (
	"archive/zip"
	"bytes"
	"io"
	"io/fs"

	"github.com/andybalholm/brotli"
)

// The message files take two megabytes, a quarter of which are the keys, seven times:
// packed together they take a fifth of that in the program. messages.zip.br is the
// folder messages as a ZIP whose files are stored as they are, and the whole of it in
// brotli. `make messages` packs it, and a test holds it fresh.

// unpack returns the files of a pack. It panics on a broken one, which is part of the
// program.
func unpack(packed []byte) fs.FS {
	raw, err := io.ReadAll(brotli.NewReader(bytes.NewReader(packed)))
	if err != nil {
		panic("locale/messages.zip.br: " + err.Error())
	}
	files, err := zip.NewReader(bytes.NewReader(raw), int64(len(raw)))
	if err != nil {
		panic("locale/messages.zip.br: " + err.Error())
	}
	return files
}
