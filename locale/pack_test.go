package locale

import (
	"archive/zip"
	"bytes"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"testing"

	"github.com/andybalholm/brotli"
)

// pack writes the pack of the message files of the working folder.
func pack(t *testing.T, names []string) []byte {
	t.Helper()
	var plain, packed bytes.Buffer
	z := zip.NewWriter(&plain)
	for _, name := range names {
		data, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		w, err := z.CreateHeader(&zip.FileHeader{Name: filepath.ToSlash(name), Method: zip.Store})
		if err != nil {
			t.Fatal(err)
		}
		if _, err := w.Write(data); err != nil {
			t.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	b := brotli.NewWriterOptions(&packed, brotli.WriterOptions{Quality: 11, LGWin: 22})
	if _, err := io.Copy(b, &plain); err != nil {
		t.Fatal(err)
	}
	if err := b.Close(); err != nil {
		t.Fatal(err)
	}
	return packed.Bytes()
}

func TestThePackHasTheMessageFilesAsTheyAre(t *testing.T) {
	names, err := filepath.Glob("messages/*.json")
	if err != nil || len(names) < 7 {
		t.Fatalf("%d message files, %v", len(names), err)
	}
	if *update {
		data := pack(t, names)
		if err := os.WriteFile("messages.zip.br", data, 0o644); err != nil {
			t.Fatal(err)
		}
		messageFiles = unpack(data)
	}
	packed, err := fs.ReadDir(messageFiles, "messages")
	if err != nil || len(packed) != len(names) {
		t.Errorf("%d files in the pack, %d in the folder: make messages (%v)", len(packed), len(names), err)
	}
	for _, name := range names {
		want, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		if got, err := fs.ReadFile(messageFiles, filepath.ToSlash(name)); err != nil || !bytes.Equal(got, want) {
			t.Errorf("%s is not what the pack has: make messages (%v)", name, err)
		}
	}
}
