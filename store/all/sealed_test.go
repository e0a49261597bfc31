package all

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"keepiton"
)

func TestSealedReportsLieInTheDataFolder(t *testing.T) {
	for _, url := range []string{"", "sqlite:" + filepath.Join(t.TempDir(), "record.db"), filepath.Join(t.TempDir(), "record.db")} {
		data := t.TempDir()
		s, err := OpenSealed(t.Context(), url, data, 0)
		if err != nil {
			t.Fatal(err)
		}
		if err := s.BackupSealed(t.Context(), filepath.Join(data, "copy")); err != nil {
			t.Error(err)
		}
		if err := s.Close(); err != nil {
			t.Fatal(err)
		}
		for _, name := range []string{"sealed.db", "sealed", "copy/sealed.db", "copy/sealed"} {
			if _, err := os.Stat(filepath.Join(data, name)); err != nil {
				t.Errorf("with %q: %v", url, err)
			}
		}
	}
}

func TestAServerThatDoesNotAnswerIsToldWithoutItsPassword(t *testing.T) {
	for url, want := range map[string]keepiton.Code{
		"postgres://keepiton:geheim@127.0.0.1:1/keepiton": keepiton.Unavailable,
		"postgres://keepiton:geheim@[::1":                 keepiton.Invalid,
	} {
		s, err := OpenSealed(t.Context(), url, t.TempDir(), 0)
		if s != nil || keepiton.CodeOf(err) != want || strings.Contains(err.Error(), "geheim") {
			t.Errorf("%v, %v, want %q", s, err, want)
		}
	}
}
