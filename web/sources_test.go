package web

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// sources returns the sources of the script that seals in browsers.
func sources(t testing.TB) string {
	t.Helper()
	names, err := filepath.Glob("sealing/src/*.js")
	if err != nil || len(names) == 0 {
		t.Fatalf("no sources: %v", err)
	}
	var b strings.Builder
	for _, name := range names {
		text, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		b.Write(text)
	}
	return b.String()
}
