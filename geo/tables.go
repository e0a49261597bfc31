package geo

import (
	"archive/zip"
	"bytes"
	_ "embed"
	"io"
	"io/fs"
	"sync"

	"github.com/andybalholm/brotli"
)

// tablesPack holds the text tables of the folder data, as a ZIP whose files are stored
// as they are, and the whole of it in brotli: a third of what they take. `make tables`
// packs it, and a test holds it fresh.
//
//go:embed data/tables.zip.br
var tablesPack []byte

var tables = sync.OnceValue(func() *zip.Reader {
	raw, err := io.ReadAll(brotli.NewReader(bytes.NewReader(tablesPack)))
	if err == nil {
		var z *zip.Reader
		if z, err = zip.NewReader(bytes.NewReader(raw), int64(len(raw))); err == nil {
			return z
		}
	}
	panic("geo/data/tables.zip.br: " + err.Error()) // it is part of the program
})

// table returns a table by its name.
func table(name string) string {
	data, err := fs.ReadFile(tables(), name)
	if err != nil {
		panic("geo/data/tables.zip.br: " + err.Error())
	}
	return string(data)
}
