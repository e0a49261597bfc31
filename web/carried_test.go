package web

import (
	"bytes"
	"os"
	"testing"

	"keepiton/seal/sealtest"
)

func TestX(t *testing.T) {
	set, _ := sealtest.New(t)
	var b bytes.Buffer
	if err := WriteCarried(&b, Carried{Recipients: set, Site: "https://keepiton.example"}); err != nil {
		t.Fatal(err)
	}
	gz, _ := compress(b.Bytes(), gzipped)
	t.Log(b.Len(), len(gz))
	os.WriteFile("/tmp/carried.html", b.Bytes(), 0o644)
}
