package geo

import (
	"archive/zip"
	"bytes"
	"flag"
	"io"
	"os"
	"path/filepath"
	"testing"

	"github.com/andybalholm/brotli"
)

var update = flag.Bool("update", false, "pack the tables of the folder data")

func TestThePackHasTheTablesAsTheyAre(t *testing.T) {
	texts, _ := filepath.Glob("data/*.txt")
	names, _ := filepath.Glob("data/*.tsv")
	if names = append(names, texts...); len(names) < 7 {
		t.Fatalf("%d tables", len(names))
	}
	if *update {
		var plain, packed bytes.Buffer
		z := zip.NewWriter(&plain)
		for _, name := range names {
			data, err := os.ReadFile(name)
			if err != nil {
				t.Fatal(err)
			}
			w, err := z.CreateHeader(&zip.FileHeader{Name: filepath.Base(name), Method: zip.Store})
			if err == nil {
				_, err = w.Write(data)
			}
			if err != nil {
				t.Fatal(err)
			}
		}
		_ = z.Close()
		b := brotli.NewWriterOptions(&packed, brotli.WriterOptions{Quality: 11, LGWin: 22})
		_, _ = io.Copy(b, &plain)
		_ = b.Close()
		if err := os.WriteFile("data/tables.zip.br", packed.Bytes(), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	if len(tables().File) != len(names) {
		t.Errorf("%d tables in the pack, %d in the folder: make tables", len(tables().File), len(names))
	}
	for _, name := range names {
		want, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		if table(filepath.Base(name)) != string(want) {
			t.Errorf("%s is not what the pack has: make tables", name)
		}
	}
}
